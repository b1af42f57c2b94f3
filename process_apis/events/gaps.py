"""How is what no message told us read from the platforms' own lists of changes?

Each connection has a cursor of its own, moved in the transaction that keeps what it passed. What messages
told has the same id in the list where a platform gives one, and is kept once; elsewhere the list tells of it
again, and the record converges by its version.
"""

import asyncio
import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from process_apis import clock, records
from process_apis.events.leases import BEAT_EVERY, Leases
from process_apis.events.log import keep
from process_apis.events.metrics import FILLED
from process_apis.events.model import noticed
from process_apis.records import Statement, StoreUnavailable
from process_apis.records.moments import micros, moment, optional_moment
from process_apis.systems import systems
from system_apis.connections import Connection
from system_apis.errors import PlatformError
from system_apis.messages import Changes

OVERLAP: Final = timedelta(minutes=5)
"""A connection that is new is read from so long before now: what was long ago is not news."""
PAGES: Final = 20
"""In one round of one connection."""
LOOK_EVERY: Final = 1.0
"""Seconds between two looks whether a connection is due, or has come back."""

_BEGIN = """
INSERT INTO event_gap (connection, cursor, since, read, kept, beat) VALUES (?, NULL, ?, 0, 0, 0)
ON CONFLICT (connection) DO NOTHING
"""
_STANDS = "SELECT cursor, since FROM event_gap WHERE connection = ?"
_PAGE = """
UPDATE event_gap SET cursor = ?, looked_at = ?, complete_at = COALESCE(?, complete_at), read = read + ?,
  error = NULL
WHERE connection = ? AND node = ?
"""
_KEPT = "UPDATE event_gap SET kept = kept + ? WHERE connection = ? AND node = ?"
_FAILED = "UPDATE event_gap SET looked_at = ?, error = ? WHERE connection = ? AND node = ?"
_ALL = """
SELECT connection, cursor, since, looked_at, complete_at, read, kept, error FROM event_gap ORDER BY connection
"""


class Gap(Struct, frozen=True, kw_only=True):
    """How far a connection's list of changes is read.

    `complete_at` is when nothing was left in it (wall time), `behind` the seconds since then; `read` counts
    what was in the list, `kept` what no message had told; `error` names what the last look met.
    """

    connection: str
    begun: bool
    since: datetime
    looked_at: datetime | None
    complete_at: datetime | None
    behind: float | None
    read: int
    kept: int
    error: str | None


async def fill_gaps(stop: asyncio.Event, every: timedelta = timedelta(minutes=1)) -> None:
    """Read every connection's changes `every` so often, and when it comes back, until `stop` is set.

    Of several nodes one reads a connection's. Our own database away only makes it wait.
    """
    leases = Leases("event_gap", "connection")
    try:
        async with asyncio.TaskGroup() as group:
            for one in systems().all():
                group.create_task(_look_after(one, leases, every.total_seconds(), stop))
            group.create_task(_live(leases, stop))
    finally:
        leases.end()
    with suppress(StoreUnavailable):
        await leases.release()


async def gap_progress() -> tuple[Gap, ...]:
    """How far each connection is read. Raises StoreUnavailable."""
    now = time.time_ns() // 1000
    return tuple(
        Gap(
            connection=connection,
            begun=cursor is not None,
            since=moment(since),
            looked_at=optional_moment(looked_at),
            complete_at=optional_moment(complete_at),
            behind=None if complete_at is None else (now - complete_at) / 1_000_000,
            read=read,
            kept=kept,
            error=error,
        )
        for connection, cursor, since, looked_at, complete_at, read, kept, error in (
            await records.store().rows(_ALL)
        )
    )


async def _look_after(connection: Connection, leases: Leases, every: float, stop: asyncio.Event) -> None:
    due, well = 0.0, True
    while not stop.is_set():
        was_well, well = well, connection.health().state == "ok"
        if time.monotonic() >= due or (well and not was_well):
            due = time.monotonic() + (LOOK_EVERY if await _more(connection, leases) else every)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)


async def _more(connection: Connection, leases: Leases) -> bool:
    """One round; whether it should go on at once, because it is not complete or our database was away."""
    try:
        await records.store().write(_BEGIN, [(connection.name, micros(clock.now() - OVERLAP))])
        return await leases.take(connection.name) and not await _round(connection, leases.node)
    except StoreUnavailable:
        return True


async def _round(connection: Connection, node: str) -> bool:
    """Some pages; whether nothing is left. Raises StoreUnavailable."""
    cursor, since = (await records.store().rows(_STANDS, connection.name))[0]
    for _ in range(PAGES):
        try:
            changes = await connection.messages.changes(cursor, moment(since))
        except PlatformError as error:
            failed = (time.time_ns() // 1000, type(error).__name__, connection.name, node)
            await records.store().write(_FAILED, [failed])
            return True  # nothing to hurry for: it is tried again in time, or when the connection comes back
        await _keep(connection.name, node, changes)
        cursor = changes.cursor
        if not changes.more:
            return True
    return False


async def _keep(connection: str, node: str, changes: Changes) -> None:
    happenings = [noticed(connection, notice) for notice in changes.notices]
    kept = await keep(happenings, along_with=[_passing(connection, node, changes)])
    if new := len(kept.new):
        FILLED.add(connection, amount=new)
        await records.store().write(_KEPT, [(new, connection, node)])


def _passing(connection: str, node: str, changes: Changes) -> Statement:
    now = time.time_ns() // 1000
    complete = None if changes.more else now
    return _PAGE, [(changes.cursor, now, complete, len(changes.notices), connection, node)]


async def _live(leases: Leases, stop: asyncio.Event) -> None:
    while not stop.is_set():
        with suppress(StoreUnavailable):
            await leases.beat()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), BEAT_EVERY)
