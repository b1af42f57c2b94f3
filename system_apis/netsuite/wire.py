"""What do NetSuite's answers look like, as far as we read them?

SuiteQL answers column names in lower case and leaves a column out where it is null. A number comes as a
JSON number or as a string, by release and column: both are taken.
"""

from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct, field

Row = TypeVar("Row")
Id = str | int


class Rows(Struct, Generic[Row], frozen=True):
    """One page of a query's result (Oracle's collection envelope)."""

    items: list[Row]
    has_more: bool = field(name="hasMore")


class CustomerRow(Struct, frozen=True, kw_only=True):
    """A customer. `companyname` is absent for a person, `entityid` is the name or number shown for it."""

    id: Id
    entityid: str
    companyname: str | None = None
    externalid: str | None = None
    email: str | None = None
    url: str | None = None
    parent: Id | None = None
    subsidiary_code: str | None = None
    subsidiary_country: str | None = None
    modified: str | None = None


class BillingRow(Struct, frozen=True, kw_only=True):
    """A customer with the default billing address of its address book, the days of its terms, the number of
    its default tax registration (SuiteTax), and the date of its first sales order."""

    id: Id
    addr1: str | None = None
    addr2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    days: Decimal | None = None
    tax_number: str | None = None
    taxable: str | None = None
    first_ordered: str | None = None
    modified: str | None = None


class SubsidiaryRow(Struct, frozen=True, kw_only=True):
    """A subsidiary; `country` is ISO 3166-1 alpha-2."""

    id: Id
    name: str
    country: str
    currency: str
    externalid: str | None = None


class TransactionRow(Struct, frozen=True, kw_only=True):
    """What an order and an invoice have in common. `foreigntotal` is in the transaction's own currency."""

    id: Id
    tranid: str
    entity: Id
    trandate: str
    currency: str
    foreigntotal: Decimal
    externalid: str | None = None
    subsidiary_code: str | None = None
    subsidiary_country: str | None = None
    modified: str | None = None


class OrderRow(TransactionRow, frozen=True, kw_only=True):
    """A sales order; `status` is `B` or `SalesOrd:B`, by release."""

    status: str
    otherrefnum: str | None = None


class LineRow(Struct, frozen=True, kw_only=True):
    """A line of an order. Quantity and amount of a sale carry a credit's minus sign; the rate does not."""

    transaction: Id
    sku: str | None = None
    memo: str | None = None
    quantity: Decimal | None = None
    rate: Decimal | None = None
    foreignamount: Decimal | None = None


class InvoiceRow(TransactionRow, frozen=True, kw_only=True):
    """An invoice; nothing is owed where `foreignamountunpaid` is left out. `dunning` is a field of ours."""

    duedate: str | None = None
    dunning: str | None = None
    foreignamountunpaid: Decimal | None = None
    period: str | None = None


class Nexus(Struct, frozen=True):
    """A value of a fixed list, here a country: `id` is its code."""

    id: str


class TaxRegistration(Struct, frozen=True, kw_only=True):
    """A number under which a subsidiary pays tax in a country."""

    number: str | None = field(name="taxRegistrationNumber", default=None)
    country: Nexus | None = field(name="nexusCountry", default=None)


class TaxRegistrations(Struct, frozen=True):
    """The sublist, opened by `expandSubResources`."""

    items: list[TaxRegistration] = []


class SubsidiaryRecord(Struct, frozen=True):
    """The record of a subsidiary: SuiteQL does not show its tax registrations."""

    registrations: TaxRegistrations = field(name="taxRegistration", default=TaxRegistrations())


class IdRow(Struct, frozen=True):
    """Where something is kept, and nothing else of it."""

    id: Id


class StandingRow(Struct, frozen=True, kw_only=True):
    """A customer as far as it says in whose books it may be."""

    id: Id
    subsidiary: Id | None = None


class OwedRow(Struct, frozen=True, kw_only=True):
    """An invoice, what is still owed on it, and what it shows of its collection."""

    id: Id
    foreignamountunpaid: Decimal | None = None
    dunning: str | None = None


class PeriodRow(Struct, frozen=True, kw_only=True):
    """A month of the accounts. `closed` and the locks are `T` or `F`."""

    name: str
    start_on: str
    end_on: str
    closed: str
    locked: str | None = None


class EntryRow(Struct, frozen=True, kw_only=True):
    """A transaction as far as it says what was posted. What is not applied is `unused`."""

    id: Id
    trandate: str
    currency: str
    foreigntotal: Decimal
    unused: Decimal | None = None
    memo: str | None = None
    period: str | None = None
    subsidiary_code: str | None = None
    subsidiary_country: str | None = None
    modified: str | None = None


class ChangedRow(Struct, frozen=True, kw_only=True):
    """A record that changed, when, and of which type and customer it is (none: it is a customer)."""

    id: Id
    modified: str
    recordtype: str = "customer"
    entity: Id | None = None


class Detail(Struct, frozen=True):
    """One thing that was refused, in a sentence and a code."""

    detail: str = ""
    code: str | None = field(name="o:errorCode", default=None)


class Complaining(Struct, frozen=True):
    """The body of every refusal."""

    details: list[Detail] = field(name="o:errorDetails", default_factory=list)
