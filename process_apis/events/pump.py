"""How does one subscriber get what it is to get, as long as this node leads it?"""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from msgspec import Struct

from process_apis import records
from process_apis.events import letters, waking
from process_apis.events.handing import Group, given, hand, mourned
from process_apis.events.lanes import BATCH, Away, Lane, Round
from process_apis.events.leases import Leases, Lost
from process_apis.events.model import Subscriber
from process_apis.events.noting import Notes
from process_apis.events.verdicts import Dead, verdict
from process_apis.records import Statement

T = TypeVar("T")

LOOK_EVERY: Final = 1.0
"""Seconds between two looks when nothing is told: another node may have paused it, or asked for a replay."""
PATIENCE: Final = 0.25
"""Seconds that a round waits for its last few keys; then they go on alone, and the others without them."""

_STANDING = """
SELECT s.node, s.paused, (SELECT MAX(seq) FROM event_log), l.lane, l.cursor, l.until, l.filter, l.per_second
FROM delivery_subscriber s JOIN delivery_lane l ON l.subscriber = s.name AND l.state = 'active'
WHERE s.name = ? ORDER BY l.lane
"""
_REPLAYED = """
UPDATE delivery_lane SET state = 'done', cursor = ?, ended_at = ?
WHERE subscriber = ? AND lane = ? AND state = 'active'
"""
_SECOND: Final = 1_000_000


class _Left(Struct):
    """A group that goes on alone: whose lane it is of, and how its keys are held meanwhile."""

    group: Group
    lane: Lane
    starts: dict[str, int]
    task: asyncio.Task[None]


class _Pace:
    """How many events of a replay may be handed on now."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._at = time.monotonic()
        self._saved = 1.0

    def allowed(self) -> int:
        now = time.monotonic()
        self._saved = min(self._per_second + 1, self._saved + (now - self._at) * self._per_second)
        self._at = now
        return min(BATCH, int(self._saved))

    def used(self, events: int) -> None:
        self._saved -= events


class Pump:
    """One subscriber's events on their way."""

    def __init__(self, subscriber: Subscriber, leases: Leases) -> None:
        self._to = subscriber
        self._leases = leases
        self._wake = asyncio.Event()
        self._room = asyncio.Semaphore(subscriber.parallel)
        self._lanes: dict[str, Lane] = {}
        self._paces: dict[str, _Pace] = {}
        self._left: list[_Left] = []
        self._retried: list[letters.Letter] = []
        self._retrying: asyncio.Task[list[Statement]] | None = None
        self._running: set[asyncio.Task[Any]] = set()

    async def lead(self, stop: asyncio.Event) -> None:
        """Hand on until `stop` is set. Raises Lost when another node leads, and StoreUnavailable."""
        waking.wanting(self._wake)
        try:
            while not stop.is_set():
                self._wake.clear()
                if not await self._go_on():
                    await self._wait()
        finally:
            waking.no_longer(self._wake)
            await self._give_up()

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    async def _go_on(self) -> bool:
        """One round of every lane; whether there was anything to do."""
        standing = await records.store().rows(_STANDING, self._to.name)
        if not standing or standing[0][0] != self._leases.node:
            raise Lost
        await self._late()
        if standing[0][1]:
            return False
        for gone in self._lanes.keys() - {row[3] for row in standing}:  # a replay that was cancelled
            del self._lanes[gone]
            self._paces.pop(gone, None)
        busy = False
        for _, _, head, *lane in standing:
            busy |= await self._round(self._lane(*lane), head or 0)
        await self._retry()
        return busy

    def _lane(self, id: str, cursor: int, until: int | None, filter: bytes | None, per_second: Any) -> Lane:
        if id not in self._lanes:
            self._lanes[id] = Lane(self._to.name, id, self._to.tags, cursor, until, filter)
            if per_second:
                self._paces[id] = _Pace(per_second)
        return self._lanes[id]

    async def _round(self, lane: Lane, head: int) -> bool:
        pace = self._paces.get(lane.id)
        round = await lane.next(head, self._away(), pace.allowed() if pace else BATCH)
        if pace:
            pace.used(sum(len(one.events) for one in round.groups))
        moved = round.upto > lane.position
        left = await self._hand_on(round, lane)
        notes = Notes(self._to.name, lane)
        notes.round(round, {one.group for one in left})
        self._left += left
        await self._note(notes)
        if lane.until is not None and lane.position >= lane.until and not lane.held_keys:
            await self._replayed(lane)
        return bool(round.groups) or moved

    async def _hand_on(self, round: Round, lane: Lane) -> list[_Left]:
        """Hand on all groups; those that are still at it when nobody else is left to begin go on alone."""
        tasks = {self._task(self._begun(group)): group for group in round.groups}
        pending = set(tasks)
        while pending:
            done, pending = await asyncio.wait(pending, timeout=PATIENCE)
            for task in done:
                task.result()  # a bug of ours is raised
            if len(pending) <= self._to.parallel - len(self._left):
                break
        return [_Left(tasks[task], lane, tasks[task].rest(), task) for task in pending]

    async def _begun(self, group: Group) -> None:
        async with self._room:
            await hand(group, self._to)
        self._wake.set()

    async def _late(self) -> None:
        """Note the end of those that went on alone."""
        ended = [one for one in self._left if one.task.done()]
        for one in ended:
            self._left.remove(one)
            one.task.result()
            notes = Notes(self._to.name, one.lane)
            notes.late(one.group, one.starts)
            await self._note(notes)

    async def _note(self, notes: Notes) -> None:
        statements = notes.statements()
        if statements:
            await self._write(statements)
        notes.written(all=bool(statements))

    async def _write(self, statements: Sequence[Statement]) -> None:
        # Notes that a power cut takes are made again: what they are about is handed on twice.
        holding = self._leases.holding(self._to.name)
        if not await records.store().write_if(holding, statements, durable=False):
            raise Lost

    async def _retry(self) -> None:
        """Try dead letters again that somebody asked to, beside everything else."""
        if self._retrying:
            if not self._retrying.done():
                return
            statements, self._retrying = self._retrying.result(), None
            await self._write(statements)
        away = self._away()
        self._retried = [
            one
            for one in await letters.to_try(self._to.name)
            if not away.has(one.delivery.root, (one.delivery.key,))
        ]
        if self._retried:
            self._retrying = self._task(self._tried_again(self._retried))

    async def _tried_again(self, found: Sequence[letters.Letter]) -> list[Statement]:
        by_root: dict[str, list[letters.Letter]] = {}
        for one in found:
            by_root.setdefault(one.delivery.root, []).append(one)
        ended = await asyncio.gather(*[self._of_a_key(some) for some in by_root.values()])
        self._wake.set()
        return [statement for statements in ended for statement in statements]

    async def _of_a_key(self, some: Sequence[letters.Letter]) -> list[Statement]:
        """One after the other; what is to be written of them."""
        statements = []
        async with self._room:
            for one in some:
                error = await given(one.delivery, self._to)
                end = verdict(error, self._to.retry, one.attempts + 1, one.since) if error else None
                if error and isinstance(end, Dead):
                    mourned(self._to.name, one.delivery, end, error)
                statements += letters.tried(one, end)
        return statements

    async def _replayed(self, lane: Lane) -> None:
        now = time.time_ns() // 1000
        await self._write([(_REPLAYED, [(lane.position, now, self._to.name, lane.id)])])
        del self._lanes[lane.id]
        self._paces.pop(lane.id, None)

    async def _wait(self) -> None:
        """Until somebody says that something is new, or the next that is held is due."""
        due = [lane.next_due for lane in self._lanes.values() if lane.next_due is not None]
        seconds = min([LOOK_EVERY, *[max(0.0, one / _SECOND - time.time()) for one in due]])
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds + 0.001)

    def _away(self) -> Away:
        retried = [one.delivery for one in self._retried] if self._retrying else []
        return Away(
            [*[one.group.root for one in self._left], *[one.root for one in retried]],
            [*[key for one in self._left for key in one.group.keys], *[one.key for one in retried]],
        )

    def _task(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _give_up(self) -> None:
        """Let go of what is under way: whoever leads next hands it on again."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._left, self._lanes, self._paces, self._retrying = [], {}, {}, None
