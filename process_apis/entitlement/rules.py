"""May this customer have this service now, going by the facts?

A live subscription whose plan holds the feature grants it. A contract grants nothing by itself: it says how
long a renewing subscription is promised, and why there is none any more. More facts never withdraw a grant.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from canonical.billing import Subscription, SubscriptionStatus
from canonical.identity import Prefix, derive
from canonical.ownership import stale_after
from canonical.sales import Contract
from process_apis.entitlement.model import (
    Decision,
    FactState,
    Known,
    Look,
    Reason,
    ServiceLevel,
    Summary,
    UsedFact,
    Verdict,
)
from process_apis.entitlement.offer import Offer, better
from process_apis.entitlement.suspensions import EVERY

FACTS_SHOWN = 50

# Which reason is told when several hold: granting ones by how firm they are, withholding ones by how near
# the customer is to having it.
_ORDER = {reason: place for place, reason in enumerate(Reason)}

# Which subscription speaks for an account that has several.
_BEST = (
    SubscriptionStatus.ACTIVE,
    SubscriptionStatus.TRIALING,
    SubscriptionStatus.PAST_DUE,
    SubscriptionStatus.PAUSED,
    SubscriptionStatus.UNPAID,
    SubscriptionStatus.INCOMPLETE,
    SubscriptionStatus.CANCELLED,
    SubscriptionStatus.EXPIRED,
)

_SUBSCRIPTIONS = timedelta(seconds=stale_after("subscription"))
_CONTRACTS = timedelta(seconds=stale_after("contract"))
BUDGET = {
    "subscriptions": _SUBSCRIPTIONS,
    Prefix.SUBSCRIPTION: _SUBSCRIPTIONS,
    "contracts": _CONTRACTS,
    Prefix.CONTRACT: _CONTRACTS,
}


def fresh_for(name: str) -> timedelta:
    """How long a list, or a fact by our id, may be shown as it is."""
    return BUDGET[name.partition("_")[0]]


class Standing(Struct, frozen=True):
    """What a subscription is worth at one moment; `renews` when nothing says that `until` is the end."""

    live: bool
    reason: Reason
    until: datetime | None = None
    renews: bool = False


def decide(known: Known, feature: str, offer: Offer, now: datetime) -> Decision:
    """The decision about one feature, or one service tier, at this moment of business time."""
    standings = [(one, _standing_in(known, one, now)) for one in known.subscriptions]
    tier = None
    for subscription, stands in standings:
        if stands.live:
            tier = better(tier, offer.tier(subscription.items))
    holding = [stands for subscription, stands in standings if offer.holds(subscription.items, feature)]
    granting = [stands for stands in holding if stands.live]
    contracts = [one for one in known.contracts if offer.holds(one.lines, feature)]
    fallback = stale(known, now)
    everything = [stands for _, stands in standings]
    return Decision(
        account=known.account,
        feature=feature,
        decision=Verdict.GRANTED if granting else Verdict.WITHHELD,
        reason=_first(granting) if granting else _why_not(known, holding, everything, contracts, now),
        tier=tier.name if tier else None,
        sla=ServiceLevel(tier=tier.name, first_response_minutes=tier.first_response_minutes)
        if tier
        else None,
        valid_until=_until(granting, contracts, now) if granting else None,
        fallback=fallback,
        facts=tuple(_aged(fact, now) for fact in known.facts) if fallback else known.facts,
    )


def summary(known: Known, offer: Offer, now: datetime) -> Summary:
    """All subscriptions in one line."""
    standings = [(one, _standing_in(known, one, now)) for one in known.subscriptions]
    live = [(one, stands) for one, stands in standings if stands.live]
    tier = None
    for subscription, _ in live:
        tier = better(tier, offer.tier(subscription.items))
    statuses = {one.status for one in known.subscriptions}
    return Summary(
        status=next((status for status in _BEST if status in statuses), None),
        tier=tier.name if tier else None,
        until=_until([stands for _, stands in live], list(known.contracts), now) if live else None,
    )


def standing(subscription: Subscription, now: datetime) -> Standing:
    """What this subscription is worth now."""
    if subscription.status is SubscriptionStatus.EXPIRED:  # its first payment never came: it never began
        return Standing(False, Reason.NO_SUBSCRIPTION)
    ended = subscription.ended_at
    if ended is not None and ended <= now:
        return Standing(False, Reason.CANCELLED)
    return _STANDINGS[subscription.status](subscription, now)


def _standing_in(known: Known, subscription: Subscription, now: datetime) -> Standing:
    """What it is worth, unless we suspended it: that takes away only what there would be."""
    worth = standing(subscription, now)
    ref = subscription.origin.ref
    held = known.suspended and known.suspended & {(ref.connection, ref.id), (ref.connection, EVERY)}
    return Standing(False, Reason.SUSPENDED) if held and worth.live else worth


def stale(known: Known, now: datetime) -> bool:
    """Whether some list was never seen, or was seen longer ago than its owner's budget allows.

    A look that lies in the future is as bad as an old one: the clock was moved back.
    """
    return known.missing or any(abs(now - look.observed_at) > fresh_for(look.name) for look in known.looks)


def _trialing(subscription: Subscription, now: datetime) -> Standing:
    if subscription.trial_end is not None and subscription.trial_end <= now:
        return Standing(False, Reason.TRIAL_ENDED)
    return Standing(True, Reason.TRIALING, subscription.trial_end or subscription.period_end)


def _renewing(reason: Reason) -> Callable[[Subscription, datetime], Standing]:
    def stands(subscription: Subscription, now: datetime) -> Standing:
        if subscription.ended_at is not None:  # in the future: the end is set
            return Standing(True, reason, subscription.ended_at)
        end = subscription.period_end
        if subscription.cancel_at_period_end and end is not None and end <= now:
            return Standing(False, Reason.CANCELLED)
        renews = not subscription.cancel_at_period_end and reason is not Reason.PAST_DUE
        return Standing(True, reason, end, renews)

    return stands


def _cancelled(subscription: Subscription, now: datetime) -> Standing:
    if subscription.ended_at is None:
        return Standing(False, Reason.CANCELLED)
    return Standing(True, Reason.ACTIVE, subscription.ended_at)


def _blocked(reason: Reason) -> Callable[[Subscription, datetime], Standing]:
    return lambda _subscription, _now: Standing(False, reason)


_STANDINGS: dict[SubscriptionStatus, Callable[[Subscription, datetime], Standing]] = {
    SubscriptionStatus.TRIALING: _trialing,
    SubscriptionStatus.ACTIVE: _renewing(Reason.ACTIVE),
    SubscriptionStatus.PAST_DUE: _renewing(Reason.PAST_DUE),
    SubscriptionStatus.UNPAID: _blocked(Reason.UNPAID),
    SubscriptionStatus.INCOMPLETE: _blocked(Reason.UNPAID),
    SubscriptionStatus.PAUSED: _blocked(Reason.PAUSED),
    SubscriptionStatus.CANCELLED: _cancelled,
}


def _first(standings: Iterable[Standing]) -> Reason:
    return min((stands.reason for stands in standings), key=_ORDER.__getitem__)


def _why_not(
    known: Known,
    holding: list[Standing],
    everything: list[Standing],
    contracts: list[Contract],
    now: datetime,
) -> Reason:
    if known.no_facts:
        return Reason.NO_FACTS
    today = now.date()
    reasons = {stands.reason for stands in holding}
    if any(stands.live for stands in everything):
        reasons.add(Reason.NOT_IN_PLAN)
    if contracts and all(one.end is not None and one.end < today for one in contracts):
        reasons.add(Reason.CONTRACT_ENDED)
    reasons = reasons or {stands.reason for stands in everything} or {Reason.NO_SUBSCRIPTION}
    return min(reasons, key=_ORDER.__getitem__)


def _until(granting: list[Standing], contracts: list[Contract], now: datetime) -> datetime | None:
    """The latest moment promised; None when one of them names no end that is still to come."""
    signed = [day_after(one) for one in contracts if one.signed_on is not None]
    ends: list[datetime] = []
    for stands in granting:
        promised = [end for end in (stands.until, *(signed if stands.renews else ())) if end and end > now]
        if not promised:
            return None
        ends.append(max(promised))
    return max(ends)


def day_after(contract: Contract) -> datetime | None:
    """The moment at which a contract is over; None when it names no end."""
    # The last day of a term is part of it; calendar dates are read in UTC.
    if contract.end is None:
        return None
    return datetime.combine(contract.end + timedelta(days=1), time(), UTC)


def shown(
    subscriptions: Iterable[Subscription], contracts: Iterable[Contract], looks: Iterable[Look]
) -> tuple[UsedFact, ...]:
    """What to show while all facts are fresh: each of them by our id, else the lists that were empty."""
    found = [
        (derive(prefix, fact.origin.ref), fact.origin.ref.connection, fact.origin.observed_at)
        for prefix, facts in ((Prefix.SUBSCRIPTION, subscriptions), (Prefix.CONTRACT, contracts))
        for fact in facts
    ] or [(look.name, look.source, look.observed_at) for look in looks]
    return tuple(
        UsedFact(name=name, source=source, observed_at=at, state=FactState.FRESH)
        for name, source, at in sorted(found)[:FACTS_SHOWN]
    )


def _aged(fact: UsedFact, now: datetime) -> UsedFact:
    """The fact as it is to be shown when not all are fresh."""
    fresh = abs(now - fact.observed_at) <= fresh_for(fact.name)
    return replace(fact, state=FactState.FRESH if fresh else FactState.STALE)
