"""What does a partner's program see of an account and of what it may use?

Never how, when or whether somebody else's customer pays: a reason that tells of money is told as what it
means for the use, and a fact by the kind of system it came from.
"""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from canonical.identity import AccountId, Kind, Prefix, Timestamp
from experience_apis.made import Made
from experience_apis.records import SlaView
from experience_apis.shapes import Line, Word
from process_apis.entitlement.flow import CHECKS_AT_ONCE
from process_apis.entitlement.model import (
    CheckedItem,
    Decision,
    FactState,
    Feature,
    Reason,
    UsedFact,
    Verdict,
)
from process_apis.links import LinkedAccount


class AccountBrief(Struct, kw_only=True):
    """One of your accounts."""

    account: AccountId
    name: Line


class Why(StrEnum):
    """Why an account may or may not use something; more reasons may come."""

    ACTIVE = "active"
    TRIALING = "trialing"
    SUSPENDED = "suspended"
    TRIAL_ENDED = "trial_ended"
    NOT_IN_PLAN = "not_in_plan"
    CONTRACT_ENDED = "contract_ended"
    CANCELLED = "cancelled"
    NO_SUBSCRIPTION = "no_subscription"
    NO_FACTS = "no_facts"


TOLD: Final[dict[Reason, Why]] = {
    Reason.ACTIVE: Why.ACTIVE,
    Reason.TRIALING: Why.TRIALING,
    Reason.PAST_DUE: Why.ACTIVE,
    Reason.PAUSED: Why.SUSPENDED,
    Reason.SUSPENDED: Why.SUSPENDED,
    Reason.UNPAID: Why.SUSPENDED,
    Reason.TRIAL_ENDED: Why.TRIAL_ENDED,
    Reason.NOT_IN_PLAN: Why.NOT_IN_PLAN,
    Reason.CONTRACT_ENDED: Why.CONTRACT_ENDED,
    Reason.CANCELLED: Why.CANCELLED,
    Reason.NO_SUBSCRIPTION: Why.NO_SUBSCRIPTION,
    Reason.NO_FACTS: Why.NO_FACTS,
}
"""A bill that is overdue but still tolerated is nobody else's business."""


class FactView(Struct, kw_only=True):
    """One fact the answer rests on, and how old it is."""

    name: Annotated[Word, Meta(examples=["sub_0123456789abcdefghij"])]
    source: Annotated[Kind, Meta(description="The kind of system it came from.")]
    observed_at: Timestamp
    state: FactState


class EntitlementView(Struct, kw_only=True, weakref=True):
    """May this account use this feature now, and why?"""

    account: AccountId
    feature: Feature
    decision: Verdict
    reason: Why
    tier: Word | None
    sla: SlaView | None
    valid_until: Timestamp | None
    fallback: Annotated[bool, Meta(description="Whether the answer rests on facts older than allowed.")]
    facts: Annotated[tuple[FactView, ...], Meta(max_length=50)]


class Check(Struct, kw_only=True, forbid_unknown_fields=True):
    """One question: may this account use this feature or service tier now?"""

    account: AccountId
    feature: Feature


class Checks(Struct, kw_only=True, forbid_unknown_fields=True):
    """Several questions at once."""

    checks: Annotated[tuple[Check, ...], Meta(min_length=1, max_length=CHECKS_AT_ONCE)]


class CheckedView(Struct, kw_only=True):
    """The answer to one check; `found` is false when the account is none of yours."""

    account: AccountId
    feature: Feature
    found: bool
    decision: EntitlementView | None


class CheckedItems(Struct, kw_only=True):
    """One answer per question, in the same order."""

    data: Annotated[tuple[CheckedView, ...], Meta(max_length=CHECKS_AT_ONCE)]


def to_brief(account: LinkedAccount) -> AccountBrief:
    return AccountBrief(account=account.id, name=account.name)


def to_fact(fact: UsedFact) -> FactView:
    """What was sold is the CRM's to say (a contract, or that there is none), what is billed is billing's."""
    sold = fact.name.startswith((f"{Prefix.CONTRACT}_", "contracts"))
    return FactView(
        name=fact.name,
        source=Kind.CRM if sold else Kind.BILLING,
        observed_at=fact.observed_at,
        state=fact.state,
    )


@Made
def to_entitlement(decision: Decision) -> EntitlementView:
    return EntitlementView(
        account=decision.account,
        feature=decision.feature,
        decision=decision.decision,
        reason=TOLD[decision.reason],
        tier=decision.tier,
        sla=SlaView(tier=decision.sla.tier, first_response_minutes=decision.sla.first_response_minutes)
        if decision.sla
        else None,
        valid_until=decision.valid_until,
        fallback=decision.fallback,
        facts=tuple(map(to_fact, decision.facts)),
    )


def to_checked(items: tuple[CheckedItem, ...]) -> CheckedItems:
    return CheckedItems(data=tuple(map(_to_checked, items)))


def _to_checked(item: CheckedItem) -> CheckedView:
    return CheckedView(
        account=item.account,
        feature=item.feature,
        found=item.found,
        decision=to_entitlement(item.decision) if item.decision else None,
    )
