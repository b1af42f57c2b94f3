"""What is a receivable, an accounting period, a ledger entry?"""

from datetime import date

from msgspec import Struct

from canonical.identity import Origin
from canonical.money import Money


class Receivable(Struct, frozen=True, kw_only=True):
    """The ERP's copy of an invoice and what is still owed on it.

    `invoice` is the billing system's invoice id (the ERP record's external id), `customer` the ERP's
    own id. `dunning` is what was marked on it about its collection, in words, none when all is well.
    """

    number: str
    invoice: str | None
    customer: str
    legal_entity: str | None
    total: Money
    open_amount: Money
    posted_on: date
    due_on: date | None
    period: str | None
    origin: Origin
    dunning: str | None = None


class AccountingPeriod(Struct, frozen=True, kw_only=True):
    """A month of one of our companies' books: calendar dates, both part of it."""

    name: str
    legal_entity: str
    start: date
    end: date
    closed: bool


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """What the ERP holds for one record of billing.

    `what` is invoice, payment, credit_note, refund or payout; `source` is billing's id of it. `amount` is
    positive whichever way the money goes; `applied` is how much of it was applied to an invoice.
    """

    what: str
    source: str
    legal_entity: str | None
    amount: Money
    applied: Money | None
    posted_on: date
    period: str | None
    note: str | None
    origin: Origin
