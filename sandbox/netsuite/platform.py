"""Which paths does the practice NetSuite answer?"""

import json
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.kit.control import asked_of
from sandbox.kit.errors import ControlError
from sandbox.kit.faults import WRITE_FAULTS
from sandbox.kit.platform import Platform
from sandbox.kit.practice import Practice
from sandbox.netsuite import errors, objections, querying, reads
from sandbox.netsuite.auth import TOKEN_PATH, Door, TokenRefused
from sandbox.netsuite.books import Books
from sandbox.netsuite.database import Database
from sandbox.netsuite.entering import RULES
from sandbox.netsuite.script import message
from sandbox.netsuite.wire import RECORDS, Wanted, to_json
from sandbox.netsuite.writes import Done, Writes

SUITEQL: Final = "/services/rest/query/v1/suiteql"
GOVERNANCE: Final = "/services/rest/system/v1/governanceLimits"
# Service tier 1 without SuiteCloud Plus licences (Oracle, "Web Services and RESTlet Concurrency Governance").
CONCURRENCY: Final = 15
COLLECTION: Final = "application/vnd.oracle.resource+json; type=collection"
SINGULAR: Final = "application/vnd.oracle.resource+json; type=singular"

_TRANSFORM: Final = "/{type:(?i:salesOrder)}/{id}/!transform/{to:(?i:invoice)}"
_POSTING: Final = frozenset(type.lower() for type, rule in RULES.items() if rule.posts)

Answer = Callable[[web.Request], Awaitable[web.Response]]
Write = Callable[[Writes, web.Request, bytes], Done]


class NetSuite(Platform):
    """SuiteTalk REST: tokens, records, SuiteQL and governance limits; the base URL is the account's host."""

    name = "netsuite"
    token_paths = frozenset({TOKEN_PATH})
    query_paths = frozenset({SUITEQL, SUITEQL + "/"})
    write_faults = frozenset(WRITE_FAULTS)

    def __init__(self, practice: Practice) -> None:
        super().__init__(practice)
        self._door = Door(practice.keys.netsuite)
        self._in_flight = 0
        # Half a second of work for the whole world: before the port opens, not in the first call.
        self._kept = Database(Books(practice.world, practice.next_number))

    def routes(self) -> list[web.RouteDef]:
        record = RECORDS + "/{type}/{id}"
        return [
            web.post(TOKEN_PATH, self._token),
            *self._open(web.post, RECORDS + _TRANSFORM, self._write(Writes.transform)),
            *self._open(web.post, RECORDS + "/{type}", self._write(Writes.create)),
            *self._open(web.put, record, self._write(Writes.upsert)),
            *self._open(web.patch, record, self._write(Writes.update)),
            *self._open(web.delete, record, self._write(Writes.delete)),
            *self._open(web.get, RECORDS + "/{type}", self._list),
            *self._open(web.get, record, self._record),
            *self._open(web.get, record + "/{sublist}", self._sublist),
            *self._open(web.get, record + "/{sublist}/{line}", self._line),
            *self._open(web.post, SUITEQL, self._suiteql),
            *self._open(web.get, GOVERNANCE, self._governance),
        ]

    def actions(self) -> list[web.RouteDef]:
        return [web.post("/close-period", self._close), web.post("/open-period", self._reopen)]

    def refusal(self, kind: str) -> web.Response:
        said = objections.FAULTS.get(kind)
        return errors.answer(said() if said else errors.fault(kind))

    def spared(self, request: web.Request) -> frozenset[str]:
        """A closed period is no matter to what does not go into the ledger."""
        spared = super().spared(request)
        posting = request.path.removeprefix(RECORDS + "/").partition("/")[0].lower()
        into_ledger = posting in _POSTING or "!transform" in request.path
        return spared if into_ledger else spared | {"closed_period"}

    @contextmanager
    def under_way(self, request: web.Request) -> Iterator[web.StreamResponse | None]:
        """Every call takes one of the account's slots until it is answered, whoever makes it."""
        if request.path in self.token_paths:
            yield None
            return
        if self._in_flight >= CONCURRENCY:
            yield self.refusal("rate_limited")
            return
        self._in_flight += 1
        try:
            yield None
        finally:
            self._in_flight -= 1

    def not_found(self, request: web.Request) -> web.Response:
        return errors.answer(errors.no_such_path(request.path))

    def wrong_method(self, request: web.Request) -> web.Response:
        return errors.answer(errors.wrong_method(request.method))

    async def after(self, request: web.Request, response: web.StreamResponse) -> None:
        """Every answer can be told to NetSuite's support by this id."""
        response.headers["X-N-OperationId"] = secrets.token_hex(16)

    def state(self, object: str, id: str | None) -> list[dict[str, Any]]:
        """Whole records of a type such as `invoice`; `id` is an internal id or `eid:` and an external one."""
        books = self._books
        type = books.type_named(object)
        if type is None:
            raise KeyError(object)
        found = books.records(type) if id is None else [books.record(type, id)]
        return [to_json(record, Wanted("", expanded=True)) for record in found if record]

    @property
    def _books(self) -> Books:
        return self._database().books

    def _database(self) -> Database:
        """The books of the world as it is; another world (after a reset) has books of its own."""
        books = self._kept.books
        if books.world is not self.practice.world or not books.world.erp.records:
            self._kept = Database(Books(self.practice.world, self.practice.next_number))
        return self._kept

    def _write(self, write: Write) -> Answer:
        """The answer to a write: no body, and the record's address; our script in the account tells of it."""

        async def answer(request: web.Request) -> web.Response:
            body = await request.read()
            now = self.practice.clock.now()
            done = write(Writes(self._books, now), request, body)
            self.practice.changed(erp=())
            if told := message(done, self.practice.keys.netsuite, now):
                self.practice.webhooks[self.name].emit(told)
            here = f"{reads.origin(request)}{RECORDS}/{done.record.type}/{done.record.id}"
            headers = {} if done.event == "delete" else {"Location": here}
            return web.Response(status=web.HTTPNoContent.status_code, headers=headers)

        return answer

    def _open(self, method: Callable[..., web.RouteDef], path: str, answer: Answer) -> list[web.RouteDef]:
        """A path behind the door, with and without a slash at its end."""

        async def guarded(request: web.Request) -> web.Response:
            try:
                self._door.let_in(request)
                return await answer(request)
            except errors.Refused as refused:
                return errors.answer(refused)

        return [method(path, guarded), method(path + "/", guarded)]

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(parse_qsl((await request.read()).decode(errors="replace")))
        try:
            return web.json_response(self._door.token(form, reads.origin(request) + request.path))
        except TokenRefused as refused:
            body = {"error": refused.code, "error_description": str(refused)}
            return web.json_response(body, status=web.HTTPBadRequest.status_code)

    async def _list(self, request: web.Request) -> web.Response:
        return _json(reads.listed(self._books, request), COLLECTION)

    async def _record(self, request: web.Request) -> web.Response:
        return _json(reads.shown(self._books, request), SINGULAR)

    async def _sublist(self, request: web.Request) -> web.Response:
        return _json(reads.sublist_shown(self._books, request), COLLECTION)

    async def _line(self, request: web.Request) -> web.Response:
        return _json(reads.line_shown(self._books, request), SINGULAR)

    async def _suiteql(self, request: web.Request) -> web.Response:
        q = await querying.asked(request)
        return _json(querying.page(self._database(), q, request), COLLECTION)

    async def _close(self, request: web.Request) -> web.Response:
        return await self._set_period(request, closed=True)

    async def _reopen(self, request: web.Request) -> web.Response:
        return await self._set_period(request, closed=False)

    async def _set_period(self, request: web.Request, *, closed: bool) -> web.Response:
        asked = await asked_of(request, "entity", "period")
        entity, month = str(asked.get("entity")), str(asked.get("period"))
        if self._books.close(entity, month, closed=closed) is None:
            raise ControlError(f"there is no period {month} of entity {entity}")
        self.practice.changed(erp=())
        return web.json_response({"entity": entity, "period": month, "closed": closed})

    async def _governance(self, request: web.Request) -> web.Response:
        limits = {
            "accountConcurrencyLimit": CONCURRENCY,
            "accountUnallocatedConcurrencyLimit": CONCURRENCY,
            "integrationLimitType": "accountLimit",
        }
        return _json(limits, SINGULAR)


def _json(body: dict[str, Any], content_type: str) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), headers={"Content-Type": content_type})
