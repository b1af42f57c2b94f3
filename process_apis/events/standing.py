"""How far is each subscriber, and may it be paused?"""

import time
from typing import Any, Final

from msgspec import Struct

from process_apis import records
from process_apis.errors import NotFound
from process_apis.events import audit, waking
from process_apis.events.filters import Condition, among, together
from process_apis.events.ids import born
from system_apis.metrics import Labels, gauge

MOST: Final = 100_000
"""More events than these are not counted: it is far behind."""

_ALL = """
SELECT s.name, s.types, s.paused, s.node, l.cursor, l.delivered,
  (SELECT COUNT(*) FROM delivery_held h JOIN delivery_lane a
   ON a.subscriber = h.subscriber AND a.lane = h.lane AND a.state = 'active' WHERE h.subscriber = s.name),
  (SELECT COUNT(*) FROM dead_letter d WHERE d.subscriber = s.name AND d.state = 'dead')
FROM delivery_subscriber s JOIN delivery_lane l ON l.subscriber = s.name AND l.lane = ''
WHERE ? = '' OR s.name = ? ORDER BY s.name
"""
_COMING = """
SELECT COUNT(*), MIN(id) FROM (
  SELECT e.id FROM event_log e WHERE e.seq > ? AND e.aside = 0 AND {also} ORDER BY e.seq LIMIT ?) waiting
"""
_HELD = """
SELECT COUNT(*), MIN(id) FROM (
  SELECT e.id FROM delivery_held h JOIN event_log e ON e.key = h.key AND e.seq >= h.seq AND e.seq <= ?
  WHERE h.subscriber = ? AND h.lane = '' AND e.aside = 0 AND {also} LIMIT ?) waiting
"""
_PAUSE = "UPDATE delivery_subscriber SET paused = ? WHERE name = ?"


class Standing(Struct, frozen=True, kw_only=True):
    """How far a subscriber is.

    `events` still have to be handed on to it (counted up to `MOST`), the oldest of them kept `seconds` ago;
    `held` keys wait for another try or a dead letter, `dead` letters for a person. `led`: a node hands on to
    it, as far as is known.
    """

    name: str
    types: tuple[str, ...]
    paused: bool
    led: bool
    events: int
    seconds: float
    held: int
    dead: int
    delivered: int


class _Seen:
    standings: tuple[Standing, ...] = ()


async def standings(subscriber: str = "") -> tuple[Standing, ...]:
    """Every subscriber, or this one. Raises StoreUnavailable."""
    found = await records.store().rows(_ALL, subscriber, subscriber)
    return tuple([await _standing(*row) for row in found])


async def pause(subscriber: str, *, by: str, why: str) -> Standing:
    """Hand on nothing to it until `resume`; all of it is kept. Raises NotFound, StoreUnavailable."""
    return await _set(1, "pause", subscriber, by, why)


async def resume(subscriber: str, *, by: str, why: str) -> Standing:
    """Hand on to it again, from where it stood. Raises NotFound, StoreUnavailable."""
    return await _set(0, "resume", subscriber, by, why)


async def measure() -> None:
    """Look how far everybody is, for the gauges. Raises StoreUnavailable."""
    _Seen.standings = await standings()


async def _set(paused: int, action: str, subscriber: str, by: str, why: str) -> Standing:
    act = audit.noting(action, subscriber, by=by, why=why)
    if not await records.store().write_if((_PAUSE, [(paused, subscriber)]), [act]):
        raise NotFound("subscriber")
    waking.wake()
    return (await standings(subscriber))[0]


async def _standing(
    name: str, types: str, paused: int, node: str | None, cursor: int, *counts: Any
) -> Standing:
    delivered, held, dead = counts
    tags = tuple(types.split())
    also, values = _of(tags)
    store = records.store()
    coming = (await store.rows(_COMING.format(also=also), cursor, *values, MOST))[0]
    waiting = (
        (await store.rows(_HELD.format(also=also), cursor, name, *values, MOST))[0] if held else (0, None)
    )
    oldest = min((id for _, id in (coming, waiting) if id), default=None)
    return Standing(
        name=name,
        types=tags,
        paused=bool(paused),
        led=node is not None,
        events=coming[0] + waiting[0],
        seconds=max(0.0, time.time() - born(oldest)) if oldest else 0.0,
        held=held,
        dead=dead,
        delivered=delivered,
    )


def _of(tags: tuple[str, ...]) -> Condition:
    return together([among("e.type", tags)] if tags else [])


def _read(name: str) -> Any:
    def rows() -> dict[Labels, float]:
        return {(one.name,): float(getattr(one, name)) for one in _Seen.standings}

    return rows


gauge("events.lag", "Events that a subscriber still has to get.", ("subscriber",), _read("events"))
gauge("events.lag_seconds", "Age of the oldest of them.", ("subscriber",), _read("seconds"))
gauge("events.dead_letters", "Dead letters that wait for a person.", ("subscriber",), _read("dead"))
gauge("events.held_keys", "Keys that wait for another try.", ("subscriber",), _read("held"))
