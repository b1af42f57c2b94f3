"""What does the whole picture of one account consist of?"""

from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from canonical.billing import Invoice, Payment, Subscription
from canonical.customer import Account, AccountRecord, Address, Contact
from canonical.finance import Receivable
from canonical.identity import Kind, Origin
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

    `source` is the kind of system that owns it (`tieline`: derived here; of a part with two owners, the one
    that keeps it from being fresh), `connections` which of them hold this customer, `observed_at` when we
    looked, `because` why it is not fresh or why it is empty, and `silent` which of several connections did
    not confirm it: what the others said is as fresh as ever.
    """

    state: State
    source: str
    connections: tuple[str, ...]
    observed_at: datetime | None
    because: str | None
    data: T | None
    silent: tuple[str, ...] = ()


class Listing(Struct, Generic[T], frozen=True, kw_only=True):
    """The newest records of a list, and whether there are more."""

    items: tuple[T, ...]
    has_more: bool


class Name(Struct, frozen=True, kw_only=True):
    """What one connected system calls a customer."""

    kind: Kind
    connection: str
    name: str


class BillingTerms(Struct, frozen=True, kw_only=True):
    """Where invoices go, when they are due and how they are taxed, each in the words of its present owner.

    `origins` says of each attribute, by its name in the ownership table, which record it is from: the CRM's
    until the account has its first order, the ERP's after it. An attribute that is not there is one of
    which nobody says anything, or nobody can say whose it is. State, source and the rest are as in a part:
    a profile is as fresh as its own owner's answer, and this as the answer it is from.
    """

    state: State = State.UNKNOWN
    source: str = Kind.CRM
    connections: tuple[str, ...] = ()
    observed_at: datetime | None = None
    because: str | None = None

    billing_address: Address | None = None
    payment_terms_days: int | None = None
    tax_id: str | None = None
    tax_exempt: bool | None = None
    origins: dict[str, Origin] = {}


class Profile(Struct, frozen=True, kw_only=True):
    """Who the customer is: the CRM's words (`account`, absent when the CRM does not know it).

    What `account` says of billing is what the CRM believes; `billing` is what holds.
    """

    record: AccountRecord
    account: Account | None
    billing: BillingTerms = BillingTerms()


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


class Picture(Struct, frozen=True, kw_only=True, weakref=True):
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
