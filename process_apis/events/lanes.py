"""What is to be handed on next to a subscriber?

A subscriber has one lane for what happens, and one for each replay. A lane stands at a number of the log: all
below it are taken, dead, or of a key that is held, from which that key goes on by itself. So a key that fails
costs one row, however many of its events come meanwhile, and nobody else waits.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from process_apis import records
from process_apis.events.filters import Condition, among, conditions, together
from process_apis.events.handing import Delivery, Group, Held
from process_apis.events.model import Filter
from process_apis.events.rows import COLUMNS
from process_apis.records import Value

BATCH: Final = 500
"""Events in one round."""
WINDOW: Final = 20_000
"""Numbers that are looked through for them."""
DUE: Final = 64
"""Held keys that are tried again in one round."""
OF_A_KEY: Final = 50
"""Events of a held key in one round."""
MOST_HELD: Final = 2_000
"""Keys: a subscriber who takes so many not is in trouble itself, and gets nothing new until that is over."""

_ROOT = "COALESCE(k.root, e.key)"
_FRESH = f"""
SELECT e.seq, {_ROOT}, {COLUMNS} FROM event_log e LEFT JOIN event_key k ON k.was = e.key
WHERE e.seq > ? AND e.seq <= ? AND e.aside = 0 AND {{also}} ORDER BY e.seq LIMIT ?
"""  # noqa: S608 - no value enters the text
_HELD = """
SELECT h.key, COALESCE(k.root, h.key), h.seq, h.attempts, h.next_at, h.since, h.waits_for, h.error
FROM delivery_held h LEFT JOIN event_key k ON k.was = h.key WHERE h.subscriber = ? AND h.lane = ?
"""


class Away:
    """Keys of which somebody still has an event in hand: nothing else of them is handed on meanwhile."""

    def __init__(self, roots: Iterable[str], keys: Iterable[str]) -> None:
        self._roots, self._keys = set(roots), set(keys)

    def has(self, root: str, keys: Collection[str]) -> bool:
        """Whether it is one of them."""
        return root in self._roots or not self._keys.isdisjoint(keys)


class Round(Struct):
    """What one lane hands on at once.

    After it, the lane stands at `upto`; `passed` are keys that are not handed on now, with the number at
    which each was passed, by the key they are one with.
    """

    upto: int
    groups: list[Group]
    passed: dict[str, dict[str, int]]
    held: dict[str, Held]


class Lane:
    """One lane of a subscriber, led by this node. `position` may be beyond `noted`: nothing was there."""

    def __init__(
        self,
        subscriber: str,
        id: str,
        tags: Sequence[str],
        noted: int,
        until: int | None,
        filter: bytes | None,
    ) -> None:
        self.id = id
        self.noted = self.position = noted
        self.noted_at = time.monotonic()
        self.until = until
        self.held_keys = 1
        """Possibly some: nobody has looked yet."""
        self.next_due: int | None = None
        self._of = (subscriber, id)
        self._also = _conditions(tags, filter)

    async def next(self, head: int, away: Away, most: int) -> Round:
        """At most so many new events, and the held keys that are due. Raises StoreUnavailable."""
        upto, fresh = self.position, list[Delivery]()
        if self.held_keys < MOST_HELD and most > 0:
            upto, fresh = await self._fresh(min(head, self.until or head), most)
        # Read after the events: a key that became one with a held one did so before its event was kept.
        held = await self._held() if self.held_keys else {}
        round = Round(upto, await self._due(held, away), {}, held)
        groups: dict[str, Group] = {}
        for one in fresh:
            if one.root in held or away.has(one.root, (one.key,)):
                round.passed.setdefault(one.root, {}).setdefault(one.key, one.seq)
            else:
                groups.setdefault(one.root, Group(one.root)).events.append(one)
        round.groups += groups.values()
        return round

    async def _fresh(self, head: int, most: int) -> tuple[int, list[Delivery]]:
        """New events, and up to which number they were looked for."""
        upto = min(head, self.position + WINDOW)
        if upto <= self.position:
            return self.position, []
        also, values = self._also
        rows = await records.store().rows(_FRESH.format(also=also), self.position, upto, *values, most)
        found = [_delivery(row) for row in rows]
        return (found[-1].seq if len(found) == most else upto), found

    async def _held(self) -> dict[str, Held]:
        """All that is held, by the keys they are one with."""
        held: dict[str, Held] = {}
        for key, root, seq, attempts, next_at, since, waits_for, error in await records.store().rows(
            _HELD, *self._of
        ):
            one = held.setdefault(root, Held({}, attempts, next_at, since, waits_for, error))
            one.starts[key] = seq
            # Where two became one: both have to be due.
            one.attempts, one.next_at = max(one.attempts, attempts), max(one.next_at, next_at)
            one.waits_for = one.waits_for or waits_for
        self.held_keys = len(held)
        return held

    async def _due(self, held: dict[str, Held], away: Away) -> list[Group]:
        """Held keys whose time has come, with their next events up to where the lane stands."""
        now = time.time_ns() // 1000
        free = {
            root: one
            for root, one in held.items()
            if one.waits_for is None and not away.has(root, one.starts.keys())
        }
        later = [one.next_at for one in free.values() if one.next_at > now]
        due = sorted((one.next_at, root) for root, one in free.items() if one.next_at <= now)
        self.next_due = now if len(due) > DUE else min(later, default=None)
        return [await self._group(root, free[root]) for _, root in due[:DUE]]

    async def _group(self, root: str, held: Held) -> Group:
        also, values = self._also
        starts = held.starts.items()
        wanted = " OR ".join(["(e.key = ? AND e.seq >= ?)"] * len(starts))
        bounds: list[Value] = [value for start in starts for value in start]
        sql = _FRESH.format(also=f"({wanted}) AND {also}")
        rows = await records.store().rows(sql, -1, self.position, *bounds, *values, OF_A_KEY)
        group = Group(root, held, whole=len(rows) < OF_A_KEY)
        group.events = [_delivery(row) for row in rows]
        return group


def _delivery(row: Sequence[Any]) -> Delivery:
    return Delivery(row[0], row[1], row[7], tuple(row[2:]))


def _conditions(tags: Sequence[str], filter: bytes | None) -> Condition:
    also = [among("e.type", tags)] if tags else []
    if filter is not None:
        also += conditions(msgspec.json.decode(filter, type=Filter))
    return together(also)
