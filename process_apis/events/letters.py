"""How does a dead letter stand in its table, and what does one wait for that is tried again?"""

import time
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from process_apis import records
from process_apis.events.handing import Delivery, Fallen
from process_apis.events.rows import COLUMNS
from process_apis.events.verdicts import Again, Dead, Verdict
from process_apis.records import Row, Statement

RETRIED: Final = 100
"""Dead letters of one subscriber that are tried again at once."""

_BURY = """
INSERT INTO dead_letter (id, subscriber, seq, event, type, account, key, source, error, message, attempts,
  failed_at, died_at, state, next_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'dead', 0)
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, corrected_by = NULL, error = excluded.error,
  message = excluded.message, attempts = dead_letter.attempts + excluded.attempts, died_at = excluded.died_at,
  state = 'dead', settled_at = NULL
"""
_RETRIED = f"""
SELECT d.id, d.attempts, d.settled_at, e.seq, COALESCE(k.root, e.key), {COLUMNS}
FROM dead_letter d JOIN event_log e ON e.seq = d.seq LEFT JOIN event_key k ON k.was = e.key
WHERE d.subscriber = ? AND d.state = 'retrying' AND d.next_at <= ? ORDER BY e.seq LIMIT ?
"""  # noqa: S608 - no value enters the text
_TAKEN = """
UPDATE dead_letter SET state = 'delivered', settled_at = ?, attempts = attempts + 1
WHERE id = ? AND state = 'retrying'
"""
_LATER = """
UPDATE dead_letter SET next_at = ?, attempts = ?, error = ? WHERE id = ? AND state = 'retrying'
"""
_DEAD_AGAIN = """
UPDATE dead_letter SET state = 'dead', error = ?, message = ?, attempts = ?, died_at = ?, settled_at = NULL
WHERE id = ? AND state = 'retrying'
"""
_RELEASE = """
UPDATE delivery_held SET waits_for = NULL, attempts = 0, next_at = 0, since = NULL WHERE waits_for = ?
"""


class Letter(Struct, frozen=True):
    """A dead letter that is to be tried again, since `since` (wall time, microseconds)."""

    id: str
    attempts: int
    since: int
    delivery: Delivery


def burying(subscriber: str, fallen: Iterable[Fallen]) -> list[Statement]:
    """Keep these dead letters; one that died before keeps its id, and how often it was tried."""
    rows = [_row(subscriber, one) for one in fallen]
    return [(_BURY, rows)] if rows else []


async def to_try(subscriber: str) -> list[Letter]:
    """Dead letters whose time has come, in the order of their events. Raises StoreUnavailable."""
    now = time.time_ns() // 1000
    letters = []
    for found in await records.store().rows(_RETRIED, subscriber, now, RETRIED):
        id, attempts, since, seq, root = found[:5]
        row = found[5:]
        letters.append(Letter(id, attempts, since or now, Delivery(seq, root, row[5], row)))
    return letters


def tried(one: Letter, verdict: Verdict | None) -> list[Statement]:
    """Note how the new try ended; None when it was taken."""
    now = time.time_ns() // 1000
    match verdict:
        case None:
            return [(_TAKEN, [(now, one.id)]), *releasing([one.id])]
        case Again(at=at, attempts=attempts, error=error):
            return [(_LATER, [(at, attempts, error, one.id)])]
        case Dead(error=error, message=message, attempts=attempts):
            return [(_DEAD_AGAIN, [(error, message, attempts, now, one.id)])]


def releasing(ids: Sequence[str]) -> list[Statement]:
    """Let the keys go on that wait for these."""
    return [(_RELEASE, [(id,) for id in ids])] if ids else []


def _row(subscriber: str, fallen: Fallen) -> Row:
    one, end = fallen.delivery, fallen.dead
    _, source, _, type, account, key = one.row[:6]
    now = time.time_ns() // 1000
    return (
        fallen.id,
        subscriber,
        one.seq,
        one.event,
        type,
        account,
        key,
        source,
        end.error,
        end.message,
        end.attempts,
        end.failed_at,
        now,
    )
