"""What stands in the practice company's NetSuite?

The books are opened once, from what the world says of the ERP; from then on they are the ERP's own, and
what other systems do changes nothing here. Everything lies in the world's drawer too, so a restart finds it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final

from sandbox.ids import NETSUITE_STARTS
from sandbox.netsuite.company import Company
from sandbox.netsuite.customers import contacts, customers
from sandbox.netsuite.keeping import kept, recalled
from sandbox.netsuite.schema import SHAPES
from sandbox.netsuite.shapes import Key, Record, Reference
from sandbox.netsuite.transactions import customer_payments, invoices, journal_entries, sales_orders
from sandbox.world import Period, World

LONGEST_ID = 18  # internal ids are 64-bit integers
# What a document leaves open for its customer: the field, and whether it is owed by them or to them.
_OPEN: Final = {
    "invoice": ("amountRemaining", 1),
    "customerPayment": ("unapplied", -1),
    "creditMemo": ("unapplied", -1),
    "customerRefund": ("unapplied", 1),
}
# The fields by which a record belongs to another.
_POINTERS: Final = ("createdFrom", "entity", "customer", "parent", "company")
# The sublists that settle or take up another document, and the field that names it.
SETTLING: Final = {"apply": "doc", "payment": "id"}


class Books:
    """Every record by type and internal id, in the order of their ids.

    `unfiled` are the keys that were written to since somebody last took them from it. `next_number` gives a
    number that no record of a kind ever had.
    """

    def __init__(self, world: World, next_number: Callable[[str], int]) -> None:
        self.world = world
        self._next_number = next_number
        self.company = Company(world)
        self.unfiled: dict[Key, None] = {}
        self._types: dict[str, dict[int, Record]] = {
            "accountingPeriod": _by_id(self.company.periods.values()),
            "account": _by_id(self.company.accounts.values()),
            "contact": {},
            "currency": _by_id(self.company.currencies.values()),
            "serviceSaleItem": _by_id(self.company.items.values()),
            "subsidiary": _by_id(self.company.subsidiaries.values()),
            "term": _by_id(self.company.terms.values()),
            **{type: {} for type in SHAPES},
        }
        self._external: dict[tuple[str, str], Record] = {}
        # By a record and a type: which records of that type settle it, take it up or belong to it.
        self._users: defaultdict[tuple[Key, str], set[Key]] = defaultdict(set)
        self._balances: defaultdict[int, Decimal] = defaultdict(Decimal)
        self._periods = {(period.entity, period.name): period for period in world.periods.values()}
        # NetSuite takes `salesorder` for `salesOrder` in a path.
        self._names = {name.lower(): name for name in self._types}
        for record in self._recalled() if world.erp.records else _opened(world, self.company):
            self._enter(record)
        for record in self.everything():
            if record.external_id:
                self._external.setdefault((record.type, record.external_id), record)
        if not world.erp.records:
            self._open()

    def type_named(self, name: str) -> str | None:
        """The record type as NetSuite spells it, or nothing when there is none of that name."""
        return self._names.get(name.lower())

    def records(self, type: str) -> list[Record]:
        """All records of a type, oldest id first."""
        return list(self._types[type].values())

    def everything(self) -> Iterator[Record]:
        """All records of all types."""
        return (record for records in self._types.values() for record in records.values())

    def record(self, type: str, id: str) -> Record | None:
        """One record by internal id, or by `eid:` and its external id."""
        if id.startswith("eid:"):
            return self._external.get((type, id.removeprefix("eid:")))
        return self._types[type].get(int(id)) if id.isdecimal() and len(id) <= LONGEST_ID else None

    def at(self, key: Key) -> Record | None:
        """One record by its key."""
        return self._types[key[0]].get(key[1])

    def users(self, key: Key, type: str) -> list[Record]:
        """The records of a type that settle this one, take it up or belong to it."""
        return [self._types[type][id] for _, id in self._users.get((key, type), ())]

    def is_used(self, key: Key) -> bool:
        """Whether any record settles this one, takes it up or belongs to it."""
        return any(self._users.get((key, type)) for type in self._types)

    def period(self, entity: str, month: str) -> Period | None:
        """An accounting month, such as `2026-09`, of a legal entity."""
        return self._periods.get((entity, month))

    def next_id(self, type: str) -> int:
        """An internal id that no record of the type has, or had, also before a reset."""
        return self.world.erp.numbers[type] + self._next_number(f"erp {type}")

    def put(self, record: Record) -> None:
        """Write a record into the books, new or in the place of what it was."""
        old = self.at(record.key)
        if old:
            self._forget(old)
        self._enter(record)
        if old and record.type == "customer":
            self._rename(old, record)
        if record.external_id:
            self._external.setdefault((record.type, record.external_id), record)
        self._touch(record)

    def remove(self, record: Record) -> None:
        """Take a record out of the books."""
        self._forget(record)
        del self._types[record.type][record.id]
        self.world.erp.records.get(record.type, {}).pop(str(record.id), None)
        self.unfiled[record.key] = None

    def close(self, entity: str, month: str, *, closed: bool) -> Period | None:
        """Close or open an accounting month of a legal entity; nothing when there is no such month."""
        period = self.period(entity, month)
        if period is not None:
            period.closed = closed
            self.company.periods = Company(self.world).periods
            self._types["accountingPeriod"] = _by_id(self.company.periods.values())
            self.unfiled[self.company.periods[month].key] = None
        return period

    def _open(self) -> None:
        """Lay away what the world says, and where the ids of new records begin."""
        for record in self.everything():
            self._lay_away(record)
        self.world.erp.numbers = {
            type: max(self._types[type], default=NETSUITE_STARTS[type]) for type in SHAPES
        }

    def _enter(self, record: Record) -> None:
        if record.type in SHAPES:
            record.fields = dict.fromkeys(SHAPES[record.type].fields) | record.fields
        self._types[record.type][record.id] = record
        for key in _used(record):
            self._users[key, record.type].add(record.key)
        self._owe(record, 1)
        if record.type == "customer":
            record.fields["balance"] = self._balances[record.id]

    def _forget(self, record: Record) -> None:
        self._owe(record, -1)
        for key in _used(record):
            self._users[key, record.type].discard(record.key)
        eid = record.external_id
        if eid and self._external.get((record.type, eid)) is record:
            del self._external[record.type, eid]
            for other in self.records(record.type) if record.type == "customer" else ():
                if other.external_id == eid and other is not record:
                    self._external.setdefault((record.type, eid), other)

    def _owe(self, record: Record, sign: int) -> None:
        """Let the customer's balance follow what a document leaves open."""
        if record.type not in _OPEN:
            return
        name, side = _OPEN[record.type]
        open_amount, customer = record.fields.get(name), payer(record)
        if isinstance(open_amount, Decimal) and customer:
            self._balances[customer.id] += sign * side * open_amount
            if owner := self.at(customer_key(customer)):
                owner.fields["balance"] = self._balances[customer.id]

    def _rename(self, old: Record, new: Record) -> None:
        """Let whatever points to a customer show the name it has now."""
        name = new.fields["companyName"]
        if old.fields["companyName"] == name:
            return
        pointer = new.reference(str(name))
        for type in self._types:
            for user in self.users(new.key, type):
                for field in _POINTERS:
                    pointed = user.fields.get(field)
                    if isinstance(pointed, Reference) and (pointed.type, pointed.id) == new.key:
                        user.fields[field] = pointer
                self._touch(user)

    def _touch(self, record: Record) -> None:
        self.unfiled[record.key] = None
        self._lay_away(record)

    def _lay_away(self, record: Record) -> None:
        if record.type in SHAPES or record.type == "contact":
            self.world.erp.records.setdefault(record.type, {})[str(record.id)] = kept(record)

    def _recalled(self) -> Iterator[Record]:
        for type, records in self.world.erp.records.items():
            for id, laid in records.items():
                yield recalled(type, int(id), laid)


def payer(record: Record) -> Reference | None:
    """Whom a transaction is with."""
    who = record.fields.get("entity") or record.fields.get("customer")
    return who if isinstance(who, Reference) else None


def customer_key(customer: Reference) -> Key:
    """The key of the customer that a reference points to."""
    return customer.type, customer.id


def _opened(world: World, company: Company) -> Iterator[Record]:
    """What the ERP has as the world was made."""
    yield from customers(world, company)
    yield from contacts(world, company)
    for render in (sales_orders, invoices, customer_payments, journal_entries):
        yield from sorted(render(world, company), key=lambda record: record.id)


def _used(record: Record) -> Iterator[Key]:
    """What a record settles, takes up or belongs to."""
    for name, field in SETTLING.items():
        for line in record.sublists.get(name, ()):
            if isinstance(used := line[field], Reference):
                yield used.type, used.id
    for field in _POINTERS:
        if isinstance(used := record.fields.get(field), Reference):
            yield used.type, used.id


def _by_id(records: Iterable[Record]) -> dict[int, Record]:
    return {record.id: record for record in sorted(records, key=lambda record: record.id)}
