"""Which paths does the practice Zendesk have?

Every path takes `.json` and a trailing slash, because clients in the field send both.
"""

import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from aiohttp import web

from sandbox.kit.platform import Platform
from sandbox.kit.practice import Kept, Practice
from sandbox.zendesk import errors, idempotency, incremental, jobs, reads
from sandbox.zendesk.actions import Actions
from sandbox.zendesk.auth import give_token, let_in
from sandbox.zendesk.busy import Busy
from sandbox.zendesk.desk import Desk
from sandbox.zendesk.errand import Errand, Reply
from sandbox.zendesk.errors import Refusal, invalid, no_endpoint
from sandbox.zendesk.events import WEBHOOK, message
from sandbox.zendesk.usage import Usage, resets_in, ticket_list
from sandbox.zendesk.writes import WRITES, Write

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
T = TypeVar("T")

# `.json` and a slash, each or both or none.
END: Final = r"{end:(\.json)?/?}"
ID: Final = r"{id:[^/.]+}"
TOKENS: Final = "/oauth/tokens"
FAULTS: Final[dict[str, Callable[[], Refusal]]] = {
    "error_500": errors.broken,
    "rate_limited": lambda: errors.rate_limited(resets_in()),
    "expired_token": errors.token_refused,
    "locked_row": errors.locked_row,
}
BULK: Final[tuple[tuple[str, str, Callable[[jobs.Jobs, Errand], Reply]], ...]] = (
    ("POST", "tickets/create_many", jobs.in_background("tickets", "ticket", jobs.create_ticket)),
    ("PUT", "tickets/update_many", jobs.in_background("tickets", "ticket", jobs.update_ticket)),
    (
        "POST",
        "organizations/create_or_update_many",
        jobs.in_background("organizations", "organization", jobs.create_or_update_organization),
    ),
    (
        "POST",
        "users/create_or_update_many",
        jobs.in_background("users", "user", jobs.create_or_update_user),
    ),
    ("GET", "job_statuses/{id}", jobs.show),
)


class Zendesk(Platform):
    """API v2 over the practice world."""

    name: ClassVar[str] = "zendesk"
    token_paths: ClassVar[frozenset[str]] = frozenset(TOKENS + end for end in ("", "/", ".json", ".json/"))

    write_faults: ClassVar[frozenset[str]] = frozenset({"commit_then_cut", "cut_before", "locked_row"})

    def __init__(self, practice: Practice) -> None:
        super().__init__(practice)
        # Changes with a name are those that other systems make to what is theirs: none of them shows here.
        self._desk = Kept(practice, Desk, tables=())
        self._busy = Kept(practice, lambda _: Busy(), tables=())
        self._usage = Usage()

    def routes(self) -> list[web.RouteDef]:
        answered = [
            web.get(f"/api/v2/{path}{END}", self._answering(read), allow_head=False)
            for path, read in self._paths().items()
        ]
        bulk = [_route(method, path, self._writing(self._in_background(job))) for method, path, job in BULK]
        written = [_route(method, path, self._writing(write)) for method, path, write in WRITES]
        secret = _route("GET", "webhooks/{id}/signing_secret", self._writing(self._signing_secret))
        # Bulk paths first: `tickets/update_many` is no ticket.
        return [web.post(f"{TOKENS}{END}", self._token), *answered, secret, *bulk, *written]

    def actions(self) -> list[web.RouteDef]:
        return Actions(self.practice, self._desk, self.do).routes()

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

    def do(self, work: Callable[[Errand], T], actor: int | None = None, **parts: Any) -> T:
        """Do what changes something, and have it kept and told of; `parts` are those of the call."""
        errand = Errand(self._desk(), self.practice.clock.now(), self.practice.next_number, **parts)
        if actor is not None:
            errand.actor = actor
        done = work(errand)
        if errand.did_write:
            self.practice.changed(support=())
        secret = self.practice.keys.zendesk.webhook_secret
        for happening in errand.happened:
            self.practice.webhooks[self.name].emit(message(secret, happening, errand.now, errand.actor))
        return done

    def _writing(self, write: Write) -> Handler:
        """The write behind the credentials check, as JSON, or Zendesk's refusal."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if refused := self._refused(request):
                return refused
            sent = await request.read()
            try:
                reply = self._written(request, sent, write)
            except Refusal as refusal:
                return refusal.answer()
            if reply.body is None:
                return web.Response(status=reply.status, headers=reply.headers)
            return web.Response(
                body=msgspec.json.encode(reply.body),
                status=reply.status,
                headers=reply.headers,
                content_type="application/json",
                charset="utf-8",
            )

        return answer

    def _written(self, request: web.Request, sent: bytes, write: Write) -> Reply:
        """The answer of a write; the creation of a ticket is answered once per idempotency key."""
        path = request.path.removeprefix("/api/v2/").rstrip("/").removesuffix(".json")
        key = (
            request.headers.get("Idempotency-Key") if (request.method, path) == ("POST", "tickets") else None
        )
        if key is not None and (known := idempotency.looked_up(self.practice.world, key, sent)) is not None:
            return known
        if path.startswith("tickets/") and request.method != "GET" and "id" in request.match_info:
            self._busy().count(request.match_info["id"], time.monotonic())
        parts = {"names": request.match_info, "query": request.query, "body": _read(sent)}
        reply = self.do(write, **parts)
        return reply if key is None else idempotency.remember(self.practice.world, key, sent, reply)

    def _in_background(self, job: Callable[[jobs.Jobs, Errand], Reply]) -> Write:
        return lambda errand: job(self.practice.memory("zendesk jobs", jobs.Jobs), errand)

    def _signing_secret(self, errand: Errand) -> Reply:
        if errand.names["id"] != WEBHOOK:
            raise errors.no_record()
        secret = self.practice.keys.zendesk.webhook_secret
        return Reply({"signing_secret": {"algorithm": "SHA256", "secret": secret}})

    def _refused(self, request: web.Request) -> web.Response | None:
        try:
            let_in(request, self.practice.keys.zendesk)
        except Refusal as refusal:
            return refusal.answer()
        return None


def _route(method: str, path: str, handler: Handler) -> web.RouteDef:
    return web.route(method, f"/api/v2/{path.replace('{id}', ID)}{END}", handler)


def _read(sent: bytes) -> Any:
    """The JSON of a body, none without one."""
    try:
        return msgspec.json.decode(sent) if sent else None
    except msgspec.DecodeError as error:
        raise invalid(f"The request body could not be read: {error}") from error
