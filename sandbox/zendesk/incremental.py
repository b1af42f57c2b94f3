"""Which tickets changed since a moment? (incremental export, cursor based)

In the order of `generated_timestamp`; the last minute is left out, because it may still grow
(developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports).
"""

import base64
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.zendesk.desk import NUMBER, Desk
from sandbox.zendesk.errors import described, invalid
from sandbox.zendesk.paging import EXPORT_MOST, address, whole
from sandbox.zendesk.reads import sideloaded

Json = dict[str, Any]
SETTLED = 60
Place = tuple[int, int]


def tickets(desk: Desk, request: web.Request, now: datetime) -> Json:
    """One page from `start_time` or `cursor` on; `end_of_stream` says that nothing more is settled yet."""
    settled = int(now.timestamp()) - SETTLED
    after = place_of(request.query["cursor"]) if "cursor" in request.query else started(request, settled)
    size = whole(request, "per_page", EXPORT_MOST, EXPORT_MOST)
    there = (*desk.all("tickets"), *desk.gone.values())
    found = sorted(
        (one for one in there if after < place(one) and one["generated_timestamp"] <= settled), key=place
    )
    shown = found[:size]
    last = cursor_of(place(shown[-1]) if shown else after)
    answer = {
        "tickets": shown,
        "after_cursor": last,
        "after_url": address(request, {"cursor": last}, ("start_time",)),
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": len(found) <= size,
    }
    return sideloaded(desk, request, "tickets", answer)


def started(request: web.Request, settled: int) -> Place:
    """Just before the first ticket of `start_time`, in whole seconds since 1970."""
    asked = request.query.get("start_time", "")
    if not NUMBER.fullmatch(asked):
        raise invalid("start_time is required: seconds since 1970")
    if int(asked) > settled:
        raise described(
            422, "StartTimeTooRecent", "Too recent start_time. Use a start_time older than 60 seconds"
        )
    return int(asked), -1


def place(ticket: Json) -> Place:
    return ticket["generated_timestamp"], ticket["id"]


def cursor_of(at: Place) -> str:
    return base64.urlsafe_b64encode(f"{at[0]}|{at[1]}".encode()).decode()


def place_of(cursor: str) -> Place:
    try:
        moment, _, id = base64.b64decode(cursor, altchars=b"-_", validate=True).decode().partition("|")
        return int(moment), int(id)
    except ValueError as error:
        raise invalid("cursor is not one of this export") from error
