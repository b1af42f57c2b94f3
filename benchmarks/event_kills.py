"""Is an event lost, or the order of an account broken, when whoever hands on is killed again and again?

Keeps 20,000 events in a shuffled order, one in twenty twice, lets a node of its own hand them on and kills it
six times (SIGKILL), on SQLite and on Postgres. Then compares: every event was told, in the order of each
account, and the state built from them is the one of the ordered history.
`tests/process_apis/events/test_nodes.py` does the same with fewer events.
"""

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

from benchmarks.events import postgres
from benchmarks.machine import described
from process_apis import cursors, events, records
from process_apis.records import migrate, open_store
from tests.process_apis.events.happenings import eventually, until
from tests.process_apis.events.test_nodes import history, in_order, lines, node, ordered, shuffled


def main() -> None:
    """Both databases, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, epilog="Example: python -m benchmarks.event_kills")
    parser.add_argument("--events", type=int, default=20_000, help="(%(default)s)")
    parser.add_argument("--kills", type=int, default=6, help="(%(default)s)")
    told = parser.parse_args()
    print(f"machine: {described()}", flush=True)
    cursors.seal_with(b"benchmark")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/events.sqlite"
        migrate(url)
        asyncio.run(_killed("SQLite", url, Path(folder) / "told", told.events, told.kills))
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        asyncio.run(_killed("Postgres", url, Path(folder) / "told", told.events, told.kills))


async def _killed(who: str, url: str, file: Path, count: int, kills: int) -> None:
    """Raises AssertionError for what is lost, out of order, or another state."""
    of = history(count)
    async with open_store(url) as store:
        records.use(store)
        came = await shuffled(of)
        began = time.monotonic()
        for life in range(kills):
            with node(url, file, f"life-{life}"):
                enough = len(lines(file)) + random.randrange(1, count // (kills + 2))
                await until(lambda: len(lines(file)) > enough, 300)  # noqa: B023
        with node(url, file, "last"):
            await until(lambda: len({name for *_, name in lines(file)}) == count, 300)
            await eventually(events.standings, lambda found: not found[0].events, 60)
        told = lines(file)
        in_order(told, came)
        await ordered(store, of)
        spent = time.monotonic() - began
    print(
        f"{who}: {count:,} events ({len(of) // 20:,} sent twice), {kills} kills, {spent:.0f} s: none lost, "
        f"order per account kept, state equal, {len(told) - count:,} told again",
        flush=True,
    )


if __name__ == "__main__":
    main()
