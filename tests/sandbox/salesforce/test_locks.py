"""Do two writes that touch the same rows wait for each other, and give up as Salesforce does?"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.ids import salesforce_id
from tests.sandbox.salesforce.conftest import Org

ACCOUNT, OTHER = (salesforce_id("Account", number) for number in (1, 2))


@pytest.fixture
async def slow(org: Org) -> AsyncIterator[Org]:
    """An org whose commits take most of a second."""
    await org.control("/commits", seconds=0.8)
    yield org
    await org.control("/commits", seconds=0, patience=10)


async def _task(org: Org, account: str) -> tuple[int, Any]:
    return await org.send("POST", "/sobjects/Task", {"Subject": "Call", "WhatId": account})


async def test_two_writes_below_one_account_come_one_after_the_other(slow: Org) -> None:
    began = time.monotonic()
    answers = await asyncio.gather(_task(slow, ACCOUNT), _task(slow, ACCOUNT), _task(slow, ACCOUNT))
    assert [status for status, _ in answers] == [201, 201, 201]
    assert time.monotonic() - began > 2.39


async def test_writes_below_different_accounts_do_not_wait(slow: Org) -> None:
    began = time.monotonic()
    await asyncio.gather(_task(slow, ACCOUNT), _task(slow, OTHER))
    assert time.monotonic() - began < 1.59


async def test_who_waits_too_long_is_refused_and_has_written_nothing(slow: Org) -> None:
    await slow.control("/commits", patience=0.05)
    answers = await asyncio.gather(_task(slow, ACCOUNT), _task(slow, ACCOUNT))
    assert sorted(status for status, _ in answers) == [201, 400]
    (refused,) = next(said for status, said in answers if status == 400)
    assert refused["errorCode"] == "UNABLE_TO_LOCK_ROW"
    assert (await slow.query("SELECT COUNT() FROM Task"))["totalSize"] == 1
    assert (await _task(slow, ACCOUNT))[0] == 201


async def test_a_read_never_waits(slow: Org) -> None:
    writing = asyncio.create_task(_task(slow, ACCOUNT))
    while (await slow.query("SELECT COUNT() FROM Task"))["totalSize"] == 0:
        assert not writing.done()
    await slow.row("Account", ACCOUNT)
    assert not writing.done()
    await writing


@pytest.mark.parametrize("asked", [{"seconds": -1}, {"patience": "long"}, {"seconds": 61}, {"minutes": 1}])
async def test_what_is_no_number_of_seconds_is_refused(org: Org, asked: dict[str, Any]) -> None:
    async with org.client.post(f"{org.url}/_sim/commits", json=asked) as answer:
        assert answer.status == 400
