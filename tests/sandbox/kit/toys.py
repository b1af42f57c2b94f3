"""Which vendors live in the small practice town that the kit is tried in? (two, with toys)"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.kit.platform import Platform
from sandbox.kit.practice import Practice

ANCHOR = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass
class Sales:
    """What a vendor remembers: how many were sold, and when it was told the time."""

    sold: int = 0
    told: list[datetime] = field(default_factory=list)


class Toys(Platform):
    """Sells toys: `/toys` lists, `POST /toys` sells one, `POST /ask` only reads, `/login` gives tokens."""

    name = "toys"
    token_paths = frozenset({"/login"})
    query_paths = frozenset({"/ask"})
    write_faults = frozenset({"commit_then_cut", "cut_before", "locked_row"})

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/toys", self.toys),
            web.post("/toys", self.sell),
            web.post("/slowly", self.sell_slowly),
            web.post("/ask", self.toys),
            web.post("/login", self.login),
        ]

    @property
    def sales(self) -> Sales:
        return self.practice.memory(self.name, Sales)

    async def toys(self, request: web.Request) -> web.Response:
        until = self.searchable_until(request)
        return web.json_response({"toys": ["bear"], "until": until and until.isoformat()})

    async def sell_slowly(self, request: web.Request) -> web.Response:
        """Looks around for a while, and may sell nothing in the end."""
        await asyncio.sleep(0.1)
        return web.json_response({"sold": None})

    async def time_passed(self, now: datetime) -> None:
        self.sales.told.append(now)

    async def sell(self, request: web.Request) -> web.Response:
        await request.read()
        self.sales.sold += 1
        self.practice.changed()
        return web.json_response({"sold": "bear"}, status=201)

    async def login(self, request: web.Request) -> web.Response:
        return web.json_response({"token": "t"})

    def refusal(self, kind: str) -> web.Response:
        status = {"error_500": 500, "rate_limited": 429, "expired_token": 401, "locked_row": 409}[kind]
        return web.json_response({"toy_error": kind}, status=status)

    def not_found(self, request: web.Request) -> web.Response:
        return web.json_response({"toy_error": "no such toy"}, status=404)

    def wrong_method(self, request: web.Request) -> web.Response:
        return web.json_response({"toy_error": "not that way"}, status=405)

    async def after(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Toys-Used"] = "1"

    def state(self, object: str, id: str | None) -> list[dict[str, Any]]:
        toys = {"toy": [{"id": "bear"}, {"id": "duck"}]}[object]
        return [toy for toy in toys if id is None or toy["id"] == id]


class Shoes(Toys):
    """A second vendor in the same town."""

    name = "shoes"


@dataclass
class Town:
    """A practice company with both vendors on their ports, and a client that follows no redirect."""

    practice: Practice
    urls: dict[str, str]
    client: aiohttp.ClientSession

    async def ask(self, method: str, path: str, vendor: str = "toys", **said: Any) -> tuple[int, Any]:
        """Status and JSON of one call."""
        async with self.client.request(
            method, self.urls[vendor] + path, allow_redirects=False, **said
        ) as answer:
            return answer.status, await answer.json()

    async def fault(self, vendor: str = "toys", **asked: Any) -> None:
        """Begin a fault, which the control face must take."""
        status, answer = await self.ask("POST", "/_sim/faults", vendor, json=asked)
        assert status == 200, answer
