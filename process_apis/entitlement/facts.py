"""How are the facts that decide kept in our own database?

A fact is kept under its customer's external id and finds its account through the cross-reference when it is
read, so a record that moves to another account takes its facts along.
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from canonical.billing import Subscription
from canonical.identity import Kind
from canonical.sales import Contract
from process_apis import records
from process_apis.records import Row, Statement
from process_apis.records.moments import micros
from process_apis.systems import systems

Fact = Subscription | Contract
KIND_OF = {"subscriptions": Kind.BILLING, "contracts": Kind.CRM}
"""The lists of facts, and the kind of system that owns each."""

_KEEP = """
INSERT INTO entitlement_fact (connection, name, external_id, customer, payload, observed_at, sweep)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (connection, name, external_id) DO UPDATE SET
  customer = excluded.customer, payload = excluded.payload, observed_at = excluded.observed_at,
  sweep = excluded.sweep
WHERE excluded.sweep >= entitlement_fact.sweep
"""
_DROP_OF_CUSTOMER = (
    "DELETE FROM entitlement_fact WHERE connection = ? AND name = ? AND customer = ? AND sweep < ?"
)
_DROP_UNSEEN = "DELETE FROM entitlement_fact WHERE connection = ? AND name = ? AND sweep < ?"
_FILLED = """
INSERT INTO entitlement_fill (connection, name, observed_at) VALUES (?, ?, ?)
ON CONFLICT (connection, name) DO UPDATE SET observed_at = excluded.observed_at
"""
_FILLS = "SELECT connection, name, observed_at FROM entitlement_fill"
_OF_ACCOUNT = """
SELECT DISTINCT f.connection, f.name, f.external_id, f.payload FROM account_record r
JOIN entitlement_fact f ON f.connection = r.connection AND f.customer = r.external_id
WHERE r.account_id = ? ORDER BY f.connection, f.name, f.external_id
"""

_subscription = msgspec.json.Decoder(Subscription).decode
_contract = msgspec.json.Decoder(Contract).decode


class Source(Struct, frozen=True):
    """One list of facts in one connection: the subscriptions of a billing system, the contracts of a CRM."""

    connection: str
    name: str


class Stored(Struct, frozen=True):
    """What the table holds for one account."""

    subscriptions: tuple[Subscription, ...]
    contracts: tuple[Contract, ...]


async def of_account(account: str) -> Stored:
    """Every fact of every record of this account that a connected system told us."""
    connected = {one.name for one in systems().all()}
    rows = [row for row in await records.store().rows(_OF_ACCOUNT, account) if row[0] in connected]
    return Stored(
        tuple(_subscription(payload) for _, name, _, payload in rows if name == "subscriptions"),
        tuple(_contract(payload) for _, name, _, payload in rows if name == "contracts"),
    )


async def fills() -> dict[Source, int]:
    """When each list was last walked to its end, in microseconds of business time."""
    return {Source(connection, name): at for connection, name, at in await records.store().rows(_FILLS)}


async def keep_page(source: Source, facts: Iterable[Fact], asked: int) -> None:
    """Keep one page; `asked` is the wall time of asking: what is older never overwrites what is newer."""
    await records.store().write(_KEEP, [_row(source, fact, asked) for fact in facts])


async def keep_all_of(source: Source, customer: str, facts: Iterable[Fact], asked: int) -> None:
    """Keep exactly these facts of one customer."""
    rows = [_row(source, fact, asked) for fact in facts]
    drop: Row = (source.connection, source.name, customer, asked)
    await records.store().write_all([(_KEEP, rows), (_DROP_OF_CUSTOMER, [drop])])


async def complete(source: Source, began: int, observed_at: int) -> None:
    """The walk that began at this wall time has seen the whole list: what it did not see is gone."""
    drop: Statement = (_DROP_UNSEEN, [(source.connection, source.name, began)])
    await records.store().write_all([drop, (_FILLED, [(source.connection, source.name, observed_at)])])


def _row(source: Source, fact: Fact, asked: int) -> Row:
    customer = fact.customer if isinstance(fact, Subscription) else fact.account
    payload = msgspec.json.encode(fact)
    seen = micros(fact.origin.observed_at)
    return source.connection, source.name, fact.origin.ref.id, customer, payload, seen, asked
