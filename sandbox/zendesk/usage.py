"""How much of the account's rate limit is left? (shown on every answer)

The High Volume plan: 2,500 requests a minute, counted on wall time. The practice platform counts and shows,
but refuses only when told to (`rate_limited`), so that a load test measures the gateway and not the plan.
"""

import time

LIMIT = 2_500
TICKET_LIST = 100
MINUTE = 60


class Usage:
    """The calls of the current minute."""

    def __init__(self) -> None:
        self._minute = 0
        self._calls = 0

    def count(self) -> dict[str, str]:
        """Take one call into account; the headers that tell about it."""
        minute = int(time.time()) // MINUTE
        if minute != self._minute:
            self._minute, self._calls = minute, 0
        self._calls += 1
        left = str(max(0, LIMIT - self._calls))
        return {
            "X-Rate-Limit": str(LIMIT),
            "X-Rate-Limit-Remaining": left,
            "ratelimit-limit": str(LIMIT),
            "ratelimit-remaining": left,
            "ratelimit-reset": str(resets_in()),
        }


def resets_in() -> int:
    """Whole seconds until the minute is over, at least one."""
    return MINUTE - int(time.time()) % MINUTE


def ticket_list() -> str:
    """The separate limit of the ticket list, as recorded from the real service."""
    return f"total={TICKET_LIST}; remaining={TICKET_LIST - 1}; resets={resets_in()}"
