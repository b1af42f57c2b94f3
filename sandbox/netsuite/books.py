"""What stands in the practice company's NetSuite? (the whole world as records, once per version of it)"""

from sandbox.netsuite.company import Company
from sandbox.netsuite.customers import contacts, customers
from sandbox.netsuite.shapes import Record
from sandbox.netsuite.transactions import customer_payments, invoices, journal_entries, sales_orders
from sandbox.world import World

LONGEST_ID = 18  # internal ids are 64-bit integers


class Books:
    """Every record by type and internal id, in the order of their ids."""

    def __init__(self, world: World) -> None:
        company = Company(world)
        self._types: dict[str, dict[int, Record]] = {
            "accountingPeriod": _by_id(list(company.periods.values())),
            "account": _by_id(list(company.accounts.values())),
            "contact": _by_id(contacts(world, company)),
            # The practice company has not credited anyone yet.
            "creditMemo": {},
            "currency": _by_id(list(company.currencies.values())),
            "customer": _by_id(customers(world, company)),
            "customerPayment": _by_id(customer_payments(world, company)),
            "invoice": _by_id(invoices(world, company)),
            "journalEntry": _by_id(journal_entries(world, company)),
            "salesOrder": _by_id(sales_orders(world, company)),
            "serviceSaleItem": _by_id(list(company.items.values())),
            "subsidiary": _by_id(list(company.subsidiaries.values())),
            "term": _by_id(list(company.terms.values())),
        }
        # NetSuite takes `salesorder` for `salesOrder` in a path.
        self._names = {name.lower(): name for name in self._types}
        self._external = {
            (record.type, record.external_id): record
            for name in self._types
            for record in reversed(self.records(name))
            if record.external_id
        }

    def type_named(self, name: str) -> str | None:
        """The record type as NetSuite spells it, or nothing when there is none of that name."""
        return self._names.get(name.lower())

    def records(self, type: str) -> list[Record]:
        """All records of a type, oldest id first."""
        return list(self._types[type].values())

    def record(self, type: str, id: str) -> Record | None:
        """One record by internal id, or by `eid:` and its external id."""
        if id.startswith("eid:"):
            return self._external.get((type, id.removeprefix("eid:")))
        return self._types[type].get(int(id)) if id.isdecimal() and len(id) <= LONGEST_ID else None


def _by_id(records: list[Record]) -> dict[int, Record]:
    return {record.id: record for record in sorted(records, key=lambda record: record.id)}
