"""Which records of an account changed since we last looked?

By `lastmodifieddate` and id, so that any number of records of one second are walked. The date is given when
a record is written, but others see it when that is committed. So everything is walked twice: when it is
SETTLED old, and once more when it is LATE, for what came to light behind the first walk. What is found again
has the same `source_id`.

Times in queries are those of the account's zone. When its clocks are set back, a walk goes back as far, and
through the doubled hour again: what was changed just before may be told of an hour later, never not at all.
"""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from canonical.events import Notice
from system_apis.answers import translating
from system_apis.errors import Refused
from system_apis.messages import Changes
from system_apis.netsuite import suiteql
from system_apis.netsuite.books import Books, Seen
from system_apis.netsuite.suiteql import CHANGED_CUSTOMERS, CHANGED_TRANSACTIONS, Watched
from system_apis.netsuite.webhook import to_notice
from system_apis.netsuite.wire import ChangedRow, Rows
from system_apis.together import together

SETTLED: Final = timedelta(seconds=10)
LATE: Final = timedelta(minutes=15)
"""NetSuite ends a request after so long (Oracle, "Concurrency Governance and Session Management")."""
AT_ONCE: Final = 200
WATCHED: Final[dict[str, Watched]] = {"customer": CHANGED_CUSTOMERS, "transaction": CHANGED_TRANSACTIONS}
_AGAIN: Final = " again"
"""What the place of the second walk is called, behind what is watched."""
_NAMES: Final = [*WATCHED, *(name + _AGAIN for name in WATCHED)]
_FORMAT: Final = "%Y-%m-%d %H:%M:%S"

Place = tuple[datetime, str]
"""The moment and the id of the last record that was told of. Its zone is the account's when it was asked."""


class Changing:
    """The changes of one account; `now` is business time, `zone` the one in which it writes its times."""

    def __init__(self, connection: str, books: Books, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._books = books
        self._zone = zone
        self._now = now

    async def page(self, cursor: str | None, since: datetime) -> Changes:
        """A page of both walks of each kind of record. Raises `Refused` for what is no cursor of ours."""
        places = self._start(since) if cursor is None else self._read(cursor)
        now = self._now()
        found = [
            *await together(*(self._of(one, places[one], now - SETTLED) for one in WATCHED)),
            *await together(*(self._of(one, places[one + _AGAIN], now - LATE) for one in WATCHED)),
        ]
        notices = {one.source_id: one for told, _, _ in found for one in told}
        ends = {name: end for name, (_, end, _) in zip(_NAMES, found, strict=True)}
        return Changes(
            notices=tuple(sorted(notices.values(), key=lambda notice: notice.at)),
            cursor=msgspec.json.encode(ends).decode(),
            more=any(more for _, _, more in found),
        )

    async def _of(self, name: str, place: Place, until: datetime) -> tuple[list[Notice], Place, bool]:
        told, id = place
        last = until.astimezone(self._zone)
        query = WATCHED[name].after(_written(_resumed(told, last)), id, _written(last))
        seen = await self._books.page(query, Rows[ChangedRow], limit=AT_ONCE)
        with translating(self._connection):
            notices = [self._notice(row, seen) for row in seen.rows]
            if seen.rows:
                row = seen.rows[-1]
                place = datetime.fromisoformat(row.modified).replace(tzinfo=_offset(last)), str(row.id)
        return notices, place, seen.next is not None

    def _notice(self, row: ChangedRow, seen: Seen[ChangedRow]) -> Notice:
        customer = None if row.entity is None else str(row.entity)
        at = seen.sight.moment(row.modified)
        notice = to_notice(self._connection, row.recordtype, str(row.id), at, customer)
        # Of two changes in one second the message of the first has the same moment, and its reader may have
        # asked before the second. When this is read the second is over: it is told of beside any message.
        return replace(notice, source_id=f"{notice.source_id}:listed")

    def _start(self, since: datetime) -> dict[str, Place]:
        # A second before, and behind every id of it: what has the moment itself is told of.
        before = (since - timedelta(seconds=1)).astimezone(self._zone)
        return dict.fromkeys(_NAMES, (before.replace(tzinfo=_offset(before)), suiteql.LAST_ID))

    def _read(self, cursor: str) -> dict[str, Place]:
        try:
            places = msgspec.json.decode(cursor, type=dict[str, Place])
        except ValueError:
            raise Refused(self._connection, "not a cursor of our changes") from None
        if places.keys() == WATCHED.keys():  # from before there was a second walk: it begins here
            places = {name: (at.replace(tzinfo=self._zone), id) for name, (at, id) in places.items()}
            places |= {name + _AGAIN: place for name, place in places.items()}
        if places.keys() != set(_NAMES) or not all(suiteql.is_number(id) for _, id in places.values()):
            raise Refused(self._connection, "not a cursor of our changes")
        return places


def _resumed(told: datetime, last: datetime) -> datetime:
    """Where a walk goes on, as the account's clocks write it now: earlier, when they went back since."""
    return min(told.replace(tzinfo=None), told.astimezone(_offset(last)).replace(tzinfo=None))


def _offset(at: datetime) -> timezone:
    return timezone(at.utcoffset() or timedelta())


def _written(moment: datetime) -> str:
    """To the second, rounded down: as `lastmodifieddate` is."""
    return moment.strftime(_FORMAT)
