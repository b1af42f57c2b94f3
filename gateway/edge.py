"""What must hold for every answer, a 404 and a 500 too?"""

import random
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send
from opentelemetry import trace
from opentelemetry.context import attach, detach
from opentelemetry.trace import Span, Status, StatusCode

from canonical.caller import Caller
from gateway.access import CALLER
from gateway.answers import Answer
from gateway.browsers import ASKS_METHODS, Browsers
from gateway.callers import presented
from gateway.counting import Counting
from gateway.errors import GatewayError, Header
from gateway.measuring import METHODS
from gateway.problems import TRACE_ID, Problems
from gateway.reception import Reception
from gateway.sizes import Sizes, bounded, check_head
from gateway.telemetry import Telemetry
from gateway.tracing import begin, parent_of, traceparent
from gateway.versions import Versions
from system_apis.metrics import OTHER

PROBES = frozenset(("/livez", "/readyz"))
"""Asked by whoever keeps the process running: never limited."""

_SERVER_ERROR = 500
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
        inner: ASGIApp,
        reception: Reception,
        problems: Problems,
        telemetry: Telemetry,
        sizes: Sizes,
        *,
        versions: Versions,
        browsers: Browsers,
        counting: Counting,
    ) -> None:
        self._inner = inner
        self._reception = reception
        self._problems = problems
        self._telemetry = telemetry
        self._sizes = sizes
        self._versions = versions
        self._browsers = browsers
        self._counting = counting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            await self._serve(scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        headers = dict(scope["headers"])
        method = scope["method"]
        parent = parent_of(headers.get(b"traceparent"), headers.get(b"tracestate"))
        span = begin(self._telemetry.tracer, parent, self._telemetry.ratio, method)
        context = span.get_span_context()
        stamps: list[Header] = [
            (b"request-id", _request_id(headers.get(b"request-id"))),
            (b"traceparent", traceparent(context)),
            *self._browsers.answers(scope["path"], headers),
            *self._versions.announced(scope["path"]),
        ]
        answer = Answer(send, method, headers, stamps)
        state: dict[str, Any] = {TRACE_ID: f"{context.trace_id:032x}", CALLER: None}
        inward: HTTPScope = {**scope, "method": _INWARD.get(method, method), "state": state}  # type: ignore[typeddict-item]
        if self._telemetry.requests:
            self._telemetry.requests.begun()
        token = attach(trace.set_span_in_context(span))
        try:
            await self._ask(inward, headers, receive, answer)
        finally:
            detach(token)
            self._note(inward, method, span, answer, began)

    async def _ask(
        self, scope: HTTPScope, headers: Mapping[bytes, bytes], receive: Receive, answer: Answer
    ) -> None:
        """Let the house answer; what is raised past its handlers is answered here, unless it is too late."""
        try:
            if preflight := self._browsers.may_ask(scope, headers):
                return await answer.tell(_NO_CONTENT, preflight, b"")
            scope["state"][CALLER] = await self._admit(scope, answer.stamps)
            self._versions.check(scope["path"])
            if scope["method"] not in _BODILESS:
                receive = bounded(self._sizes, receive, headers.get(b"content-length"))
            await self._inner(scope, receive, answer)
        except Exception as error:
            if answer.started:
                raise  # nothing better can be said any more; the server cuts the connection and logs why
            complaints = error.complaints if isinstance(error, GatewayError) else None
            if isinstance(error, GatewayError) and error.caller:
                scope["state"][CALLER] = error.caller
            told = self._problems.tell(error, scope["path"], scope["state"][TRACE_ID], complaints)
            await answer.tell(*told)

    async def _admit(self, scope: HTTPScope, stamps: list[Header]) -> Caller | None:
        headers = list(scope["headers"])
        check_head(self._sizes, headers, scope.get("raw_path") or b"")
        if scope["path"] in PROBES and presented(headers) is None:
            return None
        client = scope.get("client")
        return await self._reception.admit(
            headers, client[0] if client else "", stamps, method=scope["method"], path=scope["path"]
        )

    def _note(self, scope: HTTPScope, method: str, span: Span, answer: Answer, began: float) -> None:
        """One span and one line per request: the route's template, never the path, the query or a person."""
        route = scope.get("path_template", "")
        method = method if method in METHODS else OTHER
        caller: Caller | None = scope["state"][CALLER]
        client = caller.client if caller else None
        seconds = time.perf_counter() - began
        self._counting.note(scope, caller, answer.status)
        if self._telemetry.requests:
            self._telemetry.requests.done(scope["method"], route, client, answer.status, seconds)
        if span.is_recording():
            span.update_name(f"{method} {route}".rstrip())
            span.set_attribute("http.request.method", method)
            span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", answer.status)
            if answer.status >= _SERVER_ERROR:
                span.set_status(Status(StatusCode.ERROR))
        span.end()
        if self._telemetry.access:
            self._telemetry.access.line(
                at=datetime.now(UTC),
                method=method,
                route=route,
                status=answer.status,
                ms=round(seconds * 1000, 2),
                client=client,
                trace_id=scope["state"][TRACE_ID],
            )


def _request_id(given: bytes | None) -> bytes:
    """The caller's own id, when it is plain enough to be repeated in headers and logs; else a new one."""
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return b"req_%024x" % random.getrandbits(96)
