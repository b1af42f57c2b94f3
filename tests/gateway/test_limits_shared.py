"""Is everybody's share kept exactly by several processes, and as declared when they cannot count together?"""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from canonical.caller import AccountScope, Caller
from gateway.errors import LimitsAway, TooManyRequests
from gateway.limits import Limits
from gateway.policies import PlanSettings, Said
from gateway.shared_spending import AGAIN_AFTER, PATIENCE
from tests.gateway.counters import Redis, counters

PROCESSES = 4
COUNTING = Path(__file__).with_name("counting_process.py")


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with counters(tmp_path) as redis:
        yield redis


@pytest.fixture
async def limits(redis: Redis) -> AsyncIterator[Limits]:
    """Counts in `redis`; `closed` lets nobody in without it."""
    plans: dict[str, Said] = {
        "default": "5/minute",
        "closed": PlanSettings(limits=("3/hour", "100/day"), store_away="closed"),
        "several": ["2/second", "3/minute"],
        "brief": "2/second",
    }
    limits = Limits(plans, redis=redis.url)
    yield limits
    await limits.close()


@pytest.fixture
async def counted(limits: Limits) -> AsyncIterator[Limits]:
    """The same, and at the end nothing was left uncounted: it was Redis that answered, not this process."""
    yield limits
    assert limits.uncounted == 0


def caller(plan: str = "default", subject: str = "a") -> Caller:
    return Caller(subject=subject, client="c", scopes=frozenset(), plan=plan, scope=AccountScope())


async def admitted(
    redis: Redis, limit: str, calls: int, rounds: int = 1, between: float = 0.0
) -> list[tuple[float, float]]:
    """Between which moments each call was let in of those that four processes make at once in each round."""
    said = [sys.executable, str(COUNTING), redis.url, limit, str(calls), str(rounds), str(between)]
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(*said, stdin=pipe, stdout=pipe) for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout
        assert await process.stdout.readline() == b"ready\n"
    told = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0] * PROCESSES
    lines = b"".join(out for out, _ in told).splitlines()
    return [(float(began), float(ended)) for began, ended in map(bytes.split, lines)]


async def left(limits: Limits, who: Caller, weight: int = 1) -> str:
    return dict(await limits.spend(who, weight))[b"ratelimit"].decode()


async def refusal(limits: Limits, who: Caller, weight: int = 1) -> TooManyRequests:
    with pytest.raises(TooManyRequests) as refused:
        await limits.spend(who, weight)
    return refused.value


async def test_four_processes_let_in_exactly_the_limit(redis: Redis) -> None:
    assert len(await admitted(redis, "1000/minute", calls=1250)) == 1000


async def test_never_more_than_the_limit_in_any_span_also_over_the_edge_of_a_window(redis: Redis) -> None:
    decided = await admitted(redis, "200/second", calls=100, rounds=12, between=0.2)
    assert len(decided) > 400  # the window moved on more than once
    for span, _ in decided:
        assert sum(span <= began and ended <= span + 1 for began, ended in decided) <= 200


async def test_what_is_left_is_told_as_one_process_tells_it(counted: Limits) -> None:
    alone = Limits({"default": "5/minute", "several": ["2/second", "3/minute"]})
    for who in (caller(), caller("several")):
        for weight in (1, 1):
            assert await left(counted, who, weight) == await left(alone, who, weight)
    shared, local = await refusal(counted, caller("several")), await refusal(alone, caller("several"))
    assert (shared.headers, shared.detail) == (local.headers, local.detail)


async def test_a_refused_call_spends_nothing_of_any_limit(counted: Limits) -> None:
    who = caller("several")
    for _ in range(2):
        await counted.spend(who)
    refused = await refusal(counted, who)
    assert dict(refused.headers)[b"ratelimit"] == b'"second";r=0;t=1, "minute";r=1;t=60'
    assert dict(refused.headers)[b"retry-after"] == b"1"
    assert refused.detail == "Used up: second."


async def test_who_waits_as_told_is_let_in(counted: Limits) -> None:
    for _ in range(2):
        await counted.spend(caller("brief"))
    wait = int(dict((await refusal(counted, caller("brief"))).headers)[b"retry-after"])
    await asyncio.sleep(wait)  # the promise under test
    await counted.spend(caller("brief"))


async def test_a_heavy_call_counts_as_several_and_never_as_more_than_all(counted: Limits) -> None:
    assert await left(counted, caller(), weight=3) == '"default";r=2;t=60'
    assert dict((await refusal(counted, caller(), weight=3)).headers)[b"ratelimit"] == b'"default";r=2;t=60'
    assert await left(counted, caller(subject="b"), weight=99) == '"default";r=0;t=60'


async def test_redis_learns_no_names(redis: Redis, counted: Limits) -> None:
    await counted.spend(caller(subject="anna@example.com"))
    shared = counted._shared
    assert shared is not None
    keys = await shared._redis.keys("*")
    assert len(keys) == 1
    assert b"anna" not in keys[0]


async def test_a_frozen_redis_holds_nobody_long_and_each_process_counts_alone(
    redis: Redis, limits: Limits, caplog: pytest.LogCaptureFixture
) -> None:
    await limits.spend(caller())
    redis.freeze()
    began = time.monotonic()
    answers = await asyncio.gather(*(limits.spend(caller()) for _ in range(20)), return_exceptions=True)
    assert time.monotonic() - began < 2 * PATIENCE + 0.5
    assert sorted(isinstance(answer, TooManyRequests) for answer in answers) == [False] * 5 + [True] * 15
    began = time.monotonic()
    await refusal(limits, caller())
    assert time.monotonic() - began < PATIENCE / 2  # known to be away: nobody waits for it
    assert limits.uncounted == 21
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_a_plan_that_says_so_lets_nobody_in_while_redis_is_away(redis: Redis, limits: Limits) -> None:
    await limits.spend(caller("closed"))
    redis.freeze()
    for _ in range(2):
        with pytest.raises(LimitsAway) as refused:
            await limits.spend(caller("closed"))
        assert refused.value.headers == [(b"retry-after", b"1")]


async def test_who_waits_for_redis_to_come_back_is_counted_again(
    redis: Redis, limits: Limits, caplog: pytest.LogCaptureFixture
) -> None:
    await limits.spend(caller("closed"))
    redis.freeze()
    with pytest.raises(LimitsAway):
        await limits.spend(caller("closed"))
    redis.thaw()
    await asyncio.sleep(AGAIN_AFTER)  # the promise under test
    await limits.spend(caller("closed"))
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]


async def test_a_redis_that_is_gone_is_away_at_once(redis: Redis, limits: Limits) -> None:
    redis.end()
    began = time.monotonic()
    assert await left(limits, caller()) == '"default";r=4;t=60'
    assert time.monotonic() - began < PATIENCE


async def test_a_redis_that_lost_its_scripts_is_taught_again(counted: Limits) -> None:
    await counted.spend(caller())
    assert counted._shared is not None
    await counted._shared._redis.script_flush()
    assert await left(counted, caller()) == '"default";r=3;t=60'


async def test_a_caller_who_goes_away_holds_up_nobody(counted: Limits) -> None:
    gone = asyncio.create_task(counted.spend(caller()))
    await asyncio.sleep(0)
    gone.cancel()
    assert await left(counted, caller(subject="b")) == '"default";r=4;t=60'


@pytest.mark.parametrize("url", ["localhost", "http://localhost", " redis://x"])
def test_an_address_that_is_none_is_told_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="redis://"):
        Limits({"default": "5/minute"}, redis=url)


async def test_a_bug_in_the_counting_holds_up_nobody(limits: Limits) -> None:
    """Who was asked for, and who waits behind them, is let in as when the counters are away."""
    shared = limits._shared
    assert shared is not None

    async def broken(**_: object) -> None:
        raise ZeroDivisionError

    shared._script = broken
    calls = [limits.spend(caller(subject=str(number))) for number in range(300)]
    async with asyncio.timeout(5):
        assert len(await asyncio.gather(*calls)) == 300
    assert limits.uncounted == 300
    assert shared._asking is not None
    with pytest.raises(ZeroDivisionError):
        await shared._asking
    shared._asking = None
