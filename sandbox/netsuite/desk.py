"""What does whoever enters a record at the practice company look up? (accounts, months, what is open)"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from sandbox.netsuite.books import Books, customer_key
from sandbox.netsuite.drafting import reference
from sandbox.netsuite.money import CURRENCIES
from sandbox.netsuite.objections import not_of_entity, period_closed
from sandbox.netsuite.shapes import Field, Line, Record, Reference

ZERO: Final = Decimal(0)
_DECIMALS: Final = {currency.id: currency.precision for currency in CURRENCIES.values()}


@dataclass
class Sheet:
    """A transaction that is being entered: what it would be, and what it was before (nothing: it is new)."""

    type: str
    fields: dict[str, Field]
    sublists: dict[str, list[Line]]
    old: Record | None

    def amount(self, name: str) -> Decimal:
        """A number of the body, nought when it is not set."""
        return number(self.fields.get(name))

    def pointer(self, name: str) -> Reference | None:
        """What a field of the body points to."""
        value = self.fields.get(name)
        return value if isinstance(value, Reference) else None

    def rounded(self, value: Decimal) -> Decimal:
        """An amount with the decimals of the transaction's currency, half up."""
        currency = self.pointer("currency")
        places = Decimal(1).scaleb(-_DECIMALS[currency.id]) if currency else Decimal("0.01")
        return value.quantize(places, ROUND_HALF_UP)


@dataclass(frozen=True)
class Desk:
    """The books, and the moment of business time at which something is entered."""

    books: Books
    now: datetime

    def customer(self, who: Reference) -> Record:
        """A customer that a reference points to."""
        record = self.books.at(customer_key(who))
        assert record is not None
        return record

    def account(self, number: str) -> Reference:
        """An account of the ledger by its number."""
        return self.books.company.account(number)

    def account_number(self, line: Line) -> str:
        """The number of the account that a line of the ledger is on."""
        account = line["account"]
        assert isinstance(account, Reference)
        record = self.books.at((account.type, account.id))
        assert record
        return str(record.fields["acctNumber"])

    def stand(self, sheet: Sheet, customer: Record) -> None:
        """Set the day, subsidiary and currency of a customer's transaction, and see that they go together."""
        sheet.fields["tranDate"] = sheet.fields.get("tranDate") or self.now.date()
        for name in ("subsidiary", "currency"):
            sheet.fields[name] = sheet.fields.get(name) or customer.fields[name]
        subsidiary, currency = sheet.pointer("subsidiary"), sheet.pointer("currency")
        assert subsidiary
        assert currency
        who = reference(customer)
        if subsidiary.id not in self._subsidiaries(customer):
            raise not_of_entity("subsidiary", subsidiary, who)
        if currency.id not in _currencies(customer):
            raise not_of_entity("currency", currency, who)

    def book_in(self, sheet: Sheet) -> None:
        """Set the posting period, which follows from the day."""
        subsidiary = sheet.pointer("subsidiary")
        assert subsidiary
        self.open_month(subsidiary, sheet.fields["tranDate"])
        sheet.fields["postingPeriod"] = self.books.company.period(month_of(sheet.fields["tranDate"]))

    def open_month(self, subsidiary: Reference, day: Field) -> None:
        """Pass in silence when the subsidiary's month of a day is open, else `Refused`."""
        entity = next(
            code for code, record in self.books.company.subsidiaries.items() if record.id == subsidiary.id
        )
        period = self.books.period(entity, month_of(day))
        if period is None or period.closed:
            raise period_closed()

    def _subsidiaries(self, customer: Record) -> set[int]:
        """The primary one, and those that a relationship gives."""
        shared = self.books.users(customer.key, "customerSubsidiaryRelationship")
        found = [record.fields["subsidiary"] for record in (customer, *shared)]
        return {one.id for one in found if isinstance(one, Reference)}


def _currencies(customer: Record) -> set[int]:
    """The primary one, and those of the currency list."""
    lines = customer.sublists.get("currencyList", [])
    found = [customer.fields["currency"], *(line["currency"] for line in lines)]
    return {one.id for one in found if isinstance(one, Reference)}


def month_of(day: Field) -> str:
    """The accounting month of a day, such as `2026-09`."""
    assert isinstance(day, date)
    return day.strftime("%Y-%m")


def number(field: Field) -> Decimal:
    """A number of a record, nought when it is not set."""
    return Decimal(field) if isinstance(field, int | Decimal) else ZERO
