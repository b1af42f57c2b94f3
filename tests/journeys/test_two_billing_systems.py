"""What is shown of a customer who is billed by two legal entities, each with a billing system of its own?"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.journeys.conftest import Demo, free_port

SECOND = "stripe_eu"
BILLED = ("subscriptions", "invoices", "payments", "risk")


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-u", "-m", "gateway", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.terminate()
        process.wait(timeout=15)


def until(process: subprocess.Popen[str], word: str) -> str:
    """What it says up to the first line that begins with this word, with that line."""
    said = ""
    for line in process.stdout or ():
        said += line
        if line.startswith(word):
            return said
    raise AssertionError(said)


@pytest.fixture(scope="module")
def both(standing_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A gateway of its own that knows the demo's platforms and one more Stripe with the same customers."""
    demo, second = standing_demo, tmp_path_factory.mktemp("second")
    shutil.copytree(demo.data / "practice", second / "practice")
    with running("sandbox", "--data", str(second / "practice"), "--practice-port", "0") as platforms:
        lines = until(platforms, "netsuite").splitlines()
        urls = {line.split()[0]: line.split()[1] for line in lines}
        port = free_port()
        config = written(demo.data, second, urls["stripe"], port)
        with running("serve", "--config", str(config)) as gateway:
            until(gateway, "Ready")
            sims = {**demo.known["platforms"], SECOND: {"sim_url": f"{urls['stripe']}/_sim"}}
            known = {**demo.known, "platforms": sims}
            base_url = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=base_url, timeout=15, trust_env=False) as http:
                yield Demo(demo.data, known, http)


def written(data: Path, second: Path, url: str, port: int) -> Path:
    """The demo's settings with a second billing system and a database of its own."""
    settings: dict[str, Any] = msgspec.toml.decode((data / "tieline.toml").read_bytes())
    (first,) = [one for one in settings["connections"] if one["name"] == "stripe"]
    more = {**first, "name": SECOND, "legal_entities": ["DE"], "config": {**first["config"], "base_url": url}}
    settings |= {
        "port": port,
        "base_url": f"http://127.0.0.1:{port}",
        "connections": [*settings["connections"], more],
    }
    settings["database"] = f"sqlite:///{second / 'tieline.sqlite'}"
    settings["telemetry"] = {"access_log": False}
    config = data / "two.toml"  # beside the secrets, to which its references are relative
    config.write_bytes(msgspec.toml.encode(settings))
    return config


@pytest.fixture
def mended(both: Demo) -> Iterator[Demo]:
    yield both
    both.http.delete(both.sim(SECOND, "/faults"))


def picture(demo: Demo, account: str) -> dict[str, Any]:
    answer = demo.ask("agent", f"/agent/v1/accounts/{account}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_what_both_bill_is_shown_newest_first_and_is_no_duplicate(demo: Demo, mended: Demo) -> None:
    account = demo.account("portal_small")
    one, two = picture(demo, account), picture(mended, account)
    ids = [subscription["id"] for subscription in two["parts"]["subscriptions"]["data"]]
    assert len(set(ids)) == len(ids) == 2 * len(one["parts"]["subscriptions"]["data"])
    dates = [invoice["created_at"] for invoice in two["parts"]["invoices"]["data"]]
    assert dates == sorted(dates, reverse=True)
    assert {part["state"] for part in two["parts"].values()} == {"fresh"}
    assert "duplicate_record" not in {finding["code"] for finding in two["findings"]}


def test_one_of_them_down_costs_what_it_bills_and_is_named_alone(mended: Demo) -> None:
    account = mended.account("portal_small")
    before = picture(mended, account)["parts"]
    mended.fault(SECOND, "down")
    during = picture(mended, account)["parts"]
    assert {name for name, part in during.items() if part["state"] != "fresh"} == set(BILLED)
    assert {during[name]["because"] for name in BILLED} == {f"{SECOND}: unavailable"}
    assert {name: part["data"] for name, part in during.items() if name in BILLED} == {
        name: before[name]["data"] for name in BILLED
    }


def test_one_of_them_down_that_was_never_heard_leaves_what_the_other_bills(demo: Demo, mended: Demo) -> None:
    account = demo.account("portal_parent")
    alone = picture(demo, account)["parts"]
    mended.fault(SECOND, "down")
    during = picture(mended, account)["parts"]["invoices"]
    assert (during["state"], during["because"]) == ("stale", f"{SECOND}: unavailable")
    assert [one["number"] for one in during["data"]] == [one["number"] for one in alone["invoices"]["data"]]


def test_the_entitlement_and_the_operators_know_of_both(mended: Demo) -> None:
    account = mended.account("portal_small")
    path = f"/agent/v1/accounts/{account}/entitlements/analytics"
    facts = mended.ask("agent", path).json()["facts"]
    assert {"stripe", SECOND} <= {fact["source"] for fact in facts}, json.dumps(facts)
    mended.fault(SECOND, "down")
    picture(mended, account)
    assert mended.ask("agent", path).json()["fallback"] is False
    assert SECOND in mended.ask("operator", "/readyz").json()["details"]
