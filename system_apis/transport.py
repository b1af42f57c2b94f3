"""How does one call go out and come back?

Everything that holds for every call to every platform happens here and nowhere else: one deadline over all
of it, retries, breaker, span, size, errors by name, strict decoding.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Generic, TypeVar

import aiohttp
import httpx
from msgspec import Struct

from system_apis.answers import read
from system_apis.errors import PlatformError, Unavailable, Unreadable
from system_apis.exchange import TooLarge
from system_apis.health import Quota
from system_apis.measured import CALLS, RETRIES, UNFINISHED
from system_apis.reads import Heard, Question, Reads, asking, broken, is_success
from system_apis.refusals import Refusal, by_table, refusal
from system_apis.retries import Retries
from system_apis.tokens import Bearer
from system_apis.window import Limits, Params, Window, as_json, asked

T = TypeVar("T")


class Answer(Struct, Generic[T], frozen=True):
    """What a platform said, when we heard it, and its headers."""

    value: T
    observed_at: datetime
    headers: httpx.Headers


class Transport:
    """The one way out to one connection, for reads.

    `refusal` is the platform's own reading of its errors, `usage` of its quota headers, `headers` go with
    every call. Every failure is a `PlatformError`; its text holds neither ids nor anything of the answer.
    """

    def __init__(
        self,
        connection: str,
        base_url: str,
        auth: httpx.Auth,
        *,
        now: Callable[[], datetime],
        refusal: Refusal = by_table,
        usage: Callable[[httpx.Headers], Quota | None] = lambda headers: None,
        headers: Mapping[str, str] | None = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> None:
        self.connection = connection
        self.window = Window(
            connection, base_url, auth, now=now, usage=usage, headers=headers or {}, limits=limits
        )
        self._refusal = refusal
        self._reads = Reads(auth, connections=limits.in_flight, limit=limits.answer)
        self._retries = Retries(limits.attempts)
        self.health = self.window.health

    async def call(
        self,
        method: str,
        path: str,
        *,
        returns: type[T],
        ids: Mapping[str, str] | None = None,
        params: Params | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[T]:
        """Ask once, as often as that takes, and read the answer as `returns`.

        `path` is below the base URL with `{names}` for the ids in it, so that a span says which call it
        was without saying about whom; or it is a link that the platform gave, which must be its own.
        """
        operation = asked(method, path)
        began, outcome = time.perf_counter(), UNFINISHED
        with self.window.span(operation) as span:
            try:
                question = self._question(method, path, ids or {}, params, json, headers)
                answer = await self._asked(operation, question)
                span.set_attribute("http.response.status_code", answer.status_code)
                said = Answer(
                    read(self.connection, operation, answer.content, returns),
                    self.window.now(),
                    answer.headers,
                )
                outcome = "ok"
            except PlatformError as error:
                outcome = type(error).__name__
                self.window.noted(error, span)
                raise
            finally:
                CALLS.took(time.perf_counter() - began, self.connection, operation, outcome)
            self.window.pulse.succeeded()
            return said

    async def aclose(self) -> None:
        """Close the connections, and stop asking for tokens."""
        if isinstance(self.window.auth, Bearer):
            await self.window.auth.aclose()
        await self._reads.aclose()

    async def _asked(self, operation: str, question: Question) -> Heard:
        """The answer to a question, inside the deadline."""
        deadline = self.window.limits.deadline
        ends = time.monotonic() + deadline
        try:
            async with asyncio.timeout(deadline):
                self.window.breaker.check()
                async with self.window.places:
                    return await self._attempted(operation, question, ends)
        except TimeoutError as error:
            raise Unavailable(self.connection, f"{operation}: out of time") from error

    async def _attempted(self, operation: str, question: Question, ends: float) -> Heard:
        breaker, patience = self.window.breaker, self.window.limits.patience

        def left() -> float:
            return 0 if breaker.resting else ends - time.monotonic()

        async def once() -> Heard:
            async with breaker.watching(patience):
                return await self._sent(operation, question)

        return await self._retries.heard(once, left, lambda: RETRIES.add(self.connection))

    async def _sent(self, operation: str, question: Question) -> Heard:
        """One attempt (two when the token had ended): a success, or the error that it stands for."""
        try:
            answer = await self._reads.ask(question)
        except (TooLarge, aiohttp.ClientError) as error:
            kind = Unreadable if isinstance(error, TooLarge) or broken(error) else Unavailable
            raise kind(self.connection, f"{operation}: {type(error).__name__}") from error
        self.window.pulse.answered(answer.headers)
        if is_success(answer.status_code):
            return answer
        said = self._refusal(answer.status_code, answer.headers, answer.content)
        raise said or refusal(self.connection, operation, answer.status_code, answer.headers)

    def _question(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str],
        params: Params | None,
        json: object,
        headers: Mapping[str, str] | None,
    ) -> Question:
        sent = self.window.headers(headers or {})
        body = as_json(json, sent)
        return Question(method, asking(self.window.address(path, ids), params), sent, body)
