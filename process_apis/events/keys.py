"""By what is the order of an event kept, and what if its account is known only later?

By its account; by the customer's own record while no account claims that. When an account claims it (or
another one does), both keys become one: from then on all their events are handed on as of one key, also those
that were kept before, and whichever node kept them. See docs/events.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from canonical.events import EventData
from canonical.identity import ExternalRef, Kind, Prefix, derive
from process_apis import records
from process_apis.events.model import Happening
from process_apis.events.rows import Place
from process_apis.records import Row, Statement
from process_apis.records.lately import Lately

SECONDS_IN_MEMORY: Final = 30.0
_ONE_IN_MEMORY: Final = 3600.0
_IN_MEMORY: Final = 50_000
_AT_ONCE: Final = 400

_ACCOUNTS = (
    "SELECT kind, connection, external_id, account_id FROM account_record WHERE external_id IN ({marks})"
)
# On Postgres a trigger gives one transaction at a time the turn to add keys, so no two of these interleave.
_ADD = "INSERT INTO event_key (was, root) VALUES (?, ?) ON CONFLICT (was) DO NOTHING"
_UNITE = """
UPDATE event_key SET root = (SELECT a.root FROM event_key a WHERE a.was = ?)
WHERE root = (SELECT r.root FROM event_key r WHERE r.was = ?)
  AND root <> (SELECT a.root FROM event_key a WHERE a.was = ?)
"""

_accounts: Lately[str, str] = Lately(_IN_MEMORY, SECONDS_IN_MEMORY)
"""The account of a customer's record, read lately. That none is known is not remembered: it soon may be."""
_one: Lately[tuple[str, str], bool] = Lately(_IN_MEMORY, _ONE_IN_MEMORY)
"""Records and accounts whose keys are one in the table."""


def forget() -> None:
    """Read everything again, for a new store."""
    _accounts.clear()
    _one.clear()


async def places(happenings: Sequence[Happening]) -> list[Place]:
    """Whose each of these is, and its key. Raises StoreUnavailable."""
    refs = {_named(one.customer): one.customer for one in happenings if one.customer and not one.account}
    accounts = await _accounts_of({name: ref for name, ref in refs.items() if not _owned(ref)})
    return [_place(one, accounts) for one in happenings]


def uniting(happenings: Sequence[Happening], places: Sequence[Place]) -> list[Statement]:
    """What makes one key of a record's and its account's: to be written before, or with, the events."""
    pairs = {
        (_named(one.customer), place.account): True
        for one, place in zip(happenings, places, strict=True)
        if one.customer and place.account and not _one.get((_named(one.customer), place.account))
    }
    if not pairs:
        return []
    added: list[Row] = [(key, key) for pair in pairs for key in pair]
    return [(_ADD, added), (_UNITE, [(account, record, account) for record, account in pairs])]


def united(happenings: Sequence[Happening], places: Sequence[Place]) -> None:
    """That was written."""
    for one, place in zip(happenings, places, strict=True):
        if one.customer and place.account:
            _one.keep((_named(one.customer), place.account), True)


async def _accounts_of(refs: Mapping[str, ExternalRef]) -> dict[str, str]:
    """The accounts of those records that have one: as remembered, the others in one question."""
    generation = _accounts.generation
    found = {name: account for name in refs if (account := _accounts.get(name))}
    ids = sorted({ref.id for name, ref in refs.items() if name not in found})
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        sql = _ACCOUNTS.format(marks=", ".join("?" * len(some)))
        for kind, connection, id, account in await records.store().rows(sql, *some):
            if (name := f"{kind}|{connection}|{id}") in refs:
                found[name] = account
                _accounts.keep(name, account, read_in=generation)
    return found


def _place(happening: Happening, accounts: Mapping[str, str]) -> Place:
    if happening.account:
        return Place(happening.account, happening.account)
    if happening.customer is None:
        return Place(None, _record(happening.data) or f"{happening.source}|{happening.source_id}")
    name = _named(happening.customer)
    account = _owned(happening.customer) or accounts.get(name)
    return Place(account, account or name)


def _owned(ref: ExternalRef) -> str | None:
    """A record of the CRM is an account by itself, also when we have not seen it yet (docs/identity.md)."""
    return derive(Prefix.ACCOUNT, ref) if ref.kind is Kind.CRM else None


def _named(ref: ExternalRef) -> str:
    return f"{ref.kind}|{ref.connection}|{ref.id}"


def _record(data: EventData) -> str | None:
    """The record that an event without a customer is about, such as a payout."""
    for field in data.__struct_fields__:
        told: Any = getattr(data, field)
        ref = getattr(getattr(told, "origin", None), "ref", told)
        if isinstance(ref, ExternalRef):
            return _named(ref)
    return None
