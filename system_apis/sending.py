"""How does one write go out, and do we know what came of it?

A write is sent once (twice only when the token had ended and so nothing was done), never retried here:
whoever asked looks it up by its key before any second try. Nothing was sent: `Unavailable` or `Busy`.
Refused, in words that say nothing was done: the error by name. Everything else: `OutcomeUnknown`.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import httpx
from msgspec import Struct

from system_apis.answers import read
from system_apis.errors import OutcomeUnknown, PlatformError, Unavailable, Unreadable
from system_apis.exchange import TooLarge, writing_client
from system_apis.measured import CALLS, UNFINISHED
from system_apis.refusals import Refusal, by_table, refusal
from system_apis.window import Params, Window, as_json, asked

T = TypeVar("T")


class Nothing(Struct):
    """Nothing of the answer is read; most platforms send none to a write."""


class Done(Struct, Generic[T], frozen=True):
    """The answer to a write that was done, and when we heard it; no body is read as an empty object."""

    value: T
    status: int
    headers: httpx.Headers
    observed_at: datetime


class Sending:
    """The one way out to one connection, for writes.

    `refusal` is the platform's own reading of what it says no with, for writes. Every failure is a
    `PlatformError`; its text holds neither ids nor anything of the answer.
    """

    def __init__(self, window: Window, *, refusal: Refusal = by_table) -> None:
        limits = window.limits
        self._window = window
        self._refusal = refusal
        self._client = writing_client(
            window.auth, connections=limits.in_flight, seconds=limits.deadline, limit=limits.answer
        )
        self.connection = window.connection

    async def send(
        self,
        method: str,
        path: str,
        *,
        returns: type[T],
        ids: Mapping[str, str] | None = None,
        params: Params | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Done[T]:
        """Write, and read the answer as `returns` (`Nothing` when it does not matter).

        `path` has `{names}` for the ids in it, as in `Transport.call`. Raises `OutcomeUnknown` when it may
        have been done, any other `PlatformError` when it was not.
        """
        operation = asked(method, path)
        began, outcome = time.perf_counter(), UNFINISHED
        with self._window.span(operation) as span:
            try:
                request = self._request(
                    method, self._window.url(path, ids or {}), params, json, form, headers
                )
                answer = await self._answered(operation, request)
                span.set_attribute("http.response.status_code", answer.status_code)
                done = Done(
                    self._read(operation, answer, returns),
                    answer.status_code,
                    answer.headers,
                    self._window.now(),
                )
                outcome = "ok"
            except PlatformError as error:
                outcome = type(error).__name__
                self._window.noted(error, span)
                raise
            finally:
                CALLS.took(time.perf_counter() - began, self.connection, operation, outcome)
            self._window.pulse.succeeded()
            return done

    async def aclose(self) -> None:
        """Close the connections. Tokens are the reading side's to end."""
        await self._client.aclose()

    async def _answered(self, operation: str, request: httpx.Request) -> httpx.Response:
        """The answer to a request, inside the deadline."""
        window, underway = self._window, Underway()
        request.extensions["trace"] = underway
        try:
            async with asyncio.timeout(window.limits.deadline):
                window.breaker.check()
                async with window.places, window.breaker.watching(window.limits.patience):
                    return await self._sent(operation, request, underway)
        except TimeoutError as error:
            raise underway.error(self.connection, f"{operation}: out of time") from error

    async def _sent(self, operation: str, request: httpx.Request, underway: "Underway") -> httpx.Response:
        try:
            answer = await self._client.send(request)
        except (TooLarge, httpx.TransportError, httpx.DecodingError) as error:
            raise underway.error(self.connection, f"{operation}: {type(error).__name__}") from error
        self._window.pulse.answered(answer.headers)
        if answer.is_success:
            return answer
        said = self._refusal(answer.status_code, answer.headers, answer.content)
        raise said or refusal(self.connection, operation, answer.status_code, answer.headers, writing=True)

    def _read(self, operation: str, answer: httpx.Response, returns: type[T]) -> T:
        try:
            return read(self.connection, operation, answer.content or b"{}", returns)
        except Unreadable as error:
            raise OutcomeUnknown(self.connection, error.detail) from error

    def _request(
        self,
        method: str,
        url: httpx.URL,
        params: Params | None,
        json: object,
        form: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> httpx.Request:
        sent = self._window.headers(headers or {})
        content = as_json(json, sent)
        return self._client.build_request(
            method, url, params=params, content=content, data=form, headers=sent
        )


class Underway:
    """Whether something of a request went out that was not answered yet, as httpcore's trace tells it."""

    def __init__(self) -> None:
        self._sent = False

    async def __call__(self, event: str, said: Mapping[str, Any]) -> None:
        if event == "http11.send_request_headers.started":
            self._sent = True
        elif event == "http11.receive_response_headers.complete":
            # Who is not let in has done nothing; the next thing to go out is the same with another token.
            _, status, *_ = said["return_value"]
            self._sent = status != httpx.codes.UNAUTHORIZED

    def error(self, connection: str, detail: str) -> PlatformError:
        """What a request without an answer has come to."""
        return (OutcomeUnknown if self._sent else Unavailable)(connection, detail)
