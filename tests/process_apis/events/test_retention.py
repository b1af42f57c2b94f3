"""Does what is too old go, payload first, and nothing that somebody still has to get?"""

import asyncio
import time as wall
from datetime import timedelta
from functools import partial

import pytest

from canonical.events import CustomerGone
from canonical.identity import Kind
from process_apis import events
from process_apis.clock import FixedClock
from process_apis.events import Filter, Span, retention
from process_apis.records import Store
from system_apis.errors import Refused, Unavailable
from tests.builders import ref
from tests.process_apis.events.happenings import A, B, Told, delivering, eventually, paid, settled, until

DAY = timedelta(days=1)
GONE = CustomerGone(ref=ref("cus_1", Kind.BILLING))


@pytest.fixture(autouse=True)
def spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test configures is not for the next one."""
    monkeypatch.setattr(retention, "SPANS", dict(retention.SPANS))


async def state() -> dict[str, bool]:
    """Which events there are, and whether with their payload."""
    found = (await events.query(Filter(), limit=500, order="oldest")).items
    return {one.source_id: one.data is not None for one in found}


async def test_on_day_31_the_payload_is_gone_and_its_hash_still_compares(
    either_store: Store, time: FixedClock
) -> None:
    await events.append([paid("old")])
    before = (await events.query(Filter())).items[0]
    time.forward(30 * DAY)
    assert (await events.prune()).payloads == 0
    await events.append([paid("young")])
    time.forward(DAY)
    assert (await events.prune()) == events.Pruned(payloads=1, events=0)
    after = (await events.query(Filter(), order="oldest")).items[0]
    assert (after.data, after.hash, after.id) == (None, before.hash, before.id)
    assert await state() == {"old": False, "young": True}
    # and what came again since is still known as the same
    assert await events.append([paid("old")]) == (before.id,)


async def test_then_the_rest_goes(either_store: Store, time: FixedClock) -> None:
    await events.append([paid("old")])
    time.forward(401 * DAY)
    assert (await events.prune()).events == 1
    assert await state() == {}


async def test_each_type_has_its_time(either_store: Store, time: FixedClock) -> None:
    events.configure({"customer.gone": Span(payload=DAY, rest=2 * DAY)})
    await events.append([paid("1"), paid("2", data=GONE)])
    time.forward(1.5 * DAY)
    await events.prune()
    assert await state() == {"1": True, "2": False}
    time.forward(DAY)
    await events.prune()
    assert await state() == {"1": True}


async def test_more_than_go_at_once(either_store: Store, time: FixedClock) -> None:
    await events.append([paid(f"{n}") for n in range(retention.AT_ONCE)])
    await events.append([paid(f"more {n}") for n in range(20)])
    time.forward(31 * DAY)
    assert (await events.prune()).payloads == retention.AT_ONCE + 20


async def test_what_a_subscriber_still_has_to_get_stays(either_store: Store, time: FixedClock) -> None:
    told, failing = Told(), True
    told.fails = lambda event, tries: Unavailable("crm") if failing and event.account == B else None
    async with delivering(told.subscriber()):
        await events.append([paid("a1"), paid("b1", B), paid("a2")])
        await until(lambda: len(told.events) == 2 and told.tries["b1"])
        time.forward(31 * DAY)
        await eventually(events.prune, lambda pruned: pruned.payloads)
        assert await state() == {"a1": False, "b1": True, "a2": True}
        failing = False
        await settled()
        await events.prune()
        assert await state() == {"a1": False, "b1": False, "a2": False}
    assert told.names == ["a1", "a2", "b1"]


async def test_a_subscriber_that_nobody_has_seen_for_a_week_keeps_nothing(
    either_store: Store, time: FixedClock
) -> None:
    async with delivering(Told().subscriber()):
        await events.pause("told", by="ann", why="?")
        await events.append([paid("1")])
    time.forward(31 * DAY)
    assert (await events.prune()).payloads == 0
    week = int((wall.time() - 8 * 86_400) * 1_000_000)
    await either_store.write("UPDATE delivery_subscriber SET seen_at = ?", [(week,)])
    assert (await events.prune()).payloads == 1


async def test_a_cancelled_replay_keeps_nothing_also_when_one_of_its_events_was_slow(
    either_store: Store, time: FixedClock
) -> None:
    told = Told()
    async with delivering(told.subscriber()):
        await events.append([paid("1"), paid("2", B)])
        await until(lambda: len(told.events) == 2)
        await settled()
        gate = told.gates["1"] = asyncio.Event()
        begun = await events.replay(Filter(accounts=(A,)), "told", by="ann", why="?")
        held = partial(either_store.rows, "SELECT lane FROM delivery_held")
        assert await eventually(held, bool) == [(begun.replay,)]
        await events.cancel_replay(str(begun.replay), by="ann", why="enough")
        assert await held() == []
        gate.set()
        assert await eventually(held, bool) == [(begun.replay,)]
        assert (await events.standings("told"))[0].held == 0
        time.forward(31 * DAY)
        assert (await events.prune()).payloads == 2
    assert await held() == []


async def test_a_dead_letter_whose_payload_is_gone_says_so(either_store: Store, time: FixedClock) -> None:
    told = Told()
    told.fails = lambda event, tries: Refused("crm")
    async with delivering(told.subscriber()):
        await events.append([paid("1", A)])
        await settled()
        time.forward(31 * DAY)
        await events.prune()
        await events.retry_dead(events.DeadFilter(), by="ann", why="?")
        page = await eventually(events.dead_letters, lambda page: page.items)
    assert page.items[0].message == "its payload is no longer kept"


async def test_it_is_looked_after_again_and_again(either_store: Store, time: FixedClock) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(events.keep_within(stop, timedelta(seconds=0.02)))
    await events.append([paid("1")])
    time.forward(31 * DAY)
    await eventually(state, lambda now: now == {"1": False})
    stop.set()
    await task
