"""Who are the customers, what were they sold, and what do they ask support? (the facts, platform-free)"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

System = Literal["crm", "billing", "support", "erp"]
CaseStatus = Literal["new", "open", "pending", "hold", "solved", "closed"]
CasePriority = Literal["low", "normal", "high", "urgent"]


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
    `told_status` is the subscription status that CRM and support were told when the world was made: whoever
    changes a subscription since has to tell them.
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
    told_status: str | None = None
    systems: set[System] = field(default_factory=lambda: {"crm", "billing", "support", "erp"})
    copies: set[System] = field(default_factory=set)
    said: dict[System, dict[str, str]] = field(default_factory=dict)


@dataclass
class Line:
    """One line of an opportunity, order, invoice or subscription.

    A `proration` bills a part of a period, or takes back one (with a negative amount).
    """

    number: int
    sku: str
    quantity: int
    unit_amount: int
    proration: bool = False


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
