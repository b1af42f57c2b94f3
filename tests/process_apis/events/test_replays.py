"""Can a subscriber be given past events again, those meant and no others, in order and at a measured pace?"""

import asyncio
import time as wall
from datetime import timedelta

import pytest

from canonical.events import CustomerGone
from canonical.identity import Kind
from process_apis import events
from process_apis.clock import FixedClock
from process_apis.errors import NotFound
from process_apis.events import Filter, PastRetention, Settled
from process_apis.records import Store
from system_apis.errors import Refused, Unavailable
from tests.builders import NOW, ref
from tests.process_apis.events.happenings import A, B, Told, delivering, eventually, paid, settled, until


async def test_a_dry_run_counts_and_shows_and_does_nothing(either_store: Store) -> None:
    async with delivering((told := Told()).subscriber()):
        await events.append([paid(f"{n}", A if n % 2 else B) for n in range(30)])
        await until(lambda: len(told.events) == 30)
        await settled()
        foreseen = await events.replay(Filter(accounts=(A,)), "told", by="ann", why="?", dry_run=True)
        assert (foreseen.count, len(foreseen.sample), foreseen.replay) == (15, 10, None)
        assert [one.source_id for one in foreseen.sample[:2]] == ["1", "3"]
        await asyncio.sleep(0.1)
    assert len(told.events) == 30
    assert await events.replays() == ()


async def test_those_meant_are_told_again_in_order_beside_what_happens(either_store: Store) -> None:
    async with delivering((told := Told()).subscriber(), (other := Told()).subscriber("other")):
        await events.append([paid(f"{n}", A if n % 2 else B) for n in range(30)])
        await until(lambda: len(told.events) == len(other.events) == 30)
        await settled()
        told.events.clear()
        begun = await events.replay(
            Filter(accounts=(A,)), "told", by="ann", why="a bug was fixed", per_second=1000
        )
        await events.append([paid("new", B)])
        await until(lambda: len(told.events) == 16)
        await until(lambda: other.names[-1] == "new")
        (one,) = await eventually(lambda: events.replays("told"), lambda found: found[0].state == "done")
    assert [name for name in told.names if name != "new"] == [f"{n}" for n in range(1, 30, 2)]
    assert len(other.events) == 31
    assert (one.id, one.state, one.delivered) == (begun.replay, "done", 15)
    assert one.ended_at is not None
    (act,) = (await events.acts("told")).items
    assert (act.action, act.reason) == ("replay", "a bug was fixed")


async def test_only_its_own_types_and_only_what_it_has_passed(either_store: Store) -> None:
    gone = CustomerGone(ref=ref("cus_1", Kind.BILLING))
    told = Told()
    async with delivering(told.subscriber(types=(CustomerGone,))):
        await events.append([paid("1"), paid("2", data=gone)])
        await until(lambda: told.events)
        await settled()
        await events.pause("told", by="ann", why="?")
        await events.append([paid("3", data=gone)])
        foreseen = await events.replay(Filter(), "told", by="ann", why="?", dry_run=True)
    assert [one.source_id for one in foreseen.sample] == ["2"]


async def test_a_replay_keeps_to_its_pace(store: Store) -> None:
    async with delivering((told := Told()).subscriber()):
        await events.append([paid(f"{n}", f"acc_{n:020}") for n in range(40)])
        await until(lambda: len(told.events) == 40)
        await settled()
        began = wall.monotonic()
        await events.replay(Filter(), "told", by="ann", why="?", per_second=40)
        await until(lambda: len(told.events) == 80)
        assert wall.monotonic() - began > 0.8


async def test_what_fails_in_a_replay_is_tried_again_and_may_die_there(either_store: Store) -> None:
    told = Told()
    async with delivering(told.subscriber()):
        await events.append([paid(f"{n}") for n in range(5)])
        await until(lambda: len(told.events) == 5)
        await settled()
        told.events.clear()
        told.fails = lambda event, tries: {
            "1": Unavailable("crm") if tries < 4 else None,
            "3": Refused("crm"),
        }.get(event.source_id)
        await events.replay(Filter(), "told", by="ann", why="?", per_second=1000)
        await until(lambda: len(told.events) == 4)
    assert told.names == ["0", "1", "2", "4"]
    (dead,) = (await events.dead_letters()).items
    assert dead.error == "Refused"


async def test_a_replay_goes_on_after_its_node_died(either_store: Store) -> None:
    first, second = Told(), Told()
    async with delivering(first.subscriber()):
        await events.append([paid(f"{n}") for n in range(20)])
        await until(lambda: len(first.events) == 20)
        await settled()
        await events.replay(Filter(), "told", by="ann", why="?", per_second=50)
        await until(lambda: len(first.events) >= 23)
    async with delivering(second.subscriber()):
        await until(lambda: second.names and second.names[-1] == "19")
    assert [*first.names[20:], *second.names] == [f"{n}" for n in range(20)]


async def test_a_cancelled_replay_ends(either_store: Store) -> None:
    async with delivering((told := Told()).subscriber()):
        await events.append([paid(f"{n}") for n in range(20)])
        await until(lambda: len(told.events) == 20)
        await settled()
        begun = await events.replay(Filter(), "told", by="ann", why="?", per_second=5)
        assert begun.replay is not None
        one = await events.cancel_replay(begun.replay, by="ann", why="enough")
        assert one.state == "cancelled"
        with pytest.raises(Settled):
            await events.cancel_replay(begun.replay, by="ann", why="enough")
        await asyncio.sleep(0.5)
        assert len(told.events) < 26


async def test_what_is_no_longer_kept_cannot_be_told_again(either_store: Store, time: FixedClock) -> None:
    async with delivering((told := Told()).subscriber()):
        await events.append([paid("old")])
        time.forward(timedelta(days=20))
        await events.append([paid("young")])
        await until(lambda: len(told.events) == 2)
        await settled()
        time.forward(timedelta(days=11))
        assert (await events.prune()).payloads == 1
        with pytest.raises(PastRetention) as gone:
            await events.replay(Filter(), "told", by="ann", why="?")
        assert gone.value.kept_since is not None
        assert (await events.replay(Filter(), "told", by="ann", why="?", dry_run=True)).pruned == 1
        young = Filter(kept_since=gone.value.kept_since)
        await events.replay(young, "told", by="ann", why="?")
        await until(lambda: len(told.events) == 3)
    assert told.names == ["old", "young", "young"]
    assert gone.value.kept_since > NOW


async def test_nobody_of_that_name(store: Store) -> None:
    with pytest.raises(NotFound):
        await events.replay(Filter(), "nobody", by="ann", why="?")
    with pytest.raises(NotFound):
        await events.cancel_replay("rpl_0", by="ann", why="?")
