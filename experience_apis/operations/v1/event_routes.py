"""What may the people who keep it running ask of events, and do about what was not delivered?"""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Router, delete, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from experience_apis.operations.v1 import event_views as views
from experience_apis.operations.v1.acting import (
    READ,
    WRITE,
    Because,
    ForAccount,
    OfSubscriber,
    OfType,
    SubscriberName,
)
from experience_apis.shapes import Asking, Cursor, Limit, Page, page
from process_apis import cursors, events
from process_apis.events import DeadFilter, Filter


def _id(prefix: str) -> PathParameter:
    """The id of a thing of ours in a path."""
    length = len(prefix) + 21
    return PathParameter(
        pattern=f"^{prefix}_[0-9a-v]{{20}}$",
        min_length=length,
        max_length=length,
        description="Id, from the list.",
    )


EventId = Annotated[str, _id("evt")]
LetterId = Annotated[str, _id("dead")]
ReplayId = Annotated[str, _id("rpl")]
MessageId = Annotated[str, _id("qua")]
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
    datetime | None, QueryParameter(name="since", description="Only what happened then (UTC) or later.")
]
Until = Annotated[datetime | None, QueryParameter(name="until", description="Only what happened before.")]
LetterState = Annotated[
    str | None,
    QueryParameter(
        name="state",
        pattern="^(dead|retrying|delivered|dismissed)$",
        min_length=4,
        max_length=9,
        description="Only letters in this state; without it, those that are dead.",
    ),
]
_FINDS = {**READ, "errors": [404]}
_ACTS = {**WRITE, "errors": [404, 409]}
_REPLAYS = {**WRITE, "errors": [404, 409, 410]}


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


@get("/events/{event_id:str}", operation_id="ShowEvent", summary="Show one event", opt=_FINDS)
async def show_event(event_id: EventId) -> views.EventView:
    """Show one event."""
    return views.to_event(await events.event(event_id))


@get("/unread-types", operation_id="ListUnreadTypes", summary="List types that nobody reads", opt=READ)
async def list_unread_types(cursor: Cursor = None, limit: Limit = 25) -> Page[views.UnreadView]:
    """List the types of messages that came and that nobody here reads."""
    found = await events.unread()
    cut = cursors.cut("unread", found, lambda one: f"{one.source}|{one.name}", cursor, limit)
    return page(*cut, views.to_unread)


@get("/subscribers", operation_id="ListSubscribers", summary="List subscribers", opt=READ)
async def list_subscribers(cursor: Cursor = None, limit: Limit = 25) -> Page[views.SubscriberView]:
    """List who is told of events, how far each is, and what it did not take."""
    found = await events.standings()
    return page(*cursors.cut("subscribers", found, lambda one: one.name, cursor, limit), views.to_subscriber)


@post(
    "/subscribers/{name:str}/pauses",
    operation_id="PauseSubscriber",
    summary="Pause a subscriber",
    opt=_ACTS,
    status_code=200,
)
async def pause_subscriber(
    caller: Asking, name: SubscriberName, data: JSONBody[Because]
) -> views.SubscriberView:
    """Hand on nothing to a subscriber for now; all of it is kept."""
    return views.to_subscriber(await events.pause(name, by=caller.subject, why=data.reason))


@post(
    "/subscribers/{name:str}/resumptions",
    operation_id="ResumeSubscriber",
    summary="Resume a subscriber",
    opt=_ACTS,
    status_code=200,
)
async def resume_subscriber(
    caller: Asking, name: SubscriberName, data: JSONBody[Because]
) -> views.SubscriberView:
    """Hand on to a paused subscriber again, from where it stood."""
    return views.to_subscriber(await events.resume(name, by=caller.subject, why=data.reason))


@get("/dead-letters", operation_id="ListDeadLetters", summary="List dead letters", opt=READ)
async def list_dead_letters(
    subscriber: OfSubscriber = None,
    in_state: LetterState = None,
    type: OfType = None,
    account: ForAccount = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Page[views.DeadLetterView]:
    """List events that a subscriber did not take, the newest first."""
    asked = DeadFilter(
        subscriber=subscriber, state=in_state or "dead", types=(type,) if type else (), account=account
    )
    found = await events.dead_letters(asked, cursor, limit)
    return page(found.items, found.next_cursor, views.to_letter)


@get("/dead-letters/{letter_id:str}", operation_id="ShowDeadLetter", summary="Show one", opt=_FINDS)
async def show_dead_letter(letter_id: LetterId) -> views.DeadLetterView:
    """Show one dead letter."""
    return views.to_letter(await events.dead_letter(letter_id))


@post(
    "/dead-letters/retries",
    operation_id="RetryDeadLetters",
    summary="Hand on dead letters again",
    opt=_ACTS,
    status_code=200,
)
async def retry_dead_letters(caller: Asking, data: JSONBody[views.Letters]) -> views.MeantView:
    """Hand on again what is dead and meant, in order within a key."""
    return views.to_meant(
        await events.retry_dead(data.meant(), by=caller.subject, why=data.reason, dry_run=data.dry_run)
    )


@post(
    "/dead-letters/dismissals",
    operation_id="DismissDeadLetters",
    summary="Dismiss dead letters",
    opt=_ACTS,
    status_code=200,
)
async def dismiss_dead_letters(caller: Asking, data: JSONBody[views.Letters]) -> views.MeantView:
    """Decide that what is dead and meant need not be delivered."""
    return views.to_meant(
        await events.dismiss_dead(data.meant(), by=caller.subject, why=data.reason, dry_run=data.dry_run)
    )


@post(
    "/dead-letters/{letter_id:str}/corrections",
    operation_id="CorrectDeadLetter",
    summary="Hand on another payload",
    opt=_ACTS,
    status_code=200,
)
async def correct_dead_letter(
    caller: Asking, letter_id: LetterId, data: JSONBody[views.Correction]
) -> views.DeadLetterView:
    """Hand on a corrected payload in the place of one that was not taken."""
    payload = msgspec.json.encode(data.payload)
    return views.to_letter(await events.correct_dead(letter_id, payload, by=caller.subject, why=data.reason))


@get("/replays", operation_id="ListReplays", summary="List replays", opt=READ)
async def list_replays(
    subscriber: OfSubscriber = None, cursor: Cursor = None, limit: Limit = 25
) -> Page[views.ReplayView]:
    """List the newest replays and how far each is."""
    found = await events.replays(subscriber or "")
    cut = cursors.cut(f"replays|{subscriber}", found, lambda one: one.id, cursor, limit)
    return page(*cut, views.to_replay)


@post("/replays", operation_id="StartReplay", summary="Hand on past events again", opt=_REPLAYS)
async def start_replay(caller: Asking, data: JSONBody[views.NewReplay]) -> views.ForeseenView:
    """Hand on past events again to one subscriber, in order within a key and no faster than said."""
    return views.to_foreseen(
        await events.replay(
            data.meant(),
            data.subscriber,
            by=caller.subject,
            why=data.reason,
            per_second=data.per_second,
            dry_run=data.dry_run,
        )
    )


@delete("/replays/{replay_id:str}", operation_id="CancelReplay", summary="Cancel a replay", opt=_ACTS)
async def cancel_replay(caller: Asking, replay_id: ReplayId) -> None:
    """Hand on no more of a replay."""
    await events.cancel_replay(replay_id, by=caller.subject, why="cancelled")


@get("/quarantine", operation_id="ListQuarantine", summary="List unreadable messages", opt=READ)
async def list_quarantine(cursor: Cursor = None, limit: Limit = 25) -> Page[views.QuarantineView]:
    """List proven messages that could not be read, the newest first."""
    found = await events.quarantined("held", "", cursor, limit)
    return page(found.items, found.next_cursor, views.to_quarantined)


@post(
    "/quarantine/{message_id:str}/retries",
    operation_id="ReadAgain",
    summary="Read a message again",
    opt=_REPLAYS,
    status_code=200,
)
async def read_again(caller: Asking, message_id: MessageId, data: JSONBody[Because]) -> views.QuarantineView:
    """Read a message once more, after what reads it was put right."""
    return views.to_quarantined(await events.read_again(message_id, by=caller.subject, why=data.reason))


@post(
    "/quarantine/{message_id:str}/dismissals",
    operation_id="DismissMessage",
    summary="Dismiss a message",
    opt=_ACTS,
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
    found = await events.gaps()
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
        list_subscribers,
        pause_subscriber,
        resume_subscriber,
        list_dead_letters,
        show_dead_letter,
        retry_dead_letters,
        dismiss_dead_letters,
        correct_dead_letter,
        list_replays,
        start_replay,
        cancel_replay,
        list_quarantine,
        read_again,
        dismiss_message,
        list_feeds,
        list_audit,
    ],
    tags=["Events"],
)
