"""What do the people who keep it running see of who is told of events, and of what was not taken?"""

from typing import Annotated

from msgspec import Meta, Struct

from canonical.identity import AccountId, Timestamp
from experience_apis.operations.v1.acting import Json, Long, Many, Reason, Seconds, Tags, Told
from experience_apis.operations.v1.event_views import EventView, to_event
from experience_apis.shapes import Word
from process_apis import events


class SubscriberView(Struct, kw_only=True):
    """How far a subscriber is: what waits for it, since when, and what it did not take."""

    name: Word
    types: Tags
    paused: bool
    led: Annotated[bool, Meta(description="Whether a node hands on to it.")]
    lag_events: Many
    lag_seconds: Seconds
    held_keys: Annotated[Many, Meta(description="Keys whose events wait for another try.")]
    dead_letters: Many
    delivered: Many


class DeadLetterView(Struct, kw_only=True):
    """An event that a subscriber did not take."""

    id: Long
    subscriber: Word
    event: Long
    type: Long
    account: AccountId | None
    source: Long
    error: Annotated[Word, Meta(examples=["Refused"])]
    message: Told
    attempts: Many
    failed_at: Timestamp
    died_at: Timestamp
    age_seconds: Seconds
    state: Annotated[Word, Meta(description="dead, retrying, delivered or dismissed.", examples=["dead"])]
    settled_at: Timestamp | None
    corrected_by: Annotated[Long, Meta(description="The event handed on in its place.")] | None


class Letters(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which dead letters are meant (all that is given must hold), and why; `dry_run` only counts them."""

    reason: Reason
    ids: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=255)], ...], Meta(max_length=100)] = ()
    subscriber: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    types: Tags = ()
    account: AccountId | None = None
    error: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    dry_run: bool = False

    def meant(self) -> events.DeadFilter:
        return events.DeadFilter(
            ids=self.ids,
            subscriber=self.subscriber,
            types=self.types,
            account=self.account,
            error=self.error,
        )


class MeantView(Struct, kw_only=True):
    """How many dead letters it was done to, or would be, and some of them."""

    count: Many
    dry_run: bool
    sample: Annotated[tuple[DeadLetterView, ...], Meta(max_length=10)]


class Correction(Struct, kw_only=True, forbid_unknown_fields=True):
    """Another payload to be handed on in an event's place: of the same type."""

    reason: Reason
    payload: Json


class NewReplay(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which past events are handed on again, to whom; `dry_run` only counts them."""

    reason: Reason
    subscriber: Annotated[
        str,
        Meta(pattern="^[a-z][a-z0-9-]{0,59}$", min_length=1, max_length=60, examples=["payment-recovery"]),
    ]
    types: Tags = ()
    accounts: Annotated[tuple[AccountId, ...], Meta(max_length=100)] = ()
    since: Timestamp | None = None
    until: Timestamp | None = None
    per_second: Annotated[float, Meta(ge=0.1, le=10_000)] = 100.0
    dry_run: bool = False

    def meant(self) -> events.Filter:
        return events.Filter(types=self.types, accounts=self.accounts, since=self.since, until=self.until)


class ForeseenView(Struct, kw_only=True):
    """What is handed on again; `replay` is its id, absent for a dry run or when there is nothing."""

    count: Many
    no_longer_kept: Many
    replay: Long | None
    sample: Annotated[tuple[EventView, ...], Meta(max_length=10)]


class ReplayView(Struct, kw_only=True):
    """One replay, and how far it is."""

    id: Long
    subscriber: Word
    types: Tags
    accounts: Annotated[tuple[AccountId, ...], Meta(max_length=100)]
    state: Word
    delivered: Many
    began_at: Timestamp
    ended_at: Timestamp | None


def to_subscriber(one: events.Standing) -> SubscriberView:
    return SubscriberView(
        name=one.name,
        types=one.types,
        paused=one.paused,
        led=one.led,
        lag_events=one.events,
        lag_seconds=one.seconds,
        held_keys=one.held,
        dead_letters=one.dead,
        delivered=one.delivered,
    )


def to_letter(one: events.DeadLetter) -> DeadLetterView:
    return DeadLetterView(
        id=one.id,
        subscriber=one.subscriber,
        event=one.event,
        type=one.type,
        account=one.account,
        source=one.source,
        error=one.error,
        message=one.message,
        attempts=one.attempts,
        failed_at=one.failed_at,
        died_at=one.died_at,
        age_seconds=one.age,
        state=one.state,
        settled_at=one.settled_at,
        corrected_by=one.corrected_by,
    )


def to_meant(one: events.Meant) -> MeantView:
    return MeantView(
        count=one.count, dry_run=one.dry_run, sample=tuple(to_letter(letter) for letter in one.sample)
    )


def to_foreseen(one: events.Foreseen) -> ForeseenView:
    return ForeseenView(
        count=one.count,
        no_longer_kept=one.pruned,
        replay=one.replay,
        sample=tuple(to_event(event) for event in one.sample),
    )


def to_replay(one: events.Replay) -> ReplayView:
    return ReplayView(
        id=one.id,
        subscriber=one.subscriber,
        types=one.filter.types,
        accounts=one.filter.accounts,
        state=one.state,
        delivered=one.delivered,
        began_at=one.began_at,
        ended_at=one.ended_at,
    )
