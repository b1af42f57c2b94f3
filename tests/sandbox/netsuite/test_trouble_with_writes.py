"""What goes wrong with writes to the practice NetSuite, and what is in the books then?"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.netsuite.bodies import customer, invoice, journal, payment
from tests.sandbox.netsuite.conftest import Erp


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that the server does; ten seconds at most."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 the server has no event for it
            await asyncio.sleep(0.005)


async def test_a_write_whose_answer_is_cut_is_there_once(erp: Erp) -> None:
    await erp.fault("commit_then_cut", calls=1)
    with pytest.raises(httpx.TransportError):
        await erp.put("/invoice/eid:in_1", invoice())
    assert (await erp.get("/invoice/eid:in_1")).json()["total"] == 100.0
    assert (await erp.put("/invoice/eid:in_1", invoice(), replace="item")).status_code == 204
    assert len(await erp.ids("invoice", 'externalId IS "in_1"')) == 1
    (call,) = [call for call in erp.practice.calls["netsuite"].since(None) if call.fault]
    assert (call.fault, call.status, call.effect) == ("commit_then_cut", None, True)


async def test_a_write_that_is_cut_before_is_not_there(erp: Erp) -> None:
    await erp.fault("cut_before", calls=1)
    with pytest.raises(httpx.TransportError):
        await erp.put("/invoice/eid:in_1", invoice())
    assert (await erp.get("/invoice/eid:in_1")).status_code == 404


async def test_a_locked_record_is_free_the_next_time(erp: Erp) -> None:
    await erp.fault("locked_row", calls=1)
    refused = await erp.put("/customer/eid:acc_new", customer())
    assert erp.refusal(refused)[:3] == (
        400,
        "Error while accessing a resource. Record has been changed.",
        "RCRD_HAS_BEEN_CHANGED",
    )
    assert (await erp.get("/customer/1001")).status_code == 200
    assert (await erp.put("/customer/eid:acc_new", customer())).status_code == 204


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/invoice/eid:x", invoice(), 400),
        ("/customerPayment/eid:x", payment(1), 400),
        ("/journalEntry/eid:x", journal(1, 1), 400),
        ("/customer/eid:x", customer(), 204),
    ],
)
async def test_a_closed_period_refuses_postings_and_nothing_else(
    erp: Erp, path: str, body: dict[str, Any], status: int
) -> None:
    await erp.fault("closed_period")
    assert (await erp.put(path, body)).status_code == status
    assert len(await erp.rows("SELECT id FROM customer WHERE id = 1001")) == 1
    await erp.client.delete("/_sim/faults")
    assert (await erp.put(path, body)).status_code == 204


async def test_a_refused_write_changes_nothing_and_says_so(erp: Erp) -> None:
    version = erp.world.version
    await erp.put("/invoice/eid:in_1", invoice(tranDate="2020-01-01"))
    assert erp.world.version == version
    assert [call.effect for call in erp.practice.calls["netsuite"].since(None)][-1] is False


async def test_one_call_too_many_at_a_time_is_refused(erp: Erp) -> None:
    await erp.fault("slow", seconds_slow=0.3, match="/customer/1001")
    under_way = [asyncio.create_task(erp.get("/customer/1001")) for _ in range(15)]
    await until(lambda: len(list(erp.practice.calls["netsuite"].since(None))) == 16)  # those and the token
    refused = await erp.get("/customer/1002")
    assert (refused.status_code, refused.json()["o:errorDetails"][0]["o:errorCode"]) == (
        429,
        "CONCURRENCY_LIMIT_EXCEEDED",
    )
    assert {(await answer).status_code for answer in under_way} == {200}
    assert (await erp.get("/customer/1002")).status_code == 200


async def test_who_gives_up_waiting_leaves_the_slot(erp: Erp) -> None:
    await erp.fault("slow", calls=15, seconds_slow=30, match="/customer/1001")
    under_way = [asyncio.create_task(erp.get("/customer/1001")) for _ in range(15)]
    await until(lambda: len(list(erp.practice.calls["netsuite"].since(None))) == 16)
    for one in under_way:
        one.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)
    deadline = time.monotonic() + 5
    while (await erp.get("/customer/1002")).status_code == 429:
        assert time.monotonic() < deadline


async def test_a_single_refused_login_under_load(erp: Erp) -> None:
    await erp.fault("expired_token", calls=1)
    assert (await erp.put("/customer/eid:acc_new", customer())).status_code == 401
    assert (await erp.put("/customer/eid:acc_new", customer())).status_code == 204
