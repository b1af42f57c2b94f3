"""How do the practice platforms come to stand on their ports?"""

import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web

from sandbox.kit.control import control_routes, plain_refusals
from sandbox.kit.front import CONTROL, front
from sandbox.kit.platform import Platform
from sandbox.kit.practice import Practice


@asynccontextmanager
async def running(
    practice: Practice,
    platforms: Iterable[type[Platform]],
    ports: Mapping[str, int] | None = None,
    host: str = "127.0.0.1",
) -> AsyncIterator[dict[str, str]]:
    """The base URLs by platform name, while they serve. Port 0 or none: a free one. `OSError`: in use."""
    async with AsyncExitStack() as standing:
        urls = {}
        for platform in platforms:
            port = (ports or {}).get(platform.name, 0)
            urls[platform.name] = await standing.enter_async_context(
                _standing(platform(practice), host, port)
            )
        yield urls


def application(platform: Platform) -> web.Application:
    """One platform with its control face."""
    control = web.Application(middlewares=[plain_refusals])
    control.add_routes(control_routes(platform))
    whole = web.Application(middlewares=[front(platform)])
    whole.add_subapp(CONTROL, control)
    whole.add_routes(platform.routes())
    return whole


@asynccontextmanager
async def _standing(platform: Platform, host: str, port: int) -> AsyncIterator[str]:
    """The base URL of one platform while it serves."""
    listening = socket.create_server((host, port))
    # A slow answer ends with its client, and must not keep the house from closing.
    runner = web.AppRunner(
        application(platform), access_log=None, handler_cancellation=True, shutdown_timeout=0.5
    )
    try:
        await runner.setup()
        await web.SockSite(runner, listening).start()
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        await runner.cleanup()
        listening.close()
