"""What does the whole picture of one account consist of?"""

from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from canonical.billing import Invoice, Payment, Subscription
from canonical.customer import Account, AccountRecord, Contact
from canonical.finance import Receivable
from canonical.identity import Kind
from canonical.money import Money
from canonical.sales import Contract, Order
from canonical.support import Case
from process_apis.entitlement.model import Decision
from process_apis.links import LinkedAccount

T = TypeVar("T")

SHOWN = 25
"""How many of the newest records a part of the picture shows; the lists give the rest."""


class State(StrEnum):
    """How far a part can be trusted: just confirmed by its owner, remembered, or not known at all."""

    FRESH = "fresh"
    STALE = "stale"
    UNKNOWN = "unknown"


class Part(Struct, Generic[T], frozen=True, kw_only=True):
    """One part of the picture.

    `source` is the kind of system that owns it (`tieline`: derived here), `connections` which of them hold
    this customer, `observed_at` when we looked, `because` why it is not fresh or why it is empty.
    """

    state: State
    source: str
    connections: tuple[str, ...]
    observed_at: datetime | None
    because: str | None
    data: T | None


class Listing(Struct, Generic[T], frozen=True, kw_only=True):
    """The newest records of a list, and whether there are more."""

    items: tuple[T, ...]
    has_more: bool


class Name(Struct, frozen=True, kw_only=True):
    """What one connected system calls a customer."""

    kind: Kind
    connection: str
    name: str


class Profile(Struct, frozen=True, kw_only=True):
    """Who the customer is: its owner's words (`account`, absent when the CRM does not know it)."""

    record: AccountRecord
    account: Account | None


class Relative(Struct, frozen=True, kw_only=True):
    """Another account of the hierarchy and what each system calls it."""

    id: str
    name: str
    names: tuple[Name, ...]


class Hierarchy(Struct, frozen=True, kw_only=True):
    """Above (nearest first) and directly below; `parent_missing` when a parent is named that nobody knows."""

    ancestors: tuple[Relative, ...]
    children: tuple[Relative, ...]
    has_more: bool
    parent_missing: bool


class Balance(Struct, frozen=True, kw_only=True):
    """What the ERP says is owed, per currency, and its newest receivables (`complete`: those are all)."""

    open: tuple[Money, ...]
    overdue: tuple[Money, ...]
    receivables: tuple[Receivable, ...]
    complete: bool


class Risk(Struct, frozen=True, kw_only=True):
    """Whether the customer is at risk of not paying: derived here from billing and ERP facts."""

    flagged: bool
    since: datetime | None
    reason: str | None


class Parts(Struct, frozen=True, kw_only=True):
    """All parts, by the names consumers see."""

    profile: Part[Profile]
    hierarchy: Part[Hierarchy]
    contacts: Part[Listing[Contact]]
    contracts: Part[Listing[Contract]]
    subscriptions: Part[Listing[Subscription]]
    invoices: Part[Listing[Invoice]]
    balance: Part[Balance]
    payments: Part[Listing[Payment]]
    entitlements: Part[tuple[Decision, ...]]
    cases: Part[Listing[Case]]
    orders: Part[Listing[Order]]
    risk: Part[Risk]


class Finding(Struct, frozen=True, kw_only=True):
    """Something that does not add up between the systems: a stable code, a sentence, who disagrees."""

    code: str
    detail: str
    systems: tuple[str, ...]


class Picture(Struct, frozen=True, kw_only=True):
    """The whole picture of one account at `at`."""

    account: LinkedAccount
    at: datetime
    parts: Parts
    findings: tuple[Finding, ...]


class Moment(Struct, frozen=True, kw_only=True):
    """One thing that happened to an account, newest first in a timeline."""

    at: datetime
    kind: str
    title: str
    source: str
    trace_id: str | None = None
