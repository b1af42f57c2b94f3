"""Which paths does the practice Stripe have?"""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import msgspec
from aiohttp import web

from sandbox.kit.platform import Platform
from sandbox.kit.practice import Kept, Practice
from sandbox.stripe import reads, search
from sandbox.stripe.auth import NEWEST, check_version, let_in
from sandbox.stripe.books import Books
from sandbox.stripe.collecting import Collecting
from sandbox.stripe.errors import FAULTS, Refusal, unknown_url
from sandbox.stripe.resources import RESOURCES

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Stripe(Platform):
    """Reads of API version 2026-10-28.endive over the practice world."""

    name: ClassVar[str] = "stripe"

    def __init__(self, practice: Practice) -> None:
        super().__init__(practice)
        self._books = Kept(practice, Books)

    def routes(self) -> list[web.RouteDef]:
        paths: dict[str, reads.Read] = {
            **{f"{path}/search": reads.search_of(path, self._reachable(path)) for path in search.FIELDS},
            "invoices/{id}/lines": reads.lines,
            "customers/{id}/tax_ids": reads.of_customer("tax_id", reads.anything),
            "customers/{id}/subscriptions": reads.of_customer(
                "subscription", lambda one: bool(one["status"] != "canceled")
            ),
            "entitlements/active_entitlements": reads.entitlements,
            **{one.path: reads.list_of(one) for one in RESOURCES},
            **{f"{one.path}/{{id}}": reads.one_of(one) for one in RESOURCES},
        }
        return [
            web.get(f"/v1/{path}", self._answering(read), allow_head=False) for path, read in paths.items()
        ]

    def actions(self) -> list[web.RouteDef]:
        collecting = Collecting(self.practice)
        return [web.post("/fail-payment", collecting.fail), web.post("/pay", collecting.pay)]

    def refusal(self, kind: str) -> web.Response:
        return FAULTS[kind].answer()

    def not_found(self, request: web.Request) -> web.Response:
        return self._refused(request) or unknown_url(request.method, request.path).answer()

    def wrong_method(self, request: web.Request) -> web.Response:
        """Stripe knows a path together with its method: another method is another URL."""
        return self.not_found(request)

    async def after(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Request-Id"] = f"req_{secrets.token_hex(7)}"
        response.headers.setdefault("Stripe-Version", request.headers.get("Stripe-Version", NEWEST))

    def state(self, object: str, id: str | None) -> list[Json]:
        books = self._books()
        if object not in books.kinds:
            raise KeyError(object)
        found = books.all(object)
        return found if id is None else [one for one in found if one["id"] == id]

    def _answering(self, read: reads.Read) -> Handler:
        """The read behind the key check, as JSON, or Stripe's refusal."""

        async def answer(request: web.Request) -> web.StreamResponse:
            if refused := self._refused(request):
                return refused
            try:
                body = read(self._books(), request)
            except Refusal as refusal:
                return refusal.answer()
            return web.Response(body=msgspec.json.encode(body), content_type="application/json")

        return answer

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
