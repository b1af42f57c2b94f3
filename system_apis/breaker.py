"""Is it worth calling this connection at all right now?"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from system_apis.errors import PlatformError, Unavailable

FAILURES: Final = 5
REST: Final = 5.0


class Breaker:
    """Opens after so many failures in a row; after `rest` seconds one probe at a time may try again.

    A success closes it. Time is a monotonic clock in seconds.
    """

    def __init__(
        self,
        connection: str,
        *,
        failures: int = FAILURES,
        rest: float = REST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._limit = failures
        self._rest = rest
        self._clock = clock
        self._failures = 0
        self._again_at = 0.0
        self._probing = False

    @property
    def resting(self) -> bool:
        """Whether no call is let through at this moment."""
        return self._failures >= self._limit and (self._probing or self._clock() < self._again_at)

    def check(self) -> None:
        """Raise `Unavailable` when a call would not be let through."""
        if self.resting:
            raise Unavailable(self._connection, "not called: it failed too often just now")

    @contextmanager
    def watching(self, patience: float) -> Iterator[None]:
        """Let one call through, or raise `Unavailable` at once, and learn from how it ends.

        An error that is an answer shows that the platform is there. A call given up after `patience`
        seconds shows that it is not; one given up sooner says nothing.
        """
        self.check()
        self._probing = self._failures >= self._limit
        began = self._clock()
        try:
            yield
        except Unavailable:
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
            self._probing = False

    def _failed(self) -> None:
        self._failures += 1
        self._again_at = self._clock() + self._rest
