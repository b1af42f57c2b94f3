"""Which paths does the practice Stripe have?"""

import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, Final

import msgspec
from aiohttp import web

from sandbox.kit.platform import Platform
from sandbox.kit.practice import Kept, Practice
from sandbox.stripe import reads, search
from sandbox.stripe.auth import NEWEST, check_version, let_in
from sandbox.stripe.books import TABLES, Books
from sandbox.stripe.collecting import Collecting
from sandbox.stripe.cycle import Cycle
from sandbox.stripe.desk import NOBODY, Desk
from sandbox.stripe.errors import FAULTS, Refusal, made_by_hand, unknown_url
from sandbox.stripe.events import EventLog
from sandbox.stripe.expand import expanded, steps
from sandbox.stripe.form import parameters
from sandbox.stripe.idempotency import Keys, key_of
from sandbox.stripe.memory import NAME, Memory
from sandbox.stripe.payouts import collected_by
from sandbox.stripe.resources import RESOURCES
from sandbox.stripe.writes import DELETES, POSTS, Write

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
REQUEST_ID: Final = web.RequestKey("request_id", str)


class Stripe(Platform):
    """API version 2026-10-28.endive over the practice world."""

    name: ClassVar[str] = NAME
    write_faults: ClassVar[frozenset[str]] = frozenset({"commit_then_cut", "cut_before", "locked_row"})

    def __init__(self, practice: Practice) -> None:
        super().__init__(practice)
        self._books = Kept(
            practice,
            lambda world: Books(world, practice.memory(NAME, Memory)),
            tables=TABLES,
            update=Books.update,
        )
        self._keys = Keys(practice)
        # Until this moment nothing is due, as long as the world stays at this version.
        self._idle: tuple[int, datetime] | None = None
        self._events = EventLog(practice)

    def routes(self) -> list[web.RouteDef]:
        paths: dict[str, reads.Read] = {
            **{f"{path}/search": reads.search_of(path, self._reachable(path)) for path in search.FIELDS},
            "invoices/{id}/lines": reads.lines,
            "credit_notes/{id}/lines": reads.credited_lines,
            "customers/{id}/tax_ids": reads.of_customer("tax_id", reads.anything),
            "customers/{id}/subscriptions": reads.of_customer(
                "subscription", lambda one: bool(one["status"] != "canceled")
            ),
            "entitlements/active_entitlements": reads.entitlements,
            "balance_transactions": lambda books, request: reads.movements(books, request, self._collected),
            "events": reads.event_list(self._events),
            "events/{id}": reads.event(self._events),
        }
        for one in RESOURCES:
            paths.setdefault(one.path, reads.list_of(one))
            paths[f"{one.path}/{{id}}"] = reads.one_of(one)
        return [
            *(
                web.get(f"/v1/{path}", self._answering(read), allow_head=False)
                for path, read in paths.items()
            ),
            *(web.post(f"/v1/{path}", self._carrying_out(write)) for path, write in POSTS.items()),
            *(web.delete(f"/v1/{path}", self._carrying_out(write)) for path, write in DELETES.items()),
        ]

    def actions(self) -> list[web.RouteDef]:
        return Collecting(self._desk).routes()

    def refusal(self, kind: str) -> web.Response:
        return FAULTS[kind].answer()

    async def refuse(self, kind: str, request: web.Request) -> web.StreamResponse:
        """A 500 is kept under the caller's key, as if the call had begun; what was kept before goes first."""
        answer = self.refusal(kind)
        if kind != "error_500" or key_of(request) is None or self._refused(request):
            return answer
        try:
            if kept := await self._keys.answered(request):
                return kept
        except Refusal as refusal:
            return refusal.answer()
        await self._keys.keep(request, answer)
        return answer

    @contextmanager
    def under_way(self, request: web.Request) -> Iterator[web.StreamResponse | None]:
        """A second call with the key of one under way is refused."""
        with self._keys.held(request) as refusal:
            yield refusal.answer() if refusal else None

    def not_found(self, request: web.Request) -> web.Response:
        return self._refused(request) or unknown_url(request.method, request.path).answer()

    def wrong_method(self, request: web.Request) -> web.Response:
        """Stripe knows a path together with its method: another method is another URL."""
        return self.not_found(request)

    async def after(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Request-Id"] = request_id(request)
        response.headers.setdefault("Stripe-Version", request.headers.get("Stripe-Version", NEWEST))
        if key := key_of(request):
            response.headers["Idempotency-Key"] = key

    async def time_passed(self, now: datetime) -> None:
        version = self.practice.world.version
        if self._idle is None or self._idle[0] != version or self._idle[1] <= now:
            until = Cycle(Desk(self.practice, self._books, now)).run()
            self._idle = (self.practice.world.version, until)

    def state(self, object: str, id: str | None) -> list[Json]:
        books = self._books()
        found = books.all(object)
        if not found and object not in HELD:
            raise KeyError(object)
        return found if id is None else [one for one in found if one["id"] == id]

    def _desk(self, asked: Json = NOBODY) -> Desk:
        return Desk(self.practice, self._books, self.practice.clock.now(), asked)

    def _collected(self, payout: str) -> list[str] | None:
        """The movements that this payout is made of, if there is such a payout."""
        books = self._books()
        if books.find("payout", payout) is None:
            return None
        one = self.practice.world.payouts[books.numbers[payout]]
        if one.by_hand:
            raise made_by_hand()
        return collected_by(one)

    def _answering(self, read: reads.Read) -> Handler:
        """The read behind the key check, as JSON, or Stripe's refusal."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if refused := self._refused(request):
                return refused
            try:
                return as_json(read(self._books(), request))
            except Refusal as refusal:
                return refusal.answer()

        return answer

    def _carrying_out(self, write: Write[Any]) -> Handler:
        """The write behind the key check, once for each idempotency key."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if refused := self._refused(request):
                return refused
            try:
                if kept := await self._keys.answered(request):
                    return kept
                sent = parameters(await self._said(request), write.takes)
                paths = [steps(path, write.kind, listed=False) for path in sent.expand]
            except Refusal as refusal:
                return refusal.answer()
            try:
                answer = as_json(self._carried_out(write, sent, paths, request))
            except Refusal as refusal:
                answer = refusal.answer()
                if not refusal.began:
                    return answer
            await self._keys.keep(request, answer)
            return answer

        return answer

    def _carried_out(self, write: Write[Any], sent: Any, paths: list[Any], request: web.Request) -> Json:
        asked = {"id": request_id(request), "idempotency_key": key_of(request)}
        one = write.carry_out(self._desk(asked), sent, request.match_info.get("id", ""))
        for along in paths:
            one = expanded(self._books(), one, along)
        return one

    async def _said(self, request: web.Request) -> str:
        """The form, from the body or, as with DELETE, from the query."""
        body = (await request.read()).decode(errors="replace")
        return "&".join(part for part in (request.query_string, body) if part)

    def _refused(self, request: web.Request) -> web.Response | None:
        try:
            let_in(request, self.practice.keys.stripe.api_key)
            check_version(request)
        except Refusal as refusal:
            return refusal.answer()
        return None

    def _reachable(self, path: str) -> Callable[[Books, web.Request], list[Json]]:
        """What the search index knows: all, or while it lags what changed before it stood still."""

        def indexed(books: Books, request: web.Request) -> list[Json]:
            until = self.searchable_until(request)
            everything = books.all(reads.KINDS[path])
            return [one for one in everything if until is None or books.changed[one["id"]] <= until]

        return indexed


# Kinds that exist even while there is none of them.
HELD: Final = frozenset({one.kind for one in RESOURCES} | {"tax_id", "entitlements.active_entitlement"})


def as_json(body: Any) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


def request_id(request: web.Request) -> str:
    """The id of this call, the same wherever it is named."""
    if REQUEST_ID not in request:
        request[REQUEST_ID] = f"req_{secrets.token_hex(7)}"
    return request[REQUEST_ID]
