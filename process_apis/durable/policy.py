"""How often, how long and for what is a step tried again?"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import stamina
from msgspec import Struct

from process_apis.errors import OutOfTime, ProcessError
from process_apis.records import StoreUnavailable
from system_apis.errors import Busy, OutcomeUnknown, PlatformError

T = TypeVar("T")


def passing(error: Exception) -> bool:
    """Will the same step perhaps work later?

    A write whose answer was lost is among it: a step may happen twice anyway (a node dies), so every write
    finds by its key what is there already.
    """
    if isinstance(error, PlatformError | ProcessError):
        return error.transient or isinstance(error, OutcomeUnknown)
    return isinstance(error, StoreUnavailable)


class Policy(Struct, frozen=True, kw_only=True):
    """The patience of one step, waits in seconds.

    Between two attempts it waits `first_wait`, doubled each time up to `longest_wait`, with jitter of up to
    `first_wait`; a platform that says how long (`Busy.retry_after`) is waited for that long. The last error
    of the platform is raised after `attempts`, or when `deadline` (for all attempts together) is over.
    `worth` says which errors are worth another attempt.
    """

    attempts: int = 4
    first_wait: float = 0.25
    longest_wait: float = 8.0
    deadline: float = 45.0
    worth: Callable[[Exception], bool] = passing


PLATFORM: Final = Policy()
"""For a call of a platform: it is asked again for most of a minute."""
ONCE: Final = Policy(attempts=1)
"""For what is not worth asking again at once."""


class Tried:
    """The attempts of one execution of a step."""

    def __init__(self, policy: Policy, name: str) -> None:
        self._policy = policy
        self._name = name
        self._last: Exception | None = None
        self.attempts = 0

    async def result(self, call: Callable[[], Awaitable[T]]) -> T:
        """What the call returns. Raises what it raised last, OutOfTime when it never raised anything."""
        try:
            async with asyncio.timeout(self._policy.deadline) as limit:
                return await self._attempts(call, limit)
        except TimeoutError as late:
            if not limit.expired():
                raise
            raise self._last or OutOfTime(self._name, self._policy.deadline) from late

    async def _attempts(self, call: Callable[[], Awaitable[T]], limit: asyncio.Timeout) -> T:
        async for attempt in stamina.retry_context(
            on=lambda error: self._again(error, limit),
            attempts=self._policy.attempts,
            timeout=None,
            wait_initial=self._policy.first_wait,
            wait_max=self._policy.longest_wait,
            wait_jitter=self._policy.first_wait,
        ):
            with attempt:
                self.attempts += 1
                return await call()
        raise AssertionError("stamina raises what the last attempt raised")

    def _again(self, error: Exception, limit: asyncio.Timeout) -> bool | float:
        self._last = error
        if not self._policy.worth(error):
            return False
        wait = error.retry_after if isinstance(error, Busy) else None
        if wait is None:
            return True
        left = (limit.when() or 0.0) - asyncio.get_running_loop().time()
        return wait if wait < left else False
