"""Which paths does the practice Zendesk have?

Every path takes `.json` and a trailing slash, because clients in the field send both.
"""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Final

import msgspec
from aiohttp import web

from sandbox.kit.platform import Platform
from sandbox.kit.practice import Kept, Practice
from sandbox.zendesk import errors, incremental, reads
from sandbox.zendesk.auth import give_token, let_in
from sandbox.zendesk.desk import Desk
from sandbox.zendesk.errors import Refusal, no_endpoint
from sandbox.zendesk.usage import Usage, resets_in, ticket_list

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# `.json` and a slash, each or both or none.
END: Final = r"{end:(\.json)?/?}"
ID: Final = r"{id:[^/.]+}"
TOKENS: Final = "/oauth/tokens"
FAULTS: Final[dict[str, Callable[[], Refusal]]] = {
    "error_500": errors.broken,
    "rate_limited": lambda: errors.rate_limited(resets_in()),
    "expired_token": errors.token_refused,
}


class Zendesk(Platform):
    """Reads of API v2 over the practice world."""

    name: ClassVar[str] = "zendesk"
    token_paths: ClassVar[frozenset[str]] = frozenset(TOKENS + end for end in ("", "/", ".json", ".json/"))

    def __init__(self, practice: Practice) -> None:
        super().__init__(practice)
        self._desk = Kept(practice, Desk)
        self._usage = Usage()

    def routes(self) -> list[web.RouteDef]:
        answered = [
            web.get(f"/api/v2/{path}{END}", self._answering(read), allow_head=False)
            for path, read in self._paths().items()
        ]
        return [web.post(f"{TOKENS}{END}", self._token), *answered]

    def _paths(self) -> dict[str, reads.Read]:
        """Fixed words before ids: the first path that fits answers."""
        until = self.searchable_until
        return {
            "search/export": reads.exporting(until),
            "search/count": reads.counting(until),
            "search": reads.searching(until),
            "incremental/tickets/cursor": lambda desk, request: incremental.tickets(
                desk, request, self.practice.clock.now()
            ),
            **{f"{kind}/show_many": reads.show_many(kind) for kind in ("organizations", "users", "tickets")},
            **{f"{kind}/count": reads.count_of(kind) for kind in ("organizations", "users", "tickets")},
            **{f"{kind}/search": reads.matching(kind, until) for kind in ("organizations", "users")},
            **{f"{kind}/autocomplete": reads.autocomplete(kind) for kind in ("organizations", "users")},
            f"organizations/{ID}/tickets": reads.inside("tickets", "organization_id", "organizations"),
            f"organizations/{ID}/users": reads.inside("users", "organization_id", "organizations"),
            f"users/{ID}/tickets/requested": reads.inside("tickets", "requester_id", "users"),
            f"tickets/{ID}/comments": reads.comments,
            **{kind: reads.list_of(kind) for kind in reads.ONE},
            **{f"{kind}/{ID}": reads.show(kind) for kind in reads.ONE},
        }

    def refusal(self, kind: str) -> web.Response:
        return FAULTS[kind]().answer()

    def not_found(self, request: web.Request) -> web.Response:
        return self._refused(request) or no_endpoint().answer()

    def wrong_method(self, request: web.Request) -> web.Response:
        """A path with another method is another endpoint, and not one of these."""
        return self.not_found(request)

    async def after(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(self._usage.count())
        response.headers["X-Zendesk-Request-Id"] = secrets.token_hex(10)
        if request.path.rstrip("/").removesuffix(".json") == "/api/v2/tickets":
            response.headers["zendesk-ratelimit-tickets-index"] = ticket_list()

    def state(self, object: str, id: str | None) -> list[Json]:
        desk = self._desk()
        if object not in reads.ONE:
            raise KeyError(object)
        return [one for one in desk.all(object) if id is None or str(one["id"]) == id]

    async def _token(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await give_token(request, self.practice.keys.zendesk))
        except Refusal as refusal:
            return refusal.answer()

    def _answering(self, read: reads.Read) -> Handler:
        """The read behind the credentials check, as JSON, or Zendesk's refusal."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if refused := self._refused(request):
                return refused
            try:
                body = read(self._desk(), request)
            except Refusal as refusal:
                return refusal.answer()
            return web.Response(
                body=msgspec.json.encode(body), content_type="application/json", charset="utf-8"
            )

        return answer

    def _refused(self, request: web.Request) -> web.Response | None:
        try:
            let_in(request, self.practice.keys.zendesk)
        except Refusal as refusal:
            return refusal.answer()
        return None
