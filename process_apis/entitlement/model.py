"""What is the answer to "may this customer have this service now"?"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from canonical.billing import Subscription, SubscriptionStatus
from canonical.identity import AccountId, Timestamp
from canonical.sales import Contract

Feature = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$",
        min_length=1,
        max_length=64,
        description="A feature, or the name of a service tier.",
        examples=["sso"],
    ),
]
Name = Annotated[str, Meta(max_length=64)]


class Verdict(StrEnum):
    """Whether the customer may have it."""

    GRANTED = "granted"
    WITHHELD = "withheld"


class Reason(StrEnum):
    """Why: the first three grant, the others withhold."""

    ACTIVE = "active"
    TRIALING = "trialing"
    PAST_DUE = "past_due"
    SUSPENDED = "suspended"
    PAUSED = "paused"
    UNPAID = "unpaid"
    TRIAL_ENDED = "trial_ended"
    NOT_IN_PLAN = "not_in_plan"
    CONTRACT_ENDED = "contract_ended"
    CANCELLED = "cancelled"
    NO_SUBSCRIPTION = "no_subscription"
    NO_FACTS = "no_facts"


class FactState(StrEnum):
    """Whether a fact is younger than the age at which it may be shown as it is."""

    FRESH = "fresh"
    STALE = "stale"


class ServiceLevel(Struct, frozen=True, kw_only=True):
    """How soon a first answer is promised."""

    tier: Name
    first_response_minutes: Annotated[int, Meta(ge=0, le=525_600)]


class UsedFact(Struct, frozen=True, kw_only=True):
    """One thing the decision rests on: our id of a subscription or contract, or a list that was empty."""

    name: Name
    source: Name
    observed_at: Timestamp
    state: FactState


class Decision(Struct, frozen=True, kw_only=True, weakref=True):
    """May this account have this feature or service tier now, and why.

    `valid_until` is the latest moment the facts promise; absent when they name none. `fallback` says that
    some fact is older than allowed or was never seen, so the decision rests on the last we knew.
    """

    account: AccountId
    feature: Feature
    decision: Verdict
    reason: Reason
    tier: Name | None
    sla: ServiceLevel | None
    valid_until: Timestamp | None
    fallback: bool
    facts: Annotated[tuple[UsedFact, ...], Meta(max_length=50)]


class Summary(Struct, frozen=True, kw_only=True):
    """An account's subscriptions in one line, for those who only show it.

    `status` is that of the best of them, none without any; `tier` and `until` are of what is live.
    """

    status: SubscriptionStatus | None
    tier: Name | None
    until: Timestamp | None


class CheckedItem(Struct, frozen=True, kw_only=True):
    """The answer to one of several checks: no `decision` when there is no such account (`found` is false)."""

    account: AccountId
    feature: Feature
    found: bool
    decision: Decision | None


class Look(Struct, frozen=True, kw_only=True):
    """When a list of facts about an account was last seen whole in a connection."""

    name: str
    source: str
    observed_at: datetime


class Known(Struct, frozen=True, kw_only=True):
    """Everything a decision about one account rests on.

    `looks` says when each list was seen, `facts` what to show of it while all of it is fresh; `missing`
    that some connection that may know the account was never seen, `no_facts` that billing never was and
    nothing at all is known from it. `suspended` are the subscriptions that we suspended, by connection and
    external id, an empty one for all.
    """

    account: str
    subscriptions: tuple[Subscription, ...]
    contracts: tuple[Contract, ...]
    looks: tuple[Look, ...]
    facts: tuple[UsedFact, ...]
    missing: bool = False
    no_facts: bool = False
    suspended: frozenset[tuple[str, str]] = frozenset()
