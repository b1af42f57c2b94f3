"""Does a partner see what its customers may use, and nothing of how they pay?"""

import msgspec
import pytest

from experience_apis.partners.v1 import views
from process_apis.entitlement.model import Decision, FactState, Reason, UsedFact, Verdict
from tests.builders import NOW, account_id

MONEY = ("past_due", "unpaid", "paused", "invoice", "amount", "currency", "stripe", "salesforce")


def decided(reason: Reason, *facts: UsedFact) -> Decision:
    return Decision(
        account=account_id("A"),
        feature="sso",
        decision=Verdict.GRANTED,
        reason=reason,
        tier="gold",
        sla=None,
        valid_until=None,
        fallback=False,
        facts=facts,
    )


@pytest.mark.parametrize("reason", Reason)
def test_no_reason_tells_of_money(reason: Reason) -> None:
    shown = msgspec.json.encode(views.to_entitlement(decided(reason))).decode()
    assert [word for word in MONEY if word in shown] == []


def test_who_is_behind_with_a_payment_looks_like_who_is_not() -> None:
    late, punctual = decided(Reason.PAST_DUE), decided(Reason.ACTIVE)
    assert views.to_entitlement(late) == views.to_entitlement(punctual)


@pytest.mark.parametrize(
    ("name", "source", "shown"),
    [
        ("sub_0123456789abcdefghij", "stripe-eu", "billing"),
        ("subscriptions", "stripe-eu", "billing"),
        ("ctr_0123456789abcdefghij", "salesforce", "crm"),
        ("contracts", "salesforce", "crm"),
    ],
)
def test_a_fact_is_told_by_the_kind_of_system_it_came_from(name: str, source: str, shown: str) -> None:
    fact = UsedFact(name=name, source=source, observed_at=NOW, state=FactState.STALE)
    (seen,) = views.to_entitlement(decided(Reason.ACTIVE, fact)).facts
    assert (seen.name, seen.source, seen.observed_at, seen.state) == (name, shown, NOW, "stale")
