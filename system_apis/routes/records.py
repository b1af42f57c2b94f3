"""How are the customer records of any kind of system asked for over HTTP, and how is it doing?"""

from litestar import Router, get
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from canonical.customer import AccountRecord
from canonical.identity import Kind
from system_apis.health import Health
from system_apis.routes.asked import AnyPort, Asked, asked_of, port_of
from system_apis.routes.shapes import Cursor, ExternalId, Key, Listing, Words, listed, whole


def system_router(kind: Kind, noun: str, own: list[HTTPRouteHandler], *, record: str = "") -> Router:
    """All that may be asked of one kind of system: what all kinds answer, and its `own`.

    `noun` is what customers are called there, `record` the path below one of them of its record.
    """
    return Router(
        f"/system/{kind}/v1/{{connection:str}}",
        route_handlers=[*_of_every_kind(kind.title(), noun, record), *own],
        dependencies={"asked": Provide(asked_of(kind)), "port": Provide(port_of)},
        opt={"scopes": [f"system:{kind}:read"]},
        tags=[f"System: {kind}"],
    )


def _of_every_kind(kind: str, noun: str, record: str) -> list[HTTPRouteHandler]:
    nouns = noun.title()

    @get(f"/{noun}", operation_id=f"List{kind}{nouns}", summary=f"List {noun}")
    async def list_records(port: AnyPort, cursor: Cursor = None) -> Listing[AccountRecord]:
        """List every customer record, in pages as large as the platform allows."""
        return await listed(port.account_records(cursor), cursor)

    @get(
        f"/{noun}/{{id:str}}{record}",
        operation_id=f"Show{kind}{nouns[:-1]}{record.title()[1:]}",
        summary="Show a customer record",
    )
    async def show_record(port: AnyPort, id: ExternalId) -> AccountRecord:
        """Show one customer record by the platform's own id."""
        return await port.account_record(id)

    @get(
        f"/keys/{{key:str}}/{noun}",
        operation_id=f"List{kind}{nouns}OfKey",
        summary="List the customer records with a key",
    )
    async def list_records_of_key(port: AnyPort, key: Key) -> Listing[AccountRecord]:
        """List the customer records that carry an account id: several when there are duplicates."""
        return whole(await port.account_records_by_key(key))

    @get("/matches", operation_id=f"Find{kind}{nouns}", summary=f"Find {noun}")
    async def find_records(port: AnyPort, text: Words) -> Listing[AccountRecord]:
        """Find at most 25 customer records by the system's own means."""
        return whole(await port.find(text))

    @get("/health", operation_id=f"Show{kind}Health", summary="Show the health of the connection")
    async def show_health(asked: Asked) -> Health:
        """Show how the connection is doing, as far as its last calls have shown; nothing is called."""
        return asked.health()

    return [list_records, show_record, list_records_of_key, find_records, show_health]
