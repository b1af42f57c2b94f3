"""Which plans can a client have?"""

from collections.abc import Iterable

from process_apis.errors import ProcessError


class NoSuchPlan(ProcessError):
    """Nobody offers a plan of this name: choose one that there is."""

    pointer = "/plan"

    def __init__(self, plan: str, offered: Iterable[str]) -> None:
        self.plan = plan
        self.offered = tuple(sorted(offered))
        super().__init__(f"there is no plan {plan}; there are: {', '.join(self.offered)}")

    def __reduce__(self) -> tuple[type, tuple[str, tuple[str, ...]]]:
        return type(self), (self.plan, self.offered)


class _Offer:
    plans: frozenset[str] | None = None


def offer(plans: Iterable[str] | None) -> None:
    """From now on a new client has one of these; None: whatever is asked for."""
    _Offer.plans = None if plans is None else frozenset(plans)


def check(plan: str) -> None:
    """Raises NoSuchPlan."""
    if _Offer.plans is not None and plan not in _Offer.plans:
        raise NoSuchPlan(plan, _Offer.plans)
