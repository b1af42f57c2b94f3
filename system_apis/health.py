"""How is a connection doing?"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import httpx
from msgspec import Struct

from system_apis.errors import PlatformError


class State(StrEnum):
    """How much can be expected of a connection right now."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class Quota(Struct, frozen=True, kw_only=True):
    """How many calls the platform says are used up, of how many, in its own window."""

    used: int
    limit: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


class Health(Struct, frozen=True, kw_only=True):
    """A connection as its last calls left it. `last_error` is the name of an error, such as `Busy`.

    `degraded`: the last call failed, or no quota is left; `down`: it is not being called at all for now.
    """

    state: State
    last_error: str | None = None
    last_success: datetime | None = None
    last_failure: datetime | None = None
    quota: Quota | None = None


class Pulse:
    """Keeps what the last calls of one connection said; nothing is kept of a call that was given up."""

    def __init__(self, now: Callable[[], datetime], usage: Callable[[httpx.Headers], Quota | None]) -> None:
        self._now = now
        self._usage = usage
        self._error: str | None = None
        self._success: datetime | None = None
        self._failure: datetime | None = None
        self._failing = False
        self._quota: Quota | None = None

    def answered(self, headers: httpx.Headers) -> None:
        """An answer came, whatever it says."""
        self._quota = self._usage(headers) or self._quota

    def succeeded(self) -> None:
        """The platform did what it was asked to, or could truly say that there is no such record."""
        self._failing = False
        self._success = self._now()

    def failed(self, error: PlatformError) -> None:
        """The call ended with this error."""
        self._failing = True
        self._error = type(error).__name__
        self._failure = self._now()

    def health(self, *, callable: bool) -> Health:
        """The health of a connection that is (or is not) being called."""
        empty = self._quota is not None and self._quota.left == 0
        trouble = State.DEGRADED if self._failing or empty else State.OK
        return Health(
            state=trouble if callable else State.DOWN,
            last_error=self._error,
            last_success=self._success,
            last_failure=self._failure,
            quota=self._quota,
        )
