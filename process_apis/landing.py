"""Did a write land?

Kept beside the platform, for what it cannot promise to do once: that we are about to write is noted for good
before the call, what came of it after. Killed between the two, or left without an answer, the same write is
looked up before it is tried again; when nobody can say, it is handed up to a person. It is asked for inside
a step, and knows nothing of runs.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from canonical.identity import ExternalRef
from process_apis import records
from process_apis.errors import NotFound, Undecided
from process_apis.records import Statement
from process_apis.records.moments import micros, moment
from system_apis.errors import OutcomeUnknown, PlatformError
from system_apis.writes import Written

SETTLES: Final = timedelta(seconds=60)
"""So long after nobody waited any more, a write may still be carried out; unless it is configured."""
MOST: Final = 100
"""Writes that are shown at once."""

_FIND = "SELECT tries, first_at, tried_at, written FROM write_intent WHERE connection = ? AND key = ?"
_NOTE = """
INSERT INTO write_intent (connection, key, what, tries, first_at, tried_at) VALUES (?, ?, ?, 1, ?, ?)
ON CONFLICT (connection, key) DO NOTHING
"""
_AGAIN = """
UPDATE write_intent SET tries = tries + 1, first_at = ?, tried_at = ?
WHERE connection = ? AND key = ? AND tries = ? AND written IS NULL
"""
_GIVEN_UP = """
UPDATE write_intent SET tried_at = ? WHERE connection = ? AND key = ? AND tries = ? AND written IS NULL
"""
_NOT_SENT = """
UPDATE write_intent SET first_at = ?, tried_at = ?
WHERE connection = ? AND key = ? AND tries = ? AND written IS NULL
"""
_DONE = "UPDATE write_intent SET written = ?, done_at = ? WHERE connection = ? AND key = ?"
_NEVER = "DELETE FROM write_intent WHERE connection = ? AND key = ? AND written IS NULL"
_OPEN = """
SELECT connection, key, what, tries, tried_at FROM write_intent
WHERE written IS NULL AND tried_at IS NOT NULL AND tried_at < ? ORDER BY tried_at DESC LIMIT ?
"""
_FORGET = "DELETE FROM write_intent WHERE done_at < ?"


class Write(Struct, frozen=True, kw_only=True):
    """A write, by our key. `what` is what it writes, for people: "a case".

    `look` finds on the platform what was written with this key, where that is never out of date. `promised`
    is how long the platform does the same write with the same key only once; the two may be both absent.
    `settles` is how long it may still be carried out after nobody waited for it (absent: as configured).
    """

    connection: str
    key: str
    what: str
    send: Callable[[], Awaitable[Written]]
    look: Callable[[], Awaitable[ExternalRef | None]] | None = None
    promised: timedelta | None = None
    settles: timedelta | None = None


class Open(Struct, frozen=True, kw_only=True):
    """A write of which we do not know whether it landed, and when it was tried last."""

    connection: str
    key: str
    what: str
    tries: int
    tried_at: datetime


class _Noted(Struct, frozen=True):
    """What we noted of a write. While `first_at` is absent, no try of it can have arrived."""

    tries: int = 0
    first_at: int | None = None
    tried_at: int | None = None
    written: bytes | None = None


class _Slot:
    settles = SETTLES


def configure(settles: timedelta = SETTLES) -> None:
    """Say how long a write may still be carried out after we stopped waiting for its answer."""
    _Slot.settles = settles


async def land(write: Write) -> Written:
    """Write it once, whatever happened before; what was done before is answered without a call.

    Raises what the write raised when it was not done, `OutcomeUnknown` when that cannot be said yet,
    `Undecided` when only a person can say it.
    """
    noted = await _noted(write)
    if noted.written is not None:
        return msgspec.json.decode(noted.written, type=Written)
    if noted.first_at is not None and (found := await _landed(write, noted)) is not None:
        return await _done(write, found)
    begun = await _begun(write, noted)
    try:
        written = await write.send()
    except OutcomeUnknown:
        # A slow platform goes on without us: what it may still do counts from now.
        await records.store().write(_GIVEN_UP, [(_now(), write.connection, write.key, begun.tries)])
        if write.look is None or (ref := await write.look()) is None:
            raise
        written = Written(ref=ref)
    except PlatformError:
        await _not_sent(write, noted, begun)
        raise
    return await _done(write, written)


async def nothing_coming(connection: str, key: str, what: str) -> None:
    """For who found nothing on the platform, and has nothing to write: nothing of ours is on its way either.

    Raises `OutcomeUnknown` while an earlier try may still arrive; one that did not is let go of.
    """
    for _, _, tried_at, written in await records.store().rows(_FIND, connection, key):
        if written is None and _now() - (tried_at or 0) < settles():
            raise OutcomeUnknown(connection, f"{what}: an earlier try may still arrive")
    await records.store().write(_NEVER, [(connection, key)])


def settles() -> int:
    """Microseconds for which a write may be carried out after nobody waited for it any more."""
    return _span(_Slot.settles)


async def decide(
    connection: str, key: str, ref: ExternalRef | None, along_with: Sequence[Statement] = ()
) -> None:
    """What a person found out: it is this record, or (None) it never arrived and may be tried again.

    `along_with` is written with it. Raises NotFound when there is no such write that is open.
    """
    await _open_one(connection, key)
    if ref is None:
        decided: Statement = (_NEVER, [(connection, key)])
    else:
        decided = (_DONE, [(msgspec.json.encode(Written(ref=ref)), _now(), connection, key)])
    await records.store().write_all([decided, *along_with], durable=True)


async def _open_one(connection: str, key: str) -> None:
    for _, _, tried_at, written in await records.store().rows(_FIND, connection, key):
        if tried_at is not None and written is None:
            return
    raise NotFound("open write")


async def unsettled(before: datetime) -> tuple[Open, ...]:
    """Writes last tried before a moment of wall time that may or may not have landed, newest first."""
    rows = await records.store().rows(_OPEN, micros(before), MOST)
    return tuple(
        Open(connection=connection, key=key, what=what, tries=tries, tried_at=moment(tried_at))
        for connection, key, what, tries, tried_at in rows
    )


async def forget(before: datetime) -> None:
    """Let go of what was done before a moment of wall time: from then on its key is a new one."""
    await records.store().write(_FORGET, [(micros(before),)])


async def _landed(write: Write, noted: _Noted) -> Written | None:
    """What an earlier try wrote; None when it may be tried again."""
    age = _now() - (noted.first_at or 0)
    if write.look is not None:
        if (ref := await write.look()) is not None:
            return Written(ref=ref)
        settled = settles() if write.settles is None else _span(write.settles)
        if _now() - (noted.tried_at or 0) < settled:
            raise OutcomeUnknown(write.connection, f"{write.what}: an earlier try may still arrive")
        return None
    if write.promised is not None and age < _span(write.promised):
        return None
    raise Undecided(write.what, write.connection, write.key)


async def _begun(write: Write, noted: _Noted) -> _Noted:
    """Note that we are about to write, for good. Raises `OutcomeUnknown` when somebody else is at it."""
    now, key = _now(), (write.connection, write.key)
    # After a look that found nothing, what was before did not arrive; a promise goes on from its beginning.
    first = now if noted.first_at is None or write.look is not None else noted.first_at
    if noted.tries:
        statement: tuple[str, list[tuple[Any, ...]]] = (_AGAIN, [(first, now, *key, noted.tries)])
    else:
        statement = (_NOTE, [(*key, write.what, now, now)])
    (changed,) = await records.store().write_all([statement], durable=True)
    if not changed:
        raise OutcomeUnknown(write.connection, f"{write.what}: another try is under way")
    return _Noted(noted.tries + 1, first, now)


async def _not_sent(write: Write, noted: _Noted, begun: _Noted) -> None:
    """This try did nothing: all is as it was before it."""
    looked = write.look is not None
    before = (None, None) if looked else (noted.first_at, noted.tried_at)
    await records.store().write(_NOT_SENT, [(*before, write.connection, write.key, begun.tries)])


async def _done(write: Write, written: Written) -> Written:
    row = (msgspec.json.encode(written), _now(), write.connection, write.key)
    await records.store().write_all([(_DONE, [row])], durable=True)
    return written


async def _noted(write: Write) -> _Noted:
    rows = await records.store().rows(_FIND, write.connection, write.key)
    return _Noted(*rows[0]) if rows else _Noted()


def _now() -> int:
    """Wall time: what may still arrive does so on no other clock."""
    return time.time_ns() // 1000


def _span(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
