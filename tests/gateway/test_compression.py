"""Are large answers sent small to who reads them so, and are they the same then?"""

import gzip

import httpx
import pytest

from gateway.compression import takes_gzip
from tests.gateway.things import Visit

LONG = "/things/v1/things?limit=50&cursor=x"
SHORT = "/things/v1/things/x"


@pytest.fixture
async def door(visit: Visit) -> httpx.AsyncClient:
    return await visit()


async def raw(door: httpx.AsyncClient, path: str, accepted: str, **more: str) -> tuple[httpx.Response, bytes]:
    """An answer and its body as it was sent."""
    headers = {"accept-encoding": accepted, **more}
    async with door.stream("GET", path, headers=headers) as answer:
        return answer, b"".join([piece async for piece in answer.aiter_raw()])


async def test_a_large_answer_is_sent_small(door: httpx.AsyncClient) -> None:
    plain, whole = await raw(door, LONG, "identity")
    small, packed = await raw(door, LONG, "gzip, deflate, br")
    assert (small.headers["content-encoding"], small.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(small.headers["content-length"]) == len(packed) < len(whole) / 4
    assert gzip.decompress(packed) == whole
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"


async def test_a_small_answer_is_sent_as_it_is(door: httpx.AsyncClient) -> None:
    answer, _ = await raw(door, SHORT, "gzip")
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


async def test_other_bytes_have_another_tag_and_each_is_known_again(door: httpx.AsyncClient) -> None:
    plain, _ = await raw(door, LONG, "identity")
    small, _ = await raw(door, LONG, "gzip")
    assert plain.headers["etag"] != small.headers["etag"]
    for accepted, known in (("identity", plain), ("gzip", small)):
        again, body = await raw(door, LONG, accepted, **{"if-none-match": known.headers["etag"]})
        assert (again.status_code, body) == (304, b"")
        assert again.headers["etag"] == known.headers["etag"]
        assert again.headers["vary"] == "Accept-Encoding"
    crossed, _ = await raw(door, LONG, "gzip", **{"if-none-match": plain.headers["etag"]})
    assert crossed.status_code == 200


async def test_head_says_what_get_would_send(door: httpx.AsyncClient) -> None:
    small, _ = await raw(door, LONG, "gzip")
    head = await door.head(LONG, headers={"accept-encoding": "gzip"})
    for name in ("content-length", "content-encoding", "etag", "vary"):
        assert head.headers[name] == small.headers[name]


async def test_a_very_large_file_is_whole_every_time(visit: Visit) -> None:
    door = await visit(None)
    page = (await door.get("/docs")).text
    path = next(piece for piece in page.split('"') if piece.endswith("scalar.js"))
    _, whole = await raw(door, path, "identity")
    for _ in range(2):
        answer, packed = await raw(door, path, "gzip")
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed) == whole


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        (b"gzip", True),
        (b"deflate, GZIP;q=0.5", True),
        (b"*", True),
        (b"x-gzip", True),
        (b"br;q=1.0, gzip; q=0.1", True),
        (b"", False),
        (b"br", False),
        (b"gzip;q=0", False),
        (b"gzip;q=0.000, *", False),
        (b"*;q=0", False),
        (b"gzip;q=nonsense", False),
        (b"identity", False),
    ],
)
def test_what_a_caller_takes_is_read_as_the_standard_says(accepted: bytes, taken: bool) -> None:
    assert takes_gzip(accepted) is taken
