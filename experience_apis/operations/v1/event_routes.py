"""What may the people who keep it running ask of what happened, and do about what could not be read?"""

from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, QueryParameter

from canonical.identity import Timestamp
from experience_apis.operations.v1 import event_views as views
from experience_apis.operations.v1.acting import (
    ACTS,
    FINDS,
    READ,
    REPLAYS,
    Because,
    EventId,
    ForAccount,
    MessageId,
    OfType,
)
from experience_apis.shapes import Asking, Cursor, Limit, Page, page
from process_apis import cursors, events
from process_apis.events import Filter

FromSource = Annotated[
    str | None,
    QueryParameter(
        name="source",
        pattern="^[A-Za-z0-9._-]+$",
        min_length=1,
        max_length=64,
        description="Only events of this connection, or of `tieline`.",
    ),
]
OfTrace = Annotated[
    str | None,
    QueryParameter(
        name="trace", pattern="^[0-9a-f]{32}$", min_length=32, max_length=32, description="A trace id."
    ),
]
Since = Annotated[
    Timestamp | None, QueryParameter(name="since", description="Only what happened then (UTC) or later.")
]
Until = Annotated[Timestamp | None, QueryParameter(name="until", description="Only what happened before.")]


@get("/events", operation_id="ListEvents", summary="List events", opt=READ)
async def list_events(
    type: OfType = None,
    account: ForAccount = None,
    source: FromSource = None,
    trace: OfTrace = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Page[views.EventView]:
    """List what happened, what was kept last first."""
    asked = Filter(
        types=(type,) if type else (),
        accounts=(account,) if account else (),
        sources=(source,) if source else (),
        trace=trace,
        since=since,
        until=until,
    )
    found = await events.query(asked, cursor, limit)
    return page(found.items, found.next_cursor, views.to_event)


@get("/events/{event_id:str}", operation_id="ShowEvent", summary="Show one event", opt=FINDS)
async def show_event(event_id: EventId) -> views.EventView:
    """Show one event."""
    return views.to_event(await events.event(event_id))


@get("/unread-types", operation_id="ListUnreadTypes", summary="List types that nobody reads", opt=READ)
async def list_unread_types(cursor: Cursor = None, limit: Limit = 25) -> Page[views.UnreadView]:
    """List the types of messages that came and that nobody here reads."""
    found = await events.unread()
    cut = cursors.cut("unread", found, lambda one: f"{one.source}|{one.name}", cursor, limit)
    return page(*cut, views.to_unread)


@get("/quarantine", operation_id="ListQuarantine", summary="List unreadable messages", opt=READ)
async def list_quarantine(cursor: Cursor = None, limit: Limit = 25) -> Page[views.QuarantineView]:
    """List proven messages that could not be read, the newest first."""
    found = await events.quarantined("held", "", cursor, limit)
    return page(found.items, found.next_cursor, views.to_quarantined)


@post(
    "/quarantine/{message_id:str}/retries",
    operation_id="ReadAgain",
    summary="Read a message again",
    opt=REPLAYS,
    status_code=200,
)
async def read_again(caller: Asking, message_id: MessageId, data: JSONBody[Because]) -> views.QuarantineView:
    """Read a message once more, after what reads it was put right."""
    return views.to_quarantined(await events.read_again(message_id, by=caller.subject, why=data.reason))


@post(
    "/quarantine/{message_id:str}/dismissals",
    operation_id="DismissMessage",
    summary="Dismiss a message",
    opt=ACTS,
    status_code=200,
)
async def dismiss_message(
    caller: Asking, message_id: MessageId, data: JSONBody[Because]
) -> views.QuarantineView:
    """Decide that a message that could not be read is not needed."""
    return views.to_quarantined(await events.dismiss(message_id, by=caller.subject, why=data.reason))


@get("/feeds", operation_id="ListFeeds", summary="List how far platforms are read", opt=READ)
async def list_feeds(cursor: Cursor = None, limit: Limit = 25) -> Page[views.FeedView]:
    """List how far each connection's own list of changes is read, for what no message told."""
    found = await events.gap_progress()
    return page(*cursors.cut("feeds", found, lambda one: one.connection, cursor, limit), views.to_feed)


@get("/audit", operation_id="ListAudit", summary="List what was done to events", opt=READ)
async def list_audit(cursor: Cursor = None, limit: Limit = 25) -> Page[views.AuditView]:
    """List who did what to events, dead letters, subscribers and replays, the newest first."""
    found = await events.acts("", cursor, limit)
    return page(found.items, found.next_cursor, views.to_act)


router = Router(
    "/operations/v1",
    route_handlers=[
        list_events,
        show_event,
        list_unread_types,
        list_quarantine,
        read_again,
        dismiss_message,
        list_feeds,
        list_audit,
    ],
    tags=["Events"],
)
