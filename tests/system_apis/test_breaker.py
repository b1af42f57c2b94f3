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
    return Breaker("there", failures=3, rest=10, clock=clock)


def fail(breaker: Breaker) -> None:
    with pytest.raises(Unavailable, match="down"), breaker.watching(1):
        raise Unavailable("there", "down")


def give_up(breaker: Breaker, clock: Clock, seconds: float) -> None:
    try:
        with breaker.watching(1):
            clock.now += seconds
            raise asyncio.CancelledError
    except asyncio.CancelledError:
        pass


def opened(clock: Clock) -> Breaker:
    breaker = a_breaker(clock)
    for _ in range(3):
        fail(breaker)
    return breaker


def test_it_opens_after_failures_in_a_row_and_keeps_calls_back() -> None:
    breaker = opened(Clock())
    assert breaker.resting
    with pytest.raises(Unavailable, match="not called"), breaker.watching(1):
        pytest.fail("a call went through")


def test_a_success_in_between_starts_the_count_again() -> None:
    breaker = a_breaker(Clock())
    for _ in range(4):
        fail(breaker)
        fail(breaker)
        with breaker.watching(1):
            pass
    assert not breaker.resting


def test_an_answer_that_says_no_is_a_sign_of_life() -> None:
    breaker = a_breaker(Clock())
    fail(breaker)
    fail(breaker)
    with pytest.raises(Missing), breaker.watching(1):
        raise Missing("there")
    fail(breaker)
    assert not breaker.resting


def test_after_its_rest_one_probe_goes_through_at_a_time() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 10.0
    with breaker.watching(1), pytest.raises(Unavailable, match="not called"):
        breaker.check()
    breaker.check()
    assert not breaker.resting


def test_a_failed_probe_begins_the_rest_again() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 10.0
    fail(breaker)
    clock.now = 19.9
    assert breaker.resting
    clock.now = 20.0
    assert not breaker.resting


def test_a_probe_that_was_given_up_lets_the_next_one_try() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 10.0
    with pytest.raises(asyncio.CancelledError), breaker.watching(1):
        raise asyncio.CancelledError
    assert not breaker.resting


def test_a_call_given_up_late_counts_and_one_given_up_soon_does_not() -> None:
    clock = Clock()
    breaker = a_breaker(clock)
    for seconds in (0.5, 0.5, 0.5, 1.0, 1.0):
        give_up(breaker, clock, seconds)
    assert not breaker.resting
    fail(breaker)
    assert breaker.resting


def test_a_bug_says_nothing_about_the_platform() -> None:
    breaker = a_breaker(Clock())
    for _ in range(5):
        with pytest.raises(ZeroDivisionError), breaker.watching(1):
            raise ZeroDivisionError
    assert not breaker.resting
