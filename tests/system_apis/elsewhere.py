"""How does a test stand in for a platform with one function?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from aiohttp import web
from msgspec import Struct

from system_apis.transport import Transport
from system_apis.window import Limits

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Thing(Struct):
    """What the transport's own tests read."""

    name: str


class NoProof(httpx.Auth):
    """Nobody asks who we are."""


@asynccontextmanager
async def behaving(behaviour: Behaviour) -> AsyncIterator[str]:
    """The address of a server that does this with every call; a call that is given up ends at once."""
    app = web.Application()

    async def answer(request: web.Request) -> web.StreamResponse:
        return await behaviour(request)

    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def connected(url: str, *, auth: httpx.Auth | None = None, **options: Any) -> AsyncIterator[Transport]:
    """A transport to this address. Limits can be given by their names."""
    named = {name: options.pop(name) for name in list(options) if name in Limits.__struct_fields__}
    transport = Transport("there", url, auth or NoProof(), now=lambda: NOW, limits=Limits(**named), **options)
    try:
        yield transport
    finally:
        await transport.aclose()


@asynccontextmanager
async def reaching(behaviour: Behaviour, **options: Any) -> AsyncIterator[Transport]:
    """A transport to a server that does this with every call."""
    async with behaving(behaviour) as url, connected(url, **options) as transport:
        yield transport


def always(status: int = 200, body: Any = None, headers: dict[str, str] | None = None) -> Behaviour:
    """The same answer to everything."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response({"name": "it"} if body is None else body, status=status, headers=headers)

    return answer


class Turns:
    """One behaviour for each call; the last one stays. `calls` are those that came."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self._left = list(behaviours)
        self.calls: list[web.Request] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(request)
        now = self._left.pop(0) if len(self._left) > 1 else self._left[0]
        return await now(request)


async def silent(request: web.Request) -> web.StreamResponse:
    """Never answers."""
    await asyncio.Event().wait()
    raise AssertionError("nobody sets it")


async def cut(request: web.Request) -> web.StreamResponse:
    """Hangs up without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
