"""What goes wrong on purpose right now?

A fault holds for the next `calls`, for a `share` of them, for some `seconds` of wall time, and only for
calls that its `match` is part of; every bound that is given holds, and without one it stays until ended.
"""

import random
import time
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.kit.errors import ControlError

# What each does is told per platform in docs/simulators.md.
FAULTS: Final = (
    "down",
    "slow",
    "error_500",
    "bad_body",
    "redirect",
    "rate_limited",
    "expired_token",
    "search_lags",
)
# These strike writes only, and each only on platforms that have it (`Platform.write_faults`).
WRITE_FAULTS: Final = ("commit_then_cut", "cut_before", "locked_row", "closed_period")
SLOW_SECONDS: Final = 30.0


@dataclass
class Fault:
    """One thing going wrong, and until when."""

    fault: str
    calls: int | None = None
    share: float | None = None
    seconds: float | None = None
    match: str | None = None
    seconds_slow: float = SLOW_SECONDS
    hits: int = 0
    since: float = field(default_factory=time.monotonic)
    # Its own seeded dice: the same calls meet the same faults every time.
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def over(self) -> bool:
        """Whether its calls are used up or its time has passed."""
        used_up = self.calls is not None and self.hits >= self.calls
        return used_up or (self.seconds is not None and time.monotonic() - self.since >= self.seconds)

    def strikes(self, call: str) -> bool:
        """Whether it hits this call ("METHOD path"), and if so counts it."""
        if self.over or (self.match is not None and self.match not in call):
            return False
        struck = self.share is None or self.dice.random() < self.share
        self.hits += struck
        return struck

    def shown(self) -> dict[str, object]:
        """As the control face answers it."""
        return {name: value for name, value in self.__dict__.items() if name not in {"since", "dice"}}


class Faults:
    """The faults of one platform, in the order they were asked for."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, asked: dict[str, Any], write_faults: Set[str] = frozenset()) -> Fault:
        """Begin one, as the control face was asked to. `ControlError` when it cannot be, or not here.

        `write_faults` are those of the `WRITE_FAULTS` that this platform has.
        """
        fault = asked_fault(asked, write_faults)
        self._faults.append(fault)
        return fault

    def striking(self, call: str, spared: Set[str] = frozenset()) -> list[Fault]:
        """Those that hit this call ("METHOD path"), without the kinds it is spared."""
        return [fault for fault in self.current() if fault.fault not in spared and fault.strikes(call)]

    def current(self) -> list[Fault]:
        """Those that are not over."""
        self._faults = [fault for fault in self._faults if not fault.over]
        return self._faults

    def clear(self) -> None:
        """End all."""
        self._faults = []


def asked_fault(asked: dict[str, Any], write_faults: Set[str]) -> Fault:
    """A fault from the words of the control face, or `ControlError`."""
    name = asked.get("fault")
    possible = (*FAULTS, *(fault for fault in WRITE_FAULTS if fault in write_faults))
    if name in WRITE_FAULTS and name not in possible:
        raise ControlError(f"{name}: this platform has no such fault; it has {', '.join(possible)}")
    if name not in possible:
        raise ControlError(f"fault must be one of {', '.join(possible)}")
    if unknown := set(asked) - set(_BOUNDS) - {"fault"}:
        raise ControlError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(_BOUNDS)}")
    bounds = {bound: value for bound, value in asked.items() if bound != "fault" and value is not None}
    for bound, value in bounds.items():
        accepts, wanted = _BOUNDS[bound]
        if isinstance(value, bool) or not accepts(value):
            raise ControlError(f"{bound} must be {wanted}")
    return Fault(fault=name, **bounds)


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and 0 < value < float("inf")


_BOUNDS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "calls": (lambda value: isinstance(value, int) and value > 0, "a whole number above 0"),
    "share": (lambda value: isinstance(value, int | float) and 0 < value <= 1, "above 0 and at most 1"),
    "seconds": (_is_seconds, "a number above 0"),
    "seconds_slow": (_is_seconds, "a number above 0"),
    "match": (lambda value: isinstance(value, str) and value != "", "a part of 'METHOD /path'"),
}
