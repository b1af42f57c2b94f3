"""Do the facts decide as they should?"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from canonical.billing import Subscription, SubscriptionStatus
from canonical.support import Plan
from process_apis.entitlement import rules
from process_apis.entitlement.model import FactState, Look, Reason, Verdict
from process_apis.entitlement.offer import Offer
from tests.builders import GOLD, MONTH, NOW, contract, subscription
from tests.process_apis.entitlement.deciding import LOOKS, S, decide


def sold(*skus: str, id: str = "s1", **said: Any) -> Subscription:
    return subscription(id, "cus", *skus, **said)


BEFORE, AFTER = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
END = NOW + MONTH / 2


@pytest.mark.parametrize(
    ("fact", "reason", "until"),
    [
        (sold("GOLD"), Reason.ACTIVE, END),
        (sold("GOLD", cancel_at_period_end=True), Reason.ACTIVE, END),
        (
            sold("GOLD", period_end=BEFORE),
            Reason.ACTIVE,
            None,
        ),  # billing renews late
        (sold("GOLD", period_end=None), Reason.ACTIVE, None),
        (sold("GOLD", ended_at=AFTER), Reason.ACTIVE, AFTER),
        (sold("GOLD", status=S.CANCELLED, ended_at=AFTER), Reason.ACTIVE, AFTER),
        (sold("GOLD", status=S.TRIALING, trial_end=AFTER), Reason.TRIALING, AFTER),
        (sold("GOLD", status=S.TRIALING), Reason.TRIALING, END),
        (sold("GOLD", status=S.PAST_DUE), Reason.PAST_DUE, END),
    ],
)
def test_a_live_subscription_grants(fact: Subscription, reason: Reason, until: datetime | None) -> None:
    decision = decide(fact)
    assert (decision.decision, decision.reason) == (Verdict.GRANTED, reason)
    assert decision.valid_until == until
    assert decision.tier == "gold"
    assert decision.sla is not None
    assert decision.sla.first_response_minutes == 60


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (sold("GOLD", status=S.PAUSED, paused_at=BEFORE), Reason.PAUSED),
        (sold("GOLD", status=S.UNPAID), Reason.UNPAID),
        (sold("GOLD", status=S.INCOMPLETE), Reason.UNPAID),
        (sold("GOLD", status=S.EXPIRED, ended_at=BEFORE), Reason.NO_SUBSCRIPTION),
        (sold("GOLD", status=S.CANCELLED, ended_at=BEFORE), Reason.CANCELLED),
        (sold("GOLD", status=S.CANCELLED), Reason.CANCELLED),
        (sold("GOLD", ended_at=NOW), Reason.CANCELLED),
        (sold("GOLD", cancel_at_period_end=True, period_end=NOW), Reason.CANCELLED),
        (sold("GOLD", status=S.TRIALING, trial_end=NOW), Reason.TRIAL_ENDED),
    ],
)
def test_a_subscription_that_is_not_live_withholds_and_says_why(fact: Subscription, reason: Reason) -> None:
    decision = decide(fact)
    assert (decision.decision, decision.reason) == (Verdict.WITHHELD, reason)
    assert (decision.tier, decision.sla, decision.valid_until) == (None, None, None)


def test_every_status_is_decided() -> None:
    for status in SubscriptionStatus:
        assert isinstance(rules.standing(sold("GOLD", status=status), NOW).reason, Reason)


def test_a_feature_of_no_plan_is_not_in_the_plan() -> None:
    decision = decide(sold("SILVER"))
    assert (decision.decision, decision.reason, decision.tier) == (
        Verdict.WITHHELD,
        Reason.NOT_IN_PLAN,
        "silver",
    )


def test_without_any_subscription_there_is_none() -> None:
    assert decide().reason is Reason.NO_SUBSCRIPTION
    assert not decide().fallback


def test_a_paused_one_that_holds_the_feature_says_more_than_a_live_one_that_does_not() -> None:
    paused = sold("GOLD", id="s2", status=S.PAUSED)
    assert decide(sold("SILVER"), paused).reason is Reason.PAUSED


def test_a_customer_who_went_down_a_plan_is_told_so() -> None:
    former = sold("GOLD", id="s2", status=S.CANCELLED, ended_at=BEFORE)
    assert decide(sold("SILVER"), former).reason is Reason.NOT_IN_PLAN


def test_an_ended_contract_says_why_there_is_no_subscription_any_more() -> None:
    ended = contract("c1", "A", "GOLD", end=NOW.date() - timedelta(days=1))
    former = sold("GOLD", status=S.CANCELLED, ended_at=BEFORE)
    assert decide(ended).reason is Reason.CONTRACT_ENDED
    assert decide(ended, former).reason is Reason.CONTRACT_ENDED
    assert decide(ended, contract("c2", "A", "GOLD"), former).reason is Reason.CANCELLED


def test_a_contract_runs_until_the_end_of_its_last_day() -> None:
    last_day = contract("c1", "A", "GOLD", end=NOW.date())
    assert decide(last_day).reason is Reason.NO_SUBSCRIPTION
    assert decide(last_day, now=NOW + timedelta(days=1)).reason is Reason.CONTRACT_ENDED


def test_a_contract_alone_grants_nothing() -> None:
    assert decide(contract("c1", "A", "GOLD")).decision is Verdict.WITHHELD


def test_a_signed_contract_says_how_long_a_renewing_subscription_is_promised() -> None:
    term = contract("c1", "A", "GOLD", end=date(2026, 12, 31))
    end = datetime(2027, 1, 1, tzinfo=NOW.tzinfo)
    assert decide(sold("GOLD"), term).valid_until == end
    assert decide(sold("GOLD", cancel_at_period_end=True), term).valid_until == END
    assert decide(sold("GOLD"), contract("c1", "A", "GOLD", signed_on=None)).valid_until == END
    assert decide(sold("GOLD"), contract("c1", "A", "AUDIT")).valid_until == END


def test_the_best_live_tier_wins() -> None:
    decision = decide(sold("SILVER"), sold("GOLD", id="s2"), sold("AUDIT", id="s3"), feature="audit_log")
    assert (decision.decision, decision.tier) == (Verdict.GRANTED, "gold")


@pytest.mark.parametrize(
    ("sku", "tier", "verdict"),
    [
        ("GOLD", "gold", Verdict.GRANTED),
        ("GOLD", "silver", Verdict.GRANTED),
        ("SILVER", "gold", Verdict.WITHHELD),
        ("AUDIT", "silver", Verdict.WITHHELD),
    ],
)
def test_a_tier_is_granted_by_one_at_least_as_good(sku: str, tier: str, verdict: Verdict) -> None:
    assert decide(sold(sku), feature=tier).decision is verdict


def test_a_sku_that_is_not_sold_any_more_gives_nothing_and_breaks_nothing() -> None:
    assert decide(sold("GONE", "SILVER"), feature="api").decision is Verdict.GRANTED
    assert decide(sold("GONE"), feature="api").reason is Reason.NOT_IN_PLAN


def test_a_plan_of_an_unknown_tier_is_refused() -> None:
    with pytest.raises(ValueError, match="platinum"):
        Offer.of([Plan(sku="P", tier="platinum", features=frozenset())], [GOLD])


# How old the facts are


def test_facts_within_their_budget_are_fresh_and_beyond_it_stale() -> None:
    at_the_edge, beyond = NOW + timedelta(seconds=300), NOW + timedelta(seconds=301)
    assert not decide(sold("GOLD"), now=at_the_edge).fallback
    late = decide(sold("GOLD"), now=beyond)
    assert late.fallback
    assert late.decision is Verdict.GRANTED, "an old grant is still a grant"
    assert {fact.state for fact in late.facts} == {FactState.STALE}


def test_a_clock_that_was_moved_back_makes_facts_stale() -> None:
    assert decide(sold("GOLD"), now=NOW - timedelta(days=30)).fallback


def test_one_old_list_marks_the_decision_and_only_its_own_facts() -> None:
    old = NOW - timedelta(hours=1)
    looks = (LOOKS[0], Look(name="contracts", source="salesforce", observed_at=old))
    decision = decide(sold("GOLD"), contract("c1", "A", "GOLD", observed_at=old), looks=looks)
    assert decision.fallback
    states = {fact.source: fact.state for fact in decision.facts}
    assert states == {"stripe": FactState.FRESH, "salesforce": FactState.STALE}


def test_without_any_fact_the_lists_that_were_empty_are_the_facts() -> None:
    assert {(fact.name, fact.source) for fact in decide().facts} == {
        ("subscriptions", "stripe"),
        ("contracts", "salesforce"),
    }


def test_when_billing_was_never_seen_there_are_no_facts() -> None:
    decision = decide(looks=(), missing=True, no_facts=True)
    assert (decision.decision, decision.reason, decision.fallback) == (
        Verdict.WITHHELD,
        Reason.NO_FACTS,
        True,
    )
