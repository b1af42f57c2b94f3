"""May a call come in, as far as this process alone has counted?"""

import math
import os
import time
import warnings
from typing import Final, NamedTuple, cast

from slowapi import Limiter

from gateway.policies import Limit, Plan
from gateway.windows import MOST, Window, Windows

_NOBODY: Final = "nobody"


class Share(NamedTuple):
    """What is left of a limit, and in how many seconds there is more (for this call, if it was refused)."""

    left: int
    seconds: float


class Counted(NamedTuple):
    """Whether a call may come in, with its share of each limit of its plan. A refused call spends nothing."""

    allowed: bool
    shares: list[Share]


class Spending:
    """slowapi's limiter over our windows."""

    def __init__(self, most: int = MOST) -> None:
        self._limiter = _limiter(most)
        # slowapi has no public name for the storage it was made with.
        self._windows = cast("Windows", self._limiter._storage)

    def spend(self, plan: Plan, who: str, weight: int = 1) -> Counted:
        """Count a call that weighs so much."""
        hit = self._limiter.limiter.hit
        for number, limit in enumerate(plan.limits):
            if not hit(limit.item, who, cost=cost(limit, weight)):
                for former in plan.limits[:number]:
                    self._windows.give_back(former.item.key_for(who), cost(former, weight))
                return Counted(False, [self._share(limit, who, cost(limit, weight)) for limit in plan.limits])
        return Counted(True, [self._share(limit, who, 0) for limit in plan.limits])

    def full(self, limit: Limit, who: str) -> float:
        """Seconds until one more may come, 0 when now; nothing is counted."""
        share = self._share(limit, who, 1)
        return 0.0 if share.left else share.seconds

    def _share(self, limit: Limit, who: str, wanted: int) -> Share:
        window: Window = self._windows.look(limit.item.key_for(who), limit.seconds)
        leaving = max(1, window.total + wanted - limit.item.amount)
        seconds = window.wait(leaving, limit.seconds, time.monotonic())
        return Share(limit.item.amount - window.total, seconds)


def cost(limit: Limit, weight: int) -> int:
    """What a call costs of a limit: never more than all of it, so that who waits gets in."""
    return min(weight, limit.item.amount)


def whole(seconds: float) -> int:
    """Whole seconds, rounded up: who waits so long finds what was promised."""
    return max(1, math.ceil(seconds))


def _limiter(most: int) -> Limiter:
    """A limiter that is deaf to the `.env` of wherever it is started."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Config file .* not found", UserWarning)
        return Limiter(
            key_func=lambda: _NOBODY,
            storage_uri=f"{Windows.STORAGE_SCHEME[0]}://",
            storage_options={"most": str(most)},
            strategy="moving-window",
            key_style="endpoint",
            config_filename=os.devnull,
        )
