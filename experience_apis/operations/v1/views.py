"""What do the people who keep it running see of connections, clients and uses?"""

from typing import Annotated

from msgspec import Meta, Struct

from canonical.identity import AccountId, Kind, Timestamp
from experience_apis.shapes import Day, Line, Word
from process_apis.clients import ApiKey, Client
from process_apis.connections import Connected
from process_apis.usage import Used

_Id = Annotated[str, Meta(max_length=255)]
_Scope = Annotated[str, Meta(max_length=100, examples=["partner:read"])]
_Calls = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]
_MOST_ACCOUNTS = 1000

Name = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$", min_length=1, max_length=100, examples=["Northwind"]),
]
PlanName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,63}$", min_length=1, max_length=64)]
GivenScope = Annotated[
    str,
    Meta(
        pattern=r"^(portal|agent|partner|system:(crm|billing|support|erp)|process:[a-z0-9-]{1,40})"
        r":(read|write|finance)$",
        max_length=64,
        description="Any scope but those of operations; those of system APIs, which know every account, are "
        "refused.",
        examples=["partner:read"],
    ),
]


class QuotaView(Struct, kw_only=True):
    """How many calls the platform lets us make in its own window, as it said last."""

    left: _Calls
    limit: _Calls


class ConnectionView(Struct, kw_only=True):
    """One connected system and how it is doing."""

    name: Word
    kind: Kind
    platform: Word
    legal_entities: Annotated[tuple[Word, ...], Meta(max_length=100)]
    state: Annotated[Word, Meta(description="`ok`, `degraded` or `down`.", examples=["ok"])]
    quota: QuotaView | None
    last_error: Annotated[Word, Meta(examples=["Busy"])] | None
    last_success: Timestamp | None
    last_failure: Timestamp | None


class KeyView(Struct, kw_only=True):
    """The part of a key that may be shown: `tlk_<prefix>_...`."""

    prefix: Word
    created_at: Timestamp
    expires_at: Timestamp | None
    revoked_at: Timestamp | None


class ClientView(Struct, kw_only=True):
    """A program that may call us."""

    id: _Id
    name: Line
    plan: Word
    scopes: Annotated[tuple[_Scope, ...], Meta(max_length=100)]
    accounts: Annotated[tuple[AccountId, ...], Meta(max_length=_MOST_ACCOUNTS)]
    children: bool
    everyone: bool
    created_at: Timestamp
    revoked_at: Timestamp | None
    last_used_at: Annotated[Timestamp, Meta(description="At most a minute behind.")] | None
    keys: Annotated[tuple[KeyView, ...], Meta(max_length=100, description="The newest first.")]


class NewClient(Struct, kw_only=True, forbid_unknown_fields=True):
    """A program that is to call us, and what it may do."""

    name: Name
    plan: PlanName = "default"
    scopes: Annotated[tuple[GivenScope, ...], Meta(min_length=1, max_length=20)]
    accounts: Annotated[tuple[AccountId, ...], Meta(max_length=_MOST_ACCOUNTS)] = ()
    children: Annotated[bool, Meta(description="Whether their children are meant too.")] = False


class CreatedClient(Struct, kw_only=True):
    """The new client and its key, which is shown this once."""

    client: ClientView
    key: Line


class NewKey(Struct, kw_only=True):
    """The new key, which is shown this once."""

    client: _Id
    key: Line


class UsageView(Struct, kw_only=True):
    """How often one client used one operation of one version."""

    client: _Id
    client_name: Line | None
    api: Annotated[Word, Meta(description="API and version.", examples=["portal.v1"])]
    operation: Annotated[Word, Meta(examples=["ListInvoices"])]
    deprecated: bool
    calls: _Calls
    since: Annotated[Day, Meta(description="The first day that is counted here.")]
    last_at: Timestamp


def to_connection(one: Connected) -> ConnectionView:
    known = one.left is not None and one.limit is not None
    return ConnectionView(
        name=one.name,
        kind=one.kind,
        platform=one.platform,
        legal_entities=one.legal_entities,
        state=one.state,
        quota=QuotaView(left=one.left or 0, limit=one.limit or 0) if known else None,
        last_error=one.last_error,
        last_success=one.last_success,
        last_failure=one.last_failure,
    )


def to_key(key: ApiKey) -> KeyView:
    return KeyView(
        prefix=key.prefix, created_at=key.created_at, expires_at=key.expires_at, revoked_at=key.revoked_at
    )


def to_client(client: Client) -> ClientView:
    return ClientView(
        id=client.id,
        name=client.name,
        plan=client.plan,
        scopes=tuple(sorted(client.scopes)),
        accounts=tuple(sorted(client.scope.accounts)),
        children=client.scope.children,
        everyone=client.scope.everyone,
        created_at=client.created_at,
        revoked_at=client.revoked_at,
        last_used_at=client.last_used_at,
        keys=tuple(map(to_key, client.keys[:100])),
    )


def to_created(client: Client, key: str) -> CreatedClient:
    return CreatedClient(client=to_client(client), key=key)


def to_usage(used: Used) -> UsageView:
    return UsageView(
        client=used.client,
        client_name=used.name,
        api=used.document,
        operation=used.operation,
        deprecated=used.deprecated,
        calls=used.calls,
        since=used.since,
        last_at=used.last_at,
    )
