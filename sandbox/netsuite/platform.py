"""Which paths does the practice NetSuite answer?"""

import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.kit.platform import Platform
from sandbox.kit.practice import Kept, Practice
from sandbox.netsuite import errors, querying, reads
from sandbox.netsuite.auth import TOKEN_PATH, Door, TokenRefused
from sandbox.netsuite.books import Books
from sandbox.netsuite.database import Database
from sandbox.netsuite.wire import RECORDS, Wanted, to_json

SUITEQL: Final = "/services/rest/query/v1/suiteql"
GOVERNANCE: Final = "/services/rest/system/v1/governanceLimits"
# Service tier 1 without SuiteCloud Plus licences (Oracle, "Web Services and RESTlet Concurrency Governance").
CONCURRENCY: Final = 15
COLLECTION: Final = "application/vnd.oracle.resource+json; type=collection"
SINGULAR: Final = "application/vnd.oracle.resource+json; type=singular"

Answer = Callable[[web.Request], Awaitable[web.Response]]


class NetSuite(Platform):
    """SuiteTalk REST: tokens, records, SuiteQL and governance limits; the base URL is the account's host."""

    name = "netsuite"
    token_paths = frozenset({TOKEN_PATH})

    def __init__(self, practice: Practice) -> None:
        super().__init__(practice)
        self._door = Door(practice.keys.netsuite)
        self._books = Kept(practice, Books)
        self._database = Kept(practice, lambda _: Database(self._books()))
        # Half a second of work for the whole world: before the port opens, not in the first call.
        self._database()

    def routes(self) -> list[web.RouteDef]:
        record = RECORDS + "/{type}/{id}"
        return [
            web.post(TOKEN_PATH, self._token),
            *self._open(web.get, RECORDS + "/{type}", self._list),
            *self._open(web.get, record, self._record),
            *self._open(web.get, record + "/{sublist}", self._sublist),
            *self._open(web.get, record + "/{sublist}/{line}", self._line),
            *self._open(web.post, SUITEQL, self._suiteql),
            *self._open(web.get, GOVERNANCE, self._governance),
        ]

    def refusal(self, kind: str) -> web.Response:
        return errors.answer(errors.fault(kind))

    def not_found(self, request: web.Request) -> web.Response:
        return errors.answer(errors.no_such_path(request.path))

    def wrong_method(self, request: web.Request) -> web.Response:
        return errors.answer(errors.wrong_method(request.method))

    async def after(self, request: web.Request, response: web.StreamResponse) -> None:
        """Every answer can be told to NetSuite's support by this id."""
        response.headers["X-N-OperationId"] = secrets.token_hex(16)

    def state(self, object: str, id: str | None) -> list[dict[str, Any]]:
        """Whole records of a type such as `invoice`; `id` is an internal id or `eid:` and an external one."""
        books = self._books()
        type = books.type_named(object)
        if type is None:
            raise KeyError(object)
        found = books.records(type) if id is None else [books.record(type, id)]
        return [to_json(record, Wanted("", expanded=True)) for record in found if record]

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
        return _json(reads.listed(self._books(), request), COLLECTION)

    async def _record(self, request: web.Request) -> web.Response:
        return _json(reads.shown(self._books(), request), SINGULAR)

    async def _sublist(self, request: web.Request) -> web.Response:
        return _json(reads.sublist_shown(self._books(), request), COLLECTION)

    async def _line(self, request: web.Request) -> web.Response:
        return _json(reads.line_shown(self._books(), request), SINGULAR)

    async def _suiteql(self, request: web.Request) -> web.Response:
        q = await querying.asked(request)
        return _json(querying.page(self._database(), q, request), COLLECTION)

    async def _governance(self, request: web.Request) -> web.Response:
        limits = {
            "accountConcurrencyLimit": CONCURRENCY,
            "accountUnallocatedConcurrencyLimit": CONCURRENCY,
            "integrationLimitType": "accountLimit",
        }
        return _json(limits, SINGULAR)


def _json(body: dict[str, Any], content_type: str) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), headers={"Content-Type": content_type})
