"""Which records of an org changed since we last looked?

By `SystemModstamp` and id, so that any number of rows with one stamp are walked, each once. A stamp has whole
seconds and is given before the change can be seen: what is younger than SETTLED is left for the next look.
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
AT_ONCE: Final = 200


def _listing(source: str, row: type[ChangedRow]) -> Listing:
    return Listing(source, soql.columns(row), "SystemModstamp", "system_modstamp", soql.moment)


# Our word for each object, and how its changes are asked for.
WATCHED: Final[dict[str, tuple[str, type[ChangedRow], Listing]]] = {
    "Account": ("account", ChangedRow, _listing("Account", ChangedRow)),
    "Contact": ("contact", ChangedOfAccount, _listing("Contact", ChangedOfAccount)),
    "Opportunity": ("opportunity", ChangedOfAccount, _listing("Opportunity", ChangedOfAccount)),
    "Contract": ("contract", ChangedOfAccount, _listing("Contract", ChangedOfAccount)),
}
_Places = dict[str, str]
_places = msgspec.json.Decoder(_Places).decode


class Changing:
    """The changes of one org; `now` is business time."""

    def __init__(self, connection: str, reading: Reading, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._reading = reading
        self._now = now

    async def page(self, cursor: str | None, since: datetime) -> Changes:
        """A page of each kind of record. Raises `Refused` for what is no cursor of ours."""
        places = self._start(since) if cursor is None else self._read(cursor)
        settled = self._now() - SETTLED
        found = await together(*(self._of(object, places[object], settled) for object in WATCHED))
        notices = sorted((one for page, _, _ in found for one in page), key=lambda one: one.at)
        ends = {object: end for object, (_, end, _) in zip(WATCHED, found, strict=True)}
        return Changes(
            notices=tuple(notices),
            cursor=msgspec.json.encode(ends).decode(),
            more=any(more for _, _, more in found),
        )

    async def _of(self, object: str, place: str, settled: datetime) -> tuple[list[Notice], str, bool]:
        what, row, listing = WATCHED[object]
        rows, read = await self._reading.page(
            Rows[row],  # type: ignore[valid-type]
            listing,
            f"SystemModstamp <= {soql.moment(_written(settled))}",
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
        return dict.fromkeys(WATCHED, f"{_written(since)}|")

    def _read(self, cursor: str) -> _Places:
        try:
            places = _places(cursor)
        except msgspec.MsgspecError:
            raise Refused(self._connection, "not a cursor of our changes") from None
        if places.keys() != WATCHED.keys():
            raise Refused(self._connection, "a cursor of other changes")
        return places


def _written(moment: datetime) -> str:
    """To the second, rounded down: as stamps are."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
