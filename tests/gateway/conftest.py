"""In which house do the gateway's tests stand?

A real granian server on a real socket, in front of a few handlers that need nobody below.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
import pytest
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.types import ASGIApp
from msgspec import Meta, Struct

from canonical.caller import AccountScope, Caller
from canonical.identity import AccountId
from gateway import contracts
from gateway.api import Api, Audience
from gateway.app import House, create
from gateway.callers import Issuer
from gateway.health import Readiness
from gateway.issuer import EmbeddedIssuer, Minted
from process_apis.errors import NotFound
from system_apis.errors import Busy

Serve = Callable[..., Awaitable[str]]
Visit = Callable[..., Awaitable[httpx.AsyncClient]]

ISSUER, AUDIENCE = "https://issuer.example", "https://api.example"
ANNA = Minted(
    subject="anna",
    client="portal",
    scopes=("portal:read",),
    accounts=("acc_0123456789abcdefghij",),
    children=True,
)


class Thing(Struct, kw_only=True):
    """A thing of somebody's."""

    name: str
    of: str


class Things(Struct, kw_only=True):
    """A page of things."""

    data: list[Thing]
    next_cursor: str | None = None


class Check(Struct, kw_only=True, forbid_unknown_fields=True):
    """One question."""

    account: AccountId
    count: Annotated[int, Meta(ge=1, le=9)]


class Checks(Struct, kw_only=True, forbid_unknown_fields=True):
    """Several questions."""

    checks: Annotated[list[Check], Meta(max_length=5)]


@get("/things", operation_id="ListThings", summary="List things")
async def list_things(
    caller: NamedDependency[Caller],
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, Meta(ge=1, le=50), QueryParameter(name="limit")] = 10,
) -> Things:
    """List things, a few at a time."""
    return Things(data=[Thing(name="a", of=caller.subject)] * limit, next_cursor=None if cursor else "n&x")


@get("/things/{thing_id:str}", operation_id="ShowThing", summary="Show a thing")
async def show_thing(
    caller: NamedDependency[Caller], thing_id: FromPath[Annotated[str, Meta(max_length=20)]]
) -> Thing:
    """Show one thing."""
    if thing_id == "gone":
        raise NotFound("thing")
    if thing_id == "busy":
        raise Busy("crm-eu", "secret upstream words", retry_after=7)
    if thing_id == "bug":
        raise RuntimeError("secret inner words")
    return Thing(name=thing_id, of=caller.subject)


@post("/checks", operation_id="CheckThings", summary="Check things", status_code=200)
async def check_things(data: JSONBody[Checks]) -> Things:
    """Check things."""
    return Things(data=[])


@get("/secret", operation_id="ShowSecret", summary="Show a secret", opt={"scopes": ["operations:read"]})
async def show_secret() -> Thing:
    """Show what only operators may see."""
    return Thing(name="secret", of="operators")


@get("/forgotten", operation_id="Forgotten", summary="Nobody said who may", opt={"scopes": []})
async def forgotten() -> Response[str]:
    """An operation whose author forgot to say who may call it."""
    return Response("open")


THINGS = Api(
    document="things.v1",
    title="Things",
    about="Things.",
    prefix="/things/v1",
    audience=Audience.CUSTOMERS,
    routers=(
        Router(
            "/things/v1",
            route_handlers=[list_things, show_thing, check_things, show_secret, forgotten],
            opt={"scopes": ["portal:read"]},
            tags=["Things"],
        ),
    ),
)


async def all_well() -> Readiness:
    return Readiness(ready=True)


@pytest.fixture
def issuer(tmp_path: Path) -> EmbeddedIssuer:
    return EmbeddedIssuer(tmp_path / "issuer", ISSUER, AUDIENCE)


@pytest.fixture
def house(issuer: EmbeddedIssuer, tmp_path: Path) -> House:
    """A house that trusts `issuer`; change it with `msgspec.structs.replace`."""
    contracts.write([THINGS], tmp_path / "openapi")
    return House(
        base_url="http://house.example",
        apis=(THINGS,),
        issuers=(Issuer(issuer=ISSUER, audience=AUDIENCE, jwks=str(issuer.public)),),
        readiness=all_well,
        plans={"default": "1000/minute", "tiny": "3/second"},
        jwks=issuer.jwks,
        documents=tmp_path / "openapi",
        freeze=False,
    )


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Stands an application on a free port of its own, and gives its URL."""
    async with AsyncExitStack() as standing:

        async def start(app: ASGIApp) -> str:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            server = Server(
                app,
                port=port,
                interface=Interfaces.ASGI,
                log_enabled=False,
                http1_settings=HTTP1Settings(max_buffer_size=4_194_304),
            )
            serving = asyncio.create_task(server.serve())

            async def stop() -> None:
                server.stop()
                await serving

            standing.push_async_callback(stop)
            await _answering(port)
            return f"http://127.0.0.1:{port}"

        yield start


async def _answering(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                await writer.wait_closed()
                return


@pytest.fixture
async def visit(house: House, issuer: EmbeddedIssuer, serve: Serve) -> AsyncIterator[Visit]:
    """Opens a house, changed as said, and gives a client at its door with a token of `person`, if any."""
    async with AsyncExitStack() as clients:

        async def enter(person: Minted | None = ANNA, **changes: Any) -> httpx.AsyncClient:
            url = await serve(create(msgspec.structs.replace(house, **changes)))
            headers = {"authorization": f"Bearer {issuer.mint(person)}"} if person else {}
            client = httpx.AsyncClient(base_url=url, headers=headers, trust_env=False)
            return await clients.enter_async_context(client)

        yield enter


@pytest.fixture
def keyholder() -> Caller:
    return Caller(
        subject="partner",
        client="partner",
        scopes=frozenset({"portal:read"}),
        plan="default",
        scope=AccountScope(accounts=frozenset({"acc_0123456789abcdefghij"})),
    )
