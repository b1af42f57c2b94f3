"""What does a node look after again and again, so that no run is left behind?"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from process_apis import clock
from process_apis.durable import ledger, measuring
from process_apis.durable.declaring import FLOWS
from process_apis.durable.ledger import Claimed
from process_apis.durable.machine import Life, Machine, StillGoing
from process_apis.durable.model import Pace
from process_apis.durable.nodes import Node
from process_apis.records import StoreUnavailable
from process_apis.records.moments import micros

AT_ONCE: Final = 100
"""Runs that are looked after in one go."""
QUIET: Final = 10.0
"""Seconds without a word in our records, after which the engine is asked how a run stands."""
STOPPING: Final = 0.2
"""Seconds until a run that has not quite stopped is tried again."""

_log = logging.getLogger("tieline.durable")


class Watch:
    """Starts waiting runs that are due; the leading node also takes over, mends and forgets."""

    def __init__(self, machine: Machine, node: Node, pace: Pace, retention: timedelta) -> None:
        self._machine = machine
        self._node = node
        self._pace = pace
        self._retention = retention
        self._leads = False
        self._lost: set[str] = set()

    async def keep(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set."""
        async with asyncio.TaskGroup() as group:
            for look, seconds in (
                (self._beat, self._pace.heartbeat),
                (self.start_due, self._pace.due),
                (self._mend_if_leading, self._pace.mend),
                (self.find_lost, self._pace.mend),
                (self._purge, self._pace.purge),
                (measuring.measure, measuring.MEASURED_EVERY),
            ):
                group.create_task(_every(look, seconds, stop))

    async def _beat(self) -> None:
        await self._node.alive()
        self._leads = await self._node.leads()
        if self._leads:
            for node in await self._node.silent():
                await self._take_over(node)

    async def _take_over(self, node: str) -> None:
        """Its runs go on from where they were, on whoever takes them from the queue."""
        taken = 0
        while runs := await self._machine.going_on(node, AT_ONCE):
            await self._machine.take_over(runs)
            taken += len(runs)
        await self._node.gone(node)
        if taken:
            _log.warning("node %s is silent: took over %d of its runs", node, taken)

    async def start_due(self) -> None:
        """Start waiting runs whose time has come."""
        while due := await ledger.claim_due(micros(clock.now()), AT_ONCE):
            for run in due:
                await self._start(run)

    async def _start(self, run: Claimed) -> None:
        try:
            await self._machine.again(run.id, run.step)
        except LookupError:
            await self._machine.begin(run.flow, run.id)
        except StillGoing:
            await ledger.put_back(run, ledger.wall() + int(STOPPING * 1_000_000))

    async def _mend_if_leading(self) -> None:
        if self._leads:
            await self.mend()

    async def mend(self) -> None:
        """A node that died between our records and the engine's left them apart: bring them together.

        A run that only we know of is begun; one that the engine stopped is started again, since what it
        stopped with is remembered and written down then; one that was taken up too often needs a person.
        """
        quiet = dict(await ledger.quiet(ledger.wall() - int(QUIET * 1_000_000), AT_ONCE))
        lives = await self._machine.lives(list(quiet))
        for run, flow in quiet.items():
            match lives.get(run):
                case None:
                    await self._machine.begin(flow, run)
                case Life.OVER:
                    await ledger.mend(run)
                case Life.SPENT:
                    await ledger.stop(run, ledger.SPENT)
                case Life.QUEUED | Life.GOING:
                    continue

    async def find_lost(self) -> None:
        """What is under way only on paper is queued again; seen twice, since it may just have begun."""
        lost = set(await self._machine.lost())
        if again := lost & self._lost:
            known = [run for run in again if not await self._stop_unknown(run)]
            _log.warning("took up %d runs again that were lost while our own database was away", len(known))
            await self._machine.take_over(known)
        self._lost = lost - again

    async def _stop_unknown(self, run: str) -> bool:
        """A run whose flow went with an earlier release: no node like this one can ever take it up."""
        found = await ledger.read(run)
        if found is None or found.flow in FLOWS:
            return False
        await ledger.stop(run, ledger.unknown(found.flow))
        await self._machine.cancel(run)
        return True

    async def _purge(self) -> None:
        """Forget what ended long ago, a batch at a time, as long as there is any."""
        if not self._leads:
            return
        before = ledger.wall() - int(self._retention.total_seconds() * 1_000_000)
        while old := await ledger.old(before, AT_ONCE):
            await self._machine.forget(old)
            await ledger.forget(old)


async def _every(look: Callable[[], Awaitable[None]], seconds: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await look()
        except StoreUnavailable as trouble:  # our own database comes back, and then we go on
            _log.info("%s: our own database is away: %s", look.__name__.strip("_"), trouble)
        except Exception:  # a bug in one look must not leave all runs unwatched: it is told of each time
            _log.exception("%s failed", look.__name__.strip("_"))
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)
