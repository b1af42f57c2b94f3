"""What is a receivable?"""

from datetime import date

from msgspec import Struct

from canonical.identity import Origin
from canonical.money import Money


class Receivable(Struct, frozen=True, kw_only=True):
    """The ERP's copy of an invoice and what is still owed on it.

    `invoice` is the billing system's invoice id (the ERP record's external id), `customer` the ERP's
    own id.
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
