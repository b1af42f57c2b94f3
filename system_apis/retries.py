"""Is a failed read worth asking again, and when?"""

from collections.abc import AsyncIterable, Callable
from typing import Final

import stamina

from system_apis.errors import Busy, PlatformError

# A platform in trouble gets at most a tenth more calls from us, after the first few.
BURST: Final = 10.0
SHARE: Final = 0.1
# Less time than this is not worth another try.
SHORTEST: Final = 0.25


class Retries:
    """Attempts at reads on one connection, with one budget for all of them.

    Only what may pass by itself is asked again, and only while time is left for the wait that
    the platform asked for.
    """

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self._budget = BURST

    def attempts(self, worth: Callable[[], float]) -> AsyncIterable[stamina.Attempt]:
        """The attempts of one call; `worth` says how many seconds are left, none when there is no point."""
        self._budget = min(BURST, self._budget + SHARE)
        return stamina.retry_context(
            on=lambda error: self._again(error, worth()),
            attempts=self._attempts,
            timeout=None,
            wait_initial=0.1,
            wait_max=1.0,
            wait_jitter=0.1,
        )

    def _again(self, error: Exception, left: float) -> bool | float:
        if not isinstance(error, PlatformError) or not error.transient:
            return False
        wait = error.retry_after if isinstance(error, Busy) else None
        if self._budget < 1 or left <= SHORTEST + (wait or 0):
            return False
        self._budget -= 1
        return True if wait is None else wait
