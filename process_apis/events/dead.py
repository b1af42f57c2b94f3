"""Which events did a subscriber not take, and what is done about them?"""

import hashlib
import time
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from canonical.events import EventData
from process_apis import clock, cursors, records
from process_apis.errors import InvalidCursor, NotFound, TooMany
from process_apis.events import audit, rows, tracing, waking
from process_apis.events.errors import Settled, WrongPayload
from process_apis.events.filters import AT_ONCE, Condition, among, together
from process_apis.events.ids import sortable
from process_apis.events.model import Happening
from process_apis.events.reading import event as read_event
from process_apis.records import Statement
from process_apis.records.moments import micros, moment, optional_moment

SAMPLE: Final = 10

_COLUMNS = """d.id, d.subscriber, d.event, d.type, d.account, d.key, d.source, d.error, d.message, d.attempts,
  d.failed_at, d.died_at, d.state, d.settled_at, d.corrected_by"""
_PAGE = f"""
SELECT {_COLUMNS} FROM dead_letter d WHERE (d.died_at, d.id) < (?, ?) AND {{also}}
ORDER BY d.died_at DESC, d.id DESC LIMIT ?
"""  # noqa: S608 - no value enters the text
_COUNT = "SELECT COUNT(*) FROM dead_letter d WHERE {also}"
_ONE = f"SELECT {_COLUMNS} FROM dead_letter d WHERE d.id = ?"  # noqa: S608
_RETRY = """
UPDATE dead_letter AS d SET state = 'retrying', next_at = 0, settled_at = ? WHERE d.state = 'dead' AND {also}
"""
_DISMISS = """
UPDATE dead_letter AS d SET state = 'dismissed', settled_at = ? WHERE d.state = 'dead' AND {also}
"""
_LET_GO = """
UPDATE delivery_held SET waits_for = NULL, attempts = 0, next_at = 0, since = NULL
WHERE waits_for IN (SELECT d.id FROM dead_letter d WHERE d.state = 'dead' AND {also})
"""
_CORRECT = """
UPDATE dead_letter SET state = 'retrying', next_at = 0, settled_at = ?,
  seq = (SELECT seq FROM event_log WHERE source = ? AND source_id = ?),
  corrected_by = (SELECT id FROM event_log WHERE source = ? AND source_id = ?)
WHERE id = ? AND state = 'dead'
"""
_NEWEST: Final = (1 << 62, "")
_decode = msgspec.json.Decoder(EventData).decode


class DeadFilter(Struct, frozen=True, kw_only=True):
    """Which dead letters are meant: all that is given must hold. `error` is a class such as `Refused`."""

    ids: tuple[str, ...] = ()
    subscriber: str | None = None
    types: tuple[str, ...] = ()
    account: str | None = None
    source: str | None = None
    error: str | None = None
    state: str | None = None
    died_since: datetime | None = None
    died_until: datetime | None = None


class DeadLetter(Struct, frozen=True, kw_only=True):
    """An event that a subscriber did not take.

    `state` is dead, retrying, delivered or dismissed; `age` the seconds since it died; `corrected_by` the
    event that is handed on in its place.
    """

    id: str
    subscriber: str
    event: str
    type: str
    account: str | None
    key: str
    source: str
    error: str
    message: str
    attempts: int
    failed_at: datetime
    died_at: datetime
    age: float
    state: str
    settled_at: datetime | None
    corrected_by: str | None


class DeadPage(Struct, frozen=True, kw_only=True):
    """One page, and the sealed cursor of the next."""

    items: tuple[DeadLetter, ...]
    next_cursor: str | None


class Meant(Struct, frozen=True, kw_only=True):
    """How many dead letters something was done to, or would be (`dry_run`), and some of them."""

    count: int
    sample: tuple[DeadLetter, ...]
    dry_run: bool


async def dead_letters(
    filter: DeadFilter = DeadFilter(state="dead"),  # noqa: B008 (frozen)
    cursor: str | None = None,
    limit: int = 100,
) -> DeadPage:
    """One page of dead letters, the newest first. Raises InvalidCursor, TooMany, StoreUnavailable."""
    question = f"dead letters|{hashlib.sha256(msgspec.json.encode(filter)).hexdigest()}"
    at, id = _position(cursors.unseal(question, cursor)) if cursor else _NEWEST
    also, values = _which(filter)
    found = await records.store().rows(_PAGE.format(also=also), at, id, *values, limit + 1)
    shown = found[:limit]
    return DeadPage(
        items=tuple(_letter(*row) for row in shown),
        next_cursor=cursors.seal(question, (shown[-1][11], shown[-1][0])) if len(found) > limit else None,
    )


async def dead_letter(id: str) -> DeadLetter:
    """One dead letter. Raises NotFound, StoreUnavailable."""
    for row in await records.store().rows(_ONE, id):
        return _letter(*row)
    raise NotFound("dead letter")


async def retry_dead(filter: DeadFilter, *, by: str, why: str, dry_run: bool = False) -> Meant:
    """Hand on again what is dead and meant; in the order of the events within a key.

    What fails for a reason that may pass is tried for the subscriber's patience, the rest is dead again at
    once. Raises TooMany, StoreUnavailable.
    """
    return await _all(_RETRY, "retry", filter, by, why, dry_run)


async def dismiss_dead(filter: DeadFilter, *, by: str, why: str, dry_run: bool = False) -> Meant:
    """Decide that what is dead and meant need not be delivered; keys that wait for it go on.

    Raises TooMany, StoreUnavailable.
    """
    return await _all(_DISMISS, "dismiss", filter, by, why, dry_run)


async def correct_dead(id: str, payload: bytes, *, by: str, why: str) -> DeadLetter:
    """Hand on another payload in its place: JSON of an event of the same type.

    It is an event of its own in the log, whose cause is the one it corrects, handed on to this subscriber
    only. Raises NotFound, Settled, WrongPayload, StoreUnavailable.
    """
    one = await dead_letter(id)
    if one.state != "dead":
        raise Settled("dead letter", one.state)
    happening = Happening(
        source_id=f"correction|{id}|{hashlib.sha256(payload).hexdigest()}",
        at=(await read_event(one.event)).at,
        data=_checked(one.type, payload),
        traceparent=tracing.present(),
        cause=one.event,
    )
    place = rows.Place(one.account, one.key)
    row = rows.row(sortable("evt"), happening, place, clock.now(), aside=True)
    named = (happening.source, happening.source_id)
    await records.store().write_all(
        [
            rows.inserting([row]),
            (_CORRECT, [(_now(), *named, *named, id)]),
            audit.noting("correct", id, by=by, why=why, detail={"event": one.event}),
        ],
        durable=True,
    )
    waking.wake()
    return await dead_letter(id)


async def _all(sql: str, action: str, filter: DeadFilter, by: str, why: str, dry_run: bool) -> Meant:
    asked = msgspec.structs.replace(filter, state="dead")
    also, values = _which(asked)
    sample = (await dead_letters(asked, limit=SAMPLE)).items
    if dry_run:
        count = (await records.store().rows(_COUNT.format(also=also), *values))[0][0]
        return Meant(count=count, sample=sample, dry_run=True)
    subject = filter.ids[0] if len(filter.ids) == 1 else filter.subscriber or "dead letters"
    statements: list[Statement] = [
        (sql.format(also=also), [(_now(), *values)]),
        audit.noting(action, subject, by=by, why=why, detail=filter),
    ]
    if sql is _DISMISS:
        statements.insert(0, (_LET_GO.format(also=also), [values]))
    changed = await records.store().write_all(statements)
    waking.wake()
    return Meant(count=changed[1 if sql is _DISMISS else 0], sample=sample, dry_run=False)


def _checked(type: str, payload: bytes) -> EventData:
    """Raises WrongPayload."""
    try:
        said = msgspec.json.decode(payload, type=dict[str, Any])
        data: EventData = _decode(msgspec.json.encode({**said, "type": said.get("type", type)}))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WrongPayload(type, str(error)) from None
    if rows.tag(data) != type:
        raise WrongPayload(type, f"it is of type {rows.tag(data)}")
    return data


def _which(filter: DeadFilter) -> Condition:
    found: list[Condition] = []
    for column, some in {"d.id": filter.ids, "d.type": filter.types}.items():
        if len(some) > AT_ONCE:
            raise TooMany("values in a filter", AT_ONCE)
        if some:
            found.append(among(column, some))
    single: dict[str, str | int | None] = {
        "d.subscriber = ?": filter.subscriber,
        "d.account = ?": filter.account,
        "d.source = ?": filter.source,
        "d.error = ?": filter.error,
        "d.state = ?": filter.state,
        "d.died_at >= ?": micros(filter.died_since) if filter.died_since else None,
        "d.died_at < ?": micros(filter.died_until) if filter.died_until else None,
    }
    found += [(sql, (value,)) for sql, value in single.items() if value is not None]
    return together(found)


def _position(position: object) -> tuple[int, str]:
    match position:
        case [int(at), str(id)]:
            return at, id
    raise InvalidCursor


def _letter(*row: Any) -> DeadLetter:
    names = DeadLetter.__struct_fields__
    told = dict(zip([name for name in names if name != "age"], row, strict=True))
    return DeadLetter(
        **{
            **told,
            "age": (_now() - told["died_at"]) / 1_000_000,
            "failed_at": moment(told["failed_at"]),
            "died_at": moment(told["died_at"]),
            "settled_at": optional_moment(told["settled_at"]),
        }
    )


def _now() -> int:
    return time.time_ns() // 1000
