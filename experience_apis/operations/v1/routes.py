"""What may the people who keep it running ask and do?"""

from datetime import date
from typing import Annotated

from litestar import Router, delete, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from canonical.caller import AccountScope
from experience_apis.operations.v1 import views
from experience_apis.shapes import Cursor, Limit, Page, page
from process_apis import clients, connections, cursors, usage

ClientId = Annotated[
    str,
    PathParameter(
        pattern="^cli_[0-9a-v]{20}$", min_length=24, max_length=24, description="Client id, from the list."
    ),
]
Who = Annotated[
    str | None,
    QueryParameter(
        name="client",
        pattern="^[ -~]+$",
        min_length=1,
        max_length=255,
        description="Only uses by this client.",
    ),
]
OnItsWayOut = Annotated[
    bool | None,
    QueryParameter(
        name="deprecated",
        description="`true`: only uses of what was on its way out; `false`: of the rest.",
    ),
]
Since = Annotated[
    date | None, QueryParameter(name="since", description="Only uses on this day (UTC) and later.")
]
_READ = {"scopes": ["operations:read"]}
_WRITE = {"scopes": ["operations:write"]}
_CHANGES = {**_WRITE, "errors": [404]}
_CREATES = {**_WRITE, "errors": [409]}


@get("/connections", operation_id="ListConnections", summary="List connections", opt=_READ)
async def list_connections(cursor: Cursor = None, limit: Limit = 25) -> Page[views.ConnectionView]:
    """List the connected systems by name: how each is doing, what quota is left, what went wrong last."""
    found = connections.all_connections()
    return page(*cursors.cut("connections", found, lambda one: one.name, cursor, limit), views.to_connection)


@get("/clients", operation_id="ListClients", summary="List clients", opt=_READ)
async def list_clients(cursor: Cursor = None, limit: Limit = 25) -> Page[views.ClientView]:
    """List all clients by name, revoked ones too, with the part of each key that may be shown."""
    found = await clients.all_clients()
    return page(*cursors.cut("clients", found, lambda one: one.name, cursor, limit), views.to_client)


@post("/clients", operation_id="CreateClient", summary="Create a client", opt=_CREATES)
async def create_client(data: JSONBody[views.NewClient]) -> views.CreatedClient:
    """Create a client; its API key is in this answer and nowhere else.

    Scopes of operations and knowledge of every account are not given out here, only on the command line:
    nobody raises themselves. Scopes of system APIs are such knowledge, and are refused with `not_given_here`.
    """
    scope = AccountScope(accounts=frozenset(data.accounts), children=data.children)
    return views.to_created(*await clients.give(data.name, data.plan, data.scopes, scope))


@post(
    "/clients/{client_id:str}/rotations",
    operation_id="RotateKey",
    summary="Rotate a client's key",
    opt=_CHANGES,
)
async def rotate_key(client_id: ClientId) -> views.NewKey:
    """Give a client a new key; the one before works for seven more days, older ones end now.

    A client with rights that `CreateClient` does not give out gets its key on the command line only: here it
    is refused with `not_given_here`.
    """
    return views.NewKey(client=client_id, key=await clients.give_new_key(client_id))


@delete("/clients/{client_id:str}", operation_id="RevokeClient", summary="Revoke a client", opt=_CHANGES)
async def revoke_client(client_id: ClientId) -> None:
    """End all keys of a client for good, everywhere within a second; asking again changes nothing."""
    await clients.revoke(client_id)


@get("/usage", operation_id="ListUsage", summary="List who used what", opt=_READ)
async def list_usage(
    client: Who = None,
    deprecated: OnItsWayOut = None,
    since: Since = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Page[views.UsageView]:
    """List how often each client used each operation of each version, up to a few seconds ago."""
    asked = usage.Asked(client=client, deprecated=deprecated, since=since)
    found = await usage.page(asked, cursor, limit)
    return page(found.items, found.next_cursor, views.to_usage)


router = Router(
    "/operations/v1",
    route_handlers=[list_connections, list_clients, create_client, rotate_key, revoke_client, list_usage],
    tags=["Operations"],
)
