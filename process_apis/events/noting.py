"""How is noted what a subscriber took, what it did not take, and who goes on from where?"""

import time
from collections.abc import Collection
from typing import Final

from process_apis.events.handing import Group, Held
from process_apis.events.lanes import Lane, Round
from process_apis.events.letters import burying
from process_apis.records import Row, Statement

UNNOTED: Final = 1_000
UNNOTED_SECONDS: Final = 60.0
"""So many numbers with nothing for a subscriber, and for so long, are not worth a write."""

_HOLD = """
INSERT INTO delivery_held (subscriber, lane, key, seq, attempts, next_at, since, waits_for, error)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (subscriber, lane, key) DO UPDATE SET seq = excluded.seq, attempts = excluded.attempts,
  next_at = excluded.next_at, since = excluded.since, waits_for = excluded.waits_for, error = excluded.error
"""
_LET_GO = "DELETE FROM delivery_held WHERE subscriber = ? AND lane = ? AND key = ?"
_MOVE = "UPDATE delivery_lane SET cursor = ?, delivered = delivered + ? WHERE subscriber = ? AND lane = ?"


class Notes:
    """What is to be written of one lane after a round, in one transaction."""

    def __init__(self, subscriber: str, lane: Lane) -> None:
        self._of = (subscriber, lane.id)
        self._lane = lane
        self._hold: list[Row] = []
        self._let_go: list[Row] = []
        self._taken = 0
        self._letters: list[Statement] = []
        self._upto = lane.position

    def round(self, round: Round, left: Collection[Group]) -> None:
        """What came of a round; those `left` are still at it, and are noted as held meanwhile."""
        passed = dict(round.passed)
        for group in round.groups:
            starts = group.rest()
            for key, seq in passed.pop(group.root, {}).items():
                starts.setdefault(key, seq)
            if group not in left:
                self._ended(group)
            self._held(starts, _standing(group, left=group in left))
            if group.held:
                self._let_go += [(*self._of, key) for key in group.held.starts if key not in starts]
        for root, keys in passed.items():
            held = round.held.get(root) or Held({}, next_at=_now())
            self._held({key: seq for key, seq in keys.items() if key not in held.starts}, held)
        self._upto = round.upto

    def late(self, group: Group, starts: dict[str, int]) -> None:
        """One that was left has come to its end; its keys were held at `starts` since."""
        self._ended(group)
        rest = group.rest()
        # A group may have no events: its key was looked at again, and nothing had come.
        after = dict.fromkeys({**starts, **rest}, group.events[-1].seq + 1) if group.events else starts
        # Due at once: what came meanwhile was passed, and is looked for from here.
        self._held({**after, **rest}, _standing(group, left=False))

    def statements(self) -> list[Statement]:
        """All of it; nothing when there is nothing that has to be noted now."""
        found: list[Statement] = [*self._letters]
        if self._let_go:
            found.append((_LET_GO, self._let_go))
        if self._hold:
            found.append((_HOLD, self._hold))
        if found or self._taken or self._unnoted():
            found.append((_MOVE, [(self._upto, self._taken, *self._of)]))
        return found

    def written(self, *, all: bool) -> None:
        """That was written (`all`), or there was nothing to write: the lane stands where the round ended."""
        self._lane.position = self._upto
        self._lane.held_keys += len(self._hold)
        if all:
            self._lane.noted, self._lane.noted_at = self._upto, time.monotonic()

    def _unnoted(self) -> bool:
        """Whether it is time to note that there was nothing."""
        beyond, age = self._upto - self._lane.noted, time.monotonic() - self._lane.noted_at
        return beyond >= UNNOTED or (beyond > 0 and age >= UNNOTED_SECONDS)

    def _ended(self, group: Group) -> None:
        self._taken += group.taken
        self._letters += burying(self._of[0], group.fallen)

    def _held(self, starts: dict[str, int], held: Held) -> None:
        self._hold += [
            (
                *self._of,
                key,
                seq,
                held.attempts,
                held.next_at,
                held.since,
                held.waits_for,
                held.error,
            )
            for key, seq in starts.items()
        ]


def _standing(group: Group, *, left: bool) -> Held:
    """How a key is held after this, if it is."""
    if left:
        before = group.held if group.held and group.finished == 0 else None
        return Held({}, before.attempts if before else 0, _now(), before.since if before else None)
    if group.again:
        again = group.again
        return Held({}, again.attempts, again.at, again.since, None, again.error)
    return Held({}, 0, _now(), None, group.waits_for)


def _now() -> int:
    return time.time_ns() // 1000
