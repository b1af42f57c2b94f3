"""What is billed, paid and booked? (the facts, platform-free)"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sandbox.customers import Line

SubscriptionStatus = Literal["trialing", "active", "past_due", "unpaid", "paused", "canceled"]
InvoiceStatus = Literal["draft", "open", "paid", "uncollectible", "void"]
PaymentStatus = Literal["succeeded", "failed", "refunded"]

NO_CONTRACT = 0


@dataclass
class Subscription:
    """What is being billed. `contract` is `NO_CONTRACT` for who bought without signing one."""

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


@dataclass
class Invoice:
    """What billing asked for. `attempts` counts failed and successful charges."""

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

    @property
    def subtotal(self) -> int:
        return sum(line.quantity * line.unit_amount for line in self.lines)

    @property
    def total(self) -> int:
        return self.subtotal + self.tax


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
