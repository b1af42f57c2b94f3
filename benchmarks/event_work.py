"""How fast does this process keep events, and hand them on? (DATABASE PLAN; prints JSON)

Started by `benchmarks/events.py`, on a core of its own.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct

from canonical.events import Event, EventData
from process_apis import cursors, events, records
from process_apis.events import Happening, Subscriber
from process_apis.records import open_store

_NOW: Final = datetime.now(UTC)
_US: Final = 1_000_000


class Plan(Struct, frozen=True, kw_only=True):
    """What is measured: a backlog of so many events by so many callers, then a steady pace."""

    events: int
    callers: int
    per_second: int
    seconds: float
    keys: int
    body: EventData


class Figures(Struct, frozen=True, kw_only=True):
    """Events a second, microseconds of CPU an event, milliseconds."""

    intake: float
    intake_cpu: float
    delivered: float
    delivered_cpu: float
    kept_p50: float
    kept_p99: float
    told_p50: float
    told_p99: float


class _Told:
    """A subscriber that notes when it was told."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}

    async def receive(self, event: Event) -> None:
        self.at[event.source_id] = time.perf_counter()


async def measured(url: str, plan: Plan) -> Figures:
    """All figures."""
    cursors.seal_with(b"benchmark")
    async with open_store(url) as store:
        records.use(store)
        intake, intake_cpu = await _intake(plan)
        delivered, delivered_cpu = await _delivery(plan)
        kept, told = await _paced(plan)
    kept_cuts, told_cuts = statistics.quantiles(kept, n=100), statistics.quantiles(told, n=100)
    return Figures(
        intake=intake,
        intake_cpu=intake_cpu,
        delivered=delivered,
        delivered_cpu=delivered_cpu,
        kept_p50=kept_cuts[49] * 1e3,
        kept_p99=kept_cuts[98] * 1e3,
        told_p50=told_cuts[49] * 1e3,
        told_p99=told_cuts[98] * 1e3,
    )


async def _intake(plan: Plan) -> tuple[float, float]:
    """So many callers at once, each one after the other: events a second, CPU of each."""
    numbers = iter(range(plan.events))

    async def caller() -> None:
        for n in numbers:
            await events.append([_happening(plan, f"backlog {n}", n)])

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*[caller() for _ in range(plan.callers)])
    spent = time.perf_counter() - began
    return plan.events / spent, (time.process_time() - cpu) / plan.events * _US


async def _delivery(plan: Plan) -> tuple[float, float]:
    told, stop = _Told(), asyncio.Event()
    began, cpu = time.perf_counter(), time.process_time()
    task = asyncio.create_task(events.deliver([Subscriber(name="all", receive=told.receive)], stop))
    while len(told.at) < plan.events:  # noqa: ASYNC110 (nothing is done for it meanwhile)
        await asyncio.sleep(0.005)
    spent, used = time.perf_counter() - began, time.process_time() - cpu
    stop.set()
    await task
    return plan.events / spent, used / plan.events * _US


async def _paced(plan: Plan) -> tuple[list[float], list[float]]:
    """At a steady pace, while it is handed on: seconds until each was kept, and until it was told."""
    told, stop = _Told(), asyncio.Event()
    subscriber = Subscriber(name="all", receive=told.receive)
    task = asyncio.create_task(events.deliver([subscriber], stop))
    await asyncio.sleep(1)
    due, kept = await at_a_pace(
        lambda n: events.append([_happening(plan, str(n), n)]), plan.per_second, plan.seconds
    )
    while len(told.at) < len(due):  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    stop.set()
    await task
    return kept, [told.at[str(n)] - at for n, at in enumerate(due)]


async def at_a_pace(
    keep: Callable[[int], Awaitable[object]], per_second: int, seconds: float
) -> tuple[list[float], list[float]]:
    """When each was due, and how long it took from then until it was kept."""
    due: list[float] = []
    kept: list[float] = []

    async def one(n: int) -> None:
        await keep(n)
        kept.append(time.perf_counter() - due[n])

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for n in range(int(per_second * seconds)):
            due.append(began + n / per_second)
            if (wait := due[n] - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            group.create_task(one(n))
    return due, kept


def _happening(plan: Plan, id: str, n: int) -> Happening:
    return Happening(
        source="stripe", source_id=id, at=_NOW, data=plan.body, account=f"acc_{n % plan.keys:020}"
    )


if __name__ == "__main__":
    figures = asyncio.run(measured(sys.argv[1], msgspec.json.decode(sys.argv[2], type=Plan)))
    sys.stdout.write(msgspec.json.encode(figures).decode())
