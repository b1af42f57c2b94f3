"""What waits for a moment of business time, and who is woken when it comes?

A wait is one row. Whichever node sees first that it is due claims it for a while and wakes; what fails is
tried again later and later, and never dropped. So somebody is woken at least once, by one node at a time.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import uuid4

import msgspec
from msgspec import Struct

from process_apis import clock, records
from process_apis.durable import tracing
from process_apis.durable.ledger import wall
from process_apis.durable.written import failure
from process_apis.records import Row
from process_apis.records.moments import micros, moment

T = TypeVar("T")

CLAIMED_FOR: Final = 60.0
"""Seconds until somebody else may wake what a node claimed and neither finished nor gave back."""
FIRST_WAIT: Final = 2.0
LONGEST_WAIT: Final = 600.0
AT_ONCE: Final = 100

_log = logging.getLogger("tieline.schedule")

_PUT = """
INSERT INTO due (kind, key, at, payload, trace, tries, free_at) VALUES (?, ?, ?, ?, ?, 0, 0)
ON CONFLICT (kind, key) DO UPDATE SET at = excluded.at, payload = excluded.payload, trace = excluded.trace,
  tries = 0, error = NULL, claim = NULL, free_at = 0
"""
_FORGET = "DELETE FROM due WHERE kind = ? AND key = ?"
_ANY = "SELECT 1 FROM due WHERE at <= ? AND free_at <= ? AND kind IN ({kinds}) LIMIT 1"
_CLAIM = """
UPDATE due SET claim = ?, free_at = ?, tries = tries + 1 WHERE free_at <= ? AND (kind, key) IN (
  SELECT kind, key FROM due WHERE at <= ? AND free_at <= ? AND kind IN ({kinds}) ORDER BY at LIMIT ?
)
"""
_CLAIMED = "SELECT kind, key, at, payload, trace, tries FROM due WHERE claim = ? ORDER BY at"
_DONE = "DELETE FROM due WHERE kind = ? AND key = ? AND claim = ?"
_AGAIN = "UPDATE due SET free_at = ?, error = ?, claim = NULL WHERE kind = ? AND key = ? AND claim = ?"
_LATE = "SELECT kind, key, at, tries, error FROM due WHERE error IS NOT NULL ORDER BY at LIMIT ?"


class Woken(Struct, frozen=True, kw_only=True):
    """A wait whose moment has come; `trace` is what it was written down in."""

    kind: str
    key: str
    at: datetime
    payload: bytes
    trace: str | None

    def read(self, kind: type[T]) -> T:
        """The payload, as it was given."""
        return msgspec.json.decode(self.payload, type=kind)


class Wait(Struct, frozen=True, kw_only=True):
    """A wait that could not be ended at its moment; tried so often, last with an error of this class."""

    kind: str
    key: str
    at: datetime
    tries: int
    error: str


Wake = Callable[[Woken], Awaitable[object]]
"""What is done when a wait is over. It may be called more than once for one wait: usually it begins a run,
whose id comes from the wait's key."""


async def wait_until(kind: str, key: str, at: datetime, payload: object = None) -> None:
    """Wake `kind` at this moment of business time, with a payload that is JSON.

    There is one wait for each kind and key: a second call moves it. Raises StoreUnavailable.
    """
    row = (kind, key, micros(at), msgspec.json.encode(payload), tracing.present())
    await records.store().write(_PUT, [row])


async def forget(kind: str, key: str) -> None:
    """It need not be woken any more; nothing happens when it is not there, or being woken at this moment."""
    await records.store().write(_FORGET, [(kind, key)])


async def late(limit: int = 100) -> tuple[Wait, ...]:
    """Waits that could not be ended, the longest due first."""
    rows = await records.store().rows(_LATE, limit)
    return tuple(
        Wait(kind=kind, key=key, at=moment(at), tries=tries, error=error)
        for kind, key, at, tries, error in rows
    )


async def wake_due(wakes: Mapping[str, Wake]) -> None:
    """Wake what is due now, as long as there is any."""
    while woken := await _claim(tuple(wakes)):
        for claim, tries, one in woken:
            await _wake(wakes[one.kind], one, claim, tries)


async def _claim(kinds: tuple[str, ...]) -> list[tuple[str, int, Woken]]:
    """Due waits of these kinds, given to this caller only. A node does not claim what it cannot wake."""
    if not kinds:
        return []
    places = ", ".join("?" for _ in kinds)
    business, now = micros(clock.now()), wall()
    if not await records.store().rows(_ANY.format(kinds=places), business, now, *kinds):
        return []
    claim = uuid4().hex
    row: Row = (claim, now + int(CLAIMED_FOR * 1_000_000), now, business, now, *kinds, AT_ONCE)
    await records.store().write(_CLAIM.format(kinds=places), [row])
    return [(claim, tries, one) for tries, one in map(_woken, await records.store().rows(_CLAIMED, claim))]


def _woken(row: tuple[Any, ...]) -> tuple[int, Woken]:
    kind, key, at, payload, trace, tries = row
    return tries, Woken(kind=kind, key=key, at=moment(at), payload=bytes(payload), trace=trace)


async def _wake(wake: Wake, one: Woken, claim: str, tries: int) -> None:
    try:
        with tracing.of_wake(one.kind, one.key, one.trace):
            await wake(one)
    except Exception as error:  # whatever it is, the wait is kept, tried again, and listed
        _log.exception("wake %s %s failed, %d times now", one.kind, one.key, tries)
        free_at = wall() + int(min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT) * 1_000_000)
        await records.store().write(_AGAIN, [(free_at, failure(error).name, one.kind, one.key, claim)])
    else:
        await records.store().write(_DONE, [(one.kind, one.key, claim)])
