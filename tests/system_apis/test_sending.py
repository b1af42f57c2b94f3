"""Is it known of every write whether it was done, was not done, or may have been done?"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from system_apis.errors import (
    Busy,
    Missing,
    OutcomeUnknown,
    PlatformError,
    Refused,
    Unauthorised,
    Unavailable,
    Unreadable,
)
from system_apis.health import State
from system_apis.sending import Nothing, Sending
from system_apis.tokens import Bearer, Token, Tokens
from tests.system_apis.elsewhere import (
    NOW,
    Behaviour,
    Thing,
    Turns,
    always,
    behaving,
    connected,
    cut,
    silent,
)


@asynccontextmanager
async def writing_to(url: str, **options: Any) -> AsyncIterator[Sending]:
    async with connected(url, **options) as transport:
        sending = Sending(transport.window)
        try:
            yield sending
        finally:
            await sending.aclose()


@asynccontextmanager
async def sending_to(behaviour: Behaviour, **options: Any) -> AsyncIterator[Sending]:
    async with behaving(behaviour) as url, writing_to(url, **options) as sending:
        yield sending


async def write(there: Sending, method: str = "POST") -> str:
    return (await there.send(method, "/things", returns=Thing, json={"name": "it"})).value.name


async def half(request: web.Request) -> web.StreamResponse:
    """Says how long its answer is, and hangs up in the middle of it."""
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"name"')
    assert request.transport is not None
    request.transport.abort()
    return response


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 1024)


def text(body: bytes) -> Behaviour:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body)

    return answer


async def test_a_write_that_was_answered_is_done() -> None:
    turns = Turns(always(201, headers={"Location": "/things/7"}))
    async with sending_to(turns) as there:
        done = await there.send("POST", "/things", returns=Thing, json={"name": "it"}, headers={"Key": "k"})
    assert (done.value, done.status, done.observed_at) == (Thing("it"), 201, NOW)
    assert done.headers["location"] == "/things/7"
    assert turns.calls[0].headers["Key"] == "k"


async def test_no_body_at_all_is_read_as_an_empty_object() -> None:
    async def no_content(request: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    async with sending_to(no_content) as there:
        assert (await there.send("PUT", "/things/7", returns=Nothing, json={})).status == 204


async def test_a_form_goes_out_as_it_was_given() -> None:
    heard: list[str] = []

    async def listening(request: web.Request) -> web.StreamResponse:
        heard.append(await request.text())
        return web.json_response({"name": "it"})

    async with sending_to(listening) as there:
        await there.send("POST", "/things", returns=Thing, form={"metadata[k]": "ä b", "n": "1"})
    assert heard == ["metadata%5Bk%5D=%C3%A4+b&n=1"]


# What a platform may do with a write after it has arrived, and what is known of it then.
AFTER_ARRIVAL: list[tuple[str, Behaviour, type[PlatformError]]] = [
    ("cut", cut, OutcomeUnknown),
    ("silent", silent, OutcomeUnknown),
    ("half an answer", half, OutcomeUnknown),
    ("an answer without end", endless, OutcomeUnknown),
    ("no JSON", text(b"<html>"), OutcomeUnknown),
    ("another shape", text(b'{"no": "name"}'), OutcomeUnknown),
    ("not UTF-8", text(b'{"name": "\xff"}'), OutcomeUnknown),
    ("400", always(400), Refused),
    ("401", always(401), Unauthorised),
    ("403", always(403), Unauthorised),
    ("404", always(404), Missing),
    ("408", always(408), OutcomeUnknown),
    ("409", always(409), Refused),
    ("422", always(422), Refused),
    ("425", always(425), Unavailable),
    ("429", always(429), Busy),
    ("302", always(302, headers={"Location": "/elsewhere"}), Unreadable),
    ("500", always(500), OutcomeUnknown),
    ("502", always(502), OutcomeUnknown),
    ("503", always(503), OutcomeUnknown),
    ("504", always(504), OutcomeUnknown),
]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(("name", "trouble", "error"), AFTER_ARRIVAL, ids=[row[0] for row in AFTER_ARRIVAL])
async def test_trouble_after_a_write_has_arrived(
    name: str, trouble: Behaviour, error: type[PlatformError], method: str
) -> None:
    turns = Turns(trouble)
    async with sending_to(turns, deadline=1.5, answer=64 * 1024) as there:
        with pytest.raises(PlatformError) as caught:
            await write(there, method)
    assert type(caught.value) is error
    assert len(turns.calls) == 1, "a write is sent once"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_write_that_is_cut_on_a_warm_connection_is_sent_once(method: str) -> None:
    turns = Turns(always(), cut)
    async with sending_to(turns) as there:
        await write(there, method)
        with pytest.raises(OutcomeUnknown):
            await write(there, method)
    assert len(turns.calls) == 2


async def test_what_could_not_connect_was_not_sent() -> None:
    async with behaving(always()) as url:
        pass
    async with writing_to(url) as there:
        with pytest.raises(Unavailable):
            await write(there)


async def test_what_was_given_up_before_the_line_was_encrypted_was_not_sent() -> None:
    # Connections are made by the kernel, and nobody takes them.
    with socket.create_server(("127.0.0.1", 0)) as mute:
        async with writing_to(f"https://127.0.0.1:{mute.getsockname()[1]}", deadline=0.4) as there:
            with pytest.raises(Unavailable, match="ConnectTimeout"):
                await write(there)


async def test_what_waits_for_a_place_until_the_deadline_was_not_sent() -> None:
    turns = Turns(always())
    async with behaving(turns) as url, connected(url, deadline=1.0, in_flight=1) as transport:
        there = Sending(transport.window)
        async with transport.window.places:
            with pytest.raises(Unavailable, match="out of time"):
                await write(there)
        assert await write(there) == "it"
        await there.aclose()
    assert len(turns.calls) == 1


async def test_what_waits_for_a_connection_of_the_pool_until_the_deadline_was_not_sent() -> None:
    turns = Turns(silent)
    async with behaving(turns) as url, connected(url, deadline=1.0, in_flight=1) as transport:
        there = Sending(transport.window)
        held = asyncio.create_task(there._client.post(f"{url}/held", timeout=9))
        while not turns.calls:  # noqa: ASYNC110 - it arrives in a server of another task
            await asyncio.sleep(0.005)
        with pytest.raises(Unavailable):
            await write(there)
        held.cancel()
        await asyncio.gather(held, return_exceptions=True)
        await there.aclose()
    assert [call.path for call in turns.calls] == ["/held"]


async def test_a_platform_that_fails_is_left_alone_by_writes_and_reads_alike() -> None:
    turns = Turns(cut)
    async with behaving(turns) as url, connected(url) as transport:
        there = Sending(transport.window)
        for _ in range(5):
            with pytest.raises(OutcomeUnknown):
                await write(there)
        for ask in (write(there), transport.call("GET", "/things", returns=Thing)):
            with pytest.raises(Unavailable, match="not called"):
                await ask
        assert transport.health().state is State.DOWN
        await there.aclose()
    assert len(turns.calls) == 5


def renewed(tokens: list[str], **ending: PlatformError) -> Bearer:
    """Tokens in turn, and then the error that asking for one more has."""

    async def ask() -> Token:
        if not tokens:
            raise ending["error"]
        return Token(tokens.pop(0))

    return Bearer(Tokens("there", ask))


async def test_a_token_that_ended_is_renewed_once_and_the_write_is_sent_again() -> None:
    turns = Turns(always(401), always())
    async with sending_to(turns, auth=renewed(["old", "new"])) as there:
        assert await write(there) == "it"
    assert [call.headers["Authorization"] for call in turns.calls] == ["Bearer old", "Bearer new"]


async def test_a_write_that_is_lost_after_its_token_was_renewed_is_unknown() -> None:
    async with sending_to(Turns(always(401), cut), auth=renewed(["old", "new"])) as there:
        with pytest.raises(OutcomeUnknown):
            await write(there)


async def test_a_write_whose_token_cannot_be_renewed_was_not_done() -> None:
    for error in (Unavailable("there", "no token"), Unauthorised("there", "no token")):
        turns = Turns(always(401))
        async with sending_to(turns, auth=renewed(["old"], error=error)) as there:
            with pytest.raises(type(error), match="no token"):
                await write(there)
        assert len(turns.calls) == 1


async def test_a_write_that_is_still_waiting_for_its_new_token_at_the_deadline_was_not_done() -> None:
    async def ask() -> Token:
        if refused.calls:
            await asyncio.Event().wait()
        return Token("old")

    refused = Turns(always(401))
    async with sending_to(refused, auth=Bearer(Tokens("there", ask)), deadline=1.0) as there:
        with pytest.raises(Unavailable, match="out of time"):
            await write(there)
    assert len(refused.calls) == 1


async def test_an_error_says_nothing_of_what_was_written_or_answered() -> None:
    async with sending_to(always(422, {"message": "Ms Personal Data"})) as there:
        with pytest.raises(Refused) as caught:
            await there.send(
                "POST", "/things/{id}", ids={"id": "secret-id"}, returns=Thing, json={"n": "secret"}
            )
    assert str(caught.value) == "there: POST /things/{id}: 422"
