"""Does a node find what a death or an outage left behind?"""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from process_apis import records
from process_apis.durable import About, Pace, State, ledger
from process_apis.durable.machine import Life
from process_apis.durable.nodes import Node
from process_apis.durable.watching import Watch
from tests.process_apis.durable.house import fresh

pytestmark = pytest.mark.usefixtures("either_store")


class Engine:
    """An engine that says of each run what it is told to, and notes what it is asked for."""

    node = "n"

    def __init__(self, lives: dict[str, Life]) -> None:
        self._lives = lives
        self.begun: list[tuple[str, str]] = []
        self.on_paper: list[str] = []
        self.taken: list[str] = []
        self.cancelled: list[str] = []

    async def lives(self, runs: Sequence[str]) -> dict[str, Life]:
        return {run: life for run, life in self._lives.items() if run in runs}

    async def begin(self, flow: str, run: str) -> None:
        self.begun.append((flow, run))

    async def cancel(self, run: str) -> None:
        self.cancelled.append(run)

    async def lost(self) -> list[str]:
        return self.on_paper

    async def take_over(self, runs: Sequence[str]) -> None:
        self.taken += runs


async def test_what_a_death_left_apart_is_brought_together() -> None:
    """A run only we know of, one that was told to go on but was not, one that ends every node."""
    names = {life: fresh(life or "unknown") for life in (None, Life.OVER, Life.SPENT, Life.GOING)}
    for id in names.values():
        await ledger.add(id, "shop-nowhere", b"{}", About(), None)
    await records.store().write(
        "UPDATE run SET touched_at = 0 WHERE id = ?", [(id,) for id in names.values()]
    )
    engine = Engine({id: life for life, id in names.items() if life})
    watch = Watch(engine, Node("n", Pace()), Pace(), timedelta(days=90))  # type: ignore[arg-type]
    await watch.mend()
    assert engine.begun == [("shop-nowhere", names[None])]
    stand = {life: (await ledger.read(id)) for life, id in names.items()}
    assert {life: run.state for life, run in stand.items() if run} == {
        None: State.RUNNING,
        Life.OVER: State.WAITING,
        Life.SPENT: State.NEEDS_PERSON,
        Life.GOING: State.RUNNING,
    }


async def test_what_is_under_way_only_on_paper_is_taken_up_again_when_it_is_seen_twice() -> None:
    engine = Engine({})
    watch = Watch(engine, Node("n", Pace()), Pace(), timedelta(days=90))  # type: ignore[arg-type]
    for on_paper, taken in ((["a", "b"], []), (["b", "c"], ["b"]), (["c"], ["b", "c"]), ([], ["b", "c"])):
        engine.on_paper = on_paper
        await watch.find_lost()
        assert engine.taken == taken


async def test_a_run_whose_flow_this_release_does_not_know_needs_a_person() -> None:
    id = fresh("gone")
    await ledger.add(id, "shop-of-an-earlier-release", b"{}", About(), None)
    engine = Engine({})
    engine.on_paper = [id]
    watch = Watch(engine, Node("n", Pace()), Pace(), timedelta(days=90))  # type: ignore[arg-type]
    for _ in range(2):
        await watch.find_lost()
    found = await ledger.read(id)
    assert found is not None
    assert (found.state, found.needs) == (
        State.NEEDS_PERSON,
        "a release that knows shop-of-an-earlier-release",
    )
    assert (engine.cancelled, engine.taken) == ([id], [])
