"""What happens to a call before and after the platform itself answers it?

Faults come first, then the platform, then the vendor's own headers; the call log sees it all.
The control face passes untouched.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.kit.calls import ANSWERING, Call
from sandbox.kit.faults import Fault
from sandbox.kit.platform import LAGGING, Platform

CONTROL: Final = "/_sim"
_KEY_HEADERS: Final = ("Idempotency-Key", "X-NetSuite-Idempotency-Key")
_REFUSALS: Final = ("error_500", "rate_limited", "expired_token", "locked_row", "closed_period")
# What a cut connection, a starting server or a bug sends with a 200, taken in turns.
_BAD_BODIES: Final = (b'{"data": [{"id": ', b"<html><body>The service is starting</body></html>", b'"ok"')
_QUESTIONS: Final = ("GET", "HEAD", "OPTIONS")
_ELSEWHERE: Final = "https://elsewhere.invalid"


def front(platform: Platform, late: set[asyncio.Task[web.StreamResponse]]) -> Middleware:
    """The middleware of one platform's port; `late` is what goes on without its client."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(CONTROL + "/"):
            return await handler(request)
        call = _logged(platform, request)
        struck = _struck(platform, request)
        call.fault = next(iter(struck), None)
        if "down" in struck:
            return _cut(request)
        # Whatever changes from here on was changed by this call: the others may be under way meanwhile.
        answering = ANSWERING.set(call)
        try:
            with platform.under_way(request) as one_too_many:
                response = one_too_many or await _to_its_end(
                    lambda: _faulty(platform, request, handler, struck), request, late
                )
        finally:
            ANSWERING.reset(answering)
        if "cut_before" in struck or "commit_then_cut" in struck:
            return _cut(request)
        await platform.after(request, response)
        call.status = response.status
        return response

    return answer


async def _to_its_end(
    answer: Callable[[], Coroutine[Any, Any, web.StreamResponse]],
    request: web.Request,
    late: set[asyncio.Task[web.StreamResponse]],
) -> web.StreamResponse:
    """A write is carried out though nobody waits for its answer any more; a question then is not."""
    if request.method in _QUESTIONS:
        return await answer()
    await request.read()  # what has come is here, though the caller goes before it is looked at
    task = asyncio.create_task(answer())
    late.add(task)
    task.add_done_callback(late.discard)
    return await asyncio.shield(task)


def _logged(platform: Platform, request: web.Request) -> Call:
    """The call in the log, from the moment it came: one that is never answered is there too."""
    log = platform.practice.calls[platform.name]
    call = Call(
        sequence=log.next_sequence(),
        at=datetime.now(UTC),
        method=request.method,
        path=request.path,
        query=request.query_string,
        key=next((request.headers[name] for name in _KEY_HEADERS if name in request.headers), None),
        traceparent=request.headers.get("traceparent"),
    )
    log.add(call)
    return call


def _struck(platform: Platform, request: web.Request) -> dict[str, Fault]:
    """The faults that hit this call, by name."""
    faults = platform.practice.faults[platform.name]
    hitting = faults.striking(f"{request.method} {request.path}", platform.spared(request))
    return {fault.fault: fault for fault in hitting}


async def _faulty(
    platform: Platform, request: web.Request, handler: Handler, struck: dict[str, Fault]
) -> web.StreamResponse:
    """The platform's answer, or what the faults make of it."""
    if slow := struck.get("slow"):
        # A question ends early when the client goes: the server cancels the handler then.
        await asyncio.sleep(slow.seconds_slow)
    if "cut_before" in struck:
        return web.Response()
    for refusal in _REFUSALS:
        if refusal in struck:
            return await platform.refuse(refusal, request)
    if "redirect" in struck:
        return web.Response(status=302, headers={"Location": _ELSEWHERE + request.path_qs})
    if bad := struck.get("bad_body"):
        body = _BAD_BODIES[(bad.hits - 1) % len(_BAD_BODIES)]
        return web.Response(body=body, content_type="application/json")
    request[LAGGING] = "search_lags" in struck
    return await _answered(platform, request, handler)


async def _answered(platform: Platform, request: web.Request, handler: Handler) -> web.StreamResponse:
    """The platform's own answer, also to paths and methods that it does not have."""
    unknown = request.match_info.http_exception
    if unknown is None:
        return await handler(request)
    if unknown.status == web.HTTPMethodNotAllowed.status_code:
        return platform.wrong_method(request)
    return platform.not_found(request)


def _cut(request: web.Request) -> web.Response:
    """Close the connection without an answer; the one returned here has nowhere to go."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
