"""Who owns each attribute of the picture, which record did it come from, and how old is it?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from canonical.identity import ExternalRef, Origin, Prefix, derive
from canonical.ownership import RULES, TIELINE, authority
from process_apis.account_360.model import Part, Picture, Profile

_PROFILE = "name parent segment owner website".split()

# part -> (object of the ownership table, the kind of id its records have outside)
_LISTS: dict[str, tuple[str, Prefix]] = {
    "contacts": ("contact", Prefix.CONTACT),
    "contracts": ("contract", Prefix.CONTRACT),
    "subscriptions": ("subscription", Prefix.SUBSCRIPTION),
    "invoices": ("invoice", Prefix.INVOICE),
    "payments": ("payment", Prefix.PAYMENT),
    "cases": ("case", Prefix.CASE),
    "orders": ("order", Prefix.ORDER),
}
_DERIVED: dict[str, tuple[str, str]] = {"risk": ("account", "risk"), "entitlements": ("entitlement", "state")}


class Attribute(Struct, frozen=True, kw_only=True):
    """Where one attribute comes from. `record` is the source record; a derived attribute has none.

    `of` is our id of the record when a part has several; `age_seconds` counts from when we looked.
    """

    attribute: str
    of: str | None
    owner: str
    record: ExternalRef | None
    observed_at: datetime | None
    modified_at: datetime | None
    age_seconds: int | None


def provenance(picture: Picture) -> dict[str, tuple[Attribute, ...]]:
    """For every part that is known: each attribute, its owner, its source record and its age."""
    told: dict[str, tuple[Attribute, ...]] = {}
    for name in picture.parts.__struct_fields__:
        part: Part[Any] = getattr(picture.parts, name)
        if part.data is not None:
            told[name] = tuple(_attributes(name, part, part.data, picture.at))
    return told


def _attributes(name: str, part: Part[Any], data: Any, at: datetime) -> Iterator[Attribute]:
    if name == "profile":
        yield from _profile(data, at)
    elif name == "hierarchy":
        yield _derived(authority("account", "parent").owner, "account.parent", part, at)
    elif name == "balance":
        for receivable in data.receivables:
            yield from _of("receivable", ["balance"], receivable.origin, receivable.number, part, at)
    elif name in _DERIVED:
        object, attribute = _DERIVED[name]
        yield _derived(TIELINE, f"{object}.{attribute}", part, at)
    else:
        object, prefix = _LISTS[name]
        attributes = [rule.attribute for rule in RULES if rule.object == object]
        for record in data.items:
            id = derive(prefix, record.origin.ref)
            yield from _of(object, attributes, record.origin, id, part, at)


def _profile(profile: Profile, at: datetime) -> Iterator[Attribute]:
    """Two records, perhaps seen at two moments: each attribute is as old as the record it is from."""
    owned = [(name, authority("account", name).owner, profile.record.origin) for name in _PROFILE]
    settled = [(name, origin.ref.kind, origin) for name, origin in profile.billing.origins.items()]
    for name, owner, origin in (*owned, *settled):
        yield Attribute(
            attribute=f"account.{name}",
            of=None,
            owner=owner,
            record=origin.ref,
            observed_at=origin.observed_at,
            modified_at=origin.modified_at,
            age_seconds=_age(origin.observed_at, at),
        )


def _of(
    object: str, attributes: list[str], origin: Origin, of: str | None, part: Part[Any], at: datetime
) -> Iterator[Attribute]:
    for attribute in attributes:
        yield Attribute(
            attribute=f"{object}.{attribute}",
            of=of,
            owner=authority(object, attribute).owner,
            record=origin.ref,
            observed_at=part.observed_at,
            modified_at=origin.modified_at,
            age_seconds=_age(part.observed_at, at),
        )


def _derived(owner: str, attribute: str, part: Part[Any], at: datetime) -> Attribute:
    return Attribute(
        attribute=attribute,
        of=None,
        owner=owner,
        record=None,
        observed_at=part.observed_at,
        modified_at=None,
        age_seconds=_age(part.observed_at, at),
    )


def _age(observed_at: datetime | None, at: datetime) -> int | None:
    return max(0, round((at - observed_at).total_seconds())) if observed_at else None
