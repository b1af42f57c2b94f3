"""Was this ticket changed too often?

Thirty updates of one ticket in ten minutes, counted on wall time; the next one is refused until the oldest is
out of sight (developer.zendesk.com, "Rate limits: Update Ticket").
"""

import math
from collections import deque
from typing import Final

from sandbox.zendesk.errors import too_many_updates

MOST: Final = 30
SECONDS: Final = 600.0
TICKETS: Final = 10_000


class Busy:
    """The last updates of the tickets that were changed last."""

    def __init__(self) -> None:
        self._updates: dict[str, deque[float]] = {}

    def count(self, ticket: str, now: float) -> None:
        """Take one update into account, or raise `Refusal` (429) with when to come back."""
        recent = self._updates.pop(ticket, None) or deque(maxlen=MOST)
        while recent and recent[0] <= now - SECONDS:
            recent.popleft()
        self._updates[ticket] = recent
        if len(self._updates) > TICKETS:
            del self._updates[next(iter(self._updates))]
        if len(recent) == MOST:
            raise too_many_updates(math.ceil(recent[0] + SECONDS - now))
        recent.append(now)
