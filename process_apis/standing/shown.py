"""What did we show in which record last?"""

from datetime import datetime

import msgspec

from canonical.identity import ExternalRef
from process_apis import records
from process_apis.records.moments import micros
from process_apis.standing.model import Standing

_NOTE = """
INSERT INTO standing_shown (account_id, connection, external_id, payload, shown_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, connection, external_id) DO UPDATE
SET payload = excluded.payload, shown_at = excluded.shown_at
"""
_LAST = "SELECT payload FROM standing_shown WHERE account_id = ? AND connection = ? AND external_id = ?"
_FORGET = "DELETE FROM standing_shown WHERE account_id = ? AND connection = ? AND external_id = ?"


async def last(account: str, where: ExternalRef) -> Standing | None:
    """The standing that this record shows as far as we know; None when we never wrote it, or other words."""
    for (payload,) in await records.store().rows(_LAST, account, where.connection, where.id):
        try:
            return msgspec.json.decode(payload, type=Standing)
        except msgspec.DecodeError:  # of a version with other fields: all is written again
            return None
    return None


async def forget(account: str, where: ExternalRef) -> None:
    """What it shows is not known from now on, until it is noted again."""
    await records.store().write(_FORGET, [(account, where.connection, where.id)])


async def note(account: str, where: ExternalRef, standing: Standing, at: datetime) -> None:
    """Remember what it shows now."""
    row = (account, where.connection, where.id, msgspec.json.encode(standing), micros(at))
    await records.store().write(_NOTE, [row])
