"""What is done again and again by the clock, by one node at a time?"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from croniter import croniter
from msgspec import Struct

from process_apis import clock, records
from process_apis.durable.ledger import wall
from process_apis.durable.written import failure
from process_apis.records.moments import micros, moment

SECOND: Final = 1_000_000
MARGIN: Final = 10.0
"""Seconds between the end of what a call may take and the moment another node may begin the next."""

_log = logging.getLogger("tieline.schedule")

_KNOW = """
INSERT INTO recurring (name, rhythm, next_at, free_at) VALUES (?, ?, ?, 0)
ON CONFLICT (name) DO UPDATE SET rhythm = excluded.rhythm, next_at = excluded.next_at
WHERE recurring.rhythm <> excluded.rhythm
"""
_NEXT = "SELECT next_at, free_at FROM recurring WHERE name = ?"
_EARLIER = "UPDATE recurring SET next_at = ? WHERE name = ? AND next_at > ?"
_CLAIM = """
UPDATE recurring SET claim = ?, free_at = ? WHERE name = ? AND next_at <= ? AND free_at <= ?
"""
_MINE = "SELECT next_at FROM recurring WHERE name = ? AND claim = ?"
_DONE = """
UPDATE recurring SET next_at = ?, last_at = ?, error = ?, claim = NULL, free_at = 0
WHERE name = ? AND claim = ?
"""


class Recurring(Struct, frozen=True, kw_only=True):
    """One row of what recurs: `call` is given the moment it was due.

    `every` so many seconds of wall time, or at the moments of a `cron` (five fields, UTC) of *business* time;
    moments that passed meanwhile are made up for by one call. A call has `within` seconds; what takes longer
    begins a durable run.
    """

    name: str
    call: Callable[[datetime], Awaitable[object]]
    every: float | None = None
    cron: str | None = None
    within: float = 60.0

    def __post_init__(self) -> None:
        if (self.every is None) == (self.cron is None):
            raise ValueError(f"{self.name} recurs either every so many seconds or by cron")
        if self.cron is not None and not croniter.is_valid(self.cron):
            raise ValueError(f"{self.name}: {self.cron!r} is no cron expression")

    @property
    def rhythm(self) -> str:
        """How often, as it is written down."""
        return f"every {self.every:g}" if self.every is not None else f"cron {self.cron}"

    def now(self) -> int:
        """The present moment of its own clock."""
        return wall() if self.every is not None else micros(clock.now())

    def after(self, moment_: int) -> int:
        """The next moment after this one."""
        if self.every is not None:
            return moment_ + int(self.every * SECOND)
        return micros(croniter(self.cron, moment(moment_)).get_next(datetime))


async def know(rows: Sequence[Recurring]) -> None:
    """Write down what recurs; a changed rhythm begins anew."""
    await records.store().write(_KNOW, [(one.name, one.rhythm, one.after(one.now())) for one in rows])


async def call_due(one: Recurring) -> None:
    """Call it if it is due and no other node does."""
    now = one.now()
    ((next_at, busy_until),) = await records.store().rows(_NEXT, one.name)
    if next_at > (soonest := one.after(now)):  # the clock of a demonstration was moved back
        await records.store().write(_EARLIER, [(soonest, one.name, soonest)])
        return
    if next_at > now or busy_until > wall():
        return
    claim, free_at = uuid4().hex, wall() + int((one.within + MARGIN) * SECOND)
    await records.store().write(_CLAIM, [(claim, free_at, one.name, now, wall())])
    for (due_at,) in await records.store().rows(_MINE, one.name, claim):
        error = await _call(one, moment(due_at))
        await records.store().write(_DONE, [(one.after(one.now()), one.now(), error, one.name, claim)])


async def _call(one: Recurring, due_at: datetime) -> str | None:
    """The class of the error it ended with, if it did."""
    try:
        async with asyncio.timeout(one.within):
            await one.call(due_at)
    except Exception as error:  # whatever it is, it is told of, and called again at its next moment
        _log.exception("%s failed", one.name)
        return failure(error).name
    return None
