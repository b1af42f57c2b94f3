"""How does one call go out and come back?

Everything that holds for every call to every platform happens here and nowhere else: one deadline over all
of it, retries, breaker, span, size, errors by name, strict decoding.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Generic, TypeVar
from urllib.parse import quote

import aiohttp
import httpx
import msgspec
from msgspec import Struct
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from system_apis.answers import read
from system_apis.breaker import Breaker
from system_apis.errors import Missing, PlatformError, Refused, Unavailable, Unreadable
from system_apis.exchange import TooLarge, reading_client
from system_apis.health import Health, Pulse, Quota
from system_apis.measured import CALLS, RETRIES, UNFINISHED
from system_apis.places import Places
from system_apis.refusals import Refusal, by_table, refusal
from system_apis.retries import Retries
from system_apis.tokens import Bearer

T = TypeVar("T")
Params = Mapping[str, str | int | list[str]]

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


class Answer(Struct, Generic[T], frozen=True):
    """What a platform said, when we heard it, and its headers."""

    value: T
    observed_at: datetime
    headers: httpx.Headers


class Transport:
    """The one way out to one connection, for reads.

    `refusal` is the platform's own reading of its errors, `usage` of its quota headers, `headers` go with
    every call. Every failure is a `PlatformError`; its text holds neither ids nor anything of the answer.
    """

    def __init__(
        self,
        connection: str,
        base_url: str,
        auth: httpx.Auth,
        *,
        now: Callable[[], datetime],
        refusal: Refusal = by_table,
        usage: Callable[[httpx.Headers], Quota | None] = lambda headers: None,
        headers: Mapping[str, str] | None = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> None:
        self.connection = connection
        self._base = base_url.rstrip("/")
        self._origin = _origin(httpx.URL(self._base))
        self._auth = auth
        self._now = now
        self._refusal = refusal
        self._limits = limits
        self._headers = dict(headers or {})
        self._client = reading_client(
            auth, connections=limits.in_flight, seconds=limits.deadline, limit=limits.answer
        )
        self._breaker = Breaker(connection)
        self._places = Places(connection, places=limits.in_flight, waiting=limits.waiting)
        self._retries = Retries(limits.attempts)
        self._pulse = Pulse(now, usage)

    async def call(
        self,
        method: str,
        path: str,
        *,
        returns: type[T],
        ids: Mapping[str, str] | None = None,
        params: Params | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[T]:
        """Ask once, as often as that takes, and read the answer as `returns`.

        `path` is below the base URL with `{names}` for the ids in it, so that a span says which call it
        was without saying about whom; or it is a link that the platform gave, which must be its own.
        """
        asked = f"{method} {'(link)' if '://' in path else path}"
        began, outcome = time.perf_counter(), UNFINISHED
        with _span(asked, self.connection, self._origin[1]) as span:
            try:
                request = self._request(method, path, ids or {}, params, json, headers)
                answer = await self._asked(asked, request)
                span.set_attribute("http.response.status_code", answer.status_code)
                said = Answer(
                    read(self.connection, asked, answer.content, returns), self._now(), answer.headers
                )
                outcome = "ok"
            except PlatformError as error:
                outcome = type(error).__name__
                self._noted(error, span)
                raise
            finally:
                CALLS.took(time.perf_counter() - began, self.connection, asked, outcome)
            self._pulse.succeeded()
            return said

    def health(self) -> Health:
        """How this connection is doing, as far as its calls have shown."""
        return self._pulse.health(callable=not self._breaker.resting)

    async def aclose(self) -> None:
        """Close the connections, and stop asking for tokens."""
        if isinstance(self._auth, Bearer):
            await self._auth.aclose()
        await self._client.aclose()

    async def _asked(self, asked: str, request: httpx.Request) -> httpx.Response:
        """The answer to a request, inside the deadline."""
        ends = time.monotonic() + self._limits.deadline
        try:
            async with asyncio.timeout(self._limits.deadline):
                self._breaker.check()
                async with self._places:
                    return await self._attempted(asked, request, ends)
        except TimeoutError as error:
            raise Unavailable(self.connection, f"{asked}: out of time") from error

    async def _attempted(self, asked: str, request: httpx.Request, ends: float) -> httpx.Response:
        def left() -> float:
            return 0 if self._breaker.resting else ends - time.monotonic()

        async for attempt in self._retries.attempts(left):
            if attempt.num > 1:
                RETRIES.add(self.connection)
            with attempt:
                async with self._breaker.watching(self._limits.patience):
                    return await self._sent(asked, request)
        raise AssertionError("the last attempt answers or raises")

    async def _sent(self, asked: str, request: httpx.Request) -> httpx.Response:
        """One attempt (two when the token had ended): a success, or the error that it stands for."""
        try:
            answer = await self._client.send(request)
        except (TooLarge, httpx.DecodingError, aiohttp.ClientError) as error:
            raise Unreadable(self.connection, f"{asked}: {type(error).__name__}") from error
        except httpx.TransportError as error:
            raise Unavailable(self.connection, f"{asked}: {type(error).__name__}") from error
        self._pulse.answered(answer.headers)
        if answer.is_success:
            return answer
        said = self._refusal(answer.status_code, answer.headers, answer.content)
        raise said or refusal(self.connection, asked, answer.status_code, answer.headers)

    def _request(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str],
        params: Params | None,
        json: object,
        headers: Mapping[str, str] | None,
    ) -> httpx.Request:
        url = httpx.URL(path if "://" in path else self._base + self._filled(path, ids))
        if _origin(url) != self._origin:
            raise Unreadable(self.connection, f"{method}: a link to another host")
        sent = {**self._headers, **(headers or {})}
        _trace_context.inject(sent)
        content = None
        if json is not None:
            content = msgspec.json.encode(json)
            sent["Content-Type"] = "application/json"
        return self._client.build_request(method, url, params=params, content=content, headers=sent)

    def _filled(self, path: str, ids: Mapping[str, str]) -> str:
        # An empty id asks for the list, and one made of dots for another path.
        if any(id in {"", ".", ".."} for id in ids.values()):
            raise Missing(self.connection, f"{path}: no such id can be")
        return path.format_map({name: quote(id, safe="") for name, id in ids.items()})

    def _noted(self, error: PlatformError, span: trace.Span) -> None:
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(trace.StatusCode.ERROR, str(error))
        if isinstance(error, Missing | Refused):
            self._pulse.succeeded()
        else:
            self._pulse.failed(error)


def _span(asked: str, connection: str, host: str) -> AbstractContextManager[trace.Span]:
    method, _, template = asked.partition(" ")
    return _tracer.start_as_current_span(
        asked,
        kind=trace.SpanKind.CLIENT,
        attributes={
            "tieline.connection": connection,
            "http.request.method": method,
            "url.template": template,
            "server.address": host,
        },
        record_exception=False,
        set_status_on_exception=False,
    )


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
