"""What becomes of a proven message that nobody can read?

Its bytes are kept, with the reason, until somebody has put right what reads them, or decides that it is not
needed. The same message sent again is counted, not kept again.
"""

import hashlib
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from canonical.events import Unrecognised
from process_apis import cursors, records
from process_apis.errors import InvalidCursor, NotFound
from process_apis.events import audit
from process_apis.events.errors import PastRetention, Settled
from process_apis.events.ids import derived
from process_apis.events.log import append
from process_apis.events.metrics import QUARANTINED
from process_apis.events.model import Happening, noticed
from process_apis.records import Row, Statement
from process_apis.records.moments import micros, moment, optional_moment
from process_apis.systems import systems
from system_apis.errors import Forged, Undecodable
from system_apis.messages import Arrived

LARGEST: Final = 256 * 1024
"""Bytes of a message that are kept; a larger one cannot be read again, only looked at."""
MOST: Final = 10_000
"""Messages; of more than these the oldest are let go."""

_PUT = """
INSERT INTO quarantined_message (id, connection, hash, reason, arrived_at, times, size, body, sealed, state)
VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, 'held')
ON CONFLICT (connection, hash) DO UPDATE SET times = quarantined_message.times + 1, reason = excluded.reason
"""
_BOUND = """
DELETE FROM quarantined_message WHERE arrived_at < (
  SELECT MIN(arrived_at) FROM (SELECT arrived_at FROM quarantined_message ORDER BY arrived_at DESC LIMIT ?) n)
"""
_COLUMNS = "id, connection, hash, reason, arrived_at, times, size, state, settled_at, body, sealed"
_ONE = f"SELECT {_COLUMNS} FROM quarantined_message WHERE id = ?"  # noqa: S608
_PAGE = f"""
SELECT {_COLUMNS} FROM quarantined_message
WHERE (arrived_at, id) < (?, ?) AND (? = '' OR state = ?) AND (? = '' OR connection = ?)
ORDER BY arrived_at DESC, id DESC LIMIT ?
"""  # noqa: S608
_SETTLE = "UPDATE quarantined_message SET state = ?, settled_at = ?, body = NULL, sealed = NULL WHERE id = ?"
_STILL = "UPDATE quarantined_message SET reason = ? WHERE id = ?"
# What an older release kept in the place of a message that it could not read gives that place up.
_MAKE_ROOM = """
UPDATE event_log SET source_id = source_id || ':unread:' || id
WHERE source = ? AND source_id = ? AND type = 'unrecognised'
"""
_NEWEST: Final = (1 << 62, "")


class Quarantined(Struct, frozen=True, kw_only=True):
    """A message that could not be read. `state` is held, read or dismissed; `times`: how often it came."""

    id: str
    connection: str
    hash: str
    reason: str
    arrived_at: datetime
    times: int
    size: int
    state: str
    settled_at: datetime | None
    body: bytes | None


class QuarantinePage(Struct, frozen=True, kw_only=True):
    """One page, and the sealed cursor of the next."""

    items: tuple[Quarantined, ...]
    next_cursor: str | None


async def put(connection: str, arrived: Arrived, reason: str) -> str:
    """Keep what came; its id here. Raises StoreUnavailable."""
    hash = hashlib.sha256(arrived.body).digest()
    id = derived("qua", connection, hash.hex())
    whole = len(arrived.body) <= LARGEST
    sealed = _seal(id, arrived) if whole else None
    row = (
        id,
        connection,
        hash,
        reason[:500],
        micros(arrived.at),
        len(arrived.body),
        arrived.body[:LARGEST],
        sealed,
    )
    await records.store().write_all([(_PUT, [row]), (_BOUND, [(MOST,)])], durable=True)
    QUARANTINED.add(connection)
    return id


async def quarantined(
    state: str = "held", connection: str = "", cursor: str | None = None, limit: int = 100
) -> QuarantinePage:
    """One page of messages, the newest first. Raises InvalidCursor, StoreUnavailable."""
    question = f"quarantine|{state}|{connection}"
    at, id = _position(cursors.unseal(question, cursor)) if cursor else _NEWEST
    rows = await records.store().rows(_PAGE, at, id, state, state, connection, connection, limit + 1)
    shown = rows[:limit]
    return QuarantinePage(
        items=tuple(_shown(*row) for row in shown),
        next_cursor=cursors.seal(question, (shown[-1][4], shown[-1][0])) if len(rows) > limit else None,
    )


async def read_again(id: str, *, by: str, why: str) -> Quarantined:
    """Read it once more, after a fix, as it came then, and keep what it says.

    Still `held`, with the new reason, when that fails. Raises NotFound, Settled, PastRetention,
    StoreUnavailable.
    """
    one, sealed = await _held(id)
    if one.body is None or sealed is None:
        raise PastRetention(None)
    try:
        told = systems().by_name(one.connection).messages.read(_unseal(one, sealed))
    except (Undecodable, Forged) as error:
        act = audit.noting("read again, in vain", id, by=by, why=why)
        await records.store().write_all([(_STILL, [(error.detail[:500], id)]), act])
        return await _one(id)
    act = audit.noting("read again", id, by=by, why=why)
    happenings = [noticed(one.connection, notice) for notice in told.notices]
    await append(happenings, along_with=[*_making_room(happenings), _settling(id, "read"), act])
    return await _one(id)


async def dismiss(id: str, *, by: str, why: str) -> Quarantined:
    """Nobody needs it: its bytes are forgotten. Raises NotFound, Settled, StoreUnavailable."""
    await _held(id)
    act = audit.noting("dismiss message", id, by=by, why=why)
    await records.store().write_all([_settling(id, "dismissed"), act])
    return await _one(id)


def _making_room(happenings: Sequence[Happening]) -> list[Statement]:
    """Let what is read now be new, so that everybody is told of it."""
    read: list[Row] = [
        (one.source, one.source_id) for one in happenings if not isinstance(one.data, Unrecognised)
    ]
    return [(_MAKE_ROOM, read)] if read else []


def _settling(id: str, state: str) -> Statement:
    return _SETTLE, [(state, time.time_ns() // 1000, id)]


async def _one(id: str) -> Quarantined:
    for row in await records.store().rows(_ONE, id):
        return _shown(*row)
    raise NotFound("message")


async def _held(id: str) -> tuple[Quarantined, str | None]:
    for row in await records.store().rows(_ONE, id):
        one = _shown(*row)
        if one.state != "held":
            raise Settled("message", one.state)
        return one, row[-1]
    raise NotFound("message")


def _seal(id: str, arrived: Arrived) -> str:
    """What proved it, closed: a signature and the secret of an address are no reading for others."""
    return cursors.seal(f"quarantine|{id}", {"headers": dict(arrived.headers), "secret": arrived.secret})


def _unseal(one: Quarantined, sealed: str) -> Arrived:
    proof: Any = cursors.unseal(f"quarantine|{one.id}", sealed)
    return Arrived(headers=proof["headers"], body=one.body or b"", at=one.arrived_at, secret=proof["secret"])


def _position(position: object) -> tuple[int, str]:
    match position:
        case [int(at), str(id)]:
            return at, id
    raise InvalidCursor


def _shown(*row: Any) -> Quarantined:
    id, connection, hash, reason, arrived_at, times, size, state, settled_at, body, _ = row
    return Quarantined(
        id=id,
        connection=connection,
        hash=hash.hex(),
        reason=reason,
        arrived_at=moment(arrived_at),
        times=times,
        size=size,
        state=state,
        settled_at=optional_moment(settled_at),
        body=body,
    )
