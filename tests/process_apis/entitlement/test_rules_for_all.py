"""What holds whatever the facts are, in every order and whatever is added?"""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from canonical.billing import Subscription, SubscriptionStatus
from canonical.support import ServiceTier
from process_apis.entitlement import rules
from process_apis.entitlement.model import Reason, Verdict
from tests.builders import MONTH, NOW, TIERS, contract, subscription
from tests.process_apis.entitlement.deciding import OFFER, decide

_moments = st.one_of(st.none(), st.timedeltas(-2 * MONTH, 2 * MONTH).map(NOW.__add__))
_skus = st.lists(st.sampled_from(["GOLD", "SILVER", "AUDIT", "GONE"]), min_size=1, max_size=3)
_subscriptions = st.builds(
    lambda id, skus, **said: subscription(f"s{id}", "cus", *skus, **said),
    id=st.integers(0, 10**6),
    skus=_skus,
    status=st.sampled_from(SubscriptionStatus),
    period_end=_moments,
    ended_at=_moments,
    trial_end=_moments,
    cancel_at_period_end=st.booleans(),
)
_days = st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2027, 1, 1)))
_contracts = st.builds(
    lambda id, skus, **said: contract(f"c{id}", "A", *skus, **said),
    id=st.integers(0, 10**6),
    skus=_skus,
    end=_days,
    signed_on=_days,
)
_facts = st.lists(st.one_of(_subscriptions, _contracts), max_size=6)
_features = st.sampled_from(["sso", "api", "audit_log", "gold", "silver", "nothing"])


@given(_facts, _features, st.randoms(use_true_random=False))
def test_the_order_of_facts_never_matters(facts: list[Any], feature: str, random: Any) -> None:
    other = list(facts)
    random.shuffle(other)
    assert decide(*facts, feature=feature) == decide(*other, feature=feature)


@given(_facts, st.one_of(_subscriptions, _contracts), _features)
def test_another_fact_never_withdraws_a_grant(facts: list[Any], another: Any, feature: str) -> None:
    before, after = decide(*facts, feature=feature), decide(*facts, another, feature=feature)
    if before.decision is Verdict.GRANTED:
        assert after.decision is Verdict.GRANTED
        assert (
            after.valid_until is None or before.valid_until is None or after.valid_until >= before.valid_until
        )


@given(_facts, _features)
def test_saying_a_fact_twice_says_nothing_new(facts: list[Any], feature: str) -> None:
    once, twice = decide(*facts, feature=feature), decide(*facts, *facts, feature=feature)
    assert (once.decision, once.reason, once.tier, once.valid_until) == (
        twice.decision,
        twice.reason,
        twice.tier,
        twice.valid_until,
    )


@given(_facts, _features)
def test_a_grant_has_a_granting_reason_and_ends_in_the_future(facts: list[Any], feature: str) -> None:
    decision = decide(*facts, feature=feature)
    granting = {Reason.ACTIVE, Reason.TRIALING, Reason.PAST_DUE}
    assert (decision.reason in granting) == (decision.decision is Verdict.GRANTED)
    assert decision.valid_until is None or decision.valid_until > NOW
    assert (decision.tier is None) == (decision.sla is None)


@given(_facts)
def test_only_a_live_subscription_grants_anything(facts: list[Any]) -> None:
    live = any(isinstance(fact, Subscription) and rules.standing(fact, NOW).live for fact in facts)
    granted = any(
        decide(*facts, feature=feature).decision is Verdict.GRANTED for feature in (*OFFER.features, "gold")
    )
    assert live or not granted


@given(_facts)
def test_whoever_has_a_tier_has_every_lesser_one(facts: list[Any]) -> None:
    tiers: list[ServiceTier] = sorted(TIERS, key=lambda tier: tier.rank)
    granted = [decide(*facts, feature=tier.name).decision is Verdict.GRANTED for tier in tiers]
    assert granted == sorted(granted, reverse=True)
