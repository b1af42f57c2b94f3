"""Is a decision that was kept always the one that would be made now?"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from process_apis.entitlement import rules
from process_apis.entitlement.deciding import Deciding
from process_apis.entitlement.model import Decision, Known, Look
from tests.builders import MONTH, NOW, subscription
from tests.process_apis.entitlement.deciding import OFFER, known
from tests.process_apis.entitlement.test_rules_for_all import _facts as facts
from tests.process_apis.entitlement.test_rules_for_all import _features as features

_SPANS = st.timedeltas(-3 * MONTH, 3 * MONTH)
_LOOKS = st.tuples(
    st.builds(
        Look, name=st.just("subscriptions"), source=st.just("stripe"), observed_at=_SPANS.map(NOW.__add__)
    ),
    st.builds(
        Look, name=st.just("contracts"), source=st.just("salesforce"), observed_at=_SPANS.map(NOW.__add__)
    ),
)
_SUSPENDED = st.sampled_from([frozenset(), frozenset({("stripe", "")})])


def _named_by(of: Known) -> list[datetime]:
    """Every moment that is in the facts at all, and a day or the time it may be shown before and after it."""
    named = [NOW]
    for record in (*of.subscriptions, *of.contracts, *of.looks, *of.facts):
        for value in msgspec.structs.astuple(record):
            if isinstance(value, datetime):
                named.append(value)
            elif isinstance(value, date):
                named.append(datetime.combine(value, time(), UTC))
    spans = {timedelta(), timedelta(days=1), *rules.BUDGET.values()}
    return [moment + span for moment in named for span in (*spans, *(-span for span in spans))]


@given(facts, _LOOKS, st.lists(features, min_size=1, max_size=2), st.booleans(), _SUSPENDED)
def test_what_was_kept_is_what_would_be_decided_as_time_passes_and_as_it_is_turned_back(
    given_facts: list[Any], looks: Any, asked: list[str], missing: bool, suspended: Any
) -> None:
    of = known(*given_facts, looks=looks, missing=missing, suspended=suspended)
    deciding = Deciding(OFFER)
    beside = (timedelta(microseconds=-1), timedelta(), timedelta(microseconds=1))
    passing = sorted({moment + span for moment in _named_by(of) for span in beside})
    for now in (*passing, *reversed(passing)):
        for feature in asked:
            assert deciding.about(of, feature, now) == rules.decide(of, feature, OFFER, now)


def _about(deciding: Deciding, of: Known, seconds: float = 0.0) -> Decision:
    return deciding.about(of, "sso", NOW + timedelta(seconds=seconds))


def test_while_nothing_changes_it_is_the_very_same_decision() -> None:
    deciding, of = Deciding(OFFER), known(subscription("1", "cus", "GOLD"))
    assert _about(deciding, of, 1) is _about(deciding, of, 2)


def test_it_changes_with_the_hour_of_its_facts() -> None:
    deciding = Deciding(OFFER)
    of = known(subscription("1", "cus", "GOLD", ended_at=NOW + timedelta(seconds=10)))
    said = {seconds: _about(deciding, of, seconds).decision for seconds in (9, 9.999999, 10, 10.000001, 9)}
    assert said == {9: "granted", 9.999999: "granted", 10: "withheld", 10.000001: "withheld"}
    assert _about(deciding, of, 9).decision == "granted"


def test_other_facts_are_decided_anew_even_when_they_are_alike() -> None:
    deciding = Deciding(OFFER)
    one, other = (known(subscription("1", "cus", sku)) for sku in ("GOLD", "NONE"))
    assert _about(deciding, one, 1).decision == "granted"
    assert _about(deciding, other, 1).decision == "withheld"


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_are_kept_than_there_is_room_for(most: int) -> None:
    deciding, of = Deciding(OFFER, most), known(subscription("1", "cus", "GOLD"))
    first = [deciding.about(of, f"feature-{number}", NOW + timedelta(seconds=1)) for number in range(10)]
    again = [
        deciding.about(of, f"feature-{number}", NOW + timedelta(seconds=1)) for number in reversed(range(10))
    ]
    assert len(deciding._kept) == most
    assert sum(one is other for one, other in zip(first, reversed(again), strict=True)) == most
