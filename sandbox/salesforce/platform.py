"""Which paths does Salesforce answer?"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Final

import msgspec
from aiohttp import web

from sandbox.kit.platform import Platform
from sandbox.kit.practice import Kept, Practice
from sandbox.salesforce import auth, description
from sandbox.salesforce.actions import Actions
from sandbox.salesforce.allowance import Allowance
from sandbox.salesforce.composite import composite
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.errors import Refused, fault, not_found
from sandbox.salesforce.exchange import Answer, Ask
from sandbox.salesforce.locks import Commits, Locks
from sandbox.salesforce.org import Org
from sandbox.salesforce.outbound import messages
from sandbox.salesforce.resources import RESOURCES, Resource, wrong_method
from sandbox.salesforce.schema import known
from sandbox.salesforce.work import Work

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

DATA: Final = "/services/data"
TOKEN_PATH: Final = "/services/oauth2/token"  # noqa: S105 (a path)
# v31.0 to v68.0, with or without a slash at the end.
VERSIONED: Final = DATA + r"/v{version:(?:3[1-9]|[45]\d|6[0-8])\.0}"
SLASH: Final = "{slash:/?}"


class Salesforce(Platform):
    """The org of the practice company, as its REST API shows it."""

    name = "salesforce"
    token_paths: ClassVar[frozenset[str]] = frozenset({TOKEN_PATH})
    write_faults: ClassVar[frozenset[str]] = frozenset({"commit_then_cut", "cut_before", "locked_row"})

    def __init__(self, practice: Practice) -> None:
        super().__init__(practice)
        self.allowance = Allowance()
        self._cursors = Cursors()
        self._locks = Locks()
        # Changes with a name are those that other systems make to what is theirs: none of them shows here.
        self._org = Kept(practice, Org, tables=())

    def routes(self) -> list[web.RouteDef]:
        below = [self._route(method, path, resource) for method, path, resource in RESOURCES]
        return [
            web.post(TOKEN_PATH, self._token),
            web.get(DATA + SLASH, self._versions),
            *below,
            self._route("POST", "/composite", composite),
        ]

    def actions(self) -> list[web.RouteDef]:
        return Actions(self.practice, self._org, self.write).routes()

    def refusal(self, kind: str) -> web.Response:
        return _refused(fault(kind))

    def not_found(self, request: web.Request) -> web.Response:
        return _refused(not_found())

    def wrong_method(self, request: web.Request) -> web.Response:
        unknown = request.match_info.http_exception
        allowed = unknown.headers.get("Allow", "") if unknown is not None else ""
        return _refused(wrong_method(request.method, allowed.split(",")))

    async def after(self, request: web.Request, response: web.StreamResponse) -> None:
        if request.path.startswith(DATA + "/"):
            response.headers["Sforce-Limit-Info"] = self.allowance.info(self.practice.clock.now())

    def state(self, object: str, id: str | None) -> list[dict[str, Any]]:
        kind = known(object)
        if kind is None:
            raise KeyError(object)
        if id is None:
            return self._org().rows(kind.name)
        row = self._org().row(kind.name, id)
        return [] if row is None else [row]

    async def write(self, attempt: Callable[[Work], Answer]) -> Answer:
        """Do what writes, all of it or nothing, and tell of it; wait for rows that somebody else holds."""
        commits = self.practice.memory("salesforce commits", Commits)
        until = asyncio.get_running_loop().time() + commits.patience
        while True:
            work = self._work()
            try:
                answer = attempt(work)
            except Refused:
                work.undo()
                raise
            held = work.held()
            if self._locks.are_free(held):
                break
            work.undo()
            await self._locks.wait(until)
        if changes := work.done():
            self.practice.changed(crm=())
            for message in messages(self.practice, self._org, changes):
                self.practice.webhooks[self.name].emit(message)
        if commits.seconds:
            async with self._locks.holding(held):
                await asyncio.sleep(commits.seconds)
        return answer

    def _route(self, method: str, path: str, resource: Resource) -> web.RouteDef:
        if method == "GET":
            return web.get(VERSIONED + path + SLASH, self._reading(resource))
        return web.route(method, VERSIONED + path + SLASH, self._writing(resource))

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        base_url = f"{request.scheme}://{request.host}"
        header = request.headers.get("Authorization", "")
        try:
            return _json(auth.grant(self.practice.keys.salesforce, form, header, base_url))
        except auth.NoToken as refused:
            return _json(refused.body, 400)

    async def _versions(self, request: web.Request) -> web.Response:
        return _json(description.versions())

    def _reading(self, resource: Resource) -> Handler:
        async def read(request: web.Request) -> web.Response:
            try:
                self._admit(request)
                return _answered(resource(self._ask(request, self._work())))
            except Refused as refused:
                return _refused(refused)

        return read

    def _writing(self, resource: Resource) -> Handler:
        async def write(request: web.Request) -> web.Response:
            try:
                self._admit(request)
                body = _read(request, await request.read())
                return _answered(await self.write(lambda work: resource(self._ask(request, work, body))))
            except Refused as refused:
                return _refused(refused)

        return write

    def _admit(self, request: web.Request) -> None:
        """Let in a request whose token is good, and pay for it from the allowance."""
        auth.admit(self.practice.keys.salesforce, request.headers.get("Authorization"))
        self.allowance.spend(self.practice.clock.now())

    def _work(self) -> Work:
        return Work(
            self._org(), self.practice.clock.now(), lambda kind: self.practice.next_number(f"crm {kind}")
        )

    def _ask(self, request: web.Request, work: Work, body: Any = None) -> Ask:
        names: Mapping[str, str] = request.match_info
        return Ask(
            work.org,
            self._cursors,
            self.allowance,
            work.at,
            names["version"],
            names,
            request.query,
            request.headers,
            work,
            body,
        )


def _read(request: web.Request, body: bytes) -> Any:
    """The JSON of a body, none without one."""
    if not body:
        return None
    if request.content_type != "application/json":
        raise Refused(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            f"Content-Type header specified in HTTP request is not supported: {request.content_type}",
        )
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise Refused(400, "JSON_PARSER_ERROR", str(error)) from error


def _answered(answer: Answer) -> web.Response:
    if answer.body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    return _json(answer.body, answer.status, answer.headers)


def _refused(refused: Refused) -> web.Response:
    return _json(refused.body(), refused.status)


def _json(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    written = msgspec.json.encode(body)
    return web.Response(
        body=written, status=status, headers=headers, content_type="application/json", charset="UTF-8"
    )
