"""What may the people who keep it running ask of who is told of events, and do about what was not taken?"""

from typing import Annotated

import msgspec
from litestar import Router, delete, get, post
from litestar.params import JSONBody, QueryParameter

from experience_apis.operations.v1 import delivery_views as views
from experience_apis.operations.v1.acting import (
    ACTS,
    FINDS,
    READ,
    REPLAYS,
    Because,
    ForAccount,
    LetterId,
    OfSubscriber,
    OfType,
    ReplayId,
    SubscriberName,
)
from experience_apis.shapes import Asking, Cursor, Limit, Page, page
from process_apis import cursors, events
from process_apis.events import DeadFilter

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


@get("/subscribers", operation_id="ListSubscribers", summary="List subscribers", opt=READ)
async def list_subscribers(cursor: Cursor = None, limit: Limit = 25) -> Page[views.SubscriberView]:
    """List who is told of events, how far each is, and what it did not take."""
    found = await events.standings()
    return page(*cursors.cut("subscribers", found, lambda one: one.name, cursor, limit), views.to_subscriber)


@post(
    "/subscribers/{name:str}/pauses",
    operation_id="PauseSubscriber",
    summary="Pause a subscriber",
    opt=ACTS,
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
    opt=ACTS,
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


@get("/dead-letters/{letter_id:str}", operation_id="ShowDeadLetter", summary="Show one", opt=FINDS)
async def show_dead_letter(letter_id: LetterId) -> views.DeadLetterView:
    """Show one dead letter."""
    return views.to_letter(await events.dead_letter(letter_id))


@post(
    "/dead-letters/retries",
    operation_id="RetryDeadLetters",
    summary="Hand on dead letters again",
    opt=ACTS,
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
    opt=ACTS,
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
    opt=ACTS,
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


@post("/replays", operation_id="StartReplay", summary="Hand on past events again", opt=REPLAYS)
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


@delete("/replays/{replay_id:str}", operation_id="CancelReplay", summary="Cancel a replay", opt=ACTS)
async def cancel_replay(caller: Asking, replay_id: ReplayId) -> None:
    """Hand on no more of a replay."""
    await events.cancel_replay(replay_id, by=caller.subject, why="cancelled")


router = Router(
    "/operations/v1",
    route_handlers=[
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
    ],
    tags=["Events"],
)
