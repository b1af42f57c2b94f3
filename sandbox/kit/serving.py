"""How do the practice platforms come to stand on their ports?"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
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
    *,
    webhooks: Mapping[str, str] | None = None,
) -> AsyncIterator[dict[str, str]]:
    """The base URLs by platform name, while they serve. Port 0 or none: a free one. `OSError`: in use.

    `webhooks` are the addresses that get a platform's messages, by its name; the control face changes them.
    """
    standing = [platform(practice) for platform in platforms]
    for name, url in (webhooks or {}).items():
        practice.webhooks[name].url = url
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_living(practice, standing))
        # All at once: each may have slow answers to wait for.
        ends: list[Callable[[], Awaitable[None]]] = []
        stack.push_async_callback(_together, ends)
        urls = {}
        for platform in standing:
            listening = socket.create_server((host, (ports or {}).get(platform.name, 0)))
            ends.append(await _stand(platform, listening))
            urls[platform.name] = f"http://{host}:{listening.getsockname()[1]}"
        yield urls


async def _together(ends: Iterable[Callable[[], Awaitable[None]]]) -> None:
    await asyncio.gather(*(end() for end in ends))


@asynccontextmanager
async def _living(practice: Practice, platforms: Iterable[Platform]) -> AsyncIterator[None]:
    """What goes on beside the answers: what is due is done, messages are sent, changes are kept."""
    platforms = list(platforms)
    with practice.passing.listening(*(platform.time_passed for platform in platforms)):
        await practice.passing.tell()
        going_on = [
            asyncio.create_task(one)
            for one in (
                practice.keep(),
                practice.passing.tick(),
                *(practice.webhooks[platform.name].send() for platform in platforms),
            )
        ]
        try:
            yield
        finally:
            for task in reversed(going_on):
                task.cancel()
            ended = await asyncio.gather(*going_on, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome


def application(platform: Platform) -> web.Application:
    """One platform with its control face."""
    control = web.Application(middlewares=[plain_refusals])
    control.add_routes(control_routes(platform))
    late: set[asyncio.Task[web.StreamResponse]] = set()
    whole = web.Application(middlewares=[front(platform, late)])
    whole.add_subapp(CONTROL, control)
    whole.add_routes(platform.routes())

    async def end(_: web.Application) -> None:
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    whole.on_cleanup.append(end)
    return whole


async def _stand(platform: Platform, listening: socket.socket) -> Callable[[], Awaitable[None]]:
    """Let one platform serve; gives what ends it."""
    # A slow question ends with its client, and must not keep the house from closing.
    runner = web.AppRunner(
        application(platform), access_log=None, handler_cancellation=True, shutdown_timeout=0.5
    )

    async def end() -> None:
        await runner.cleanup()
        listening.close()

    try:
        await runner.setup()
        await web.SockSite(runner, listening).start()
    except BaseException:
        await end()
        raise
    return end
