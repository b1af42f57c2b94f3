"""What happened in an account since we last looked? (docs.stripe.com/api/events/list: the last 30 days)

The list is from the newest back. `ending_before` an event it gives those next after it, so the last event
that was read is all that has to be kept, and any number with one `created` are walked, each once. An event
is listed at the place of its second: what is younger than SETTLED is left for the next look.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from canonical.events import Notice, Unrecognised
from system_apis.errors import Refused, Undecodable
from system_apis.messages import Changes
from system_apis.stripe.events import Event, to_notice
from system_apis.stripe.mapping import to_moment
from system_apis.stripe.reading import MOST, Reading
from system_apis.stripe.wire import Listed

SETTLED: Final = timedelta(seconds=10)
_LISTED: Final = Listed[Event]


class Changing:
    """The events of one account; `now` is business time. A cursor is a moment and the last event, if any."""

    def __init__(self, connection: str, reading: Reading, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._reading = reading
        self._now = now

    async def page(self, cursor: str | None, since: datetime) -> Changes:
        """A page of events, oldest first. Raises `Refused` for what is no cursor of ours."""
        moment, last = self._place(cursor, since)
        if last is None:
            last = await self._before(moment)
        try:
            found, more = await self._after(last, moment)
        except Refused:
            if last is None:
                raise
            # An event that is older than the list: go on from its moment.
            found, more = await self._after(await self._before(moment), moment)
        settled = self._now() - SETTLED
        ready = [event for event in found if to_moment(event.created) <= settled]
        if ready:
            moment, last = ready[-1].created, ready[-1].id
        return Changes(
            notices=tuple(self._notices(ready)),
            cursor=f"{moment}:{last or ''}",
            more=more and len(ready) == len(found),
        )

    async def _after(self, last: str | None, moment: int) -> tuple[list[Event], bool]:
        """The events next after one, oldest first, and whether there are more."""
        if last is None:
            return await self._oldest(moment)
        answer, _ = await self._reading.found("events", {"ending_before": last, "limit": str(MOST)}, _LISTED)
        return list(reversed(answer.data)), answer.has_more

    async def _before(self, moment: int) -> str | None:
        """The last event before a moment, where there is one."""
        answer, _ = await self._reading.found("events", {"created[lt]": str(moment), "limit": "1"}, _LISTED)
        return answer.data[0].id if answer.data else None

    async def _oldest(self, moment: int) -> tuple[list[Event], bool]:
        """The oldest events since a moment before which there is none: walks the list to its end, once."""
        newer = False
        cursor: str | None = None
        while True:
            asked: dict[str, str | int] = {"created[gte]": moment, "limit": MOST}
            rows, read = await self._reading.page("events", _LISTED, asked, cursor=cursor)
            if read.next is None:
                return list(reversed(rows)), newer
            newer, cursor = True, read.next

    def _notices(self, events: list[Event]) -> Iterator[Notice]:
        for event in events:
            try:
                yield to_notice(self._connection, event)
            except Undecodable:
                # Its message is in quarantine, if it came; the walk goes on. Its own id stays free for what
                # that message says once it can be read.
                yield Notice(
                    source_id=f"{event.id}:unread",
                    at=to_moment(event.created),
                    customer=None,
                    data=Unrecognised(name=event.type),
                )

    def _place(self, cursor: str | None, since: datetime) -> tuple[int, str | None]:
        if cursor is None:
            return int(since.timestamp()), None
        moment, _, last = cursor.partition(":")
        if not (moment.isascii() and moment.isdigit()):
            raise Refused(self._connection, "not a cursor of our events")
        return int(moment), last or None
