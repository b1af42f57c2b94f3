"""What is kept of a request that was answered?

One span, one line, one count of each kind: the route's template, never the path, the query or a person.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct
from opentelemetry.trace import Span, Status, StatusCode

from canonical.caller import Caller
from gateway.counting import Counting
from gateway.measuring import METHODS
from gateway.telemetry import Telemetry
from gateway.tracing import begin, parent_of, trace_id_of
from system_apis.metrics import OTHER

_SERVER_ERROR = 500


class Came(Struct, frozen=True):
    """A request as it came: `inward` is the method under which it went in."""

    method: str
    inward: str
    span: Span
    began: float


class Noting:
    """Keeps what there is to be kept, wherever each kind of it is wanted."""

    def __init__(self, telemetry: Telemetry, counting: Counting) -> None:
        self._telemetry = telemetry
        self._counting = counting

    def came(self, method: str, inward: str, headers: Mapping[bytes, bytes]) -> Came:
        """A request came in: its span has begun."""
        began, telemetry = time.perf_counter(), self._telemetry
        given = headers.get(b"traceparent")
        parent = parent_of(given, headers.get(b"tracestate")) if given else None
        if telemetry.requests:
            telemetry.requests.begun()
        return Came(method, inward, begin(telemetry.tracer, parent, telemetry.ratio, method), began)

    def answered(self, came: Came, route: str, caller: Caller | None, status: int) -> None:
        """It was answered; a status of 0 stands for a caller who did not wait."""
        client = caller.client if caller else None
        seconds = time.perf_counter() - came.began
        self._counting.note(came.inward, route, caller, status)
        if self._telemetry.requests:
            self._telemetry.requests.done(came.inward, route, client, status, seconds)
        if came.span.is_recording():
            _fill(came.span, _told(came.method), route, status)
        if self._telemetry.access:
            self._telemetry.access.line(
                at=datetime.now(UTC),
                method=_told(came.method),
                route=route,
                status=status,
                ms=round(seconds * 1000, 2),
                client=client,
                trace_id=trace_id_of(came.span),
            )


def _told(method: str) -> str:
    return method if method in METHODS else OTHER


def _fill(span: Span, method: str, route: str, status: int) -> None:
    span.update_name(f"{method} {route}".rstrip())
    span.set_attribute("http.request.method", method)
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    if status >= _SERVER_ERROR:
        span.set_status(Status(StatusCode.ERROR))
    span.end()
