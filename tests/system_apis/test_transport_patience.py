"""How long does a call try, and whom does it leave in peace?"""

import asyncio
import time

import pytest
from aiohttp import web

from system_apis.errors import Busy, Missing, PlatformError, Refused, Unavailable
from system_apis.health import Quota, State
from system_apis.transport import Transport
from tests.system_apis.elsewhere import NOW, Behaviour, Thing, Turns, always, cut, reaching, silent


async def ask(there: Transport) -> str:
    return (await there.call("GET", "/things", returns=Thing)).value.name


async def trickle(request: web.Request) -> web.StreamResponse:
    """An answer that begins at once and never ends."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("hanging", [silent, trickle])
async def test_no_answer_and_a_dripping_one_end_at_the_deadline(hanging: Behaviour) -> None:
    async with reaching(hanging, deadline=0.3) as there:
        began = time.monotonic()
        with pytest.raises(Unavailable, match="out of time"):
            await ask(there)
        assert 0.25 < time.monotonic() - began < 1.5


@pytest.mark.parametrize("trouble", [cut, always(500), always(503), always(429)])
async def test_what_may_pass_is_asked_again(trouble: Behaviour) -> None:
    turns = Turns(trouble, trouble, always())
    async with reaching(turns) as there:
        assert await ask(there) == "it"
    assert len(turns.calls) == 3


@pytest.mark.parametrize(("status", "error"), [(400, Refused), (404, Missing)])
async def test_what_will_not_pass_is_asked_once(status: int, error: type[PlatformError]) -> None:
    turns = Turns(always(status))
    async with reaching(turns) as there:
        with pytest.raises(error):
            await ask(there)
    assert len(turns.calls) == 1


async def test_a_wait_that_the_platform_asks_for_is_kept() -> None:
    turns = Turns(always(429, headers={"Retry-After": "0.5"}), always())
    async with reaching(turns) as there:
        began = time.monotonic()
        assert await ask(there) == "it"
        assert time.monotonic() - began >= 0.5


async def test_a_wait_beyond_the_deadline_is_told_to_the_caller_at_once() -> None:
    turns = Turns(always(429, headers={"Retry-After": "30"}))
    async with reaching(turns, deadline=5) as there:
        began = time.monotonic()
        with pytest.raises(Busy) as caught:
            await ask(there)
        assert time.monotonic() - began < 1
    assert caught.value.retry_after == 30
    assert len(turns.calls) == 1


async def test_a_platform_in_trouble_gets_few_more_calls_than_it_would_anyway() -> None:
    turns = Turns(always(429, headers={"Retry-After": "0"}))
    async with reaching(turns) as there:
        for _ in range(40):
            with pytest.raises(Busy):
                await ask(there)
    assert 40 < len(turns.calls) < 60


async def test_after_failures_in_a_row_the_platform_is_left_in_peace() -> None:
    turns = Turns(always(500))
    async with reaching(turns, attempts=1) as there:
        for _ in range(5):
            with pytest.raises(Unavailable):
                await ask(there)
        assert there.health().state is State.DOWN
        with pytest.raises(Unavailable, match="not called"):
            await ask(there)
    assert len(turns.calls) == 5


@pytest.mark.parametrize("status", [404, 400, 401, 429])
async def test_an_answer_that_says_no_is_not_a_failure_of_the_platform(status: int) -> None:
    async with reaching(always(status), attempts=1) as there:
        for _ in range(8):
            with pytest.raises(PlatformError):
                await ask(there)
        assert there.health().state is not State.DOWN


async def test_a_platform_that_lets_callers_give_up_is_left_in_peace_too() -> None:
    async with reaching(silent, patience=0.05) as there:
        for _ in range(5):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await ask(there)
        with pytest.raises(Unavailable, match="not called"):
            await ask(there)


async def test_a_caller_who_gives_up_takes_the_connection_along() -> None:
    left = asyncio.Event()

    async def waits(request: web.Request) -> web.StreamResponse:
        try:
            return await silent(request)
        finally:
            left.set()

    async with reaching(waits) as there:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await ask(there)
        await asyncio.wait_for(left.wait(), 5)


async def test_no_more_calls_are_under_way_than_there_are_places() -> None:
    now = most = 0

    async def counts(request: web.Request) -> web.StreamResponse:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        return web.json_response({"name": "it"})

    async with reaching(counts, in_flight=3) as there:
        await asyncio.gather(*(ask(there) for _ in range(20)))
    assert most == 3


async def test_one_too_many_waiting_is_busy_at_once_and_the_others_are_served() -> None:
    go = asyncio.Event()

    async def held(request: web.Request) -> web.StreamResponse:
        await go.wait()
        return web.json_response({"name": "it"})

    async with reaching(held, in_flight=1, waiting=2) as there:
        tasks = [asyncio.create_task(ask(there)) for _ in range(4)]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        assert [type(task.exception()) for task in done] == [Busy]
        go.set()
        assert [await task for task in tasks if task not in done] == ["it"] * 3


async def test_health_tells_the_last_error_and_forgets_the_trouble_after_a_success() -> None:
    turns = Turns(always(401), always(404), always())
    async with reaching(turns, usage=lambda headers: Quota(used=3, limit=10)) as there:
        with pytest.raises(PlatformError):
            await ask(there)
        assert there.health().state is State.DEGRADED
        assert there.health().last_failure == NOW
        with pytest.raises(Missing):
            await ask(there)
        health = there.health()
    assert (health.state, health.last_error) == (State.OK, "Unauthorised")
    assert health.quota is not None
    assert health.quota.left == 7
