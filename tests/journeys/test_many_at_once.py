"""Do many callers, slow platforms and callers who leave stay each other's strangers?"""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import Demo
from tests.journeys.test_bad_weather import OWNED

CALLERS = 8
HEALED_WITHIN = 10.0


@pytest.fixture
def accounts(demo: Demo) -> Iterator[list[str]]:
    """Accounts that nobody has looked at yet, so that nothing is remembered of them."""
    listed = demo.ask("agent", "/agent/v1/accounts", params={"query": "sable"}).json()["data"]
    yield [one["account"] for one in listed][:CALLERS]
    demo.mend()
    demo.well()


def asked(demo: Demo, account: str) -> dict[str, Any]:
    answer = demo.ask("agent", f"/agent/v1/accounts/{account}")
    assert answer.status_code == 200, answer.text
    parts: dict[str, Any] = answer.json()["parts"]
    return parts


def test_a_slow_platform_holds_up_no_part_of_the_others_for_any_of_many_callers(
    demo: Demo, accounts: list[str]
) -> None:
    demo.fault("salesforce", "slow")
    ends = time.monotonic() + 5
    with ThreadPoolExecutor(CALLERS) as callers:
        while time.monotonic() < ends:
            for parts in callers.map(lambda account: asked(demo, account), accounts):
                late = {name for name, part in parts.items() if part["state"] != "fresh"}
                assert late <= OWNED["salesforce"]
            began = time.monotonic()
            check = demo.ask("agent", f"/agent/v1/accounts/{accounts[0]}/entitlements/sso")
            assert (check.status_code, check.json()["fallback"]) == (200, False)
            assert time.monotonic() - began < 0.5
    demo.mend()
    deadline = time.monotonic() + HEALED_WITHIN
    while {part["state"] for part in asked(demo, accounts[0]).values()} != {"fresh"}:
        assert time.monotonic() < deadline
        time.sleep(0.2)  # the breaker lets one call through after its own pause


def test_callers_who_leave_take_nothing_from_those_who_stay(demo: Demo, accounts: list[str]) -> None:
    demo.fault("stripe", "slow")
    where = urlsplit(str(demo.http.base_url))
    proof = demo.proof("agent")["Authorization"]
    for account in accounts * 5:
        with socket.create_connection((where.hostname, where.port)) as leaving:
            request = (
                f"GET /agent/v1/accounts/{account} HTTP/1.1\r\nHost: x\r\nAuthorization: {proof}\r\n\r\n"
            )
            leaving.sendall(request.encode())
    stayed = asked(demo, accounts[0])
    assert {name for name, part in stayed.items() if part["state"] != "fresh"} == OWNED["stripe"]
    demo.mend()
    demo.well()
    before = len(demo.calls("stripe"))
    asked(demo, accounts[0])
    assert len(demo.calls("stripe")) - before <= 6, "what the others had asked was asked again after all"
