"""Which tickets changed since we last looked? (Zendesk, "Incremental Exports", cursor based)

The last minute is left out by Zendesk itself, as it may still grow. Organizations have no such export that
keeps its place among equal moments; their names are the CRM's anyway.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from canonical.events import CaseChanged, Notice
from canonical.identity import ExternalRef, Kind
from system_apis.answers import translating
from system_apis.messages import Changes
from system_apis.transport import Transport
from system_apis.zendesk import mapping, wire
from system_apis.zendesk.mapping import Sight

SETTLED: Final = timedelta(seconds=61)
PATH: Final = "/api/v2/incremental/tickets/cursor"


class Changing:
    """The changes of one account; `now` is business time."""

    def __init__(self, transport: Transport, now: Callable[[], datetime]) -> None:
        self._transport = transport
        self._now = now

    async def page(self, cursor: str | None, since: datetime) -> Changes:
        """One page; a first one no younger than Zendesk takes. The cursor is "" before there is any."""
        started = int(min(since, self._now() - SETTLED).timestamp())
        params: dict[str, str | int] = {"cursor": cursor} if cursor else {"start_time": started}
        answer = await self._transport.call("GET", PATH, returns=wire.ChangedTickets, params=params)
        sight = Sight(self._transport.connection, answer.observed_at)
        with translating(self._transport.connection):
            notices = tuple(
                _notice(ticket, sight) for ticket in answer.value.tickets if ticket.status != "deleted"
            )
        return Changes(
            notices=notices,
            cursor=answer.value.after_cursor or cursor or "",
            more=not answer.value.end_of_stream,
        )


def _notice(ticket: wire.Ticket, sight: Sight) -> Notice:
    owner = ticket.organization_id
    ref = ExternalRef(
        kind=Kind.SUPPORT, connection=sight.connection, object="organization", id=str(owner or "")
    )
    case = mapping.to_case(ticket, sight)
    return Notice(
        source_id=f"ticket:{ticket.id}:{case.updated_at.isoformat()}",
        at=case.updated_at,
        customer=ref if owner else None,
        data=CaseChanged(case=case),
    )
