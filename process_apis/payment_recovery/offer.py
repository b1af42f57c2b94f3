"""How long may a customer of which tier be late before access is suspended?"""

from collections.abc import Mapping
from datetime import timedelta

GRACE = timedelta(days=14)


class _Slot:
    by_tier: Mapping[str, timedelta] = {}
    otherwise = GRACE


def configure(by_tier: Mapping[str, timedelta], otherwise: timedelta = GRACE) -> None:
    """Say how much grace each tier has, and a customer whose tier is none of these."""
    _Slot.by_tier, _Slot.otherwise = dict(by_tier), otherwise


def grace(tier: str | None) -> timedelta:
    """The grace of a tier."""
    return _Slot.by_tier.get(tier, _Slot.otherwise) if tier else _Slot.otherwise
