"""Is nothing lost and no order broken when the node that hands on is killed, stopped, or one of several?"""

import asyncio
import multiprocessing
import os
import random
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from process_apis import events, records
from process_apis.events import Happening
from process_apis.records import Store, migrate, open_store
from process_apis.records.moments import micros
from process_apis.records.postgres import ANSWER_SECONDS
from tests.builders import NOW
from tests.process_apis.events.happenings import eventually, paid, until
from tests.process_apis.events.node import STATE, run

ROOT = Path(__file__).resolve().parents[3]
ACCOUNTS = [f"acc_{n:020}" for n in range(40)]
EVENTS = 1_000
KILLS = 6
PATIENT = 60.0
"""So long a node may be silent where it must be the death of the other that makes it take over."""
# Forked from a process that has imported everything already: six lives cost no six starts.
_NODES = multiprocessing.get_context("forkserver")
_NODES.set_forkserver_preload(["tests.process_apis.events.node"])


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    address: str = request.getfixturevalue(request.param)
    migrate(address)
    return address


@contextmanager
def node(url: str, file: Path, name: str, silence: float | None = None) -> Iterator[ForkServerProcess]:
    """A node of its own, that is killed at the end at the latest."""
    process = _NODES.Process(target=run, args=(url, str(file), name, silence))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def lines(file: Path) -> list[tuple[str, str, str]]:
    """Which node gave which account which event; a line that is not whole yet is none."""
    text = file.read_text() if file.exists() else ""
    return [(a, b, c) for a, b, c in (line.split(" ") for line in text.split("\n")[:-1])]


def history(count: int) -> list[Happening]:
    """So many happenings, each a little later than the one before."""
    return [paid(f"n{n}", random.choice(ACCOUNTS), at=NOW + timedelta(seconds=n)) for n in range(count)]


async def shuffled(of: list[Happening]) -> list[Happening]:
    """Keep them in any order, one in twenty twice; the order in which they came first."""
    came = [*of, *random.sample(of, len(of) // 20)]
    random.shuffle(came)
    for start in range(0, len(came), 100):
        await events.append(came[start : start + 100])
    return list({one.source_id: one for one in came}.values())


def in_order(told: list[tuple[str, str, str]], came: list[Happening]) -> None:
    """Every event was told, and every account's in the order in which they came, repetitions left out."""
    expected: defaultdict[str | None, list[str]] = defaultdict(list)
    found: defaultdict[str | None, list[str]] = defaultdict(list)
    for one in came:
        expected[one.account].append(one.source_id)
    for _, account, name in told:
        if name not in found[account]:
            found[account].append(name)
    assert found == expected


async def ordered(store: Store, of: list[Happening]) -> None:
    """The state that was built is the one of the ordered history."""
    newest = {one.account: (one.account, micros(one.at), one.source_id.encode()) for one in of}
    assert await store.rows(STATE) == sorted(newest.values())


async def test_shuffled_and_doubled_events_and_six_kills(url: str, tmp_path: Path) -> None:
    file, of = tmp_path / "told", history(EVENTS)
    async with open_store(url) as store:
        records.use(store)
        came = await shuffled(of)
        for kill in range(KILLS):
            with node(url, file, f"life-{kill}"):
                before = len(lines(file))
                await until(lambda: len(lines(file)) > before + random.randrange(1, 100), 30)  # noqa: B023
        with node(url, file, "last"):
            await until(lambda: len({name for *_, name in lines(file)}) == EVENTS, 30)
            await eventually(events.standings, lambda found: not found[0].events)
        in_order(lines(file), came)
        await ordered(store, of)
        assert len(lines(file)) < EVENTS + KILLS * 600, "what was noted was told again"
    records.use(None)


async def test_when_the_node_that_hands_on_is_killed_another_takes_over_at_once(
    postgres_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "told"
    async with open_store(postgres_url) as store:
        records.use(store)
        with node(postgres_url, file, "first", PATIENT) as first:
            await events.append([paid("1", ACCOUNTS[0])])
            await until(lambda: lines(file), 20)
            with node(postgres_url, file, "second", PATIENT):
                await asyncio.sleep(1.5)
                await events.append([paid(f"a{n}", ACCOUNTS[n % 40]) for n in range(50)])
                await until(lambda: len(lines(file)) == 51, 20)
                assert {who for who, *_ in lines(file)} == {"first"}, "one at a time"
                first.kill()
                await events.append([paid("2", ACCOUNTS[0])])
                # What the first had not noted is told again, of several accounts at once: any may come last.
                await until(lambda: ("second", ACCOUNTS[0], "2") in lines(file), 8)
    records.use(None)


async def test_a_node_that_says_nothing_loses_its_place_and_learns_of_it(
    postgres_url: str, tmp_path: Path
) -> None:
    """As on another machine, where nobody sees whether its process lives."""
    file = tmp_path / "told"
    async with open_store(postgres_url) as store:
        records.use(store)
        with node(postgres_url, file, "first", 1.0) as first:
            await events.append([paid("1", ACCOUNTS[0])])
            await until(lambda: lines(file), 20)
            with node(postgres_url, file, "second", 1.0):
                os.kill(first.pid or 0, signal.SIGSTOP)
                await events.append([paid("2", ACCOUNTS[0])])
                # It may have been stopped within a transaction, which Postgres undoes after a while.
                await until(lambda: ("second", ACCOUNTS[0], "2") in lines(file), ANSWER_SECONDS + 10)
                os.kill(first.pid or 0, signal.SIGCONT)
                await asyncio.sleep(1.0)
                await events.append([paid(f"a{n}", ACCOUNTS[n]) for n in range(1, 20)])
                await until(lambda: len({name for *_, name in lines(file)}) == 21, 20)
                assert {who for who, _, name in lines(file) if name.startswith("a")} == {"second"}
    records.use(None)


async def test_a_crash_between_keeping_and_answering_loses_nothing_and_doubles_nothing(
    url: str, tmp_path: Path
) -> None:
    """The process dies after the commit, before anybody could be thanked: the platform sends it again."""
    program = (
        "import asyncio, os, sys\n"
        "from process_apis import events, records\n"
        "from process_apis.records import open_store\n"
        "from tests.process_apis.events.happenings import paid\n"
        "async def main():\n"
        "    async with open_store(sys.argv[1]) as store:\n"
        "        records.use(store)\n"
        "        await events.append([paid('1')])\n"
        "        os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, url, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL
    async with open_store(url) as store:
        records.use(store)
        again = await events.keep([paid("1")])
        assert again.new == frozenset()
        assert len((await events.query(events.Filter())).items) == 1
    records.use(None)
