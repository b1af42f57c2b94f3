"""How does a subscriber get past events again?"""

import time
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from process_apis import records
from process_apis.errors import NotFound
from process_apis.events import audit, waking
from process_apis.events.errors import PastRetention, Settled
from process_apis.events.filters import Condition, among, conditions, together
from process_apis.events.ids import sortable
from process_apis.events.model import Filter, LoggedEvent
from process_apis.events.rows import COLUMNS, logged
from process_apis.records.moments import moment, optional_moment

SAMPLE: Final = 10
PER_SECOND: Final = 100.0
MOST_SHOWN: Final = 200

_SUBSCRIBER = """
SELECT s.types, l.cursor FROM delivery_subscriber s
JOIN delivery_lane l ON l.subscriber = s.name AND l.lane = '' WHERE s.name = ?
"""
_COUNT = """
SELECT COUNT(*), MIN(e.seq), COUNT(*) - COUNT(e.payload), MAX(CASE WHEN e.payload IS NULL THEN e.kept_at END)
FROM event_log e WHERE e.seq <= ? AND e.aside = 0 AND {also}
"""
_SAMPLE = f"""
SELECT {COLUMNS} FROM event_log e WHERE e.seq <= ? AND e.aside = 0 AND {{also}} ORDER BY e.seq LIMIT ?
"""  # noqa: S608 - no value enters the text
_BEGIN = """
INSERT INTO delivery_lane (subscriber, lane, cursor, until, filter, per_second, state, delivered, began_at)
VALUES (?, ?, ?, ?, ?, ?, 'active', 0, ?)
"""
_SHOW = """
SELECT subscriber, lane, cursor, until, filter, per_second, state, delivered, began_at, ended_at
FROM delivery_lane WHERE lane <> '' AND (? = '' OR lane = ?) AND (? = '' OR subscriber = ?)
ORDER BY began_at DESC, lane DESC LIMIT ?
"""
_CANCEL = "UPDATE delivery_lane SET state = 'cancelled', ended_at = ? WHERE lane = ? AND state = 'active'"
_LET_GO = "DELETE FROM delivery_held WHERE lane = ?"


class Replay(Struct, frozen=True, kw_only=True):
    """A replay. `state` is active, done or cancelled; `passed` of `until` are numbers of the log."""

    id: str
    subscriber: str
    filter: Filter
    per_second: float
    state: str
    passed: int
    until: int
    delivered: int
    began_at: datetime
    ended_at: datetime | None


class Foreseen(Struct, frozen=True, kw_only=True):
    """What a replay hands on: how many events, the first of them, how many are no longer kept whole.

    `replay` is its id, None for a dry run.
    """

    count: int
    sample: tuple[LoggedEvent, ...]
    pruned: int
    replay: str | None


async def replay(
    filter: Filter,
    subscriber: str,
    *,
    by: str,
    why: str,
    per_second: float = PER_SECOND,
    dry_run: bool = False,
) -> Foreseen:
    """Hand on past events again to one subscriber: those meant, of its types, that it has passed already.

    In their order within a key, no more than `per_second`, beside what happens. Raises NotFound, TooMany,
    PastRetention when some payloads are no longer kept (a dry run only counts those), StoreUnavailable.
    """
    cursor, also = await _meant(filter, subscriber)
    sql, values = also
    count, first, pruned, whole_after = (
        await records.store().rows(_COUNT.format(also=sql), cursor, *values)
    )[0]
    found = await records.store().rows(_SAMPLE.format(also=sql), cursor, *values, SAMPLE)
    sample = tuple(logged(row) for row in found)
    if dry_run or not count:
        return Foreseen(count=count, sample=sample, pruned=pruned, replay=None)
    if pruned:
        raise PastRetention(moment(whole_after + 1))
    id, now = sortable("rpl"), time.time_ns() // 1000
    row = (subscriber, id, first - 1, cursor, msgspec.json.encode(filter), max(per_second, 0.1), now)
    act = audit.noting("replay", subscriber, by=by, why=why, detail={"replay": id, "filter": filter})
    await records.store().write_all([(_BEGIN, [row]), act])
    waking.wake()
    return Foreseen(count=count, sample=sample, pruned=0, replay=id)


async def replays(subscriber: str = "") -> tuple[Replay, ...]:
    """The newest replays (of one subscriber). Raises StoreUnavailable."""
    found = await records.store().rows(_SHOW, "", "", subscriber, subscriber, MOST_SHOWN)
    return tuple(_replay(*row) for row in found)


async def cancel_replay(id: str, *, by: str, why: str) -> Replay:
    """Hand on no more of it. Raises NotFound, Settled, StoreUnavailable."""
    if (one := await _one(id)).state != "active":
        raise Settled("replay", one.state)
    act = audit.noting("cancel replay", id, by=by, why=why)
    now = time.time_ns() // 1000
    await records.store().write_all([(_CANCEL, [(now, id)]), (_LET_GO, [(id,)]), act])
    waking.wake()
    return await _one(id)


async def _one(id: str) -> Replay:
    for row in await records.store().rows(_SHOW, id, id, "", "", 1):
        return _replay(*row)
    raise NotFound("replay")


async def _meant(filter: Filter, subscriber: str) -> tuple[int, Condition]:
    """Up to which number it has passed the log, and what of that is meant."""
    for types, cursor in await records.store().rows(_SUBSCRIBER, subscriber):
        mine = [among("e.type", types.split())] if types else []
        return cursor, together([*mine, *conditions(filter)])
    raise NotFound("subscriber")


def _replay(*row: Any) -> Replay:
    subscriber, id, cursor, until, filter, per_second, state, delivered, began_at, ended_at = row
    return Replay(
        id=id,
        subscriber=subscriber,
        filter=msgspec.json.decode(filter, type=Filter),
        per_second=per_second,
        state=state,
        passed=cursor,
        until=until,
        delivered=delivered,
        began_at=moment(began_at),
        ended_at=optional_moment(ended_at),
    )
