"""Which API clients, keys and plans exist?

A key is `tlk_<prefix>_<secret>`, the secret 256 random bits. Only the SHA-256 of the key is kept, which is
enough against guessing because nobody can guess 256 bits; the prefix is for people to tell keys apart.
Keys live by wall time, never by business time.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from canonical.caller import AccountScope, Caller
from process_apis import records
from process_apis.errors import NotFound, Taken
from process_apis.records import Statement, StoreUnavailable
from process_apis.records.lately import Lately
from process_apis.records.moments import micros, moment, optional_moment

OVERLAP = timedelta(days=7)
"""How long the former key goes on working after a rotation."""
USED_EVERY = timedelta(minutes=1)
"""How exact `last_used_at` is."""

_KEY = re.compile(r"tlk_([0-9a-v]{8})_[A-Za-z0-9_-]{43}")
# Short enough that a revocation on any node works everywhere within a second.
_verified: Lately[bytes, Caller] = Lately(10_000, 0.9)

_ADD = """
INSERT INTO client (id, name, plan, scopes, accounts, children, everyone, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO
"""
_ADD_NEW = f"{_ADD} NOTHING"
_ADD_OR_CHANGE = f"""{_ADD} UPDATE SET plan = excluded.plan, scopes = excluded.scopes,
  accounts = excluded.accounts, children = excluded.children, everyone = excluded.everyone
"""
_ADD_KEY = """
INSERT INTO client_key (hash, client_id, prefix, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING
"""
_END_OLDER_KEYS = """
UPDATE client_key SET revoked_at = ? WHERE client_id = ? AND expires_at IS NOT NULL AND revoked_at IS NULL
"""
_LET_KEY_EXPIRE = "UPDATE client_key SET expires_at = ? WHERE client_id = ? AND expires_at IS NULL"
_REVOKE = "UPDATE client SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
_USED = "UPDATE client SET last_used_at = ? WHERE id = ?"
_CLIENTS = """
SELECT id, name, plan, scopes, accounts, children, everyone, created_at, revoked_at, last_used_at FROM client
"""
_BY_KEY = """
SELECT k.hash, k.expires_at, k.revoked_at, c.id, c.name, c.plan, c.scopes, c.accounts, c.children, c.everyone,
  c.created_at, c.revoked_at, c.last_used_at
FROM client_key k JOIN client c ON c.id = k.client_id WHERE k.hash = ?
"""


class Client(Struct, frozen=True, kw_only=True):
    """Another program that may call us: what it may do, how much of it, and for which accounts."""

    id: str
    name: str
    plan: str
    scopes: frozenset[str]
    scope: AccountScope
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


async def create(name: str, plan: str, scopes: Iterable[str], scope: AccountScope) -> tuple[Client, str]:
    """A new client and its key, which is shown this once. Raises Taken when the name is in use."""
    id, key = f"cli_{_letters(13)[:20]}", _new_key()
    await records.store().write(_ADD_NEW, [_row(id, name, plan, scopes, scope)])
    client = await _named(name)
    if client.id != id:
        raise Taken("client")
    await records.store().write_all([_adding_key(id, key)])
    return client, key


async def ensure(name: str, key: str, plan: str, scopes: Iterable[str], scope: AccountScope) -> Client:
    """The client of this name with exactly these rights and, among its keys, this one; same when repeated.

    A client that was revoked stays revoked. Raises ValueError when the key is not shaped like one of ours.
    """
    if not _KEY.fullmatch(key):
        raise ValueError("an API key looks like tlk_<prefix>_<secret>")
    await records.store().write(_ADD_OR_CHANGE, [_row(f"cli_{_letters(13)[:20]}", name, plan, scopes, scope)])
    client = await _named(name)
    await records.store().write_all([_adding_key(client.id, key)])
    _verified.clear()
    return client


async def verify(key: str) -> Caller | None:
    """Who calls with this key; None when it is no living key of a living client."""
    if not _KEY.fullmatch(key):
        return None
    digest = _digest(key)
    if caller := _verified.get(digest):
        return caller
    generation = _verified.generation
    rows = await records.store().rows(_BY_KEY, digest)
    if not rows or not hmac.compare_digest(rows[0][0], digest):
        return None
    _, expires_at, key_revoked_at, *row = rows[0]
    client, now = _client(row), datetime.now(UTC)
    if client.revoked_at or key_revoked_at or (expires_at is not None and moment(expires_at) <= now):
        return None
    await _note_use(client, now)
    caller = Caller(
        subject=client.id, client=client.id, scopes=client.scopes, plan=client.plan, scope=client.scope
    )
    _verified.keep(digest, caller, read_in=generation)
    return caller


async def rotate(id: str, overlap: timedelta = OVERLAP) -> str:
    """A new key, shown this once. The former one works for `overlap` more; older ones end now.

    Raises NotFound.
    """
    await _by_id(id)
    key, now = _new_key(), datetime.now(UTC)
    until = micros(now + overlap)
    await records.store().write_all(
        [(_END_OLDER_KEYS, [(micros(now), id)]), (_LET_KEY_EXPIRE, [(until, id)]), _adding_key(id, key)]
    )
    _verified.clear()
    return key


async def revoke(id: str) -> None:
    """From now on, on every node within a second, no key of this client works. Raises NotFound."""
    await _by_id(id)
    await records.store().write(_REVOKE, [(micros(datetime.now(UTC)), id)])
    _verified.clear()


async def all_clients() -> tuple[Client, ...]:
    """Every client by name, the revoked ones too."""
    return tuple(_client(row) for row in await records.store().rows(f"{_CLIENTS} ORDER BY name"))


async def _named(name: str) -> Client:
    return _client((await records.store().rows(f"{_CLIENTS} WHERE name = ?", name))[0])


async def _by_id(id: str) -> Client:
    for row in await records.store().rows(f"{_CLIENTS} WHERE id = ?", id):
        return _client(row)
    raise NotFound("client")


async def _note_use(client: Client, now: datetime) -> None:
    if client.last_used_at is None or now - client.last_used_at >= USED_EVERY:
        # A database that can only be read still lets callers in.
        with suppress(StoreUnavailable):
            await records.store().write(_USED, [(micros(now), client.id)])


def _adding_key(client: str, key: str) -> Statement:
    prefix = key.split("_", 2)[1]
    return _ADD_KEY, [(_digest(key), client, prefix, micros(datetime.now(UTC)))]


def _new_key() -> str:
    return f"tlk_{_letters(5)}_{secrets.token_urlsafe(32)}"


def _letters(count: int) -> str:
    return base64.b32hexencode(secrets.token_bytes(count)).decode().lower().rstrip("=")


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _row(id: str, name: str, plan: str, scopes: Iterable[str], scope: AccountScope) -> records.Row:
    accounts = " ".join(sorted(scope.accounts))
    now = micros(datetime.now(UTC))
    return id, name, plan, " ".join(sorted(scopes)), accounts, int(scope.children), int(scope.everyone), now


def _client(row: Sequence[Any]) -> Client:
    id, name, plan, scopes, accounts, children, everyone, created_at, revoked_at, last_used_at = row
    scope = AccountScope(
        accounts=frozenset(accounts.split()), children=bool(children), everyone=bool(everyone)
    )
    return Client(
        id=id,
        name=name,
        plan=plan,
        scopes=frozenset(scopes.split()),
        scope=scope,
        created_at=moment(created_at),
        revoked_at=optional_moment(revoked_at),
        last_used_at=optional_moment(last_used_at),
    )
