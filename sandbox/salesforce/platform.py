"""Which paths does Salesforce answer?"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import msgspec
from aiohttp import web

from sandbox.kit.platform import Platform
from sandbox.kit.practice import Kept, Practice
from sandbox.salesforce import auth, description
from sandbox.salesforce.allowance import Allowance
from sandbox.salesforce.composite import composite
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.errors import Refused, fault, not_found
from sandbox.salesforce.exchange import Answer, Ask
from sandbox.salesforce.org import Org
from sandbox.salesforce.rendering import TABLES
from sandbox.salesforce.resources import RESOURCES, Resource
from sandbox.salesforce.schema import known

DATA: Final = "/services/data"
TOKEN_PATH: Final = "/services/oauth2/token"  # noqa: S105 (a path)
# v31.0 to v68.0, with or without a slash at the end.
VERSIONED: Final = DATA + r"/v{version:(?:3[1-9]|[45]\d|6[0-8])\.0}"
SLASH: Final = "{slash:/?}"


class Salesforce(Platform):
    """The org of the practice company, as its REST API shows it."""

    name = "salesforce"
    token_paths: ClassVar[frozenset[str]] = frozenset({TOKEN_PATH})

    def __init__(self, practice: Practice) -> None:
        super().__init__(practice)
        self.allowance = Allowance()
        self._cursors = Cursors()
        self._org = Kept(practice, Org, tables=TABLES)

    def routes(self) -> list[web.RouteDef]:
        reads = [web.get(VERSIONED + path + SLASH, self._reading(resource)) for path, resource in RESOURCES]
        return [
            web.post(TOKEN_PATH, self._token),
            web.get(DATA + SLASH, self._versions),
            *reads,
            web.post(VERSIONED + "/composite" + SLASH, self._composite),
        ]

    def refusal(self, kind: str) -> web.Response:
        return _refused(fault(kind))

    def not_found(self, request: web.Request) -> web.Response:
        return _refused(not_found())

    def wrong_method(self, request: web.Request) -> web.Response:
        unknown = request.match_info.http_exception
        allowed = (
            unknown.headers["Allow"] if unknown is not None and "Allow" in unknown.headers else "HEAD,GET"
        )
        message = f"HTTP Method '{request.method}' not allowed. Allowed are {allowed}"
        return _refused(Refused(405, "METHOD_NOT_ALLOWED", message))

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

    def _reading(self, resource: Resource) -> Any:
        async def read(request: web.Request) -> web.Response:
            try:
                return _answered(resource(self._admitted(request)))
            except Refused as refused:
                return _refused(refused)

        return read

    async def _composite(self, request: web.Request) -> web.Response:
        try:
            ask = self._admitted(request)
            return _answered(composite(ask, msgspec.json.decode(await request.read())))
        except msgspec.DecodeError as error:
            return _refused(Refused(400, "JSON_PARSER_ERROR", str(error)))
        except Refused as refused:
            return _refused(refused)

    def _admitted(self, request: web.Request) -> Ask:
        """The read behind a request whose token is good and paid for from the allowance."""
        auth.admit(self.practice.keys.salesforce, request.headers.get("Authorization"))
        now = self.practice.clock.now()
        self.allowance.spend(now)
        names: Mapping[str, str] = request.match_info
        return Ask(
            self._org(),
            self._cursors,
            self.allowance,
            now,
            names["version"],
            names,
            request.query,
            request.headers,
        )


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
