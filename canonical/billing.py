"""What is a subscription, an invoice, a payment, a credit note, a dispute?"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from canonical.identity import Origin
from canonical.money import Money
from canonical.sales import Line


class SubscriptionStatus(StrEnum):
    """Where a subscription is in its life."""

    INCOMPLETE = "incomplete"
    EXPIRED = "expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Subscription(Struct, frozen=True, kw_only=True):
    """What is being billed; `customer` is the billing system's external id.

    The period is that of the item whose period ends first.
    """

    customer: str
    status: SubscriptionStatus
    items: tuple[Line, ...]
    started_at: datetime
    period_start: datetime | None
    period_end: datetime | None
    cancel_at_period_end: bool
    ended_at: datetime | None
    paused_at: datetime | None
    trial_end: datetime | None
    origin: Origin


class InvoiceStatus(StrEnum):
    """Where an invoice is in its life."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    UNCOLLECTIBLE = "uncollectible"
    VOID = "void"


class Invoice(Struct, frozen=True, kw_only=True):
    """What billing asked a customer for. `attempts` counts tries to collect it.

    `customer` and `subscription` are external ids. `number` is absent while it is a draft.
    """

    number: str | None
    customer: str
    subscription: str | None
    status: InvoiceStatus
    total: Money
    tax: Money
    paid: Money
    remaining: Money
    lines: tuple[Line, ...]
    created_at: datetime
    finalized_at: datetime | None
    due_at: datetime | None
    paid_at: datetime | None
    attempts: int
    next_attempt_at: datetime | None
    origin: Origin


class PaymentStatus(StrEnum):
    """What became of a payment."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Payment(Struct, frozen=True, kw_only=True):
    """One try to collect money. `failure` is why it was declined, `customer` an external id."""

    customer: str
    status: PaymentStatus
    amount: Money
    failure: str | None
    at: datetime
    origin: Origin
