"""Who gets the messages of a practice platform in these tests?"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Receiver:
    """Keeps what comes at `url`. `answer` gives the status of each try from the body that came."""

    url: str = ""
    answer: Callable[[bytes], int] = lambda body: 200
    came: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def bodies(self) -> list[str]:
        return [body.decode() for body, _ in self.came]

    async def until(self, count: int) -> None:
        """Wait until so many came; two seconds at most."""
        async with asyncio.timeout(2):
            while len(self.came) < count:
                self.news.clear()
                await self.news.wait()

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.came.append((body, dict(request.headers)))
        self.news.set()
        return web.Response(status=self.answer(body))


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """One on a port of its own."""
    receiver = Receiver()
    app = web.Application()
    app.add_routes([web.post("/webhooks/toys", receiver.take)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        receiver.url = f"http://{host}:{port}/webhooks/toys"
        yield receiver
    finally:
        await runner.cleanup()
