"""How does NetSuite's wording become ours? (pure; `ValueError`: it cannot)"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from canonical.customer import AccountRecord, Address, BillingDetails, LegalEntity
from canonical.finance import AccountingPeriod, LedgerEntry, Receivable
from canonical.identity import ExternalRef, Kind, Origin
from canonical.money import Money
from canonical.sales import Line, Order, OrderStatus
from system_apis.netsuite.wire import (
    BillingRow,
    CustomerRow,
    EntryRow,
    Id,
    InvoiceRow,
    LineRow,
    OrderRow,
    PeriodRow,
    SubsidiaryRecord,
    SubsidiaryRow,
    TaxRegistration,
)

# Sales order status codes (SuiteAnswers 10101, "Transaction statuses and codes").
ORDER_STATUSES: Final = {
    "A": OrderStatus.PENDING_APPROVAL,
    "B": OrderStatus.PENDING_FULFILMENT,
    "C": OrderStatus.CANCELLED,
    "D": OrderStatus.PARTIALLY_FULFILLED,
    "E": OrderStatus.PARTIALLY_FULFILLED,  # some of it is pending billing too
    "F": OrderStatus.PENDING_BILLING,
    "G": OrderStatus.BILLED,
    "H": OrderStatus.CLOSED,
}


class Sight(Struct, frozen=True):
    """Where and when rows were seen; `zone` is the time zone in which this account writes its times."""

    connection: str
    observed_at: datetime
    zone: ZoneInfo

    def origin(self, object: str, id: Id, modified: str | None = None) -> Origin:
        """The provenance of one row."""
        return Origin(
            ref=ExternalRef(kind=Kind.ERP, connection=self.connection, object=object, id=str(id)),
            observed_at=self.observed_at,
            modified_at=self.moment(modified) if modified else None,
        )

    def moment(self, written: str) -> datetime:
        """A time as this account writes it."""
        return datetime.fromisoformat(written).replace(tzinfo=self.zone).astimezone(UTC)


def to_account_record(row: CustomerRow, sight: Sight) -> AccountRecord:
    """A customer as an account record; the external id is the cross-reference key."""
    return AccountRecord(
        origin=sight.origin("customer", row.id, row.modified),
        key=row.externalid,
        name=row.companyname or row.entityid,
        domain=_domain(row.url),
        email=row.email,
        parent=None if row.parent is None else str(row.parent),
        legal_entity=_legal_entity(row.subsidiary_code, row.subsidiary_country),
    )


def to_billing_details(row: BillingRow, sight: Sight) -> BillingDetails:
    """What the customer's record says of its invoices. `taxable` is `T` or `F`: exempt is who is not."""
    return BillingDetails(
        billing_address=Address(
            street="\n".join(line for line in (row.addr1, row.addr2) if line) or None,
            city=row.city,
            state=row.state,
            postal_code=row.zip,
            country=row.country,
        ),
        payment_terms_days=None if row.days is None else _whole(row.days),
        tax_id=row.tax_number,
        tax_exempt=None if row.taxable is None else row.taxable == "F",
        first_ordered_on=date.fromisoformat(row.first_ordered) if row.first_ordered else None,
        origin=sight.origin("customer", row.id, row.modified),
    )


def to_legal_entity(row: SubsidiaryRow, record: SubsidiaryRecord, sight: Sight) -> LegalEntity:
    """A subsidiary as one of our companies, with its tax number at home when it has several."""
    registrations = sorted(record.registrations.items, key=lambda one: _abroad(one, row.country))
    return LegalEntity(
        code=row.externalid or row.country,
        name=row.name,
        country=row.country,
        base_currency=row.currency,
        tax_registration=next((one.number for one in registrations if one.number), None),
        origin=sight.origin("subsidiary", row.id),
    )


def to_order(row: OrderRow, lines: Iterable[LineRow], sight: Sight) -> Order:
    """A sales order with its lines; the contract's number is the customer's reference on it."""
    return Order(
        number=row.tranid,
        customer=str(row.entity),
        contract=row.otherrefnum,
        status=_order_status(row.status),
        ordered_on=date.fromisoformat(row.trandate),
        legal_entity=_legal_entity(row.subsidiary_code, row.subsidiary_country),
        total=_money(row.foreigntotal, row.currency),
        lines=tuple(line for wire in lines if (line := to_line(wire, row.currency))),
        origin=sight.origin("salesOrder", row.id, row.modified),
    )


def to_line(row: LineRow, currency: str) -> Line | None:
    """A line of an order in the order's currency, none for a line of mere text.

    A discount's rate is negative. The signs of quantity and amount say on which side of the ledger the
    line stands, not what it costs, so the rate alone gives the sign.
    """
    if row.rate is None and row.foreignamount is None:
        return None
    quantity = abs(_whole(row.quantity)) if row.quantity and row.rate is not None else 1
    rate = row.rate if row.rate is not None else abs(row.foreignamount or Decimal())
    amount = rate * quantity if row.foreignamount is None else abs(row.foreignamount).copy_sign(rate)
    return Line(
        sku=row.sku,
        description=row.memo,
        quantity=quantity,
        unit_price=_money(rate, currency),
        amount=_money(amount, currency),
    )


def to_receivable(row: InvoiceRow, sight: Sight) -> Receivable:
    """An invoice as a receivable; its external id is the billing system's invoice id."""
    return Receivable(
        number=row.tranid,
        invoice=row.externalid,
        customer=str(row.entity),
        legal_entity=_legal_entity(row.subsidiary_code, row.subsidiary_country),
        total=_money(row.foreigntotal, row.currency),
        open_amount=_money(row.foreignamountunpaid or Decimal(), row.currency),
        posted_on=date.fromisoformat(row.trandate),
        due_on=date.fromisoformat(row.duedate) if row.duedate else None,
        period=row.period,
        origin=sight.origin("invoice", row.id, row.modified),
        dunning=row.dunning or None,
    )


def to_ledger_entry(row: EntryRow, what: str, source: str, record: str, sight: Sight) -> LedgerEntry:
    """What was posted for a record of billing; an invoice is applied to nothing."""
    total = abs(row.foreigntotal)
    applied = None if what == "invoice" or row.unused is None else total - abs(row.unused)
    return LedgerEntry(
        what=what,
        source=source,
        legal_entity=_legal_entity(row.subsidiary_code, row.subsidiary_country),
        amount=_money(total, row.currency),
        applied=None if applied is None else _money(applied, row.currency),
        posted_on=date.fromisoformat(row.trandate),
        period=row.period,
        note=row.memo or None,
        origin=sight.origin(record, row.id, row.modified),
    )


def to_period(row: PeriodRow, legal_entity: str) -> AccountingPeriod:
    """A month of the accounts; receivables that are locked are closed to us."""
    return AccountingPeriod(
        name=row.name,
        legal_entity=legal_entity,
        start=date.fromisoformat(row.start_on),
        end=date.fromisoformat(row.end_on),
        closed="T" in (row.closed, row.locked),
    )


def _abroad(registration: TaxRegistration, country: str) -> bool:
    return registration.country is None or registration.country.id != country


def _order_status(code: str) -> OrderStatus:
    letter = code.rpartition(":")[2]
    if letter not in ORDER_STATUSES:
        raise ValueError(f"unknown order status {code!r}")
    return ORDER_STATUSES[letter]


def _money(amount: Decimal, currency: str) -> Money:
    """Exact, or `ValueError`: NetSuite keeps rates to more places than a currency has."""
    if not amount.is_finite():
        raise ValueError(f"{amount} is no amount")
    return Money.of(amount, currency)


def _whole(number: Decimal) -> int:
    if not number.is_finite() or number != (whole := number.to_integral_value()):
        raise ValueError(f"{number} is not a whole number")
    return int(whole)


def _legal_entity(code: str | None, country: str | None) -> str | None:
    """A subsidiary's own code when it has one, else its country."""
    return code or country


def _domain(url: str | None) -> str | None:
    """The host of a web address without `www.`, as other systems write a domain."""
    if not url:
        return None
    host = url.rpartition("://")[2]
    return host.partition("/")[0].partition(":")[0].lower().removeprefix("www.") or None
