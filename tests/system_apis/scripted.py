"""How does a platform answer that only says what a test wants to hear?"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Heard:
    """One call as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: str


@dataclass
class Script:
    """The answers that are left, the calls that came, and where it stands. It gives out tokens by itself."""

    answers: list[Any]
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    tokens: list[Heard] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        call = Heard(
            request.method,
            request.path,
            dict(request.query),
            request.headers,
            await request.text(),
        )
        if "oauth" in request.path:
            self.tokens.append(call)
            return web.json_response({"access_token": f"token-{len(self.tokens)}", "expires_in": "3600"})
        self.heard.append(call)
        said = self.answers.pop(0)
        text = said if isinstance(said, str) else json.dumps(said)
        return web.Response(text=text, content_type="application/json")


@asynccontextmanager
async def saying(*answers: Any) -> AsyncIterator[Script]:
    """A server on a free port that gives these answers in turn: JSON texts, or what becomes one."""
    script = Script(list(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", script.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        script.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield script
    finally:
        await runner.cleanup()
