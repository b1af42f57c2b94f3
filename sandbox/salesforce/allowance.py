"""How many calls has the org left?

The real allocation of an Enterprise org: 100,000 and 1,000 for each licence, in a rolling 24 hours, here of
business time ("API Request Limits and Allocations"). When it is used up every call answers 403, not 429.
"""

from collections import Counter
from datetime import datetime
from typing import Final

from sandbox.salesforce.errors import fault

LICENCES: Final = 15
DAILY: Final = 100_000 + 1_000 * LICENCES
HOUR: Final = 3_600


class Allowance:
    """Calls counted by the hour. `daily` may be set lower to see the end of it."""

    def __init__(self, daily: int = DAILY) -> None:
        self.daily = daily
        self._by_hour: Counter[int] = Counter()

    def used(self, now: datetime) -> int:
        """Calls of the last 24 hours."""
        first = int(now.timestamp()) // HOUR - 23
        for hour in [hour for hour in self._by_hour if hour < first]:
            del self._by_hour[hour]
        return self._by_hour.total()

    def spend(self, now: datetime) -> None:
        """Count one call, or raise `Refused` (403 REQUEST_LIMIT_EXCEEDED) when none is left."""
        if self.used(now) >= self.daily:
            raise fault("rate_limited")
        self._by_hour[int(now.timestamp()) // HOUR] += 1

    def info(self, now: datetime) -> str:
        """The value of `Sforce-Limit-Info`."""
        return f"api-usage={self.used(now)}/{self.daily}"
