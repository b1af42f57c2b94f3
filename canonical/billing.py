"""What is a subscription, an invoice, a payment, a credit note, a refund, a dispute, a payout?"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from canonical.identity import Origin, Timestamp
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
    started_at: Timestamp
    period_start: Timestamp | None
    period_end: Timestamp | None
    cancel_at_period_end: bool
    ended_at: Timestamp | None
    paused_at: Timestamp | None
    trial_end: Timestamp | None
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

    `customer` and `subscription` are external ids. `number` is absent while it is a draft. `credited` is what
    credit notes took off before it was paid, where that is known.
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
    created_at: Timestamp
    finalized_at: Timestamp | None
    due_at: Timestamp | None
    paid_at: Timestamp | None
    attempts: int
    next_attempt_at: Timestamp | None
    origin: Origin
    credited: Money | None = None


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
    at: Timestamp
    origin: Origin


class PaymentApplication(Struct, frozen=True, kw_only=True):
    """How much of a payment went to an invoice, as billing says; all three ids are external ids.

    A message about it may not say whose it is.
    """

    payment: str
    invoice: str
    customer: str | None
    amount: Money
    at: Timestamp
    origin: Origin


class CreditNoteStatus(StrEnum):
    """Whether a credit note stands."""

    ISSUED = "issued"
    VOID = "void"


class CreditNote(Struct, frozen=True, kw_only=True):
    """What billing gave back of an invoice's amount; `total` holds `tax`. `refunded` went back as money.

    `taken_off` is how much less was owed of the invoice by it; None where billing does not say.
    """

    number: str
    invoice: str
    customer: str
    status: CreditNoteStatus
    reason: str | None
    total: Money
    tax: Money
    refunded: Money
    lines: tuple[Line, ...]
    issued_at: Timestamp
    origin: Origin
    taken_off: Money | None = None


class RefundStatus(StrEnum):
    """What became of money that goes back."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Refund(Struct, frozen=True, kw_only=True):
    """Money that goes back to a customer. `payment` is an external id, `invoice` the one it had paid."""

    payment: str
    invoice: str | None
    customer: str | None
    amount: Money
    status: RefundStatus
    reason: str | None
    at: Timestamp
    origin: Origin


class DisputeStatus(StrEnum):
    """Who has the money that a customer's bank took back."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Dispute(Struct, frozen=True, kw_only=True):
    """A payment that the customer's bank contests; while `withdrawn`, the money is not ours."""

    payment: str
    invoice: str | None
    customer: str | None
    amount: Money
    fee: Money
    reason: str
    status: DisputeStatus
    withdrawn: bool
    opened_at: Timestamp
    closed_at: Timestamp | None
    origin: Origin


class PayoutLineKind(StrEnum):
    """What moved the balance at the payment provider."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    ADJUSTMENT = "adjustment"


class PayoutLine(Struct, frozen=True, kw_only=True):
    """One movement in a payout: `net` is `gross` less `fee`; `about` is the external id of what moved."""

    kind: PayoutLineKind
    about: str | None
    gross: Money
    fee: Money
    net: Money


class PayoutStatus(StrEnum):
    """Where a payout stands. One that was paid fails when our bank sends it back, days later."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Payout(Struct, frozen=True, kw_only=True):
    """What went to our bank account (from it, below zero): `net` is the sum of all lines' `net`."""

    net: Money
    gross: Money
    fees: Money
    arrives_on: date
    lines: tuple[PayoutLine, ...]
    at: Timestamp
    origin: Origin
    status: PayoutStatus = PayoutStatus.PAID
