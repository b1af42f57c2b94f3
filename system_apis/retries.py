"""Is a failed read worth asking again, and when?"""

from collections.abc import AsyncIterable, Awaitable, Callable
from typing import Final, TypeVar

import stamina

from system_apis.errors import Busy, PlatformError

T = TypeVar("T")

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

    async def heard(
        self, ask: Callable[[], Awaitable[T]], left: Callable[[], float], retried: Callable[[], None]
    ) -> T:
        """What `ask` answers, asked again while that is worth it; `retried` is told of each further attempt.

        `left` says how many seconds there are, none when there is no point. Raises what the last attempt
        raised.
        """
        self._budget = min(BURST, self._budget + SHARE)
        try:
            return await ask()
        except PlatformError as error:
            first = error
        async for attempt in self._attempts_after(left):
            with attempt:
                if attempt.num == 1:
                    raise first  # it has just happened; nearly all calls need nothing of this, which is slow
                retried()
                return await ask()
        raise AssertionError("the last attempt answers or raises")

    def _attempts_after(self, left: Callable[[], float]) -> AsyncIterable[stamina.Attempt]:
        return stamina.retry_context(
            on=lambda error: self._again(error, left()),
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
