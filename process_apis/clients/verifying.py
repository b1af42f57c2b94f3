"""Who calls with this key?"""

import hmac
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from canonical.caller import Caller
from process_apis import records
from process_apis.clients.keys import digest, shaped
from process_apis.clients.model import Client, client_of, key_of
from process_apis.records import StoreUnavailable
from process_apis.records.lately import Lately
from process_apis.records.moments import micros

USED_EVERY: Final = timedelta(minutes=1)
"""How exact `last_used_at` is."""

_FOR: Final = 0.8
_SLOWEST: Final = 0.2
# Together at most a second from the moment the table was asked: a revocation on any node works within it.
verified: Final[Lately[bytes, Caller]] = Lately(10_000, _FOR)

_USED = "UPDATE client SET last_used_at = ? WHERE id = ?"
_BY_KEY = """
SELECT k.hash, k.prefix, k.created_at, k.expires_at, k.revoked_at, c.id, c.name, c.plan, c.scopes, c.accounts,
  c.children, c.everyone, c.created_at, c.revoked_at, c.last_used_at
FROM client_key k JOIN client c ON c.id = k.client_id WHERE k.hash = ?
"""


async def verify(key: str) -> Caller | None:
    """Who calls with this key; None when it is no living key of a living client. Raises StoreUnavailable."""
    if not shaped(key):
        return None
    wanted = digest(key)
    if caller := verified.get(wanted):
        return caller
    generation, asked = verified.generation, time.monotonic()
    now = datetime.now(UTC)
    if (client := await _living(wanted, now)) is None:
        return None
    caller = Caller(
        subject=client.id, client=client.id, scopes=client.scopes, plan=client.plan, scope=client.scope
    )
    if time.monotonic() - asked < _SLOWEST:
        verified.keep(wanted, caller, read_in=generation)
    await _note_use(client, now)
    return caller


async def _living(wanted: bytes, now: datetime) -> Client | None:
    for found, prefix, created_at, expires_at, revoked_at, *row in await records.store().rows(
        _BY_KEY, wanted
    ):
        key = key_of(prefix, created_at, expires_at, revoked_at)
        client = client_of(row)
        if hmac.compare_digest(found, wanted) and key.lives(now) and client.revoked_at is None:
            return client
    return None


async def _note_use(client: Client, now: datetime) -> None:
    if client.last_used_at is None or now - client.last_used_at >= USED_EVERY:
        # A database that can only be read still lets callers in.
        with suppress(StoreUnavailable):
            await records.store().write(_USED, [(micros(now), client.id)])
