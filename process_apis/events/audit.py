"""Who did what to events, when and why?"""

import time
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from process_apis import cursors, records
from process_apis.errors import InvalidCursor
from process_apis.events.ids import sortable
from process_apis.records import Statement
from process_apis.records.moments import moment

_ADD = """
INSERT INTO event_action (id, at, actor, action, subject, reason, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_PAGE = """
SELECT id, at, actor, action, subject, reason, detail FROM event_action
WHERE (at, id) < (?, ?) AND (? = '' OR subject = ?) ORDER BY at DESC, id DESC LIMIT ?
"""
_NEWEST: Final = (1 << 62, "")


class Act(Struct, frozen=True, kw_only=True):
    """What an operator did. `subject` is the id or the name of what it was done to."""

    id: str
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str
    detail: msgspec.Raw | None


class ActPage(Struct, frozen=True, kw_only=True):
    """One page, and the sealed cursor of the next."""

    items: tuple[Act, ...]
    next_cursor: str | None


def noting(action: str, subject: str, *, by: str, why: str, detail: Any = None) -> Statement:
    """Write it down, in the transaction of what was done."""
    written = None if detail is None else msgspec.json.encode(detail)
    return _ADD, [(sortable("act"), time.time_ns() // 1000, by, action, subject, why, written)]


async def acts(subject: str = "", cursor: str | None = None, limit: int = 100) -> ActPage:
    """One page of what was done (to this), the newest first. Raises InvalidCursor, StoreUnavailable."""
    question = f"event acts|{subject}"
    at, id = _position(cursors.unseal(question, cursor)) if cursor else _NEWEST
    rows = await records.store().rows(_PAGE, at, id, subject, subject, limit + 1)
    shown = rows[:limit]
    return ActPage(
        items=tuple(_act(*row) for row in shown),
        next_cursor=cursors.seal(question, shown[-1][1::-1]) if len(rows) > limit else None,
    )


def _position(position: object) -> tuple[int, str]:
    match position:
        case [int(at), str(id)]:
            return at, id
    raise InvalidCursor


def _act(id: str, at: int, actor: str, action: str, subject: str, reason: str, detail: bytes | None) -> Act:
    return Act(
        id=id,
        at=moment(at),
        actor=actor,
        action=action,
        subject=subject,
        reason=reason,
        detail=None if detail is None else msgspec.Raw(detail),
    )
