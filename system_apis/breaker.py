"""Is it worth calling this connection at all right now?"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from system_apis.errors import OutcomeUnknown, PlatformError, Unavailable

FAILURES: Final = 5
REST: Final = 3.0
LOOK_ON: Final = 0.5
"""Seconds a call waits to see how a probe ends, before it is kept back."""


class Breaker:
    """Opens after so many failures in a row; after `rest` seconds one probe at a time may try again.

    The calls that come while a probe is under way wait a moment for how it ends: questions are asked in
    groups, and the one that is kept back would end the group and with it the probe. A success closes the
    breaker. Time is a monotonic clock in seconds.
    """

    def __init__(
        self,
        connection: str,
        *,
        failures: int = FAILURES,
        rest: float = REST,
        look_on: float = LOOK_ON,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._limit = failures
        self._rest = rest
        self._look_on = look_on
        self._clock = clock
        self._failures = 0
        self._again_at = 0.0
        self._probe: asyncio.Event | None = None

    @property
    def resting(self) -> bool:
        """Whether no call is let through at this moment."""
        return self._failures >= self._limit and self._clock() < self._again_at

    def check(self) -> None:
        """Raise `Unavailable` when a call would not be let through."""
        if self.resting:
            raise Unavailable(self._connection, "not called: it failed too often just now")

    @asynccontextmanager
    async def watching(self, patience: float) -> AsyncIterator[None]:
        """Let one call through, or raise `Unavailable` at once, and learn from how it ends.

        An error that is an answer shows that the platform is there. A call given up after `patience`
        seconds shows that it is not; one given up sooner says nothing.
        """
        probe = await self._turn()
        began = self._clock()
        try:
            yield
        except (Unavailable, OutcomeUnknown):
            self._failed()
            raise
        except PlatformError:
            self._failures = 0
            raise
        except asyncio.CancelledError:
            if self._clock() - began >= patience:
                self._failed()
            raise
        else:
            self._failures = 0
        finally:
            if probe is not None:
                self._probe = None
                probe.set()

    async def _turn(self) -> asyncio.Event | None:
        """The probe that this call is, or None when the breaker is closed. Raises `Unavailable`."""
        self.check()
        while self._failures >= self._limit:
            if self._probe is None:
                self._probe = asyncio.Event()
                return self._probe
            try:
                async with asyncio.timeout(self._look_on):
                    await self._probe.wait()
            except TimeoutError:
                raise Unavailable(self._connection, "not called: it is being tried") from None
            self.check()
        return None

    def _failed(self) -> None:
        self._failures += 1
        self._again_at = self._clock() + self._rest
