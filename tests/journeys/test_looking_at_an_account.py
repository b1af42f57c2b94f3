"""Does a customer see their account, and an agent the whole of it?"""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journeys.conftest import Demo

PARTS = (
    "profile hierarchy contacts contracts subscriptions invoices balance payments entitlements cases "
    "orders risk"
).split()


def test_a_customer_sees_every_part_of_their_account_fresh(demo: Demo) -> None:
    answer = demo.ask("portal_parent", "/portal/v2/account")
    assert answer.status_code == 200
    told = answer.json()
    assert told["account"] == demo.account("portal_parent")
    assert list(told["parts"]) == PARTS
    assert {name: part["state"] for name, part in told["parts"].items()} == dict.fromkeys(PARTS, "fresh")
    assert all(part["observed_at"] for part in told["parts"].values())
    assert told["parts"]["invoices"]["data"]
    assert told["parts"]["hierarchy"]["data"]["children"]


def test_no_answer_to_a_customer_holds_a_platforms_id_or_name(demo: Demo) -> None:
    text = demo.ask("portal_parent", "/portal/v2/account").text
    invoices = demo.ask("portal_parent", "/portal/v2/invoices?limit=2")
    vendor_words = (
        r"\b(cus|sub|in|pi|ch|il|si)_[A-Za-z0-9]{8,}|\b00[136][A-Za-z0-9]{12}"
        r"|salesforce|stripe|zendesk|netsuite"
    )
    ours = re.compile(r"\b(acc|sub|inv|pay|case|ord|con|ctr)_[0-9a-v]{20}\b")
    for told in (text, invoices.text):
        assert re.findall(vendor_words, ours.sub("", told), re.IGNORECASE) == []


def test_a_list_is_walked_to_its_end_by_cursors_without_a_repeat(demo: Demo) -> None:
    seen, path = [], "/portal/v2/invoices?limit=3"
    while True:
        page = demo.ask("portal_parent", path).json()
        seen += [invoice["id"] for invoice in page["data"]]
        if not page["has_more"]:
            break
        path = f"/portal/v2/invoices?limit=3&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) > 3
    whole = demo.ask("portal_parent", "/portal/v2/invoices?limit=100").json()
    assert [invoice["id"] for invoice in whole["data"]] == seen


def test_the_link_header_leads_to_the_next_page(demo: Demo) -> None:
    answer = demo.ask("portal_parent", "/portal/v2/invoices?limit=2")
    following = re.match(r'<([^>]+)>; rel="next"', answer.headers["link"])
    assert following
    after = demo.ask("portal_parent", following[1]).json()
    assert after["data"][0]["id"] not in {invoice["id"] for invoice in answer.json()["data"]}


def test_each_invoice_and_case_of_a_list_can_be_shown_by_its_id(demo: Demo) -> None:
    for kind in ("invoices", "cases"):
        listed = demo.ask("portal_parent", f"/portal/v2/{kind}").json()["data"]
        assert listed
        for one in listed[:5]:
            shown = demo.ask("portal_parent", f"/portal/v2/{kind}/{one['id']}")
            assert shown.status_code == 200
            assert shown.json()["number"] == one["number"]


def test_an_agent_sees_who_owns_every_attribute(demo: Demo) -> None:
    told = demo.ask("agent", f"/agent/v1/accounts/{demo.account('portal_parent')}?provenance=full").json()
    assert set(told["provenance"]) == set(PARTS)
    names = [one for one in told["provenance"]["profile"] if one["attribute"] == "account.name"]
    assert names[0]["owner"] == "crm"
    assert names[0]["record"].startswith("Account/001")
    assert names[0]["age_seconds"] < 60
    statuses = [one for one in told["provenance"]["invoices"] if one["attribute"] == "invoice.status"]
    assert [one["of"] for one in statuses] == [one["id"] for one in told["parts"]["invoices"]["data"]]
    assert all(one["owner"] == "billing" and one["record"].startswith("invoice/in_") for one in statuses)


def test_an_agent_reads_the_timeline_newest_first_page_by_page(demo: Demo) -> None:
    account = demo.account("portal_parent")
    whole = demo.ask("agent", f"/agent/v1/accounts/{account}/timeline?limit=100").json()["data"]
    assert [one["at"] for one in whole] == sorted((one["at"] for one in whole), reverse=True)
    first = demo.ask("agent", f"/agent/v1/accounts/{account}/timeline?limit=5").json()
    second = demo.ask(
        "agent", f"/agent/v1/accounts/{account}/timeline?limit=5&cursor={first['next_cursor']}"
    ).json()
    assert first["data"] + second["data"] == whole[:10]
    assert {"invoice.finalized", "payment.succeeded", "order.booked"} <= {one["kind"] for one in whole}


def test_an_order_in_the_picture_can_be_shown_with_its_account(demo: Demo) -> None:
    account = demo.account("portal_parent")
    orders = demo.ask("agent", f"/agent/v1/accounts/{account}").json()["parts"]["orders"]["data"]
    shown = demo.ask("agent", f"/agent/v1/orders/{orders[0]['id']}").json()
    assert (shown["account"], shown["number"]) == (account, orders[0]["number"])


@pytest.fixture(scope="module")
def words(standing_demo: Demo) -> dict[str, str]:
    """By what an agent may know one account, from the systems' own mouths."""
    demo = standing_demo
    account = demo.account("portal_parent")
    found = demo.ask("agent", f"/agent/v1/accounts/{account}?provenance=full").json()
    parts, provenance = found["parts"], found["provenance"]
    ids = {
        one["record"].split("/")[1]
        for part in ("profile", "invoices", "orders", "cases")
        for one in provenance[part]
    }
    return {
        "our id": account,
        "name": parts["profile"]["data"]["name"],
        "domain": parts["profile"]["data"]["website"].removeprefix("https://").removeprefix("www."),
        "email": parts["contacts"]["data"][0]["email"],
        "invoice number": next(one["number"] for one in parts["invoices"]["data"] if one["number"]),
        "order number": parts["orders"]["data"][0]["number"],
        "contract number": parts["contracts"]["data"][0]["number"],
        "case number": parts["cases"]["data"][0]["number"],
        "salesforce id": next(id for id in ids if id.startswith("001")),
        "stripe id": next(id for id in ids if id.startswith("in_")),
    }


@pytest.mark.parametrize(
    "by",
    [
        "our id",
        "name",
        "domain",
        "email",
        "invoice number",
        "order number",
        "contract number",
        "case number",
        "salesforce id",
        "stripe id",
    ],
)
def test_an_agent_finds_an_account_by(demo: Demo, words: dict[str, str], by: str) -> None:
    found = demo.ask("agent", "/agent/v1/accounts", params={"query": words[by]}).json()
    assert demo.account("portal_parent") in [one["account"] for one in found["data"]]
    assert found["unanswered"] == []


def test_identical_questions_at_the_same_time_are_asked_once(demo: Demo) -> None:
    account = demo.account("portal_parent")
    demo.ask("agent", f"/agent/v1/accounts/{account}")
    before = len(demo.calls("salesforce"))
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: demo.ask("agent", f"/agent/v1/accounts/{account}"), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    asked = len(demo.calls("salesforce")) - before
    demo.ask("agent", f"/agent/v1/accounts/{account}")
    once = len(demo.calls("salesforce")) - before - asked
    assert asked < 8 * once


def test_the_whole_picture_comes_within_the_deadline(demo: Demo) -> None:
    began = time.monotonic()
    demo.ask("agent", f"/agent/v1/accounts/{demo.account('portal_parent')}")
    assert time.monotonic() - began < 2.0
