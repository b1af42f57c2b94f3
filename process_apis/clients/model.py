"""What do we know of a client and its keys?"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from canonical.caller import AccountScope
from process_apis.records import Row
from process_apis.records.moments import micros, moment, optional_moment

CLIENTS = """
SELECT id, name, plan, scopes, accounts, children, everyone, created_at, revoked_at, last_used_at FROM client
"""
"""The rows that `client_of` reads."""


class ApiKey(Struct, frozen=True, kw_only=True):
    """One key, by the part that may be shown. `expires_at` is set when a newer key took its place."""

    prefix: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def lives(self, now: datetime) -> bool:
        """Whether the key itself is still good; its client may be revoked all the same."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class Client(Struct, frozen=True, kw_only=True):
    """Another program that may call us: what it may do, how much of it, and for which accounts.

    `keys` are all it ever had, newest first. `last_used_at` is at most a minute behind.
    """

    id: str
    name: str
    plan: str
    scopes: frozenset[str]
    scope: AccountScope
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    keys: tuple[ApiKey, ...] = ()


def row_of(id: str, name: str, plan: str, scopes: Iterable[str], scope: AccountScope) -> Row:
    """A client as the table keeps it, made now."""
    accounts = " ".join(sorted(scope.accounts))
    now = micros(datetime.now(UTC))
    return id, name, plan, " ".join(sorted(scopes)), accounts, int(scope.children), int(scope.everyone), now


def client_of(row: Sequence[Any], keys: Iterable[ApiKey] = ()) -> Client:
    """The client that a row of CLIENTS tells of."""
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
        keys=tuple(keys),
    )


def key_of(prefix: str, created_at: int, expires_at: int | None, revoked_at: int | None) -> ApiKey:
    """The key that a row tells of."""
    return ApiKey(
        prefix=prefix,
        created_at=moment(created_at),
        expires_at=optional_moment(expires_at),
        revoked_at=optional_moment(revoked_at),
    )
