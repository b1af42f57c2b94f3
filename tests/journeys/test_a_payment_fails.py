"""A payment fails, and comes after all: does everybody know, once, whoever is down meanwhile?"""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import PLATFORMS, Demo, free_port, started

WITHIN = 30.0
"""Seconds in which everybody knows on a busy machine; alone it is under one."""
A_DAY = 86_400


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: what is late here is late for nobody else."""
    data = tmp_path_factory.mktemp("late")
    process = started(data, "--port", str(free_port()))
    known = json.loads((data / "demo.json").read_text())
    with httpx.Client(base_url=known["base_url"], timeout=15, trust_env=False) as http:
        yield Demo(data, known, http)
    process.terminate()
    process.wait(timeout=15)


class Late:
    """A payment that just failed, and what is to be seen of it."""

    def __init__(self, demo: Demo, **asked: Any) -> None:
        self.demo = demo
        told = demo.http.post(demo.sim("stripe", "/fail-payment"), json=asked).json()
        self.invoice: str = told["invoice"]
        (found,) = demo.ask("agent", "/agent/v1/accounts", params={"query": self.invoice}).json()["data"]
        self.account: str = found["account"]

    def pay(self) -> None:
        answer = self.demo.http.post(self.demo.sim("stripe", "/pay"), json={"invoice": self.invoice})
        assert answer.status_code == 200, answer.text

    def tickets(self) -> list[dict[str, Any]]:
        found = self.demo.http.get(self.demo.sim("zendesk", "/state/tickets")).json()["data"]
        return [one for one in found if one["external_id"] == f"recovery-{self.invoice}"]

    def tasks(self) -> list[dict[str, Any]]:
        found = self.demo.http.get(self.demo.sim("salesforce", "/state/Task")).json()["data"]
        return [one for one in found if one["Tieline_Key__c"] == f"recovery-{self.invoice}"]

    def flagged(self) -> bool:
        """Whether the CRM shows the account as a risk."""
        shown = self.demo.http.get(self.demo.sim("salesforce", "/state/Account")).json()["data"]
        return any(one["Risk_Flag__c"] for one in shown if one["Global_Customer_Id__c"] == self.account)

    def dunning(self) -> str | None:
        """What the ERP's receivable says of its collection; nothing while it is not posted yet."""
        found = self.demo.http.get(self.demo.sim("netsuite", "/state/invoice")).json()["data"]
        said = [one.get("custbody_tieline_dunning") for one in found if one["externalId"] == self.invoice]
        return said[0] if said else None

    def timeline(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.demo.ask(
            "agent", f"/agent/v1/accounts/{self.account}/timeline"
        ).json()["data"]
        return told

    def entitled(self, feature: str) -> dict[str, Any]:
        told: dict[str, Any] = self.demo.ask(
            "agent", f"/agent/v1/accounts/{self.account}/entitlements/{feature}"
        ).json()
        return told

    def runs(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.demo.ask(
            "operator", "/operations/v1/runs", params={"query": self.invoice, "limit": 100}
        ).json()["data"]
        return told


def soon(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_everybody_knows_at_once_and_once_and_it_clears_when_it_is_paid(house: Demo) -> None:
    late = Late(house)
    soon(lambda: late.flagged() and late.tickets() and late.tasks() and late.dunning())
    picture = house.ask("agent", f"/agent/v1/accounts/{late.account}").json()
    assert picture["parts"]["risk"]["data"]["flagged"]
    assert any(case["subject"].startswith("Payment of invoice") for case in picture["parts"]["cases"]["data"])

    house.http.post(house.sim("stripe", "/fail-payment"), json={"invoice": late.invoice})
    late.pay()
    soon(lambda: not late.flagged() and not late.dunning())
    soon(lambda: [one["Status"] for one in late.tasks()] == ["Completed"])
    soon(lambda: [one["status"] for one in late.tickets()] == ["solved"])


def test_the_timeline_tells_it_with_its_trace(house: Demo) -> None:
    late = Late(house)
    soon(lambda: any(one["kind"] == "payment_recovery.changed" for one in late.timeline()))
    told = {one["kind"]: one for one in reversed(late.timeline())}
    trace = told["payment_recovery.changed"]["trace_id"]
    events = house.ask("operator", "/operations/v1/events", params={"trace": trace, "limit": 100}).json()
    assert "tieline.invoice.payment_failed" in {one["type"] for one in events["data"]}
    assert trace in {one["trace_id"] for one in late.runs()}
    late.pay()


def test_an_erp_that_is_down_hears_of_it_when_it_is_back(house: Demo) -> None:
    house.fault("netsuite", "down")
    late = Late(house)
    soon(lambda: late.flagged() and late.tickets() and late.tasks())
    soon(lambda: any(one["state"] == "waiting" and "netsuite" in (one["needs"] or "") for one in late.runs()))
    house.mend()
    soon(late.dunning)
    late.pay()
    soon(lambda: not late.dunning())


def test_who_does_not_pay_in_time_is_suspended_and_gets_it_back_with_the_payment(house: Demo) -> None:
    late = Late(house)
    soon(late.flagged)
    features = [
        one
        for one in ("sso", "dashboards", "workspaces", "analytics", "api")
        if late.entitled(one)["decision"] == "granted"
    ]
    assert features
    house.http.post(house.sim("stripe", "/clock"), json={"advance_seconds": 15 * A_DAY})
    soon(lambda: late.entitled(features[0])["decision"] == "withheld")
    assert late.entitled(features[0])["reason"] in {"suspended", "unpaid"}
    late.pay()
    soon(lambda: late.entitled(features[0])["decision"] == "granted")


def test_an_operator_finds_it_by_the_invoice_with_its_steps(house: Demo) -> None:
    late = Late(house)
    effects = {"payment-recovery-erp", "payment-recovery-crm", "payment-recovery-support"}

    def shown() -> dict[str, Any]:
        run = [one for one in late.runs() if one["flow"] == "payment-recovery"][-1]
        told: dict[str, Any] = house.ask("operator", f"/operations/v1/runs/{run['id']}").json()
        return told

    soon(lambda: any(one["flow"] == "payment-recovery" for one in late.runs()))
    soon(lambda: effects <= {one["flow"] for one in shown()["children"]})
    assert [one["name"] for one in shown()["steps"]][:2] == ["look", "note"]
    late.pay()


def test_nothing_is_dead(house: Demo) -> None:
    told = house.ask("operator", "/operations/v1/subscribers").json()["data"]
    assert {one["name"] for one in told} >= {"payment-recovery", "billing-to-ledger", "account-360"}
    assert [one["dead_letters"] for one in told] == [0] * len(told)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_is_heard(house: Demo, platform: str) -> None:
    asked = {"source": platform}
    soon(lambda: house.ask("operator", "/operations/v1/events", params=asked).json()["data"])
