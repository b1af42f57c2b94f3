"""What must hold for every answer, a 404 and a 500 too?"""

import random
import re
from collections.abc import Mapping
from typing import Any, Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send
from msgspec import Struct
from opentelemetry import trace
from opentelemetry.context import attach, detach

from canonical.caller import Caller
from gateway.access import CALLER
from gateway.addresses import home
from gateway.answers import Answer
from gateway.browsers import ASKS_METHODS, Browsers
from gateway.callers import presented
from gateway.errors import GatewayError, Header
from gateway.hosts import check_host, is_host
from gateway.lists import link_of
from gateway.noting import Came, Noting
from gateway.paths import plain
from gateway.problems import TRACE_ID, Problems
from gateway.reception import Reception
from gateway.sizes import Body, Sizes, check_head
from gateway.straight import Asked, Straight
from gateway.tracing import trace_id_of, traceparent
from gateway.versions import Versions

PROBES = frozenset(("/livez", "/readyz"))
"""Asked by whoever keeps the process running: never limited."""

_HTTP: Final = ScopeType.HTTP
_GET: Final = "GET"
_NO_CONTENT = 204
_BODILESS = frozenset(("GET", "HEAD", "OPTIONS"))
# HEAD is GET without its body. OPTIONS goes in under a method nobody has: the router's own 405 tells the
# whole truth about a path, while Litestar's OPTIONS handler does not.
_INWARD = {"HEAD": "GET", "OPTIONS": ASKS_METHODS}
_REQUEST_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Edge:
    """Plain ASGI around the whole application."""

    def __init__(
        self,
        router: ASGIApp,
        straight: Straight,
        reception: Reception,
        problems: Problems,
        sizes: Sizes,
        *,
        versions: Versions,
        browsers: Browsers,
        noting: Noting,
    ) -> None:
        self._router = router
        self._straight = straight
        self._reception = reception
        self._problems = problems
        self._sizes = sizes
        self._versions = versions
        self._browsers = browsers
        self._noting = noting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != _HTTP:
            await self._router(scope, receive, send)
            return
        scope["path"] = plain(scope["path"])
        method, headers = scope["method"], dict(scope["headers"])
        came = self._noting.came(method, _INWARD.get(method, method), headers)
        stamps: list[Header] = [
            (b"request-id", _request_id(headers.get(b"request-id"))),
            (b"traceparent", traceparent(came.span)),
            *self._browsers.answers(scope["path"], headers),
            *self._versions.announced(scope["path"]),
        ]
        visit = Visit(scope=scope, headers=headers, receive=receive, send=send, stamps=stamps, came=came)
        token = attach(trace.set_span_in_context(came.span))
        try:
            asked = self._straight.find(scope["path"], scope["query_string"]) if method == _GET else None
            await (self._ask(visit) if asked is None else self._read(visit, asked))
        finally:
            detach(token)
            self._noting.answered(came, visit.route, visit.caller, visit.status)

    async def _read(self, visit: "Visit", asked: Asked) -> None:
        """Answer a plain read: everything that holds for it is done here, in one go."""
        scope, headers, stamps = visit.scope, visit.headers, visit.stamps
        try:
            visit.caller = await self._admit(visit, asked.weight)
            self._versions.check(scope["path"])
            visit.route = asked.read.template
            answer, whole = await self._straight.answer(asked, visit.caller)
            if link := link_of(answer, scope):
                stamps.append((b"link", link.encode()))
        except Exception as error:
            await self._tell(error, visit, Answer(visit.send, _GET, headers, stamps))
        else:
            visit.status = await whole.send(visit.send, headers, stamps)

    async def _ask(self, visit: "Visit") -> None:
        """Let the router answer; what is raised past its handlers is answered here, unless it is too late."""
        scope, headers, came, stamps = visit.scope, visit.headers, visit.came, visit.stamps
        receive, send = visit.receive, visit.send
        body = None
        if came.inward not in _BODILESS:
            body = Body(self._sizes, headers, receive, send)
            receive, send = body.receive, body.send
        answer = Answer(send, came.method, headers, stamps)
        state: dict[str, Any] = {TRACE_ID: trace_id_of(came.span), CALLER: None}
        inward: HTTPScope = {**scope, "method": came.inward, "state": state}  # type: ignore[typeddict-item]
        try:
            if preflight := self._browsers.may_ask(inward, headers):
                return await answer.tell(_NO_CONTENT, preflight, b"")
            visit.caller = state[CALLER] = await self._admit(visit)
            self._versions.check(scope["path"])
            if body:
                body.check()
            await self._router(inward, receive, answer)
        except Exception as error:
            if answer.started:
                raise  # nothing better can be said any more; the server cuts the connection and logs why
            await self._tell(error, visit, answer)
        finally:
            visit.status = answer.status
            visit.route = inward.get("path_template", "")

    async def _tell(self, error: Exception, visit: "Visit", answer: Answer) -> None:
        complaints = error.complaints if isinstance(error, GatewayError) else None
        if isinstance(error, GatewayError) and error.caller:
            visit.caller = error.caller
        path, trace_id = visit.scope["path"], trace_id_of(visit.came.span)
        await answer.tell(*self._problems.tell(error, path, trace_id, complaints))
        visit.status = answer.status

    async def _admit(self, visit: "Visit", weight: int | None = None) -> Caller | None:
        scope = visit.scope
        headers = list(scope["headers"])
        check_head(self._sizes, headers, scope.get("raw_path") or b"")
        if len(headers) != len(visit.headers) or not is_host(visit.headers.get(b"host", b"")):
            check_host(headers, scope["http_version"])
        once = weight is not None and len(headers) == len(visit.headers)
        if once and (known := self._reception.remembered(visit.headers)) is not None:
            return await self._reception.admit_again(known, visit.stamps, weight or 1)
        if scope["path"] in PROBES and presented(headers) is None:
            return None
        client = scope.get("client")
        return await self._reception.admit(
            headers,
            home(client[0]) if client else "",
            visit.stamps,
            method=visit.came.inward,
            path=scope["path"],
        )


class Visit(Struct, kw_only=True):
    """One request and what became of it."""

    scope: HTTPScope
    headers: Mapping[bytes, bytes]
    receive: Receive
    send: Send
    stamps: list[Header]
    came: Came
    caller: Caller | None = None
    route: str = ""
    status: int = 0


def _request_id(given: bytes | None) -> bytes:
    """The caller's own id, when it is plain enough to be repeated in headers and logs; else a new one."""
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return b"req_%024x" % random.getrandbits(96)
