"""What may a platform that has gone bad, or somebody in its place, answer?"""

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from aiohttp import web

from tests.system_apis.elsewhere import Behaviour

BOMB: Final = 128 * 1024 * 1024
"""Bytes that a compressed answer swells to."""
WORDS: Final = "words-of-a-stranger"
"""Stands in every hostile answer that has a text, and must stand in no error of ours."""
_TOKEN: Final = {"access_token": "t", "token_type": "Bearer", "expires_in": 3600, "scope": "all"}


def after_a_token(hostile: Behaviour) -> Behaviour:
    """Proofs are given as always; what is asked with them is answered like this."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if "token" in request.path:
            return web.json_response(_TOKEN)
        return await hostile(request)

    return answer


def saying(body: bytes | str, status: int = 200, **headers: str) -> Behaviour:
    """The same bytes to everything, called JSON unless said otherwise."""
    raw = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=raw, status=status, headers=named)

    return answer


@cache
def _zeros(pack: Callable[[bytes], bytes]) -> bytes:
    return pack(b" " * BOMB)


def bomb(encoding: str, pack: Callable[[bytes], bytes]) -> Behaviour:
    """Little on the wire, and much when it is unpacked."""

    async def answer(request: web.Request) -> web.StreamResponse:
        head = {"Content-Type": "application/json", "Content-Encoding": encoding}
        return web.Response(body=await asyncio.to_thread(_zeros, pack), headers=head)

    return answer


def flowing(piece: bytes, pause: float) -> Behaviour:
    """A body without an end."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(piece)
            await asyncio.sleep(pause)

    return answer


def raw(said: bytes) -> Behaviour:
    """These bytes instead of an HTTP answer, and then the line is closed."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(said)
        request.transport.close()
        return web.Response()

    return answer


HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

HOSTILE: Final[dict[str, Behaviour]] = {
    "a gzip bomb": bomb("gzip", gzip.compress),
    "a deflate bomb": bomb("deflate", zlib.compress),
    "a body without end": flowing(b" " * 1_000_000, 0),
    "a body that trickles": flowing(b" ", 0.05),
    "a header without end": raw(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 2_000_000),
    "headers without end": raw(HEAD + b"X-Many: x\r\n" * 100_000),
    "no HTTP": raw(b"SSH-2.0-" + WORDS.encode() + b"\r\n"),
    "half a body": raw(HEAD + b'Content-Length: 1000\r\n\r\n{"data":'),
    "two lengths": raw(HEAD + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}"),
    "a page of HTML": saying(f"<html>{WORDS}</html>", Content_Type="text/html"),
    "nothing": saying(""),
    "null": saying("null"),
    "a text": saying(json.dumps(WORDS)),
    "a list of lists": saying("[[[]]]"),
    "nested without end": saying("[" * 200_000),
    "objects nested without end": saying('{"data":' * 200_000),
    "a number beyond all": saying(f'{{"{WORDS}": 1e99999, "data": 1e99999, "records": -1e99999}}'),
    "not a number": saying('{"data": NaN}'),
    "no UTF-8": saying(b'{"data": "\xff\xfe\x00"}'),
    "UTF-16": saying(json.dumps({"data": []}).encode("utf-16")),
    "words instead of lists": saying(
        json.dumps(dict.fromkeys(("data", "records", "items", "organizations", "organization"), WORDS))
    ),
    "numbers instead of records": saying(
        json.dumps({key: [1, 2] for key in ("data", "records", "items", "organizations")})
    ),
    "an error nobody knows": saying(f'{{"error": {{"message": "{WORDS}", "type": "{WORDS}"}}}}', 418),
    "an error nested without end": saying('{"error":[' * 100_000, 400),
    "a wait of a year": saying(f'{{"error": "{WORDS}"}}', 429, Retry_After="31536000"),
    "a wait that is no number": saying("{}", 503, Retry_After=WORDS),
}
"""What each must end as: an error with a name, in time, in bounded memory, and without any of its words."""


def listed(platform: str, elsewhere: str) -> dict[str, Any]:
    """An empty page in the platform's own form, whose next page is said to be elsewhere."""
    pages: dict[str, dict[str, Any]] = {
        "salesforce": {"totalSize": 9, "done": False, "nextRecordsUrl": elsewhere, "records": []},
        "stripe": {"object": "list", "data": [], "has_more": True, "url": elsewhere},
        "zendesk": {
            "organizations": [],
            "meta": {"has_more": True, "after_cursor": "x"},
            "links": {"next": elsewhere, "prev": None},
        },
        "netsuite": {
            "items": [],
            "count": 0,
            "offset": 0,
            "totalResults": 9000,
            "hasMore": True,
            "links": [{"rel": "next", "href": elsewhere}],
        },
    }
    return pages[platform]
