"""Does the 360 of each troubled account show its trouble, and that of a clean account none?"""

import re
from pathlib import Path

import pytest

from sandbox.kit.opening import opened
from sandbox.personas import clean_accounts
from sandbox.world import World
from tests.journeys.conftest import Demo

PAGE = Path(__file__).resolve().parents[2] / "docs" / "demo-world.md"

# what is wrong in the world -> what the 360 must find
SHOWS = {
    "duplicate_customer": {"duplicate_record", "possible_duplicate"},
    "failed_payment": {"failed_payment"},
    "missing_erp_invoice": {"invoice_not_in_ledger"},
    "amount_differs": {"ledger_amount_differs"},
    "paused_subscription_tier_unchanged": {"support_tier_differs"},
    "parent_renamed_in_crm_only": {"names_differ"},
    "only_in_billing": {"missing_record"},
    "only_in_crm": {"missing_record"},
    "only_in_support": {"missing_record"},
    "unknown_parent": {"unknown_parent"},
    "billing_address_differs": {"address_differs"},
}


@pytest.fixture(scope="module")
def world(standing_demo: Demo) -> World:
    return opened(standing_demo.data / "practice").world


def findings(demo: Demo, key: str) -> set[str]:
    answer = demo.ask("agent", f"/agent/v1/accounts/{key}")
    assert answer.status_code == 200, answer.text
    return {finding["code"] for finding in answer.json()["findings"]}


def test_every_trouble_of_the_world_is_one_we_look_for(world: World) -> None:
    assert {trouble.code for trouble in world.trouble} == set(SHOWS)


@pytest.mark.parametrize("code", list(SHOWS))
def test_the_360_shows(demo: Demo, world: World, code: str) -> None:
    troubled = [world.accounts[trouble.account] for trouble in world.trouble if trouble.code == code]
    assert troubled
    for account in troubled:
        assert findings(demo, account.key) & SHOWS[code], account.name


def test_clean_accounts_show_nothing(demo: Demo, world: World) -> None:
    renamed = {trouble.account for trouble in world.trouble if trouble.code == "parent_renamed_in_crm_only"}
    family = {account.number for account in world.accounts.values() if account.parent in renamed}
    clean = [account for account in clean_accounts(world) if account.number not in family]
    behind = {one.account for one in world.subscriptions.values() if one.status == "unpaid"}
    found = {account.name: findings(demo, account.key) for account in clean if account.number not in behind}
    assert {name: codes for name, codes in found.items() if codes} == {}


def test_a_customer_long_behind_with_paying_is_no_disagreement_but_a_failed_payment(
    demo: Demo, world: World
) -> None:
    behind = [one.account for one in world.subscriptions.values() if one.status == "unpaid"]
    assert behind
    for number in behind:
        assert findings(demo, world.accounts[number].key) == {"failed_payment"}


def test_the_page_about_the_world_names_every_trouble(world: World) -> None:
    told = PAGE.read_text()
    assert [trouble.code for trouble in world.trouble if not re.search(rf"\b{trouble.code}\b", told)] == []


def test_a_child_of_the_renamed_parent_shows_it_too(demo: Demo, world: World) -> None:
    renamed = next(t.account for t in world.trouble if t.code == "parent_renamed_in_crm_only")
    child = next(account for account in world.accounts.values() if account.parent == renamed)
    assert "names_differ" in findings(demo, child.key)


def test_the_customer_who_did_not_pay_is_at_risk_since_the_first_failure(demo: Demo, world: World) -> None:
    key = world.accounts[next(t.account for t in world.trouble if t.code == "failed_payment")].key
    risk = demo.ask("agent", f"/agent/v1/accounts/{key}").json()["parts"]["risk"]["data"]
    assert (risk["flagged"], risk["reason"]) == (True, "payment_failed")
    assert risk["since"]


def test_a_customer_who_moved_is_shown_where_the_erp_says_with_the_owner_of_each_value(
    demo: Demo, world: World
) -> None:
    moved = world.accounts[next(t.account for t in world.trouble if t.code == "billing_address_differs")]
    told = demo.ask("agent", f"/agent/v1/accounts/{moved.key}?provenance=full").json()
    street = told["parts"]["profile"]["data"]["billing_address"]["street"]
    owners = {one["attribute"]: one["owner"] for one in told["provenance"]["profile"]}
    assert street == moved.said["erp"]["street"] != moved.street
    assert owners["account.billing_address"] == owners["account.payment_terms"] == "erp"
    assert owners["account.name"] == "crm"


def test_an_erp_that_is_down_does_not_move_the_customer_back(demo: Demo, world: World) -> None:
    moved = world.accounts[next(t.account for t in world.trouble if t.code == "billing_address_differs")]
    path = f"/agent/v1/accounts/{moved.key}"
    demo.ask("agent", path)
    demo.fault("netsuite", "down")
    told = demo.ask("agent", path).json()["parts"]["profile"]
    assert told["data"]["billing_address"]["street"] == moved.said["erp"]["street"]
    trust = told["data"]["billing_details"]
    assert (trust["state"], trust["source"], trust["because"]) == ("stale", "erp", "netsuite: unavailable")
    assert told["state"] == "fresh"
