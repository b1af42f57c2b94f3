"""Which records of an org changed since we last looked?

By `SystemModstamp` and id, so that any number of rows with one stamp are walked. A stamp has whole seconds
and is given when a row is written, but the row is seen when its transaction commits. So everything is walked
twice: when it is SETTLED old, and once more when it is LATE, for what came to light behind the first walk.
What is found again has the same `source_id`. Twice is all it costs, however much a bulk job changes; to read
the last quarter of an hour again with each look would cost a busy org fifteen times as much.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from canonical.events import Notice, RecordTouched
from canonical.identity import ExternalRef, Kind
from system_apis.errors import Refused
from system_apis.messages import Changes
from system_apis.salesforce import soql
from system_apis.salesforce.reading import Reading
from system_apis.salesforce.soql import Listing
from system_apis.salesforce.wire import ChangedOfAccount, ChangedRow, Rows
from system_apis.together import together

SETTLED: Final = timedelta(seconds=10)
LATE: Final = timedelta(minutes=15)
"""Longer than any transaction: Salesforce ends each after ten minutes (Apex Governor Limits)."""
AT_ONCE: Final = 100
"""Of each kind and walk: a page of all of them has less than a thousand."""


def _listing(source: str, row: type[ChangedRow]) -> Listing:
    return Listing(source, soql.columns(row), "SystemModstamp", "system_modstamp", soql.moment)


# Our word for each object, and how its changes are asked for.
WATCHED: Final[dict[str, tuple[str, type[ChangedRow], Listing]]] = {
    "Account": ("account", ChangedRow, _listing("Account", ChangedRow)),
    "Contact": ("contact", ChangedOfAccount, _listing("Contact", ChangedOfAccount)),
    "Opportunity": ("opportunity", ChangedOfAccount, _listing("Opportunity", ChangedOfAccount)),
    "Contract": ("contract", ChangedOfAccount, _listing("Contract", ChangedOfAccount)),
}
_AGAIN: Final = " again"
"""What the place of the second walk of an object is called, behind its name."""
_Places = dict[str, str]
_NAMES: Final = [*WATCHED, *(one + _AGAIN for one in WATCHED)]
_places = msgspec.json.Decoder(_Places).decode


class Changing:
    """The changes of one org; `now` is business time."""

    def __init__(self, connection: str, reading: Reading, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._reading = reading
        self._now = now

    async def page(self, cursor: str | None, since: datetime) -> Changes:
        """A page of both walks of each kind of record. Raises `Refused` for what is no cursor of ours."""
        places = self._start(since) if cursor is None else self._read(cursor)
        now = self._now()
        found = [
            *await together(*(self._of(one, places[one], now - SETTLED) for one in WATCHED)),
            *await together(*(self._of(one, places[one + _AGAIN], now - LATE) for one in WATCHED)),
        ]
        notices = {one.source_id: one for page, _, _ in found for one in page}
        ends = {name: end for name, (_, end, _) in zip(_NAMES, found, strict=True)}
        return Changes(
            notices=tuple(sorted(notices.values(), key=lambda one: one.at)),
            cursor=msgspec.json.encode(ends).decode(),
            more=any(more for _, _, more in found),
        )

    async def _of(self, object: str, place: str, until: datetime) -> tuple[list[Notice], str, bool]:
        what, row, listing = WATCHED[object]
        rows, read = await self._reading.page(
            Rows[row],  # type: ignore[valid-type]
            listing,
            f"SystemModstamp <= {soql.moment(_written(until))}",
            cursor=place,
            limit=AT_ONCE,
        )
        end = listing.cursor(rows[-1]) if rows else place
        return [self._notice(object, what, one) for one in rows], end, read.next is not None

    def _notice(self, object: str, what: str, row: ChangedRow) -> Notice:
        owner = row.account_id if isinstance(row, ChangedOfAccount) else row.id
        return Notice(
            source_id=f"{row.id}:{row.system_modstamp}",
            at=datetime.fromisoformat(row.system_modstamp).astimezone(UTC),
            customer=self._ref("Account", owner) if owner else None,
            data=RecordTouched(what=what, ref=self._ref(object, row.id)),
        )

    def _ref(self, object: str, id: str) -> ExternalRef:
        return ExternalRef(kind=Kind.CRM, connection=self._connection, object=object, id=id)

    def _start(self, since: datetime) -> _Places:
        return dict.fromkeys(_NAMES, f"{_written(since)}|")

    def _read(self, cursor: str) -> _Places:
        try:
            places = _places(cursor)
        except msgspec.MsgspecError:
            raise Refused(self._connection, "not a cursor of our changes") from None
        if places.keys() == WATCHED.keys():  # from before there was a second walk: it begins here
            places |= {one + _AGAIN: place for one, place in places.items()}
        if places.keys() != set(_NAMES):
            raise Refused(self._connection, "a cursor of other changes")
        return places


def _written(moment: datetime) -> str:
    """To the second, rounded down: as stamps are."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
