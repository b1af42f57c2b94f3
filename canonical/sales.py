"""What is a product, a price, an opportunity, a contract, an order?"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from canonical.identity import Origin
from canonical.money import Money


class Line(Struct, frozen=True, kw_only=True):
    """One line of a contract, an order, an invoice or a subscription."""

    sku: str | None
    description: str | None
    quantity: int
    unit_price: Money
    amount: Money


class Contract(Struct, frozen=True, kw_only=True):
    """What was signed: a term of calendar dates and the committed lines of its won opportunity.

    `account` is the CRM's external id of the customer.
    """

    number: str
    account: str
    status: str
    start: date | None
    end: date | None
    signed_on: date | None
    legal_entities: tuple[str, ...]
    lines: tuple[Line, ...]
    origin: Origin


class Opportunity(Struct, frozen=True, kw_only=True):
    """A deal in the CRM; `contract` is the number of the contract it led to."""

    name: str
    account: str
    stage: str
    won: bool
    close_date: date
    contract: str | None
    lines: tuple[Line, ...]
    origin: Origin


class OrderStatus(StrEnum):
    """How far the ERP is with an order."""

    PENDING_APPROVAL = "pending_approval"
    PENDING_FULFILMENT = "pending_fulfilment"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    PENDING_BILLING = "pending_billing"
    BILLED = "billed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Order(Struct, frozen=True, kw_only=True):
    """A sales order in the ERP; `customer` is the ERP's external id, `contract` the contract's number."""

    number: str
    customer: str
    contract: str | None
    status: OrderStatus
    ordered_on: date
    legal_entity: str | None
    total: Money
    lines: tuple[Line, ...]
    origin: Origin
