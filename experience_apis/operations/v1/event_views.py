"""What do the people who keep it running see of what happened?"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from canonical.identity import AccountId, Timestamp
from experience_apis.operations.v1.acting import (
    Json,
    Long,
    Many,
    Seconds,
    Told,
)
from experience_apis.shapes import Word
from process_apis import events


class EventView(Struct, kw_only=True):
    """One event (CloudEvents 1.0 names), and where it stands in the log.

    `data` is absent once its payload is not kept any more, or when this release cannot read it. `hash`
    (SHA-256) stays.
    """

    specversion: Word
    id: Long
    source: Long
    type: Long
    time: Timestamp
    kept_at: Timestamp
    source_id: Annotated[Long, Meta(description="The source's own id of it.")]
    account: AccountId | None
    partitionkey: Annotated[Long, Meta(description="What order is kept by.")]
    traceparent: Word | None
    cause: Long | None
    hash: Word
    data: Json | None


class UnreadView(Struct, kw_only=True):
    """A type of message that came and that nobody here reads."""

    source: Long
    name: Long
    count: Many
    first_at: Timestamp
    last_at: Timestamp


class QuarantineView(Struct, kw_only=True):
    """A proven message that could not be read, and why."""

    id: Long
    connection: Long
    reason: Told
    arrived_at: Timestamp
    times: Annotated[Many, Meta(description="How often it came.")]
    size: Annotated[Many, Meta(description="Bytes.")]
    state: Annotated[Word, Meta(description="held, read or dismissed.", examples=["held"])]
    settled_at: Timestamp | None


class FeedView(Struct, kw_only=True):
    """How far a connection's own list of changes is read, for what no message told.

    `kept` counts what no message had told; `error` is what the last look met.
    """

    connection: Long
    since: Timestamp
    looked_at: Timestamp | None
    complete_at: Timestamp | None
    behind_seconds: Seconds | None
    read: Many
    kept: Many
    error: Word | None


class AuditView(Struct, kw_only=True):
    """What somebody did to events, and why."""

    id: Long
    at: Timestamp
    actor: Long
    action: Word
    subject: Long
    reason: Told
    detail: Annotated[Any, Meta(description="What exactly was meant.")]


def to_event(one: events.LoggedEvent) -> EventView:
    outside = events.cloud_event(one)
    return EventView(
        specversion=outside.specversion,
        id=one.id,
        source=outside.source,
        type=outside.type,
        time=one.at,
        kept_at=one.kept_at,
        source_id=one.source_id,
        account=one.account,
        partitionkey=one.key,
        traceparent=one.traceparent,
        cause=one.cause,
        hash=one.hash,
        data=None if one.data is None else msgspec.to_builtins(one.data),
    )


def to_unread(one: events.Unread) -> UnreadView:
    return UnreadView(
        source=one.source, name=one.name, count=one.count, first_at=one.first_at, last_at=one.last_at
    )


def to_quarantined(one: events.Quarantined) -> QuarantineView:
    return QuarantineView(
        id=one.id,
        connection=one.connection,
        reason=one.reason,
        arrived_at=one.arrived_at,
        times=one.times,
        size=one.size,
        state=one.state,
        settled_at=one.settled_at,
    )


def to_feed(one: events.Gap) -> FeedView:
    return FeedView(
        connection=one.connection,
        since=one.since,
        looked_at=one.looked_at,
        complete_at=one.complete_at,
        behind_seconds=one.behind,
        read=one.read,
        kept=one.kept,
        error=one.error,
    )


def to_act(one: events.Act) -> AuditView:
    return AuditView(
        id=one.id,
        at=one.at,
        actor=one.actor,
        action=one.action,
        subject=one.subject,
        reason=one.reason,
        detail=None if one.detail is None else msgspec.json.decode(one.detail),
    )
