"""How does every subscriber get every event, in order within a key, through failures?"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from process_apis import records
from process_apis.events import standing, waking
from process_apis.events.leases import BEAT_EVERY, Leases, Lost
from process_apis.events.model import Subscriber
from process_apis.events.pump import Pump
from process_apis.records import StoreUnavailable

LISTEN_EVERY: Final = 0.2
"""Seconds between two looks whether another process has kept something; of our own we know at once."""
SEEN_EVERY: Final = 600.0
MEASURED_EVERY: Final = 5.0
AWAY_SECONDS: Final = 1.0
"""So long we leave our own database alone when it does not answer."""

_KNOWN = """
INSERT INTO delivery_subscriber (name, types, paused, node, beat, seen_at) VALUES (?, ?, 0, NULL, 0, ?)
ON CONFLICT (name) DO UPDATE SET types = excluded.types, seen_at = excluded.seen_at
"""
_BEGINS = """
INSERT INTO delivery_lane (subscriber, lane, cursor, state, delivered, began_at)
SELECT ?, '', COALESCE(MAX(seq), 0) * ?, 'active', 0, ? FROM event_log WHERE ? = ?
ON CONFLICT (subscriber, lane) DO NOTHING
"""
_SEEN = "UPDATE delivery_subscriber SET seen_at = ? WHERE node = ?"
_NEWEST = "SELECT MAX(seq) FROM event_log"

_log = logging.getLogger("tieline.events")


async def deliver(subscribers: Sequence[Subscriber], stop: asyncio.Event) -> None:
    """Hand on what is in the log and what comes into it, until `stop` is set.

    Any number of nodes may call this with the same subscribers: one of them hands on to each, and another
    takes over within seconds when it dies. A subscriber is known by its name; its place is kept. Our own
    database away only makes everybody wait.
    """
    if len({one.name for one in subscribers}) < len(subscribers):
        raise ValueError("two subscribers have one name")
    leases = Leases("delivery_subscriber", "name")
    try:
        async with asyncio.TaskGroup() as group:
            over = group.create_task(_over(stop))
            group.create_task(_again_and_again(leases.beat, BEAT_EVERY, stop))
            group.create_task(_again_and_again(lambda: _seen(leases.node), SEEN_EVERY, stop))
            group.create_task(_again_and_again(standing.measure, MEASURED_EVERY, stop))
            group.create_task(_listen(stop))
            for one in subscribers:
                group.create_task(_lead(one, leases, stop))
            await over
    finally:
        leases.end()
    with suppress(StoreUnavailable):  # then another node finds out by itself
        await leases.release()


async def _over(stop: asyncio.Event) -> None:
    await stop.wait()
    waking.wake()


async def _lead(subscriber: Subscriber, leases: Leases, stop: asyncio.Event) -> None:
    """Lead this subscriber whenever no other node does."""
    pump = Pump(subscriber, leases)
    known = False
    while not stop.is_set():
        try:
            if not known:
                await _register(subscriber)
                known = True
            if await leases.take(subscriber.name):
                await pump.lead(stop)
        except Lost:
            _log.info("another node hands on to %s", subscriber.name)
        except StoreUnavailable as trouble:
            _log.info("nothing is handed on to %s: %s", subscriber.name, trouble)
        await _pause(BEAT_EVERY, stop)


async def _register(subscriber: Subscriber) -> None:
    """Know this subscriber; where it begins, when it is new."""
    name, now = subscriber.name, _now()
    from_the_end = int(subscriber.begin == "next")
    await records.store().write_all(
        [(_KNOWN, [(name, " ".join(subscriber.tags), now)]), (_BEGINS, [(name, from_the_end, now, 1, 1)])]
    )


async def _seen(node: str) -> None:
    """Subscribers that nobody has seen for long are forgotten: their events are not kept for them."""
    await records.store().write(_SEEN, [(_now(), node)])


async def _listen(stop: asyncio.Event) -> None:
    """Wake everybody when another process has kept something."""
    newest: list[int | None] = [None]

    async def look() -> None:
        found = (await records.store().rows(_NEWEST))[0][0]
        if found != newest[0]:
            newest[0] = found
            waking.wake()

    await _again_and_again(look, LISTEN_EVERY, stop)


async def _again_and_again(look: Callable[[], Awaitable[None]], every: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await look()
        except StoreUnavailable:  # it comes back, and those who hand on say that it is away
            await _pause(AWAY_SECONDS, stop)
        await _pause(every, stop)


async def _pause(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _now() -> int:
    return time.time_ns() // 1000
