"""Does each fault do what it says, where it says, for as long as it says?"""

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from tests.sandbox.kit.toys import Sales, Town


async def test_a_platform_that_is_down_closes_the_connection_without_an_answer(town: Town) -> None:
    await town.fault(fault="down")
    with pytest.raises(aiohttp.ClientConnectionError):
        await town.ask("GET", "/toys")


async def test_the_control_face_of_a_platform_that_is_down_answers(town: Town) -> None:
    await town.fault(fault="down")
    status, answer = await town.ask("GET", "/_sim/faults")
    assert (status, answer["data"][0]["fault"]) == (200, "down")


async def test_a_fault_is_of_one_platform_only(town: Town) -> None:
    await town.fault(fault="error_500")
    assert (await town.ask("GET", "/toys", "shoes"))[0] == 200


@pytest.mark.parametrize(
    ("fault", "status"), [("error_500", 500), ("rate_limited", 429), ("expired_token", 401)]
)
async def test_a_refusal_is_in_the_vendors_words_and_carries_its_headers(
    town: Town, fault: str, status: int
) -> None:
    await town.fault(fault=fault)
    async with town.client.get(town.urls["toys"] + "/toys") as answer:
        assert (answer.status, await answer.json()) == (status, {"toy_error": fault})
        assert answer.headers["Toys-Used"] == "1"


async def test_an_expired_token_keeps_no_one_from_a_new_one(town: Town) -> None:
    await town.fault(fault="expired_token", calls=1)
    assert (await town.ask("POST", "/login"))[0] == 200
    assert (await town.ask("GET", "/toys"))[0] == 401
    assert (await town.ask("GET", "/toys"))[0] == 200


async def test_a_redirect_points_to_another_host(town: Town) -> None:
    await town.fault(fault="redirect")
    async with town.client.get(town.urls["toys"] + "/toys?a=1", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "https://elsewhere.invalid/toys?a=1")


async def test_bad_bodies_come_with_a_200_and_are_never_what_was_asked_for(town: Town) -> None:
    await town.fault(fault="bad_body")
    for _ in range(6):
        async with town.client.get(town.urls["toys"] + "/toys") as answer:
            assert answer.status == 200
            assert "bear" not in await answer.text()


async def test_a_slow_platform_answers_late_but_rightly(town: Town) -> None:
    await town.fault(fault="slow", seconds_slow=0.2)
    began = time.monotonic()
    assert (await town.ask("GET", "/toys"))[1]["toys"] == ["bear"]
    assert time.monotonic() - began >= 0.2


async def test_a_slow_answer_does_not_keep_the_platform_from_closing(town: Town) -> None:
    await town.fault(fault="slow", seconds_slow=60)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(town.ask("GET", "/toys"), 0.1)


async def test_a_slow_write_is_carried_out_though_nobody_waits_for_it(town: Town) -> None:
    await town.fault(fault="slow", seconds_slow=0.3)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(town.ask("POST", "/toys", json={"toy": "bear"}), 0.1)
    sales = town.practice.memory("toys", Sales)
    assert sales.sold == 0
    async with asyncio.timeout(5):
        while not sales.sold:  # noqa: ASYNC110 - the practice tells nobody
            await asyncio.sleep(0.05)


async def test_a_slow_write_does_not_keep_the_platform_from_closing(town: Town) -> None:
    await town.fault(fault="slow", seconds_slow=60)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(town.ask("POST", "/toys"), 0.1)


async def test_lagging_search_is_an_hour_behind_business_time(town: Town) -> None:
    assert (await town.ask("GET", "/toys"))[1]["until"] is None
    await town.fault(fault="search_lags")
    assert (await town.ask("GET", "/toys"))[1]["until"] < town.practice.clock.now().isoformat()


async def test_a_fault_bounded_by_calls_ends_after_them(town: Town) -> None:
    await town.fault(fault="error_500", calls=2)
    assert [(await town.ask("GET", "/toys"))[0] for _ in range(3)] == [500, 500, 200]
    assert (await town.ask("GET", "/_sim/faults"))[1] == {"data": []}


async def test_a_fault_bounded_by_a_share_hits_about_that_share_and_the_same_calls_every_time(
    town: Town,
) -> None:
    hits = []
    for _ in range(2):
        await town.fault(fault="error_500", share=0.3)
        hits.append([(await town.ask("GET", "/toys"))[0] == 500 for _ in range(60)])
        await town.ask("DELETE", "/_sim/faults")
    assert 8 <= sum(hits[0]) <= 28
    assert hits[0] == hits[1]


async def test_a_fault_bounded_by_seconds_ends_after_them(town: Town) -> None:
    await town.fault(fault="error_500", seconds=0.2)
    assert (await town.ask("GET", "/toys"))[0] == 500
    await asyncio.sleep(0.25)
    assert (await town.ask("GET", "/toys"))[0] == 200


async def test_a_fault_with_a_match_hits_only_calls_it_is_part_of(town: Town) -> None:
    await town.fault(fault="error_500", match="POST /toys")
    assert (await town.ask("GET", "/toys"))[0] == 200
    assert (await town.ask("POST", "/toys"))[0] == 500


async def test_ending_the_faults_ends_all_of_them(town: Town) -> None:
    await town.fault(fault="down")
    await town.fault(fault="error_500")
    await town.ask("DELETE", "/_sim/faults")
    assert (await town.ask("GET", "/toys"))[0] == 200


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({}, "fault must be one of"),
        ({"fault": "flood"}, "fault must be one of"),
        ({"fault": ["down"]}, "fault must be one of"),
        ({"fault": "closed_period"}, "no such fault; it has down, slow"),
        ({"fault": "down", "call": 1}, "unknown: call"),
        ({"fault": "down", "calls": 0}, "calls must be"),
        ({"fault": "down", "calls": True}, "calls must be"),
        ({"fault": "down", "calls": "1"}, "calls must be"),
        ({"fault": "down", "share": 1.5}, "share must be"),
        ({"fault": "down", "seconds": -1}, "seconds must be"),
        ({"fault": "down", "match": ""}, "match must be"),
    ],
)
async def test_a_fault_that_cannot_be_is_refused_with_the_reason(
    town: Town, asked: dict[str, Any], reason: str
) -> None:
    status, answer = await town.ask("POST", "/_sim/faults", json=asked)
    assert status == 400
    assert reason in answer["reason"]
