"""What is billed, paid and booked? (the facts, platform-free)"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from sandbox.customers import Line

SubscriptionStatus = Literal[
    "trialing",
    "active",
    "past_due",
    "unpaid",
    "paused",
    "canceled",
    "incomplete",
    "incomplete_expired",
]
InvoiceStatus = Literal["draft", "open", "paid", "uncollectible", "void"]
PaymentStatus = Literal["succeeded", "failed", "refunded"]
Collection = Literal["charge_automatically", "send_invoice"]
# What becomes of the invoices of a subscription whose collection is paused.
Holding = Literal["keep_as_draft", "mark_uncollectible", "void"]
DisputeStatus = Literal["needs_response", "under_review", "won", "lost"]

NO_CONTRACT = 0


@dataclass
class Subscription:
    """What is being billed. `contract` is `NO_CONTRACT` for who bought without signing one.

    `slots` number the lines for good (none: by their place), `cycle` is the moment periods are counted from
    (none: the end of the trial, or the start), `owed` are prorations that the next invoice bills.
    """

    number: int
    account: int
    contract: int
    currency: str
    status: SubscriptionStatus
    lines: list[Line]
    interval: Literal["month", "year"]
    started: datetime
    period_start: datetime
    period_end: datetime
    cancel_at_period_end: bool
    canceled_at: datetime | None
    ended_at: datetime | None
    paused_at: datetime | None
    trial_end: datetime | None
    changed: datetime
    slots: list[int] = field(default_factory=list)
    collection: Collection | None = None
    days_until_due: int | None = None
    cycle: datetime | None = None
    taxed: bool = True
    owed: list[Line] = field(default_factory=list)
    holding: Holding | None = None
    resumes: datetime | None = None

    @property
    def counted_from(self) -> datetime:
        return self.cycle or self.trial_end or self.started


@dataclass
class Invoice:
    """What billing asked for. `attempts` counts failed and successful charges.

    `credited` was taken off before it was paid; `ended` is when it was voided or given up; `by_hand`: paid
    outside billing, without a charge.
    """

    number: int
    reference: str
    account: int
    subscription: int
    currency: str
    status: InvoiceStatus
    lines: list[Line]
    tax: int
    created: datetime
    finalized: datetime | None
    due: datetime | None
    paid: datetime | None
    period_start: datetime
    period_end: datetime
    attempts: int
    next_attempt: datetime | None
    reason: Literal["subscription_cycle", "subscription_create", "subscription_update"] = "subscription_cycle"
    credited: int = 0
    ended: datetime | None = None
    by_hand: bool = False

    @property
    def subtotal(self) -> int:
        return sum(line.quantity * line.unit_amount for line in self.lines)

    @property
    def total(self) -> int:
        return self.subtotal + self.tax

    @property
    def to_pay(self) -> int:
        """What is asked for once credits are taken off; never below zero."""
        return max(0, self.total - self.credited)


@dataclass
class Payment:
    """One charge against one invoice; a failed one has a `failure` (a card network's decline code)."""

    number: int
    account: int
    invoice: int
    amount: int
    currency: str
    status: PaymentStatus
    failure: str | None
    at: datetime


@dataclass
class CreditedLine:
    """A part of a credit, without tax: of the invoice's line at `place`, or (none) of none in particular."""

    place: int | None
    amount: int
    tax: int
    quantity: int | None = None
    description: str | None = None


@dataclass
class CreditNote:
    """What was taken back of an invoice: `amount` with tax, `unpaid` of it before the invoice was paid.

    The rest went back by `refund` (a number), to the customer's balance, or some other way.
    """

    number: int
    reference: str
    account: int
    invoice: int
    amount: int
    tax: int
    unpaid: int
    refund: int | None
    to_balance: int
    elsewhere: int
    reason: str | None
    memo: str | None
    created: datetime
    lines: list[CreditedLine]
    voided: datetime | None = None


@dataclass
class Refund:
    """Money of a payment that went back."""

    number: int
    account: int
    payment: int
    amount: int
    currency: str
    reason: str | None
    at: datetime


@dataclass
class Dispute:
    """A customer's bank took a payment back until it is settled who is right."""

    number: int
    account: int
    payment: int
    amount: int
    currency: str
    reason: str
    status: DisputeStatus
    opened: datetime
    answer_by: datetime
    closed: datetime | None = None


@dataclass
class Payout:
    """Money of the billing balance on its way to the bank; `collected` are the movements it is made of.

    `by_hand`: somebody sent it, and billing does not say what is in it. `failed`: when the bank sent it back.
    """

    number: int
    currency: str
    amount: int
    created: datetime
    arrives: datetime
    collected: list[str]
    paid: datetime | None = None
    by_hand: bool = False
    failed: datetime | None = None


@dataclass
class Order:
    """The ERP's sales order for a contract."""

    number: int
    reference: str
    account: int
    contract: int
    entity: str
    currency: str
    status: Literal["pending_fulfilment", "partially_fulfilled", "billed", "closed"]
    lines: list[Line]
    ordered_on: date
    changed: datetime


@dataclass
class Receivable:
    """The ERP's copy of a billing invoice. `total` and `open_amount` are the ERP's own figures."""

    number: int
    reference: str
    account: int
    invoice: int
    entity: str
    currency: str
    total: int
    open_amount: int
    posted_on: date
    due_on: date
    period: str
    changed: datetime


@dataclass
class Posting:
    """A journal entry behind a receivable, balanced: (account code, debit, credit) per line."""

    number: int
    receivable: int
    entity: str
    currency: str
    posted_on: date
    period: str
    lines: list[tuple[str, int, int]]


@dataclass
class Period:
    """An accounting month of one entity, such as `2026-09`."""

    number: int
    entity: str
    name: str
    start: date
    end: date
    closed: bool
