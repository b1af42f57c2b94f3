"""What does a plan allow?"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from limits import RateLimitItem, parse
from msgspec import Struct

from gateway.errors import Header

DEFAULT: Final = "default"
"""The plan of a caller whose plan nobody knows, and the name of the one limit of a plan that has one."""

ANONYMOUS: Final = "anonymous"
"""The plan of an address that says nothing of who it is, or nothing true, where the settings have one."""

ADDRESSES: Final = ("redis://", "rediss://", "redis+unix://")
"""How the address of counters that processes share begins."""


class PlanSettings(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Several limits that hold at once, each such as `6000/minute`; `hidden` ones are kept and never told.

    `store_away` says what holds while shared counters cannot be had: `open` counts in each process alone,
    `closed` lets nobody in.
    """

    limits: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    store_away: Literal["open", "closed"] = "open"


Said = str | Sequence[str] | PlanSettings
"""A plan as it is written: one limit, several, or several with what else there is to say."""

STRANGERS: Final[Said] = "600/minute"
"""The plan of strangers where the settings have none."""


class Limit(Struct, frozen=True, kw_only=True):
    """At most `item.amount` in any span of `seconds`; `share` is how what is left of it is told."""

    name: str
    share: bytes
    item: RateLimitItem
    seconds: int
    visible: bool


class Plan(Struct, frozen=True, kw_only=True):
    """The limits of a plan, the shortest first, and the header that tells of them."""

    limits: tuple[Limit, ...]
    closed: bool
    policy: Header | None


def plan_of(said: Said) -> Plan:
    """The plan that is meant. Raises ValueError with what to change."""
    if not isinstance(said, PlanSettings):
        said = PlanSettings(limits=(said,) if isinstance(said, str) else tuple(said))
    alone = len(said.limits) == 1
    limits = [
        *(_limit(text, visible=True, alone=alone) for text in said.limits),
        *(_limit(text, visible=False) for text in said.hidden),
    ]
    lengths = {limit.seconds for limit in limits}
    if not said.limits or len(lengths) < len(limits):
        raise ValueError("name at least one limit, and one for each length of time")
    limits.sort(key=lambda limit: limit.seconds)
    return Plan(limits=tuple(limits), closed=said.store_away == "closed", policy=_policy(limits))


def plans_of(said: Mapping[str, Said]) -> dict[str, Plan]:
    """Every plan by name. Raises ValueError that names the plan, also when there is no `default`."""
    plans: dict[str, Plan] = {}
    for name, one in said.items():
        try:
            plans[name] = plan_of(one)
        except ValueError as error:
            raise ValueError(f"plans: {name}: {error}") from None
    if DEFAULT not in plans:
        raise ValueError(f"plans: there is none called {DEFAULT}")
    return plans


def _limit(text: str, *, visible: bool, alone: bool = False) -> Limit:
    try:
        item = parse(text)
    except ValueError:
        raise ValueError(f"{text!r} is no limit; write one such as 6000/minute") from None
    if item.amount < 1 or item.multiples < 1:
        raise ValueError(f"{text!r} lets nobody in")
    unit = item.GRANULARITY.name
    name = unit if item.multiples == 1 else f"{item.multiples}-{unit}"
    name = DEFAULT if alone else name
    share = b'"%b";r=%%d;t=%%d' % name.encode()
    return Limit(name=name, share=share, item=item, seconds=item.get_expiry(), visible=visible)


def _policy(limits: Sequence[Limit]) -> Header | None:
    """`RateLimit-Policy` as draft-ietf-httpapi-ratelimit-headers-11 writes it, hidden limits left out."""
    told = [f'"{one.name}";q={one.item.amount};w={one.seconds}' for one in limits if one.visible]
    return (b"ratelimit-policy", ", ".join(told).encode()) if told else None
