"""How many durable runs and steps does one node do in a second, and what does standing cost?

`benchmarks/durable.py` measures on SQLite, `benchmarks/durable.py postgresql://...` on a database made for
it. A run is a flow of three steps that do nothing: what is measured is remembering. All are begun at once and
then awaited, so the queue is full; then one after another, which is how long somebody waits for one.
"""

import asyncio
import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from process_apis import durable, records
from process_apis.durable import Limits
from process_apis.records import migrate, open_store

RUNS = 500
ONE_BY_ONE = 50


@durable.step
async def first(number: int) -> int:
    return number + 1


@durable.step
async def second(number: int) -> int:
    return number * 2


@durable.step
async def third(number: int) -> str:
    return str(number)


@durable.flow("benchmark")
async def three_steps(number: int) -> str:
    return await third(await second(await first(number)))


async def measure(url: str, folder: Path) -> None:
    """Print what a node does on this database."""
    async with open_store(url) as store:
        records.use(store)
        before = time.perf_counter()
        async with durable.standing(url, folder, limits=Limits(at_once=32)):
            print(f"standing after            {time.perf_counter() - before:8.2f} s (a new database)")
            await _idle()
            await _crowd()
            await _alone()
            before = time.perf_counter()
        print(f"ended within              {time.perf_counter() - before:8.2f} s")
        before = time.perf_counter()
        async with durable.standing(url, folder):
            print(f"standing again after      {time.perf_counter() - before:8.2f} s")
    records.use(None)


async def _idle() -> None:
    cpu = time.process_time()
    await asyncio.sleep(5)
    print(f"with nothing to do        {(time.process_time() - cpu) / 5 * 100:8.1f} % of a core")


async def _crowd() -> None:
    name, cpu, before = uuid4().hex, time.process_time(), time.perf_counter()
    started = [
        await durable.start(three_steps, number, id=f"crowd:{name}:{number}") for number in range(RUNS)
    ]
    begun = time.perf_counter()
    await asyncio.gather(*(one.outcome(within=600.0) for one in started))
    took = time.perf_counter() - before
    print(f"begun                     {RUNS / (begun - before):8.0f} runs/s")
    print(f"begun and ended           {RUNS / took:8.0f} runs/s, {3 * RUNS / took:.0f} steps/s")
    print(f"                          {(time.process_time() - cpu) / RUNS * 1000:8.2f} ms CPU a run")


async def _alone() -> None:
    took = []
    for number in range(ONE_BY_ONE):
        before = time.perf_counter()
        await durable.run(three_steps, number, id=f"alone:{uuid4().hex}")
        took.append((time.perf_counter() - before) * 1000)
    print(
        f"one alone                 {statistics.median(took):8.0f} ms (median), {max(took):.0f} ms (longest)"
    )


def main() -> None:
    before = time.perf_counter()
    import dbos  # noqa: F401, PLC0415 - its cost is what is asked

    load = os.getloadavg()[0]
    print(f"import of the engine      {time.perf_counter() - before:8.2f} s (machine load {load:.1f})")
    logging.getLogger("stamina").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/tieline.sqlite"
        if url.startswith("postgres"):
            migrate(url)
        asyncio.run(measure(url, Path(folder)))


if __name__ == "__main__":
    main()
