"""What is in the log?"""

import hashlib
from datetime import datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct

from process_apis import cursors, records
from process_apis.errors import InvalidCursor, NotFound
from process_apis.events.filters import conditions, together
from process_apis.events.model import EventPage, Filter, LoggedEvent
from process_apis.events.rows import COLUMNS, logged
from process_apis.records.moments import moment

LIMIT: Final = 100
_KINDS_SHOWN: Final = 500

_PAGE = f"""
SELECT e.seq, {COLUMNS} FROM event_log e
WHERE e.seq {{beyond}} ? AND {{also}} ORDER BY e.seq {{order}} LIMIT ?
"""  # noqa: S608 - no value enters the text
_ONE = f"SELECT {COLUMNS} FROM event_log e WHERE e.id = ?"  # noqa: S608
_UNREAD = """
SELECT source, subject, COUNT(*), MIN(at), MAX(at) FROM event_log WHERE type = 'unrecognised'
GROUP BY source, subject ORDER BY 3 DESC, 1, 2 LIMIT ?
"""
_ORDERS: Final = {"newest": ("<", "DESC", 1 << 62), "oldest": (">", "ASC", -1)}


class Unread(Struct, frozen=True, kw_only=True):
    """A type of message that nobody here reads, and how often it came."""

    source: str
    name: str
    count: int
    first_at: datetime
    last_at: datetime


async def query(
    filter: Filter,
    cursor: str | None = None,
    limit: int = LIMIT,
    *,
    order: Literal["newest", "oldest"] = "newest",
) -> EventPage:
    """One page of the events that are meant, in the order in which they were kept.

    Raises InvalidCursor, TooMany, StoreUnavailable.
    """
    beyond, direction, start = _ORDERS[order]
    question = f"events|{order}|{hashlib.sha256(msgspec.json.encode(filter)).hexdigest()}"
    after = cursors.unseal(question, cursor) if cursor else start
    if not isinstance(after, int):
        raise InvalidCursor
    also, values = together(conditions(filter))
    sql = _PAGE.format(beyond=beyond, also=also, order=direction)
    rows = await records.store().rows(sql, after, *values, limit + 1)
    shown = rows[:limit]
    return EventPage(
        items=tuple(logged(row[1:]) for row in shown),
        next_cursor=cursors.seal(question, shown[-1][0]) if len(rows) > limit else None,
    )


async def event(id: str) -> LoggedEvent:
    """One event. Raises NotFound, StoreUnavailable."""
    for row in await records.store().rows(_ONE, id):
        return logged(row)
    raise NotFound("event")


async def unread() -> tuple[Unread, ...]:
    """Which types of messages came that nobody reads, the most frequent first. Raises StoreUnavailable."""
    return tuple(
        Unread(source=source, name=name, count=count, first_at=moment(first), last_at=moment(last))
        for source, name, count, first, last in await records.store().rows(_UNREAD, _KINDS_SHOWN)
    )
