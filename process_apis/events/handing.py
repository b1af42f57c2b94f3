"""How are the events of one key handed to a subscriber, one after the other?"""

import asyncio
import logging
import time
from typing import Any

from msgspec import Struct

from process_apis.events import rows, tracing
from process_apis.events.ids import born, derived
from process_apis.events.metrics import DELIVERED, DIED, FAILED, TOOK
from process_apis.events.model import Subscriber
from process_apis.events.verdicts import Again, Dead, hope_of, verdict
from process_apis.records.lately import Lately

_log = logging.getLogger("tieline.events")
_mourned: Lately[tuple[str, str], bool] = Lately(1_000, 10.0)
"""Dead letters told of lately, by subscriber and error: one line stands for what dies in ten seconds."""


class Delivery(Struct, frozen=True):
    """An event on its way: its number, the key it has, the key it is handed on by, and its row."""

    seq: int
    root: str
    key: str
    row: tuple[Any, ...]

    @property
    def event(self) -> str:
        """The event's id."""
        return str(self.row[0])


class Held(Struct):
    """A key that does not go on with the others: from which number on, of each key that is one with it.

    `next_at` is when it is tried again (wall time, microseconds), unless it waits for a dead letter to be
    settled; `since` is when its first event failed first.
    """

    starts: dict[str, int]
    attempts: int = 0
    next_at: int = 0
    since: int | None = None
    waits_for: str | None = None
    error: str | None = None


class Fallen(Struct, frozen=True):
    """A delivery that became a dead letter."""

    id: str
    delivery: Delivery
    dead: Dead


class Group:
    """Events of one key, oldest first, and how far they are handed on.

    `held` is how the key was held before; `whole`: there are no further ones up to where everybody else is.
    """

    def __init__(self, root: str, held: Held | None = None, *, whole: bool = True) -> None:
        self.root = root
        self.held = held
        self.whole = whole
        self.events: list[Delivery] = []
        self.finished = 0
        self.taken = 0
        self.fallen: list[Fallen] = []
        self.again: Again | None = None
        self.waits_for: str | None = None

    @property
    def keys(self) -> set[str]:
        """All keys it is about."""
        return {one.key for one in self.events} | (self.held.starts.keys() if self.held else set())

    def rest(self) -> dict[str, int]:
        """From which number on each key still has to go on; empty when all is done."""
        rest: dict[str, int] = {}
        for one in self.events[self.finished :]:
            rest.setdefault(one.key, one.seq)
        after = self.events[-1].seq + 1 if self.events else 0
        if self.held and not self.whole:
            for key in self.held.starts:
                rest.setdefault(key, max(after, self.held.starts[key]))
        if self.waits_for:
            rest.setdefault(self.fallen[-1].delivery.key, after)
        return rest


async def hand(group: Group, subscriber: Subscriber) -> None:
    """Hand them on until one is to be tried again later, or the rest has to wait for a dead letter."""
    for one in group.events:
        error = await given(one, subscriber)
        if error is None:
            group.taken += 1
            group.finished += 1
            continue
        first = group.held if group.held and group.finished == 0 else None
        end = verdict(
            error, subscriber.retry, (first.attempts if first else 0) + 1, first.since if first else None
        )
        if isinstance(end, Again):
            group.again = end
            return
        group.finished += 1
        group.fallen.append(fallen := Fallen(letter(subscriber.name, one.event), one, end))
        mourned(subscriber.name, one, end, error)
        if subscriber.after_dead == "wait":
            group.waits_for = fallen.id
            return


def letter(subscriber: str, event: str) -> str:
    """The id of the dead letter that this event is, or would be, for this subscriber."""
    return derived("dead", subscriber, event)


def mourned(subscriber: str, one: Delivery, end: Dead, error: Exception) -> None:
    """Say that somebody has to look at it; of an error nobody foresaw, where it came from."""
    DIED.add(subscriber, end.error)
    if _mourned.get((subscriber, end.error)):
        return  # the first of many was told; all of them are counted, and listed
    _mourned.keep((subscriber, end.error), True)
    bug = hope_of(error) == "perhaps" and not isinstance(error, TimeoutError)
    _log.error(
        "dead letter: %s did not take %s after %d attempts: %s",
        subscriber,
        one.event,
        end.attempts,
        end.message,
        exc_info=error if bug else None,
    )


async def given(one: Delivery, subscriber: Subscriber) -> Exception | None:
    """Hand on one event; the error if the subscriber did not take it."""
    try:
        event = rows.event(one.row)
        with tracing.handing_on(subscriber.name, event.id, event.type, event.traceparent):
            async with asyncio.timeout(subscriber.seconds):
                await subscriber.receive(event)
    except Exception as error:  # whatever it is, it stops only this key, and is told or tried again
        FAILED.add(subscriber.name, type(error).__name__)
        return error
    DELIVERED.add(subscriber.name)
    TOOK.took(max(0.0, time.time() - born(event.id)), subscriber.name)
    return None
