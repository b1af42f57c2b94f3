"""What does the log speak of: what is kept, what is asked for, who is told?"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from canonical.events import TIELINE_SOURCE, Event, EventData, Fact, Notice
from canonical.identity import ExternalRef


class Happening(Struct, frozen=True, kw_only=True):
    """Something that is to be kept. The same `source` and `source_id` is the same happening, kept once.

    What happens here has `source_id` from the business (`recovery:<invoice>:<stage>`), so that a step which
    runs twice tells of it once. `customer` is the record it is about, `account` ours where it is known
    already; `traceparent` is the present span's when it is None.
    """

    source_id: str
    at: datetime
    data: EventData
    source: str = TIELINE_SOURCE
    account: str | None = None
    customer: ExternalRef | None = None
    traceparent: str | None = None
    cause: str | None = None


def noticed(connection: str, notice: Notice) -> Happening:
    """What a platform told us, as it is to be kept."""
    return Happening(
        source=connection,
        source_id=notice.source_id,
        at=notice.at,
        data=notice.data,
        customer=notice.customer,
    )


class Filter(Struct, frozen=True, kw_only=True):
    """Which events are meant: all that is given must hold; nothing given means all.

    `types` are tags such as `invoice.paid`, `trace` a trace id, `since` and `until` bound when it happened,
    `kept_since` and `kept_until` when we kept it (from, and before).
    """

    types: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    key: str | None = None
    trace: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    kept_since: datetime | None = None
    kept_until: datetime | None = None


class LoggedEvent(Struct, frozen=True, kw_only=True):
    """An event as it stands in the log.

    `data` is None once it was pruned, and when this version of the house does not read it (then those it was
    handed to have a dead letter that says so); its `hash` stays (SHA-256).
    """

    id: str
    source: str
    source_id: str
    type: str
    account: str | None
    key: str
    at: datetime
    kept_at: datetime
    data: EventData | None
    hash: str
    traceparent: str | None
    cause: str | None


class EventPage(Struct, frozen=True, kw_only=True):
    """One page, and the sealed cursor of the next."""

    items: tuple[LoggedEvent, ...]
    next_cursor: str | None


class Retry(Struct, frozen=True, kw_only=True):
    """How long a failing event is tried again, in seconds.

    Waits grow from `first` by `factor` up to `longest`, each shortened by up to half at random; `Busy` is
    waited for as long as it says. What may pass by itself (a platform or our database is down, busy, does not
    let us in) is tried for `patience`; what nobody foresaw for `attempts` times; what will never work once.
    """

    first: float = 1.0
    factor: float = 2.0
    longest: float = 300.0
    attempts: int = 8
    patience: timedelta = timedelta(days=3)


class Subscriber(Struct, frozen=True, kw_only=True):
    """Somebody who is told of every event of these types, at least once, in order within a key.

    `receive` finds by the event's id what it did already. `types` empty: all. `after_dead`: whether later
    events of a key `go_on` once one of them is a dead letter, or `wait` until that is settled. `begin`: where
    a new subscriber starts, at the oldest event kept or the next to come. At most `parallel` keys at a time;
    an event that takes longer than `seconds` has failed.
    """

    name: str
    receive: Callable[[Event], Awaitable[None]]
    types: tuple[type[Fact], ...] = ()
    retry: Retry = Retry()
    after_dead: Literal["go_on", "wait"] = "go_on"
    begin: Literal["oldest", "next"] = "oldest"
    parallel: int = 32
    seconds: float = 30.0

    @property
    def tags(self) -> tuple[str, ...]:
        """The types as they stand in the log."""
        return tags(self.types)


class Undeliverable(Exception):
    """Raised by a subscriber for an event that it will never be able to take: a dead letter at once."""


def tags(types: tuple[type[Fact], ...]) -> tuple[str, ...]:
    """The tags of these types."""
    return tuple(sorted(str(one.__struct_config__.tag) for one in types))
