"""Who used which operation of which version, how often, and when last?

Counted in memory and added to the table every few seconds, so that a request never waits for it; a process
that is killed loses the last seconds. Days are those of wall time, in UTC.
"""

import asyncio
import logging
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Final

from msgspec import Struct

from process_apis import cursors, records
from process_apis.errors import InvalidCursor
from process_apis.records import StoreUnavailable
from process_apis.records.moments import moment

WRITTEN_EVERY: Final = 5.0
KEPT: Final = timedelta(days=400)
"""More than a year, so that what is used once a year is seen before a version ends."""
MOST_COUNTED: Final = 20_000
OTHERS: Final = "others"
"""Stands for the clients that came when too many different ones had come since the last writing."""

_log = logging.getLogger("tieline.usage")
_DAY: Final = 86_400_000_000
_Key = tuple[str, str, str, bool, int]

_ADD = """
INSERT INTO usage_count (client, document, operation, deprecated, day, calls, last_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (client, document, operation, deprecated, day) DO UPDATE
SET calls = usage_count.calls + excluded.calls, last_at = excluded.last_at
"""
_FORGET = "DELETE FROM usage_count WHERE day < ?"
_PAGE = """
SELECT u.client, MAX(c.name), u.document, u.operation, u.deprecated, CAST(SUM(u.calls) AS BIGINT),
  MIN(u.day), MAX(u.last_at)
FROM usage_count u LEFT JOIN client c ON c.id = u.client
WHERE (u.client, u.document, u.operation, u.deprecated) > (?, ?, ?, ?)
  AND (? = '' OR u.client = ?) AND (? < 0 OR u.deprecated = ?) AND u.day >= ?
GROUP BY u.client, u.document, u.operation, u.deprecated
ORDER BY u.client, u.document, u.operation, u.deprecated LIMIT ?
"""


class Used(Struct, frozen=True, kw_only=True):
    """How often one client used one operation. `name` is the client's, when it is one of ours.

    `document` names the API and its version; `deprecated`: it was on its way out then.
    """

    client: str
    name: str | None
    document: str
    operation: str
    deprecated: bool
    calls: int
    since: date
    last_at: datetime


class UsedPage(Struct, frozen=True, kw_only=True):
    """One page, and the sealed cursor of the next."""

    items: tuple[Used, ...]
    next_cursor: str | None


class Asked(Struct, frozen=True, kw_only=True):
    """Which uses are asked for: of one client, of what is (not) on its way out, from this day on."""

    client: str | None = None
    deprecated: bool | None = None
    since: date | None = None


class _Counts:
    waiting: dict[_Key, tuple[int, int]] = {}  # noqa: RUF012 (one place for the whole process)
    forgotten_on = ""


def count(client: str, document: str, operation: str, deprecated: bool) -> None:
    """One use, now."""
    now = time.time_ns() // 1000
    key = (client, document, operation, deprecated, now // _DAY)
    waiting = _Counts.waiting
    if key not in waiting and len(waiting) >= MOST_COUNTED:
        key = (OTHERS, *key[1:])
    calls, _ = waiting.get(key, (0, 0))
    waiting[key] = calls + 1, now


async def write() -> None:
    """Add what was counted to the table. Raises StoreUnavailable, and then nothing is lost."""
    written, _Counts.waiting = _Counts.waiting, {}
    if not written:
        return
    try:
        await records.store().write(_ADD, [_row(*key, *counted) for key, counted in written.items()])
    except StoreUnavailable:
        _put_back(written)
        raise


def _row(
    client: str, document: str, operation: str, deprecated: bool, day: int, calls: int, last_at: int
) -> records.Row:
    date_of = moment(day * _DAY).date().isoformat()
    # A token's client may hold a character that Postgres does not keep in a text.
    return client.replace("\x00", "?"), document, operation, int(deprecated), date_of, calls, last_at


def _put_back(written: dict[_Key, tuple[int, int]]) -> None:
    for key, (calls, last_at) in written.items():
        since, later = _Counts.waiting.get(key, (0, 0))
        _Counts.waiting[key] = since + calls, max(last_at, later)


async def keep(stop: asyncio.Event) -> None:
    """Write again and again until `stop` is set; forget what is too old."""
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), WRITTEN_EVERY)
        try:
            await write()
            await _forget()
        except StoreUnavailable as trouble:  # our own database comes back, and then we go on
            _log.info("uses not written down: %s", trouble)


async def close() -> None:
    """Write down what is counted only in memory, if it can be, and count anew from here."""
    with suppress(StoreUnavailable):
        await write()
    forget()


def forget() -> None:
    """Count anew, for a new store."""
    _Counts.waiting, _Counts.forgotten_on = {}, ""


async def _forget() -> None:
    """Once a day, and at the first writing."""
    oldest = (datetime.now(UTC) - KEPT).date().isoformat()
    if oldest != _Counts.forgotten_on:
        await records.store().write(_FORGET, [(oldest,)])
        _Counts.forgotten_on = oldest


async def page(asked: Asked, cursor: str | None, limit: int) -> UsedPage:
    """One page by client, version and operation. Raises InvalidCursor, StoreUnavailable."""
    with suppress(StoreUnavailable):  # what this process has just counted is shown too
        await write()
    question = f"usage|{asked.client}|{asked.deprecated}|{asked.since}"
    after = _position(cursors.unseal(question, cursor)) if cursor else ("", "", "", -1)
    client, deprecated = asked.client or "", -1 if asked.deprecated is None else int(asked.deprecated)
    since = asked.since.isoformat() if asked.since else ""
    rows = await records.store().rows(_PAGE, *after, client, client, deprecated, deprecated, since, limit + 1)
    found = tuple(_used(*row) for row in rows[:limit])
    return UsedPage(
        items=found,
        next_cursor=cursors.seal(question, _key(found[-1])) if len(rows) > limit else None,
    )


def _position(position: object) -> tuple[str, str, str, int]:
    match position:
        case [str(client), str(document), str(operation), int(deprecated)]:
            return client, document, operation, deprecated
    raise InvalidCursor


def _key(used: Used) -> tuple[str, str, str, int]:
    return used.client, used.document, used.operation, int(used.deprecated)


def _used(
    client: str,
    name: str | None,
    document: str,
    operation: str,
    deprecated: int,
    calls: int,
    day: str,
    last_at: int,
) -> Used:
    return Used(
        client=client,
        name=name,
        document=document,
        operation=operation,
        deprecated=bool(deprecated),
        calls=calls,
        since=date.fromisoformat(day),
        last_at=moment(last_at),
    )
