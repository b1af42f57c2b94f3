"""What is in the demonstration company, before any platform words it?

The world knows no platform: each practice platform renders it in its own words.
What one system says differently from the others stands in `Account.said` and in
`Receivable.total`, so the trouble is in the facts and not in the simulators.
Amounts are integer minor units of `currency`; days are calendar dates; moments are UTC.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

System = Literal["crm", "billing", "support", "erp"]
SubscriptionStatus = Literal["trialing", "active", "past_due", "unpaid", "paused", "canceled"]
InvoiceStatus = Literal["draft", "open", "paid", "uncollectible", "void"]
PaymentStatus = Literal["succeeded", "failed", "refunded"]
CaseStatus = Literal["new", "open", "pending", "hold", "solved", "closed"]
CasePriority = Literal["low", "normal", "high", "urgent"]

NO_CONTRACT = 0


@dataclass
class Entity:
    """A legal entity that sells: code `US`, `DE` or `JP`."""

    number: int
    code: str
    name: str
    country: str
    currency: str
    tax_registration: str


@dataclass
class Product:
    """What is sold. `tier` (`none` for add-ons) and `features` are what a customer of it may use."""

    sku: str
    name: str
    tier: str
    features: tuple[str, ...]
    tax_category: str
    revenue_rule: str


@dataclass
class Price:
    """A product's list price in one currency, minor units for one interval."""

    number: int
    sku: str
    currency: str
    unit_amount: int
    interval: Literal["month", "year"]


@dataclass
class Person:
    """A contact at an account."""

    number: int
    account: int
    first_name: str
    last_name: str
    email: str
    role: str


@dataclass
class Account:
    """A customer. `systems` says who knows it; `said` holds what one system says differently.

    `key` is the shared id that Tieline once wrote into every system (`acc_...`).
    `copies` lists systems that hold the customer twice. A system shows nothing of accounts it does not know.
    `said["crm"]["parent"]` is the number of a parent that no system has.
    """

    number: int
    key: str
    name: str
    parent: int | None
    entity: str
    domain: str
    segment: Literal["enterprise", "mid_market", "small"]
    owner: str
    street: str
    city: str
    postal_code: str
    country: str
    tax_id: str | None
    payment_terms_days: int
    tier: str
    created: datetime
    changed: datetime
    systems: set[System] = field(default_factory=lambda: {"crm", "billing", "support", "erp"})
    copies: set[System] = field(default_factory=set)
    said: dict[System, dict[str, str]] = field(default_factory=dict)


@dataclass
class Line:
    """One line of an opportunity, order, invoice or subscription."""

    number: int
    sku: str
    quantity: int
    unit_amount: int


@dataclass
class Opportunity:
    """A deal. `contract` is set once it is won and signed."""

    number: int
    account: int
    name: str
    stage: str
    won: bool
    closed: bool
    close_date: date
    currency: str
    lines: list[Line]
    contract: int | None
    created: datetime
    changed: datetime


@dataclass
class Contract:
    """What was signed: a term and committed lines (those of its opportunity)."""

    number: int
    account: int
    reference: str
    opportunity: int
    entity: str
    status: Literal["Draft", "Activated", "Expired"]
    start: date
    end: date
    term_months: int
    signed_on: date
    changed: datetime


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
class Comment:
    """One message in a case. `author` is an e-mail address: of a person, or of one of our agents."""

    number: int
    author: str
    public: bool
    body: str
    at: datetime


@dataclass
class Case:
    """A support case, opened by a contact."""

    number: int
    account: int
    person: int
    subject: str
    status: CaseStatus
    priority: CasePriority | None
    kind: Literal["problem", "incident", "question", "task"]
    tags: list[str]
    comments: list[Comment]
    opened: datetime
    changed: datetime


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


@dataclass
class Trouble:
    """One thing wrong on purpose: which, with whom, and where it shows."""

    code: str
    account: int
    story: str
    shows: str


@dataclass
class World:
    """Everything, by number. `version` grows with every change: a rendering can be kept until then."""

    seed: int
    anchor: datetime
    entities: dict[str, Entity] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    prices: dict[int, Price] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    opportunities: dict[int, Opportunity] = field(default_factory=dict)
    contracts: dict[int, Contract] = field(default_factory=dict)
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    invoices: dict[int, Invoice] = field(default_factory=dict)
    payments: dict[int, Payment] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    receivables: dict[int, Receivable] = field(default_factory=dict)
    postings: dict[int, Posting] = field(default_factory=dict)
    periods: dict[int, Period] = field(default_factory=dict)
    trouble: list[Trouble] = field(default_factory=list)
    version: int = 0
