"""May a call come in, as far as this process alone has counted?"""

import math
import os
import time
import warnings
from typing import Final, NamedTuple, cast

from msgspec import Struct
from slowapi import Limiter

from gateway.policies import Limit, Plan
from gateway.windows import MOST, Window, Windows

_NOBODY: Final = "nobody"


class Share(Struct, frozen=True, gc=False):
    """What is left of a limit, and in how many seconds there is more (for this call, if it was refused)."""

    left: int
    seconds: float


class Counted(Struct, frozen=True):
    """Whether a call may come in, with its share of each limit of its plan. A refused call spends nothing."""

    allowed: bool
    shares: list[Share]


class Purse(NamedTuple):
    """Whose share of a plan a call is paid from, with what each limit's window is called."""

    plan: Plan
    who: str
    keys: tuple[str, ...]


def purse_of(plan: Plan, who: str) -> Purse:
    """Worth keeping: its names take longer to make than a call takes to be counted."""
    return Purse(plan, who, tuple(limit.item.key_for(who) for limit in plan.limits))


class Spending:
    """slowapi's limiter over our windows.

    A call is counted as the limiter's `hit` counts it, in the windows themselves: `hit` makes their names
    anew each time, and makes us look twice to tell what is left.
    """

    def __init__(self, most: int = MOST) -> None:
        self._limiter = _limiter(most)
        # slowapi has no public name for the storage it was made with.
        self._windows = cast("Windows", self._limiter._storage)

    def spend(self, purse: Purse, weight: int = 1) -> Counted:
        """Count a call that weighs so much."""
        now, windows = time.monotonic(), self._windows
        shares: list[Share] = []
        for limit, key in zip(purse.plan.limits, purse.keys, strict=True):
            window, most = windows.look(key, limit.seconds, now), limit.item.amount
            wanted = min(weight, most)
            if window.total + wanted > most:
                return self._refused(purse, weight, spent=len(shares), now=now)
            window.add(wanted, limit.seconds, now)
            shares.append(Share(most - window.total, window.wait(1, limit.seconds, now)))
        return Counted(True, shares)

    def full(self, limit: Limit, who: str) -> float:
        """Seconds until one more may come, 0 when now; nothing is counted."""
        share = self._look(limit, limit.item.key_for(who), 1, time.monotonic())
        return 0.0 if share.left else share.seconds

    def _refused(self, purse: Purse, weight: int, spent: int, now: float) -> Counted:
        """At the moment of the refusal: a little later there may be room, and nothing to wait for."""
        limits = list(zip(purse.plan.limits, purse.keys, strict=True))
        for limit, key in limits[:spent]:
            self._windows.give_back(key, cost(limit, weight))
        return Counted(False, [self._look(limit, key, cost(limit, weight), now) for limit, key in limits])

    def _look(self, limit: Limit, key: str, wanted: int, now: float) -> Share:
        return _share(limit, self._windows.look(key, limit.seconds, now), wanted, now)


def _share(limit: Limit, window: Window, wanted: int, now: float) -> Share:
    leaving = max(1, window.total + wanted - limit.item.amount)
    return Share(limit.item.amount - window.total, window.wait(leaving, limit.seconds, now))


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
