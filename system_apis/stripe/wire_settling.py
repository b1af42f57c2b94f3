"""What does Stripe's JSON look like for what happens to money after an invoice? (version as in `wire`)

References are ids unless they were asked for whole (`expand`).
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from system_apis.stripe.wire import Listed, Tax


class OfSomebody(Struct):
    """What a reference leads to, as far as it says whose it is."""

    id: str
    customer: str | None = None
    payment_intent: str | None = None


class PaidBy(Struct):
    """What paid: a payment intent, or a charge or a payment elsewhere where there is none."""

    payment_intent: str | None = None
    charge: str | None = None
    payment_record: str | None = None


class PaidTransition(Struct, frozen=True):
    """When it was paid."""

    paid_at: int | None = None


class InvoicePayment(Struct):
    """How much of an invoice one payment is for; `amount_paid` once it is paid."""

    id: str
    invoice: str | OfSomebody
    payment: PaidBy
    status: Literal["open", "paid", "canceled"]
    amount_paid: int | None
    currency: str
    created: int
    status_transitions: PaidTransition = PaidTransition()


class Charge(Struct):
    """A charge, as an event about its refunds holds it; `refunded` only when all of it went back."""

    id: str
    customer: str | None
    payment_intent: str | None
    amount: int
    currency: str
    created: int
    refunded: bool


class CreditLine(Struct):
    """A line of a credit note; `amount` is without tax. `invoice_line_item` is the line it gives back."""

    id: str
    amount: int
    description: str | None = None
    quantity: int | None = None
    unit_amount_decimal: Decimal | None = None
    invoice_line_item: str | None = None


class CreditRefund(Struct):
    """What of a credit note went back as money."""

    amount_refunded: int


class CreditNote(Struct):
    """A credit note; `total` holds the taxes."""

    id: str
    number: str
    invoice: str
    customer: str
    status: Literal["issued", "void"]
    reason: str | None
    currency: str
    total: int
    total_taxes: tuple[Tax, ...] | None
    lines: Listed[CreditLine]
    created: int
    refunds: tuple[CreditRefund, ...] = ()
    pre_payment_amount: int | None = None


RefundStatus = Literal["pending", "requires_action", "succeeded", "failed", "canceled"]


class Refund(Struct):
    """Money that goes back."""

    id: str
    amount: int
    currency: str
    created: int
    status: RefundStatus
    reason: str | None = None
    payment_intent: str | None = None
    charge: str | OfSomebody | None = None


class Moved(Struct):
    """What a dispute did to our balance: below zero when money was taken."""

    amount: int
    fee: int
    created: int


DisputeStatus = Literal[
    "warning_needs_response",
    "warning_under_review",
    "warning_closed",
    "needs_response",
    "under_review",
    "won",
    "lost",
    "prevented",
]


class Dispute(Struct):
    """A payment that the customer's bank contests."""

    id: str
    amount: int
    currency: str
    created: int
    status: DisputeStatus
    reason: str
    charge: str | OfSomebody
    payment_intent: str | None = None
    balance_transactions: tuple[Moved, ...] = ()


PayoutStatus = Literal["pending", "in_transit", "paid", "failed", "canceled"]


class Payout(Struct):
    """What goes to our bank account; `arrival_date` is a moment at midnight UTC.

    One that is paid may fail within five business days (docs.stripe.com/api/payouts/object).

    `automatic`: Stripe made it by the schedule. Of one made by hand, instant ones too, it does not know what
    is in it, and refuses to list that (docs.stripe.com/payouts/reconciliation).
    """

    id: str
    automatic: bool
    amount: int
    currency: str
    arrival_date: int
    created: int
    status: PayoutStatus


class Source(Struct):
    """What moved the balance."""

    id: str
    object: str
    payment_intent: str | None = None


class BalanceTransaction(Struct):
    """One movement of the balance: `net` is `amount` less `fee`."""

    id: str
    amount: int
    fee: int
    net: int
    currency: str
    reporting_category: str
    source: Source | str | None = None
