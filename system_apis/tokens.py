"""How does everyone on one connection share one token, renewed once?"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final

import httpx
from msgspec import Struct

from system_apis.errors import PlatformError, Unauthorised, Unavailable
from system_apis.measured import TOKENS

# Renewed this many seconds before it ends, while the old one still serves.
EARLY: Final = 60.0
# Seconds to wait after a failed request. A refusal needs a person, and asking again at once only gets the
# client locked out; a platform that gives no answer is already left alone by the breaker.
COOLDOWN: Final[dict[type[PlatformError], float]] = {Unauthorised: 30.0, Unavailable: 0.0}
OTHERWISE: Final = 1.0


class Token(Struct, frozen=True):
    """What opens the door, and for how many seconds from now (None: until it is refused)."""

    value: str
    lives: float | None = None

    def __repr__(self) -> str:
        return f"Token(lives={self.lives})"


class Tokens:
    """The one token of a connection.

    `ask` gets a new one from the platform; it runs once however many wait for it, and goes on when
    one of them gives up. After it failed everyone gets the same error for a while, without a call.
    """

    def __init__(
        self,
        connection: str,
        ask: Callable[[], Awaitable[Token]],
        *,
        early: float = EARLY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._ask = ask
        self._early = early
        self._clock = clock
        self._asking: asyncio.Task[str] | None = None
        self._value: str | None = None
        self._ends = float("inf")
        self._unproven_until = 0.0
        self._error: PlatformError | None = None
        self._error_until = 0.0

    async def current(self) -> str:
        """A token that has not ended. Raises what asking for it raised."""
        left = self._ends - self._clock()
        if self._value is None or left <= 0:
            return await self._renewed()
        if left < self._early and not self._cooling():
            self._begin()
        TOKENS.add(self._connection, "kept")
        return self._value

    async def instead_of(self, refused: str) -> str:
        """Another token than the one that was just refused with a 401.

        Raises `Unauthorised` when that was itself a replacement which never worked: the token is not
        what is wrong then, and a new one for every call would help nobody.
        """
        if self._value is not None and self._value != refused:
            return self._value
        if self._value is not None:
            if self._clock() < self._unproven_until:
                raise Unauthorised(self._connection, "a new token is refused too")
            self._value = None
            self._unproven_until = self._clock() + COOLDOWN[Unauthorised]
        return await self._renewed()

    def worked(self, value: str) -> None:
        """The platform took this token."""
        if value == self._value:
            self._unproven_until = 0.0

    async def aclose(self) -> None:
        """Stop asking."""
        if self._asking is not None:
            self._asking.cancel()
            with contextlib.suppress(asyncio.CancelledError, PlatformError):
                await self._asking

    async def _renewed(self) -> str:
        if self._error is not None and self._cooling():
            raise self._error
        return await asyncio.shield(self._begin())

    def _cooling(self) -> bool:
        return self._asking is None and self._clock() < self._error_until

    def _begin(self) -> "asyncio.Task[str]":
        if self._asking is None:
            TOKENS.add(self._connection, "asked for")
            self._asking = asyncio.create_task(self._asked())
            self._asking.add_done_callback(self._ended)
        return self._asking

    async def _asked(self) -> str:
        token = await self._ask()
        self._value = token.value
        self._ends = float("inf") if token.lives is None else self._clock() + token.lives
        return token.value

    def _ended(self, asking: "asyncio.Task[str]") -> None:
        self._asking = self._error = None
        error = None if asking.cancelled() else asking.exception()
        if isinstance(error, PlatformError):
            TOKENS.add(self._connection, "not got")
            self._error = error
            self._error_until = self._clock() + COOLDOWN.get(type(error), OTHERWISE)


class Bearer(httpx.Auth):
    """Proves every call with the shared token, and once more with a new one when that is refused (401)."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token = await self._tokens.current()
        for again in (True, False):
            request.headers["Authorization"] = f"Bearer {token}"
            answer = yield request
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                self._tokens.worked(token)
                return
            if again:
                token = await self._tokens.instead_of(token)

    async def aclose(self) -> None:
        """Stop asking for tokens."""
        await self._tokens.aclose()
