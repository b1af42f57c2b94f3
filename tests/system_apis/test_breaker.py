"""Is a connection that fails left alone, and tried again in time?"""

import asyncio

import pytest

from system_apis.breaker import Breaker
from system_apis.errors import Missing, Unavailable


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def a_breaker(clock: Clock) -> Breaker:
    return Breaker("there", failures=3, rest=10, look_on=0.05, clock=clock)


async def fail(breaker: Breaker) -> None:
    with pytest.raises(Unavailable, match="down"):
        async with breaker.watching(1):
            raise Unavailable("there", "down")


async def give_up(breaker: Breaker, clock: Clock, seconds: float) -> None:
    try:
        async with breaker.watching(1):
            clock.now += seconds
            raise asyncio.CancelledError
    except asyncio.CancelledError:
        pass


async def opened(clock: Clock) -> Breaker:
    breaker = a_breaker(clock)
    for _ in range(3):
        await fail(breaker)
    return breaker


async def test_it_opens_after_failures_in_a_row_and_keeps_calls_back() -> None:
    breaker = await opened(Clock())
    assert breaker.resting
    with pytest.raises(Unavailable, match="not called"):
        async with breaker.watching(1):
            pytest.fail("a call went through")


async def test_a_success_in_between_starts_the_count_again() -> None:
    breaker = a_breaker(Clock())
    for _ in range(4):
        await fail(breaker)
        await fail(breaker)
        async with breaker.watching(1):
            pass
    assert not breaker.resting


async def test_an_answer_that_says_no_is_a_sign_of_life() -> None:
    breaker = a_breaker(Clock())
    await fail(breaker)
    await fail(breaker)
    with pytest.raises(Missing):
        async with breaker.watching(1):
            raise Missing("there")
    await fail(breaker)
    assert not breaker.resting


async def test_after_its_rest_one_probe_goes_through_at_a_time() -> None:
    clock = Clock()
    breaker = await opened(clock)
    clock.now = 10.0
    async with breaker.watching(1):
        with pytest.raises(Unavailable, match="being tried"):
            async with breaker.watching(1):
                pytest.fail("a second call went through")
    breaker.check()
    assert not breaker.resting


async def through(breaker: Breaker, ends: asyncio.Event | None = None) -> str:
    async with breaker.watching(1):
        if ends:
            await ends.wait()
        return "answered"


async def test_calls_that_come_with_a_probe_go_through_once_it_has_succeeded() -> None:
    clock = Clock()
    breaker = await opened(clock)
    clock.now = 10.0
    ends = asyncio.Event()
    calls = [
        asyncio.create_task(through(breaker, ends)),
        *(asyncio.create_task(through(breaker)) for _ in "ab"),
    ]
    await asyncio.sleep(0)
    ends.set()
    assert await asyncio.gather(*calls) == ["answered"] * 3


async def test_calls_that_come_with_a_probe_are_kept_back_once_it_has_failed() -> None:
    clock = Clock()
    breaker = await opened(clock)
    clock.now = 10.0

    async def failing() -> None:
        async with breaker.watching(1):
            await asyncio.sleep(0)
            raise Unavailable("there", "down")

    said = await asyncio.gather(failing(), through(breaker), return_exceptions=True)
    assert [str(error) for error in said] == [
        "there: down",
        "there: not called: it failed too often just now",
    ]


async def test_a_failed_probe_begins_the_rest_again() -> None:
    clock = Clock()
    breaker = await opened(clock)
    clock.now = 10.0
    await fail(breaker)
    clock.now = 19.9
    assert breaker.resting
    clock.now = 20.0
    assert not breaker.resting


async def test_a_probe_that_was_given_up_lets_the_next_one_try() -> None:
    clock = Clock()
    breaker = await opened(clock)
    clock.now = 10.0
    with pytest.raises(asyncio.CancelledError):
        async with breaker.watching(1):
            raise asyncio.CancelledError
    assert not breaker.resting


async def test_a_call_given_up_late_counts_and_one_given_up_soon_does_not() -> None:
    clock = Clock()
    breaker = a_breaker(clock)
    for seconds in (0.5, 0.5, 0.5, 1.0, 1.0):
        await give_up(breaker, clock, seconds)
    assert not breaker.resting
    await fail(breaker)
    assert breaker.resting


async def test_a_bug_says_nothing_about_the_platform() -> None:
    breaker = a_breaker(Clock())
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            async with breaker.watching(1):
                raise ZeroDivisionError
    assert not breaker.resting
