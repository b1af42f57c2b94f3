"""Which calls did a practice platform get?"""

from collections import deque
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Final

LIMIT: Final = 100_000


@dataclass
class Call:
    """One call. `at` is wall time; no `status`: no answer was given; `effect`: a write changed something."""

    sequence: int
    at: datetime
    method: str
    path: str
    query: str
    key: str | None
    traceparent: str | None
    fault: str | None = None
    status: int | None = None
    effect: bool = False

    def shown(self) -> dict[str, object]:
        """As the control face answers it."""
        return {**self.__dict__, "at": self.at.isoformat()}


# The call that is being answered right now, for whoever changes the world because of it.
ANSWERING: ContextVar[Call | None] = ContextVar("answering", default=None)


class CallLog:
    """The last calls in the order they came, at most `limit`; their sequence has no gap when old ones go."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._calls: deque[Call] = deque(maxlen=limit)
        self._sequence = 0

    def next_sequence(self) -> int:
        """The number of the call that comes now, from 1."""
        self._sequence += 1
        return self._sequence

    def add(self, call: Call) -> None:
        """Remember it; what happens to it later is seen too."""
        self._calls.append(call)

    def since(self, mark: int | datetime | None) -> Iterator[Call]:
        """The calls after a sequence number, or from a moment on, or all."""
        if mark is None:
            return iter(self._calls)
        if isinstance(mark, datetime):
            return (call for call in self._calls if call.at >= mark)
        return (call for call in self._calls if call.sequence > mark)

    def clear(self) -> None:
        """Forget all, and count from 1 again."""
        self._calls.clear()
        self._sequence = 0
