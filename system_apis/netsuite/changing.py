"""Which records of an account changed since we last looked?

By `lastmodifieddate` and id, so that any number of records of one second are walked, each once. What is
younger than SETTLED is left for the next look: more may get the same second. Times in queries are those of
the account's zone; where its clocks are set back, an hour is walked twice over, in the order of the clock.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

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
AT_ONCE: Final = 200
WATCHED: Final[dict[str, Watched]] = {"customer": CHANGED_CUSTOMERS, "transaction": CHANGED_TRANSACTIONS}
_FORMAT: Final = "%Y-%m-%d %H:%M:%S"

Places = dict[str, tuple[str, str]]
"""By what is watched: the moment, in account time, and the id of the last record that was told of."""


class Changing:
    """The changes of one account; `now` is business time, `zone` the one in which it writes its times."""

    def __init__(self, connection: str, books: Books, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._books = books
        self._zone = zone
        self._now = now

    async def page(self, cursor: str | None, since: datetime) -> Changes:
        """A page of each kind of record. Raises `Refused` for what is no cursor of ours."""
        places = self._start(since) if cursor is None else self._read(cursor)
        until = self._written(self._now() - SETTLED)
        found = await together(*(self._of(watched, places[name], until) for name, watched in WATCHED.items()))
        ends: Places = {
            name: (seen.rows[-1].modified, str(seen.rows[-1].id)) if seen.rows else places[name]
            for name, seen in zip(WATCHED, found, strict=True)
        }
        with translating(self._connection):
            notices = [self._notice(row, seen) for seen in found for row in seen.rows]
        return Changes(
            notices=tuple(sorted(notices, key=lambda notice: notice.at)),
            cursor=msgspec.json.encode(ends).decode(),
            more=any(seen.next is not None for seen in found),
        )

    async def _of(self, watched: Watched, place: Sequence[str], until: str) -> Seen[ChangedRow]:
        moment, id = place
        return await self._books.page(watched.after(moment, id, until), Rows[ChangedRow], limit=AT_ONCE)

    def _notice(self, row: ChangedRow, seen: Seen[ChangedRow]) -> Notice:
        customer = None if row.entity is None else str(row.entity)
        at = seen.sight.moment(row.modified)
        return to_notice(self._connection, row.recordtype, str(row.id), at, customer)

    def _start(self, since: datetime) -> Places:
        # A second before, and behind every id of it: what has the moment itself is told of.
        return dict.fromkeys(WATCHED, (self._written(since - timedelta(seconds=1)), suiteql.LAST_ID))

    def _read(self, cursor: str) -> Places:
        try:
            places = msgspec.json.decode(cursor, type=Places)
            fit = all(datetime.strptime(at, _FORMAT) and suiteql.is_number(id) for at, id in places.values())
        except ValueError:
            raise Refused(self._connection, "not a cursor of our changes") from None
        if not fit or places.keys() != WATCHED.keys():
            raise Refused(self._connection, "not a cursor of our changes")
        return places

    def _written(self, moment: datetime) -> str:
        """In account time, to the second, rounded down: as `lastmodifieddate` is."""
        return moment.astimezone(UTC).astimezone(self._zone).strftime(_FORMAT)
