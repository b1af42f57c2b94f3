"""Does everything hold when business time moves, and money comes late?"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.journeys.conftest import BUGS, Demo, written

MONTH = 31 * 86_400
HEALED_WITHIN = 20.0
"""Seconds in which everything that had grown old has been read again."""


@pytest.fixture
def moved(demo: Demo) -> Iterator[Demo]:
    """The demo, whose world and clock are as they were made again at the end."""
    yield demo
    demo.http.post(demo.sim("stripe", "/reset"))
    demo.well()


def advance(demo: Demo, seconds: float) -> None:
    answer = demo.http.post(demo.sim("netsuite", "/clock"), json={"advance_seconds": seconds})
    assert answer.status_code == 200
    time.sleep(0.1)  # the gateway looks at the clock's file twenty times a second


def unheard(demo: Demo) -> None:
    """Keep back what billing has to tell of the time that passes: we must notice by ourselves what is old."""
    assert demo.http.post(demo.sim("stripe", "/webhooks"), json={"mode": "hold"}).status_code == 200


def entitled(demo: Demo) -> dict[str, Any]:
    path = f"/agent/v1/accounts/{demo.account('portal_parent')}/entitlements/analytics"
    answer = demo.ask("agent", path)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def picture(demo: Demo, account: str) -> dict[str, Any]:
    answer = demo.ask("agent", f"/agent/v1/accounts/{account}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def unwell(demo: Demo) -> dict[str, str]:
    """What the gateway says is not well."""
    told: dict[str, str] = demo.ask("operator", "/readyz").json().get("details", {})
    return told


def until(true: Callable[[], bool], why: Callable[[], object] = lambda: "not in time") -> None:
    deadline = time.monotonic() + HEALED_WITHIN
    while not true():
        assert time.monotonic() < deadline, why()
        time.sleep(0.2)


def test_after_a_month_old_facts_say_so_and_are_read_again_while_every_token_holds(moved: Demo) -> None:
    before = entitled(moved)
    unheard(moved)
    advance(moved, MONTH)
    at_once = entitled(moved)
    assert (at_once["decision"], at_once["fallback"]) == (before["decision"], True)
    assert "stale" in {fact["state"] for fact in at_once["facts"]}
    until(lambda: entitled(moved)["fallback"] is False)
    for name in ("agent", "portal_parent", "partner", "operator"):
        assert moved.ask(name, "/readyz").status_code == 200
    parts = picture(moved, moved.account("portal_parent"))["parts"]
    assert {part["state"] for part in parts.values()} == {"fresh"}


def test_back_from_the_future_everything_is_read_again(moved: Demo) -> None:
    before = entitled(moved)
    advance(moved, MONTH)
    until(lambda: entitled(moved)["fallback"] is False)
    moved.http.post(moved.sim("stripe", "/reset"))
    time.sleep(0.1)
    assert entitled(moved)["decision"] == before["decision"]
    until(lambda: entitled(moved)["fallback"] is False)
    until(lambda: not unwell(moved), lambda: unwell(moved))
    # The month was billed, and the reset took away what runs were posting: they rightly ask for a person.
    lines = [line for line in written(moved.data).splitlines() if "needs a person" not in line]
    assert not [line for line in lines if any(bug in line for bug in BUGS)]


def test_a_thousand_years_are_only_time(moved: Demo) -> None:
    before = entitled(moved)
    advance(moved, 365 * 86_400 * 1_000)
    assert picture(moved, moved.account("portal_parent"))["at"].startswith("30")
    # Billing has brought its subscriptions to the present, so what is read again holds again.
    assert entitled(moved)["decision"] == before["decision"]
    until(lambda: entitled(moved)["fallback"] is False)


def test_a_failed_payment_is_a_risk_at_once_and_none_once_it_is_paid(moved: Demo) -> None:
    failed = moved.http.post(moved.sim("stripe", "/fail-payment")).json()
    found = [
        [one["account"] for one in answer["data"]]
        for answer in (
            moved.ask("agent", "/agent/v1/accounts", params={"query": failed[id]}).json()
            for id in ("invoice", "customer")
        )
    ]
    assert len(found[0]) == 1
    assert found[0] == found[1]
    (account,) = found[0]
    during = picture(moved, account)
    assert during["parts"]["risk"]["data"]["flagged"] is True
    assert during["parts"]["risk"]["data"]["reason"] == "payment_failed"
    assert "failed_payment" in {finding["code"] for finding in during["findings"]}

    paid = moved.http.post(moved.sim("stripe", "/pay"), json={"invoice": failed["invoice"]})
    assert paid.status_code == 200
    after = picture(moved, account)
    assert after["parts"]["risk"]["data"] == {"flagged": False, "since": None, "reason": None}
    assert "failed_payment" not in {finding["code"] for finding in after["findings"]}
