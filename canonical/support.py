"""What is a case, a comment, a service tier, an entitlement?"""

from enum import StrEnum

from msgspec import Struct

from canonical.identity import Origin, Timestamp


class CaseStatus(StrEnum):
    """Where a case stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"


class CasePriority(StrEnum):
    """How urgent a case is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Case(Struct, frozen=True, kw_only=True):
    """A support case; `organization` is the support system's external id of the customer."""

    number: str
    organization: str | None
    subject: str
    status: CaseStatus
    priority: CasePriority | None
    tags: tuple[str, ...]
    opened_at: Timestamp
    updated_at: Timestamp
    origin: Origin


class Comment(Struct, frozen=True, kw_only=True):
    """One message in a case; one that is not public is for our own people only."""

    body: str
    public: bool
    at: Timestamp
    from_customer: bool


class ServiceTier(Struct, frozen=True, kw_only=True):
    """A level of service: its rank (higher is better) and how soon a first answer is promised."""

    name: str
    rank: int
    first_response_minutes: int


class Plan(Struct, frozen=True, kw_only=True):
    """What having bought a SKU allows: a tier (add-ons have none) and features."""

    sku: str
    tier: str | None
    features: frozenset[str]
