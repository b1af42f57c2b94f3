"""How is a practice platform told what to be like? (`/_sim`, never touched by its faults)"""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from aiohttp import web

from sandbox.kit.errors import ControlError
from sandbox.kit.platform import Platform

Control = Callable[[web.Request], Awaitable[dict[str, Any]]]


def control_routes(platform: Platform) -> list[web.RouteDef]:
    """The control routes of one platform, below `/_sim`; its own actions come last."""
    face = ControlFace(platform)
    return [
        web.post("/reset", _json(face.reset)),
        web.get("/clock", _json(face.clock)),
        web.post("/clock", _json(face.advance)),
        web.get("/faults", _json(face.faults)),
        web.post("/faults", _json(face.add_fault)),
        web.delete("/faults", _json(face.end_faults)),
        web.get("/calls", _json(face.calls)),
        web.get("/state/{object}", _json(face.state)),
        web.get("/webhooks", _json(face.webhooks)),
        web.post("/webhooks", _json(face.set_webhooks)),
        *platform.actions(),
    ]


class ControlFace:
    """What each control route does. Reset and clock are of all four platforms, the rest of this one."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._practice = platform.practice
        self._faults = platform.practice.faults[platform.name]
        self._calls = platform.practice.calls[platform.name]
        self._webhooks = platform.practice.webhooks[platform.name]

    async def reset(self, request: web.Request) -> dict[str, Any]:
        asked = await asked_of(request, "seed")
        seed = asked.get("seed")
        if seed is not None and type(seed) is not int:
            raise ControlError("seed must be a whole number")
        self._practice.reset(seed)
        await self._practice.passing.tell()
        return {"seed": self._practice.world.seed, "anchor": self._practice.anchor.isoformat()}

    async def clock(self, request: web.Request) -> dict[str, Any]:
        clock = self._practice.clock
        return {"now": clock.now().isoformat(), "offset_seconds": clock.offset_seconds}

    async def advance(self, request: web.Request) -> dict[str, Any]:
        asked = await asked_of(request, "advance_seconds")
        seconds = asked.get("advance_seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise ControlError("advance_seconds must be a number")
        try:
            self._practice.clock.advance(seconds)
        except (ValueError, OverflowError) as error:
            raise ControlError(f"advance_seconds: {error}") from error
        await self._practice.passing.tell()
        return await self.clock(request)

    async def faults(self, request: web.Request) -> dict[str, Any]:
        return {"data": [fault.shown() for fault in self._faults.current()]}

    async def add_fault(self, request: web.Request) -> dict[str, Any]:
        return self._faults.add(await asked_of(request), self._platform.write_faults).shown()

    async def end_faults(self, request: web.Request) -> dict[str, Any]:
        self._faults.clear()
        return {"data": []}

    async def calls(self, request: web.Request) -> dict[str, Any]:
        return {"data": [call.shown() for call in self._calls.since(_mark(request.query.get("since")))]}

    async def state(self, request: web.Request) -> dict[str, Any]:
        kind = request.match_info["object"]
        try:
            return {"data": self._platform.state(kind, request.query.get("id"))}
        except KeyError as error:
            raise ControlError(f"{self._platform.name} has no object {kind!r}") from error

    async def webhooks(self, request: web.Request) -> dict[str, Any]:
        return self._webhooks.shown()

    async def set_webhooks(self, request: web.Request) -> dict[str, Any]:
        asked = await asked_of(request, "mode", "url")
        self._webhooks.set(asked.get("mode", self._webhooks.mode), asked.get("url"))
        return self._webhooks.shown()


async def asked_of(request: web.Request, *known: str) -> dict[str, Any]:
    """The JSON object of a control call, empty without a body; only the `known` names when any are given."""
    try:
        asked = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise ControlError("the body must be JSON") from error
    if not isinstance(asked, dict):
        raise ControlError("the body must be a JSON object")
    if known and (unknown := set(asked) - set(known)):
        raise ControlError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    return asked


def _mark(since: str | None) -> int | datetime | None:
    """Where to start in the call log: a sequence number or an ISO 8601 moment (UTC without an offset)."""
    if since is None or since.isdecimal():
        return None if since is None else int(since)
    try:
        # A plus in a query is a blank unless it was escaped, and the one before an offset rarely is.
        moment = datetime.fromisoformat(since.replace(" ", "+") if "T" in since else since)
    except ValueError as error:
        raise ControlError("since must be an ISO 8601 moment or a sequence number") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _json(control: Control) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Its answer as JSON."""

    @wraps(control)
    async def answer(request: web.Request) -> web.Response:
        return web.json_response(await control(request))

    return answer


@web.middleware
async def plain_refusals(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What cannot be done is a 400 with a plain JSON reason, in the platform's own actions too."""
    try:
        return await handler(request)
    except ControlError as error:
        return web.json_response({"reason": str(error)}, status=400)
