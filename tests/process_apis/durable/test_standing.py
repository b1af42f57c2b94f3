"""Does a node stand up, lie down and stand up again without losing anything, or taking anything with it?"""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from process_apis import durable, records, runs, schedule
from process_apis.clock import FixedClock
from process_apis.durable import About, Limits, State, ledger, machine
from process_apis.durable.model import Pace
from process_apis.durable.nodes import Name, Node
from process_apis.records import Store, open_store
from process_apis.schedule import Recurring
from system_apis.errors import Unavailable
from tests.builders import NOW
from tests.process_apis.durable import shop
from tests.process_apis.durable.house import QUICK, fresh, open_house, sqlite_address, stands, until_it
from tests.process_apis.durable.shop import Shop, asked, down, fails


async def test_a_node_that_ends_leaves_the_event_loop_as_it_was(tmp_path: Path) -> None:
    async with open_house(sqlite_address(tmp_path), tmp_path):
        await durable.run(shop.sale, "order", 10, id=fresh("sale"))
    assert await asyncio.to_thread(lambda: 1) == 1
    with pytest.raises(RuntimeError, match="standing"):
        machine.machine()


async def test_what_was_under_way_goes_on_at_the_next_start(tmp_path: Path) -> None:
    order = fresh("order")
    Shop.door = asyncio.Event()
    limits = Limits(at_once=4, grace=0.1, retention=timedelta(days=1))
    async with open_house(sqlite_address(tmp_path), tmp_path, limits):
        started = await durable.start(shop.crowd, order, id=f"crowd:{order}")
        await until_it(lambda: Shop.at_once == 1)
    assert Shop.at_once == 0, "cut, for it would have gone on for ever"
    assert asked("pass", order) == 0
    Shop.door = None
    async with open_house(sqlite_address(tmp_path), tmp_path, limits):
        assert await started.outcome() == order


async def test_what_is_under_way_gets_a_moment_to_end(tmp_path: Path) -> None:
    order = fresh("order")
    Shop.door = asyncio.Event()
    async with open_house(sqlite_address(tmp_path), tmp_path):
        started = await durable.start(shop.crowd, order, id=f"crowd:{order}")
        await until_it(lambda: Shop.at_once == 1)
        asyncio.get_running_loop().call_later(0.2, Shop.door.set)
    assert asked("pass", order) == 1
    async with open_store(sqlite_address(tmp_path)) as store:
        records.use(store)
        found = await ledger.read(started.id)
        records.use(None)
    assert found is not None
    assert found.state is State.DONE


async def test_runs_that_wait_are_started_by_the_next_node(tmp_path: Path) -> None:
    order = fresh("order")
    fails("ship", *down(1000))
    async with open_house(sqlite_address(tmp_path), tmp_path):
        started = await durable.start(shop.sale, order, 10, id=f"sale:{order}")
        await stands(started.id, State.WAITING)
    shop.heals("ship")
    async with open_house(sqlite_address(tmp_path), tmp_path):
        await started.outcome()
    assert [asked(step, order) for step in ("reserve", "charge")] == [1, 1]
    assert asked("ship", order) > 1


async def test_our_log_tells_of_runs_in_our_words_and_of_no_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fails("ship", *[Unavailable("carrier", "down") for _ in range(3)])
    with caplog.at_level(logging.WARNING):
        async with open_house(sqlite_address(tmp_path), tmp_path):
            order = fresh("order")
            await durable.run(shop.sale, order, 10, id=f"sale:{order}")
            bug = await durable.start(shop.bug, "canary", id=fresh("bug"))
            await stands(bug.id, State.NEEDS_PERSON)
    said = [line for line in caplog.records if line.name != "stamina"]
    assert [line.name for line in said] == ["tieline.durable"]
    assert b"canary" not in _kept(tmp_path)


def _kept(folder: Path) -> bytes:
    """All that the engine wrote down."""
    files = list(folder.glob("dbos.sqlite*"))
    assert files
    return b"".join(file.read_bytes() for file in files)


async def test_names_are_kept_and_no_two_processes_bear_the_same(tmp_path: Path) -> None:
    first, second = Name(tmp_path), Name(tmp_path)
    assert first.id != second.id
    first.release()
    again = Name(tmp_path)
    assert again.id == first.id
    elsewhere = Name(tmp_path / "elsewhere")
    assert elsewhere.id not in (first.id, second.id)
    for name in (second, again, elsewhere):
        name.release()


async def test_one_node_leads_until_it_is_silent(either_store: Store) -> None:
    pace = Pace(silent=0.3)
    first, second = Node("a", pace), Node("b", pace)
    for node in (first, second):
        await node.alive()
    assert [await first.leads(), await second.leads(), await first.leads()] == [True, False, True]
    assert list(await second.silent()) == []
    await asyncio.sleep(0.35)
    await second.alive()
    assert [await second.leads(), await first.leads()] == [True, False]
    assert list(await second.silent()) == ["a"]
    await first.alive()
    await second.gone("a")
    assert await either_store.rows("SELECT id FROM node ORDER BY id") == [("a",), ("b",)], "it spoke again"


async def test_a_node_that_leaves_is_silent_and_no_leader_at_once(either_store: Store) -> None:
    first, second = Node("a", Pace()), Node("b", Pace())
    for node in (first, second):
        await node.alive()
    assert await first.leads()
    await first.leave()
    assert list(await second.silent()) == ["a"]
    assert await second.leads()
    await second.gone("a")
    assert await either_store.rows("SELECT id FROM node") == [("b",)]


async def test_a_house_minds_the_clock(tmp_path: Path, time: FixedClock) -> None:
    rung: list[str] = []

    async def bell(woken: schedule.Woken) -> None:
        rung.append(woken.key)

    async def tick(_: object) -> None:
        rung.append("tick")

    url = sqlite_address(tmp_path)
    async with open_store(url) as store:
        records.use(store)
        tables = Recurring(name="tick", every=0.1, call=tick)
        async with schedule.standing(url, tmp_path, pace=QUICK, wakes={"bell": bell}, recurring=[tables]):
            await schedule.wait_until("bell", "in_1", NOW + timedelta(days=1))
            await until_it(lambda: rung.count("tick") >= 2)
            assert "in_1" not in rung
            time.forward(timedelta(days=1))
            await until_it(lambda: "in_1" in rung)
            assert await runs.page(runs.Asked(), None, 10) == runs.RunPage(items=(), next_cursor=None)
        records.use(None)


async def test_a_name_belongs_to_one_flow() -> None:
    with pytest.raises(ValueError, match="shop-sale"):

        @durable.flow("shop-sale")
        async def another(order: str) -> str:
            return order

    with pytest.raises(ValueError, match="no name for a flow"):
        durable.flow("Shop Sale")


@pytest.mark.parametrize(
    ("id", "about"), [("", None), ("x" * 201, None), ("x", About(keys=("",))), ("x", About(keys=("k",) * 21))]
)
async def test_ids_and_keys_are_bounded(id: str, about: About | None) -> None:
    with pytest.raises(ValueError, match="1 to"):
        await durable.start(shop.sale, "order", 10, id=id, about=about)
