"""Does a call come back as what was asked for, or as an error with the right name?"""

import asyncio

import httpx
import pytest
from aiohttp import web
from opentelemetry import trace
from opentelemetry.context import attach, detach
from opentelemetry.sdk.trace import TracerProvider  # noqa: TID251 - what a span says is what is tested
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: TID251
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: TID251

from system_apis import window as module
from system_apis.errors import (
    Busy,
    Missing,
    PlatformError,
    Refused,
    Unauthorised,
    Unavailable,
    Unreadable,
)
from tests.system_apis.elsewhere import NOW, Thing, Turns, always, behaving, connected, cut, reaching

SECRET = "Ms Personal Data"


async def test_an_answer_is_read_and_says_when_it_was_observed() -> None:
    async with reaching(always(headers={"X-Usage": "7"})) as there:
        answer = await there.call("GET", "/things", returns=Thing)
        assert answer.value == Thing("it")
        assert answer.observed_at == NOW
        assert answer.headers["x-usage"] == "7"


async def test_ids_are_one_segment_of_the_path_whatever_is_in_them() -> None:
    seen = Turns(always())
    async with reaching(seen) as there:
        await there.call("GET", "/things/{id}/parts", ids={"id": "a/../b?c=d&é %2f"}, returns=Thing)
        path = seen.calls[0].raw_path
        assert path == "/things/a%2F..%2Fb%3Fc%3Dd%26%C3%A9%20%252f/parts"


@pytest.mark.parametrize("id", ["", ".", ".."])
async def test_an_id_that_would_be_another_path_is_missing_without_a_call(id: str) -> None:
    seen = Turns(always())
    async with reaching(seen) as there:
        with pytest.raises(Missing):
            await there.call("GET", "/things/{id}", ids={"id": id}, returns=Thing)
    assert not seen.calls


async def test_parameters_arrive_as_they_were_given() -> None:
    seen = Turns(always())
    given = {"q": "it's 100% + 'more' & \\ \"é\"", "expand[]": "data.x"}
    async with reaching(seen) as there:
        await there.call("GET", "/things", params=given, returns=Thing)
    assert dict(seen.calls[0].query) == given


STATUSES = [
    (400, Refused),
    (401, Unauthorised),
    (403, Unauthorised),
    (404, Missing),
    (409, Refused),
    (410, Missing),
    (422, Refused),
    (429, Busy),
    (500, Unavailable),
    (503, Unavailable),
    (302, Unreadable),
    (304, Unreadable),
]


@pytest.mark.parametrize(("status", "error"), STATUSES)
async def test_a_status_has_the_name_of_what_to_do_next(status: int, error: type[PlatformError]) -> None:
    async with reaching(always(status, {"message": SECRET}), attempts=1) as there:
        with pytest.raises(error) as caught:
            await there.call("GET", "/things/{id}", ids={"id": SECRET}, returns=Thing)
    assert caught.value.connection == "there"
    assert SECRET not in str(caught.value)


async def test_a_platforms_own_reading_of_an_error_comes_first() -> None:
    def known(status: int, headers: object, body: bytes) -> PlatformError | None:
        return Busy("there", "daily limit") if b"LIMIT" in body else None

    async with reaching(always(403, {"code": "LIMIT"}), refusal=known, attempts=1) as there:
        with pytest.raises(Busy):
            await there.call("GET", "/things", returns=Thing)


BODIES = [
    (b'{"name": 5}', r"at `\$\.name`$"),
    (b'{"other": "x"}', r"at `\$`$"),
    (b"<html>" + SECRET.encode(), "not JSON"),
    (b'{"name": "', "not JSON"),
    (b"", "not JSON"),
    (b'{"name": "\xff"}', "not JSON"),
]


@pytest.mark.parametrize(("body", "where"), BODIES)
async def test_a_body_that_is_not_as_expected_says_only_where(body: bytes, where: str) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/json")

    async with reaching(answer) as there:
        with pytest.raises(Unreadable, match=where) as caught:
            await there.call("GET", "/things", returns=Thing)
    assert SECRET not in repr(caught.value)


@pytest.mark.parametrize("compressed", [False, True])
async def test_a_body_that_is_too_large_is_not_read_to_its_end(compressed: bool) -> None:
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        if compressed:
            response.enable_compression(web.ContentCoding.gzip)
        await response.prepare(request)
        for _ in range(4000):
            await response.write(b'"' + b"x" * 16_000)
            sent += 16_000
        return response

    async with reaching(answer, answer=100_000) as there:
        with pytest.raises(Unreadable, match="TooLarge"):
            await there.call("GET", "/things", returns=Thing)
    assert compressed or sent < 16_000 * 4000


async def test_a_body_that_cannot_be_unpacked_is_unreadable() -> None:
    turns = Turns(always(headers={"Content-Encoding": "gzip"}))
    async with reaching(turns) as there:
        with pytest.raises(Unreadable):
            await there.call("GET", "/things", returns=Thing)
    assert len(turns.calls) == 1


@pytest.mark.parametrize("coding", [web.ContentCoding.gzip, web.ContentCoding.deflate])
async def test_a_body_that_was_packed_is_unpacked(coding: web.ContentCoding) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        assert coding.value in request.headers["Accept-Encoding"]
        response = web.json_response({"name": "it" * 1000})
        response.enable_compression(coding)
        return response

    async with reaching(answer) as there:
        assert (await there.call("GET", "/things", returns=Thing)).value.name == "it" * 1000


async def test_a_body_that_is_cut_is_unavailable_and_asked_for_again() -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b'{"name": "i')
        assert request.transport is not None
        request.transport.close()
        return response

    turns = Turns(half, always())
    async with reaching(turns) as there:
        assert (await there.call("GET", "/things", returns=Thing)).value.name == "it"
    assert len(turns.calls) == 2


async def test_a_proof_that_is_a_header_goes_with_every_call() -> None:
    seen = Turns(always())
    async with reaching(seen, auth=httpx.BasicAuth("us", "secret")) as there:
        await there.call("GET", "/things", returns=Thing)
        await there.call("GET", "/things", json={"a": 1}, returns=Thing)
    assert {call.headers["Authorization"] for call in seen.calls} == {"Basic dXM6c2VjcmV0"}


async def test_a_redirect_is_refused_and_not_followed() -> None:
    other = Turns(always())
    async with (
        behaving(other) as elsewhere,
        reaching(always(302, headers={"Location": f"{elsewhere}/things"})) as there,
    ):
        with pytest.raises(Unreadable):
            await there.call("GET", "/things", returns=Thing)
    assert not other.calls


async def test_cookies_of_a_platform_are_not_kept() -> None:
    seen = Turns(always(headers={"Set-Cookie": "server=7; Path=/"}))
    async with reaching(seen) as there:
        await there.call("GET", "/things", returns=Thing)
        await there.call("GET", "/things", returns=Thing)
    assert "Cookie" not in seen.calls[1].headers


LINKS = ["http://elsewhere.invalid/things", "https://127.0.0.1/things", "http://127.0.0.1@elsewhere.invalid/"]


@pytest.mark.parametrize("link", LINKS)
async def test_a_link_to_another_host_is_not_called(link: str) -> None:
    async with reaching(always()) as there:
        with pytest.raises(Unreadable, match="another host"):
            await there.call("GET", link, returns=Thing)


async def test_a_link_of_its_own_is_called() -> None:
    seen = Turns(always())
    async with behaving(seen) as url, connected(url) as there:
        await there.call("GET", f"{url}/things?page=2", returns=Thing)
    assert seen.calls[0].path_qs == "/things?page=2"


async def test_a_cut_connection_is_unavailable() -> None:
    async with reaching(cut, attempts=1) as there:
        with pytest.raises(Unavailable):
            await there.call("GET", "/things", returns=Thing)


async def test_something_that_does_not_speak_http_is_unreadable() -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x16\x03\x01 who are you?\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, connected(f"http://127.0.0.1:{port}") as there:
        with pytest.raises(Unreadable):
            await there.call("GET", "/things", returns=Thing)


async def test_a_span_names_the_call_without_its_ids_and_goes_on_at_the_platform(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(module, "_tracer", provider.get_tracer("test"))
    seen = Turns(always(), always(404))
    async with reaching(seen) as there:
        await there.call("GET", "/things/{id}", ids={"id": "42"}, params={"q": SECRET}, returns=Thing)
        with pytest.raises(Missing):
            await there.call("GET", "/things/{id}", ids={"id": "43"}, returns=Thing)
    good, missing = spans.get_finished_spans()
    assert good.name == "GET /things/{id}"
    assert good.attributes is not None
    assert good.attributes["tieline.connection"] == "there"
    assert good.attributes["http.response.status_code"] == 200
    assert missing.attributes is not None
    assert missing.attributes["error.type"] == "Missing"
    assert good.attributes["url.template"] == "/things/{id}"
    assert SECRET not in good.to_json()
    assert "43" not in str(missing.status.description)
    context = good.get_span_context()
    assert context is not None
    assert f"{context.trace_id:032x}-{context.span_id:016x}" in seen.calls[0].headers["traceparent"]


async def test_what_the_edge_decided_not_to_record_makes_no_span_and_keeps_its_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(module, "_tracer", provider.get_tracer("test"))
    around = trace.NonRecordingSpan(trace.SpanContext(7, 9, is_remote=False))
    seen = Turns(always())
    token = attach(trace.set_span_in_context(around))
    try:
        async with reaching(seen) as there:
            await there.call("GET", "/things", returns=Thing)
    finally:
        detach(token)
    assert not spans.get_finished_spans()
    assert seen.calls[0].headers["traceparent"] == f"00-{7:032x}-{9:016x}-00"
