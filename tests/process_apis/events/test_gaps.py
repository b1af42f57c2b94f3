"""Is what no message told us found in the platforms' own lists, and kept once?"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from process_apis import events, systems
from process_apis.clock import FixedClock
from process_apis.events import Filter, gaps
from process_apis.records import Store
from system_apis.health import State
from tests.builders import NOW
from tests.process_apis.events.happenings import eventually, until
from tests.process_apis.events.platform import Platform, notice

HOUR = timedelta(hours=1)


@pytest.fixture
def platform(time: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """We are connected to one platform, and look at it often."""
    monkeypatch.setattr(gaps, "LOOK_EVERY", 0.02)
    one = Platform()
    systems.connect(one.connections())
    yield one
    systems.disconnect()


@asynccontextmanager
async def filling(every: timedelta = HOUR) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(events.fill_gaps(stop, every))
    try:
        yield
    finally:
        stop.set()
        await task


async def kept() -> list[str]:
    return [one.source_id for one in (await events.query(Filter(), limit=500, order="oldest")).items]


async def complete(count: int) -> events.Gap:
    """Wait until so many were read and nothing is left."""
    found = await eventually(
        events.gap_progress, lambda seen: seen and seen[0].read == count and seen[0].complete_at
    )
    one: events.Gap = found[0]
    return one


async def test_an_hour_of_dropped_messages_leaves_no_difference(
    either_store: Store, platform: Platform
) -> None:
    platform.happened = [notice(f"evt_{n:03}", NOW + timedelta(seconds=n // 10)) for n in range(100)]
    for n in range(0, 100, 3):  # the others were dropped
        await events.receive("stripe", platform.message(f"evt_{n:03}"))
    async with filling():
        gap = await complete(100)
    assert sorted(await kept()) == [f"evt_{n:03}" for n in range(100)]
    assert (gap.kept, gap.error, gap.connection) == (100 - 34, None, "stripe")
    assert gap.behind is not None
    assert gap.behind < 30


async def test_the_first_look_is_at_what_is_new_and_not_at_the_whole_history(
    either_store: Store, platform: Platform
) -> None:
    platform.happened = [
        notice("old", NOW - timedelta(days=3)),
        notice("just now", NOW - timedelta(minutes=1)),
    ]
    async with filling():
        await complete(1)
    assert await kept() == ["just now"]
    assert platform.since[0] == NOW - gaps.OVERLAP


async def test_many_with_the_same_moment_are_all_found(either_store: Store, platform: Platform) -> None:
    platform.happened = [notice(f"evt_{n:02}") for n in range(20)]  # pages of three, one moment
    async with filling():
        await complete(20)
    platform.happened += [notice(f"evt_{n:02}") for n in range(20, 25)]
    async with filling():
        await complete(25)
    assert await kept() == [f"evt_{n:02}" for n in range(25)]


async def test_it_goes_on_where_it_stood(either_store: Store, platform: Platform) -> None:
    platform.happened = [notice(f"evt_{n}") for n in range(4)]
    async with filling():
        await complete(4)
    asked = len(platform.asked)
    async with filling():
        await until(lambda: len(platform.asked) > asked)
    assert platform.asked[asked] == platform.asked[-1] is not None


async def test_a_round_has_an_end_and_the_next_one_goes_on_at_once(
    either_store: Store, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gaps, "PAGES", 2)
    platform.happened = [notice(f"evt_{n:02}") for n in range(30)]
    async with filling():
        await complete(30)
    assert len(await kept()) == 30


async def test_what_happens_meanwhile_is_found_with_the_next_look(
    either_store: Store, platform: Platform
) -> None:
    async with filling(timedelta(seconds=0.05)):
        await complete(0)
        platform.happened.append(notice("evt_1"))
        await complete(1)
    assert await kept() == ["evt_1"]


async def test_a_platform_that_is_down_is_told_and_read_when_it_is_back(
    either_store: Store, platform: Platform
) -> None:
    platform.down, platform.state = True, State.DOWN
    platform.happened = [notice("evt_1")]
    async with filling():
        found = await eventually(events.gap_progress, lambda seen: seen and seen[0].error)
        assert (found[0].error, found[0].complete_at) == ("Unavailable", None)
        asked = len(platform.asked)
        await asyncio.sleep(0.2)
        assert len(platform.asked) == asked, "it is not asked all the time"
        platform.down, platform.state = False, State.OK
        gap = await complete(1)
    assert gap.error is None
    assert await kept() == ["evt_1"]


async def test_of_two_nodes_one_reads(either_store: Store, platform: Platform) -> None:
    platform.happened = [notice(f"evt_{n}") for n in range(3)]
    async with filling():
        await complete(3)
        asked = len(platform.asked)
        async with filling(timedelta(seconds=0.02)):
            await asyncio.sleep(0.3)
            assert len(platform.asked) == asked
    async with filling():
        await until(lambda: len(platform.asked) > asked)


async def test_the_page_and_the_place_in_the_list_are_kept_together(
    either_store: Store, platform: Platform
) -> None:
    """Whatever dies in between: nothing is passed that was not kept, and nothing is kept twice."""
    platform.happened = [notice(f"evt_{n}") for n in range(3)]
    async with filling():
        await complete(3)
    await either_store.write("UPDATE event_gap SET cursor = NULL", [()])  # as if it had died before
    platform.happened.append(notice("evt_3"))
    async with filling():
        await complete(7)
    assert await kept() == [f"evt_{n}" for n in range(4)]
