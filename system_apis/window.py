"""What do all calls on one connection share, reads and writes alike?"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Final
from urllib.parse import quote

import httpx
import msgspec
from msgspec import Struct
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from system_apis.breaker import Breaker
from system_apis.errors import Missing, PlatformError, Refused, Unreadable
from system_apis.health import Health, Pulse, Quota
from system_apis.places import Places

Params = Mapping[str, str | int | list[str]]

JSON: Final = "application/json"
# Amounts stand in JSON as numbers, exact.
_encoder: Final = msgspec.json.Encoder(decimal_format="number")
_tracer = trace.get_tracer("tieline.system_apis")
_trace_context = TraceContextTextMapPropagator()


class Limits(Struct, frozen=True, kw_only=True):
    """What one connection may cost. Times are seconds, sizes bytes.

    `deadline` is over everything: waiting for a place, token, connecting, retries, reading.
    A call that is given up without an answer after `patience` counts as a failure of the platform.
    """

    deadline: float = 10.0
    patience: float = 1.0
    in_flight: int = 16
    waiting: int = 256
    answer: int = 16 * 1024 * 1024
    attempts: int = 3


class Window:
    """Where one platform stands, who we are there, how many calls it may have, and how it is doing.

    `usage` is the platform's own reading of its quota headers, `headers` go with every call.
    """

    def __init__(
        self,
        connection: str,
        base_url: str,
        auth: httpx.Auth,
        *,
        now: Callable[[], datetime],
        usage: Callable[[httpx.Headers], Quota | None],
        headers: Mapping[str, str],
        limits: Limits,
    ) -> None:
        self.connection = connection
        self.auth = auth
        self.now = now
        self.limits = limits
        self.breaker = Breaker(connection)
        self.places = Places(connection, places=limits.in_flight, waiting=limits.waiting)
        self.pulse = Pulse(now, usage)
        self._base = base_url.rstrip("/")
        self._origin = _origin(httpx.URL(self._base))
        self._headers = dict(headers)

    def health(self) -> Health:
        """How this connection is doing, as far as its calls have shown."""
        return self.pulse.health(callable=not self.breaker.resting)

    def address(self, path: str, ids: Mapping[str, str]) -> str:
        """The address of a path with `{names}` for the ids in it, or of a link that the platform gave.

        Raises `Missing` for ids that would be another path, `Unreadable` for a link to another host.
        """
        if path.startswith("/"):  # ours, below the base URL: there is no other host in it
            return self._base + self._filled(path, ids)
        if _origin(httpx.URL(path)) != self._origin:
            raise Unreadable(self.connection, "a link to another host")
        return path

    def url(self, path: str, ids: Mapping[str, str]) -> httpx.URL:
        """The same, taken apart."""
        return httpx.URL(self.address(path, ids))

    def headers(self, *more: Mapping[str, str]) -> dict[str, str]:
        """What goes with a call: ours, those given, and its trace."""
        sent = dict(self._headers)
        for headers in more:
            sent.update(headers)
        _trace_context.inject(sent)
        return sent

    def span(self, asked: str) -> AbstractContextManager[trace.Span]:
        """The span around one call, named `METHOD path` without ids.

        What the edge decided not to record is not recorded here either, and costs nothing.
        """
        around = trace.get_current_span()
        if around.get_span_context().is_valid and not around.is_recording():
            return nullcontext(around)
        method, _, template = asked.partition(" ")
        return _tracer.start_as_current_span(
            asked,
            kind=trace.SpanKind.CLIENT,
            attributes={
                "tieline.connection": self.connection,
                "http.request.method": method,
                "url.template": template,
                "server.address": self._origin[1],
            },
            record_exception=False,
            set_status_on_exception=False,
        )

    def noted(self, error: PlatformError, span: trace.Span) -> None:
        """A call ended with this error: an answer that says no, or none, shows that the platform works."""
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(trace.StatusCode.ERROR, str(error))
        if isinstance(error, Missing | Refused):
            self.pulse.succeeded()
        else:
            self.pulse.failed(error)

    def _filled(self, path: str, ids: Mapping[str, str]) -> str:
        # An empty id asks for the list, and one made of dots for another path.
        if any(id in {"", ".", ".."} for id in ids.values()):
            raise Missing(self.connection, f"{path}: no such id can be")
        return path.format_map({name: quote(id, safe="") for name, id in ids.items()})


def asked(method: str, path: str) -> str:
    """What a call is called where no ids may stand: in spans, metrics and errors."""
    return f"{method} {'(link)' if '://' in path else path}"


def as_json(body: object, headers: dict[str, str]) -> bytes | None:
    """A body as JSON, and its type among the headers; None stays None."""
    if body is None:
        return None
    headers["Content-Type"] = JSON
    return _encoder.encode(body)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
