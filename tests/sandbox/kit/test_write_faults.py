"""Do faults of writes strike writes only, and is what they did right in the call log?"""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.sandbox.kit.toys import Sales, Town


def sold(town: Town) -> int:
    return town.practice.memory("toys", Sales).sold


async def last_call(town: Town) -> dict[str, Any]:
    calls: list[dict[str, Any]] = (await town.ask("GET", "/_sim/calls"))[1]["data"]
    return calls[-1]


async def test_a_committed_write_whose_answer_is_cut_off_was_carried_out(town: Town) -> None:
    await town.fault(fault="commit_then_cut", calls=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await town.ask("POST", "/toys")
    assert sold(town) == 1
    call = await last_call(town)
    assert (call["fault"], call["status"], call["effect"]) == ("commit_then_cut", None, True)
    assert (await town.ask("POST", "/toys"))[0] == 201


async def test_a_write_cut_off_before_was_not_carried_out(town: Town) -> None:
    await town.fault(fault="cut_before", calls=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await town.ask("POST", "/toys")
    assert sold(town) == 0
    call = await last_call(town)
    assert (call["fault"], call["status"], call["effect"]) == ("cut_before", None, False)


async def test_a_locked_row_is_refused_in_the_vendors_words(town: Town) -> None:
    await town.fault(fault="locked_row")
    assert await town.ask("POST", "/toys") == (409, {"toy_error": "locked_row"})
    assert sold(town) == 0


@pytest.mark.parametrize("fault", ["commit_then_cut", "cut_before", "locked_row"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/toys"), ("POST", "/ask"), ("POST", "/login")])
async def test_what_only_reads_is_spared(town: Town, fault: str, method: str, path: str) -> None:
    await town.fault(fault=fault)
    assert (await town.ask(method, path))[0] == 200
    assert (await town.ask("GET", "/_sim/faults"))[1]["data"][0]["hits"] == 0


async def test_the_bounds_of_other_faults_hold_here_too(town: Town) -> None:
    await town.fault(fault="cut_before", match="POST /elsewhere")
    assert (await town.ask("POST", "/toys"))[0] == 201


async def test_an_effect_belongs_to_the_call_that_had_it(town: Town) -> None:
    """While one call looks around, another one sells: only the second changed something."""
    looking = asyncio.create_task(town.ask("POST", "/slowly"))
    await asyncio.sleep(0.03)
    await town.ask("POST", "/toys")
    await looking
    calls = (await town.ask("GET", "/_sim/calls"))[1]["data"]
    assert {call["path"]: call["effect"] for call in calls} == {"/slowly": False, "/toys": True}
