"""In which house do the gateway's tests stand? (a real server on a real socket)"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from litestar.types import ASGIApp

from canonical.caller import AccountScope, Caller
from gateway import contracts
from gateway.app import House, create
from gateway.callers import Issuer
from gateway.health import Readiness
from gateway.issuer import EmbeddedIssuer, Minted
from tests.gateway.things import ACCOUNT, ANNA, AUDIENCE, ISSUER, THINGS, Serve, Visit


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
                server.stop()  # type: ignore[no-untyped-call]
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
        scope=AccountScope(accounts=frozenset({ACCOUNT})),
    )
