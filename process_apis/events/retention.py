"""How long is an event kept, and what goes first?

Its payload goes before the rest. The hash stays: it can still be said that something was told, when, and
whether a copy is the true one. Nothing goes that a subscriber still has to get, unless nobody has seen
that subscriber for a week.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final

from msgspec import Struct

from process_apis import clock, records
from process_apis.records import StoreUnavailable, Value
from process_apis.records.moments import micros

FORGOTTEN_AFTER: Final = timedelta(days=7)
AT_ONCE: Final = 500
"""Rows in one write, so that nobody waits long for it."""
OPERATED: Final = timedelta(days=400)
"""So long dead letters, quarantined messages, replays and what operators did are remembered."""
MESSAGES: Final = timedelta(days=30)
"""So long the bytes of a message that nobody could read are kept."""

_log = logging.getLogger("tieline.events")


class Span(Struct, frozen=True, kw_only=True):
    """How long events of a type are kept with their payload, and without it (business time)."""

    payload: timedelta = timedelta(days=30)
    rest: timedelta = timedelta(days=400)


DEFAULT: Final = Span()
SPANS: dict[str, Span] = {
    # Who a person is stands in their own system; here it is only needed until everybody was told.
    "contact.changed": Span(payload=timedelta(days=7)),
    "unrecognised": Span(payload=timedelta(days=7), rest=timedelta(days=90)),
}
"""The types that are not kept for the usual time."""

_TYPES = "SELECT DISTINCT type FROM event_log"
_PASSED = """
SELECT MIN(seq) FROM (
  SELECT MIN(l.cursor) AS seq FROM delivery_lane l JOIN delivery_subscriber s ON s.name = l.subscriber
  WHERE l.state = 'active' AND s.seen_at >= ?
  UNION ALL
  SELECT MIN(h.seq) - 1 FROM delivery_held h JOIN delivery_subscriber s ON s.name = h.subscriber
  JOIN delivery_lane l ON l.subscriber = h.subscriber AND l.lane = h.lane AND l.state = 'active'
  WHERE s.seen_at >= ?
) stands
"""
_PRUNE = """
UPDATE event_log SET payload = NULL WHERE seq IN (
  SELECT seq FROM event_log WHERE type = ? AND payload IS NOT NULL AND kept_at < ? AND seq <= ? LIMIT ?)
"""
_FORGET = """
DELETE FROM event_log WHERE seq IN (
  SELECT seq FROM event_log WHERE type = ? AND kept_at < ? AND seq <= ? LIMIT ?)
"""
# A replay that is cancelled while one of its events is under way: that is noted a moment after.
_LEFT = """
DELETE FROM delivery_held WHERE NOT EXISTS (
  SELECT 1 FROM delivery_lane l
  WHERE l.subscriber = delivery_held.subscriber AND l.lane = delivery_held.lane AND l.state = 'active')
"""
_ALL: Final = (1 << 62) - 1
_OTHERS: Final = (
    ("UPDATE quarantined_message SET body = NULL, sealed = NULL WHERE arrived_at < ?", MESSAGES),
    ("DELETE FROM quarantined_message WHERE arrived_at < ?", OPERATED),
    ("DELETE FROM dead_letter WHERE died_at < ? AND state <> 'retrying'", OPERATED),
    ("DELETE FROM delivery_lane WHERE state <> 'active' AND ended_at < ?", OPERATED),
    ("DELETE FROM event_action WHERE at < ?", OPERATED),
)


class Pruned(Struct, frozen=True, kw_only=True):
    """How many payloads, and how many events, are no longer kept since."""

    payloads: int
    events: int


def configure(spans: Mapping[str, Span]) -> None:
    """Keep these types for so long instead."""
    SPANS.update(spans)


async def prune() -> Pruned:
    """Let go of what is too old. Raises StoreUnavailable."""
    recently = _wall() - FORGOTTEN_AFTER // timedelta(microseconds=1)
    passed = (await records.store().rows(_PASSED, recently, recently))[0][0]
    upto = _ALL if passed is None else passed
    payloads = events = 0
    for (type,) in await records.store().rows(_TYPES):
        span = SPANS.get(type, DEFAULT)
        payloads += await _some(_PRUNE, type, micros(clock.now() - span.payload), upto)
        events += await _some(_FORGET, type, micros(clock.now() - span.rest), upto)
    await records.store().write(_LEFT, [()])
    for sql, age in _OTHERS:
        await records.store().write(sql, [(_wall() - age // timedelta(microseconds=1),)])
    return Pruned(payloads=payloads, events=events)


async def keep_within(stop: asyncio.Event, every: timedelta = timedelta(hours=1)) -> None:
    """Prune again and again until `stop` is set."""
    while not stop.is_set():
        try:
            await prune()
        except StoreUnavailable as trouble:  # it comes back, and nothing is lost by keeping more
            _log.warning("old events not pruned: %s", trouble)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every.total_seconds())


async def _some(sql: str, *values: Value) -> int:
    """All that is to go, some at a time."""
    gone = 0
    while True:
        changed = (await records.store().write_all([(sql, [(*values, AT_ONCE)])]))[0]
        gone += changed
        if changed < AT_ONCE:
            return gone


def _wall() -> int:
    return time.time_ns() // 1000
