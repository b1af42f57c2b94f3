"""Does a caller who sends slowly keep nobody waiting?"""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest
from litestar.types import HTTPReceiveMessage, HTTPRequestEvent, Message

from gateway.issuer import EmbeddedIssuer
from gateway.sizes import Body, Sizes
from tests.gateway.things import ANNA, Visit

HASTY = Sizes(body_seconds=0.3)


async def said(
    door: httpx.AsyncClient, token: str, pieces: list[bytes], pause: float, length: str = "1000"
) -> bytes:
    """What the server answers to a body that comes in pieces, until it closes or answers."""
    place = urlsplit(str(door.base_url))
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = (
        "POST /things/v1/checks HTTP/1.1\r\nHost: house\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n"
    )
    writer.write(head.encode())
    answering = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
    with suppress(ConnectionError):  # the server has had enough
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.wait((answering,), timeout=pause)
    async with asyncio.timeout(5):
        answer = await answering
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return answer


async def test_a_body_that_never_comes_whole_is_given_up(visit: Visit, issuer: EmbeddedIssuer) -> None:
    door = await visit(sizes=HASTY)
    answer = await said(door, issuer.mint(ANNA), [b'{"checks"'], 0)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer.lower()


async def test_a_body_in_drips_gets_no_more_time_for_each(visit: Visit, issuer: EmbeddedIssuer) -> None:
    door = await visit(sizes=HASTY)
    began = asyncio.get_running_loop().time()
    answer = await said(door, issuer.mint(ANNA), [b" "] * 8, 0.1)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert asyncio.get_running_loop().time() - began < 2


@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("0" * 5_000 + "13", b"400"),
        ("0" * 5_000 + "1048577", b"413"),
        ("9" * 18, b"413"),
        ("9" * 5_000, b"400"),
    ],
    ids=["a small one in many digits", "a large one in many digits", "a huge one", "none that can be"],
)
async def test_a_length_of_thousands_of_digits_is_no_fault_of_ours(
    visit: Visit, issuer: EmbeddedIssuer, length: str, status: bytes
) -> None:
    answer = await said(await visit(), issuer.mint(ANNA), [b'{"checks":[]}'], 0, length)
    assert answer.split(b" ", 2)[1] == status


async def test_others_are_answered_meanwhile(visit: Visit, issuer: EmbeddedIssuer) -> None:
    door = await visit(sizes=Sizes(body_seconds=2))
    slow = [asyncio.create_task(said(door, issuer.mint(ANNA), [b"{"], 0)) for _ in range(20)]
    answers = await asyncio.gather(*(door.get("/things/v1/things/x") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert not any(task.done() for task in slow)
    await asyncio.gather(*slow)


async def test_what_comes_after_a_whole_body_may_take_its_time() -> None:
    whole: HTTPRequestEvent = {"type": "http.request", "body": b"{}", "more_body": False}
    messages: list[HTTPReceiveMessage] = [whole, {"type": "http.disconnect"}]

    async def receive() -> HTTPReceiveMessage:
        if len(messages) == 1:
            await asyncio.sleep(0.2)
        return messages.pop(0)

    async def send(message: Message) -> None:
        """Nobody answers here."""

    body = Body(Sizes(body_seconds=0.05), {b"content-length": b"2"}, receive, send)
    assert await body.receive() == whole
    assert (await body.receive())["type"] == "http.disconnect"
