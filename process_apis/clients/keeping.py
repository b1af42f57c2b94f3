"""How does a client come, change its key, and go?"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from canonical.caller import AccountScope
from process_apis import records
from process_apis.clients import plans
from process_apis.clients.keys import digest, letters, new_key, prefix_of, shaped
from process_apis.clients.model import CLIENTS, ApiKey, Client, client_of, key_of, row_of
from process_apis.clients.rights import kept_back
from process_apis.clients.verifying import verified
from process_apis.errors import NotFound, Taken
from process_apis.records import Statement
from process_apis.records.moments import micros

OVERLAP: Final = timedelta(days=7)
"""How long the former key goes on working after a rotation."""

_ADD = """
INSERT INTO client (id, name, plan, scopes, accounts, children, everyone, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO
"""
_ADD_NEW = f"{_ADD} NOTHING"
_ADD_OR_CHANGE = f"""{_ADD} UPDATE SET plan = excluded.plan, scopes = excluded.scopes,
  accounts = excluded.accounts, children = excluded.children, everyone = excluded.everyone
"""
# A key comes with its client or not at all: whoever lost the race for a name gets no key.
_ADD_KEY = """
INSERT INTO client_key (hash, client_id, prefix, created_at)
SELECT ?, id, ?, ? FROM client WHERE id = ? ON CONFLICT (hash) DO NOTHING
"""
# Two rotations at once wait for each other here; without it Postgres could let three keys live.
_HOLD = "UPDATE client SET id = id WHERE id = ?"
_END_OLDER_KEYS = """
UPDATE client_key SET revoked_at = ? WHERE client_id = ? AND expires_at IS NOT NULL AND revoked_at IS NULL
"""
_END_OTHER_KEYS = """
UPDATE client_key SET revoked_at = ?
WHERE client_id = (SELECT id FROM client WHERE name = ?) AND hash <> ? AND revoked_at IS NULL
"""
_LET_KEY_EXPIRE = "UPDATE client_key SET expires_at = ? WHERE client_id = ? AND expires_at IS NULL"
_REVOKE = "UPDATE client SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
_KEYS = "SELECT client_id, prefix, created_at, expires_at, revoked_at FROM client_key"
_NEWEST_FIRST = "ORDER BY created_at DESC, prefix"


async def create(name: str, plan: str, scopes: Iterable[str], scope: AccountScope) -> tuple[Client, str]:
    """A new client and its key, which is shown this once.

    Raises Taken when the name is in use, NoSuchPlan for a plan that is not offered.
    """
    plans.check(plan)
    id, key = f"cli_{letters(13)[:20]}", new_key()
    await records.store().write_all([(_ADD_NEW, [row_of(id, name, plan, scopes, scope)]), _adding(id, key)])
    client = await _named(name)
    if client.id != id:
        raise Taken("client")
    return client, key


async def ensure(name: str, key: str, plan: str, scopes: Iterable[str], scope: AccountScope) -> Client:
    """The client of this name with exactly these rights and, among its keys, this one; same when repeated.

    A client that was revoked stays revoked, a key that ended stays ended. Where it raises a client from
    rights that anybody may be given to others, all other keys of it end: whoever took the name first is not
    raised. Raises ValueError when the key is not shaped like one of ours.
    """
    if not shaped(key):
        raise ValueError("an API key looks like tlk_<prefix>_<secret>")
    scopes = frozenset(scopes)
    raised = kept_back(scopes, scope) and await _is_given(name)
    change = (_ADD_OR_CHANGE, [row_of(f"cli_{letters(13)[:20]}", name, plan, scopes, scope)])
    end = (_END_OTHER_KEYS, [(micros(datetime.now(UTC)), name, digest(key))])
    await records.store().write_all([change, end] if raised else [change])
    await records.store().write_all([_adding((await _named(name)).id, key)])
    verified.clear()
    return await _named(name)


async def rotate(id: str, overlap: timedelta = OVERLAP) -> str:
    """A new key, shown this once. The former one works for `overlap` more; older ones end now.

    Raises NotFound, also for a client that is revoked.
    """
    if (await show(id)).revoked_at is not None:
        raise NotFound("client")
    key, now = new_key(), datetime.now(UTC)
    until = micros(now + overlap)
    await records.store().write_all(
        [
            (_HOLD, [(id,)]),
            (_END_OLDER_KEYS, [(micros(now), id)]),
            (_LET_KEY_EXPIRE, [(until, id)]),
            _adding(id, key),
        ]
    )
    verified.clear()
    return key


async def revoke(id: str) -> None:
    """From now on, on every node within a second, no key of this client works. Raises NotFound."""
    await show(id)
    await records.store().write(_REVOKE, [(micros(datetime.now(UTC)), id)])
    verified.clear()


async def show(id: str) -> Client:
    """One client with its keys, also a revoked one. Raises NotFound."""
    for row in await records.store().rows(f"{CLIENTS} WHERE id = ?", id):
        return client_of(row, await _keys_of(id))
    raise NotFound("client")


async def all_clients() -> tuple[Client, ...]:
    """Every client by name with its keys, the revoked ones too."""
    keys: defaultdict[str, list[ApiKey]] = defaultdict(list)
    for client_id, *key in await records.store().rows(f"{_KEYS} {_NEWEST_FIRST}"):
        keys[client_id].append(key_of(*key))
    rows = await records.store().rows(f"{CLIENTS} ORDER BY name")
    return tuple(client_of(row, keys[row[0]]) for row in rows)


async def _is_given(name: str) -> bool:
    """Whether there is a client of this name with rights that may be given out."""
    found = [client_of(row, ()) for row in await records.store().rows(f"{CLIENTS} WHERE name = ?", name)]
    return any(not kept_back(one.scopes, one.scope) for one in found)


async def _named(name: str) -> Client:
    (row,) = await records.store().rows(f"{CLIENTS} WHERE name = ?", name)
    return client_of(row, await _keys_of(row[0]))


async def _keys_of(id: str) -> list[ApiKey]:
    rows = await records.store().rows(f"{_KEYS} WHERE client_id = ? {_NEWEST_FIRST}", id)
    return [key_of(*key) for _, *key in rows]


def _adding(client: str, key: str) -> Statement:
    return _ADD_KEY, [(digest(key), prefix_of(key), micros(datetime.now(UTC)), client)]
