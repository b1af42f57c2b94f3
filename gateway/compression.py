"""How is a large answer made smaller for who can read it so? (gzip, RFC 9110 section 8.4)

Only what is in one piece: its length and its ETag are then those of what is sent. Answers that must not be
kept anywhere, which is where secrets are, are sent as they are.
"""

import asyncio
import gzip
from functools import lru_cache

from gateway.errors import Header

SMALLEST = 1024
"""Bytes; below that the headers weigh as much as what is saved."""
_LARGE = 65_536
"""Bytes; from here on it is done beside the event loop, once for the same content."""
_KEPT = 16
_LEVEL = 5
VARY: Header = (b"vary", b"Accept-Encoding")
"""That another `Accept-Encoding` would get other bytes."""
_CODING: Header = (b"content-encoding", b"gzip")
_SUFFIX = b'-gzip"'

_large: dict[bytes, bytes] = {}


def worth_it(headers: list[Header], body: bytes) -> bool:
    """Whether this body would be sent smaller to who takes it so."""
    if len(body) < SMALLEST:
        return False
    named = dict(headers)
    if b"content-encoding" in named or b"no-store" in named.get(b"cache-control", b""):
        return False
    return _is_text(named.get(b"content-type", b""))


@lru_cache(maxsize=64)
def _is_text(media_type: bytes) -> bool:
    return media_type.startswith(b"text/") or b"json" in media_type


@lru_cache(maxsize=256)
def takes_gzip(accepted: bytes) -> bool:
    """Whether `Accept-Encoding` allows gzip: named or covered by `*`, and not with a weight of zero."""
    weights = dict(map(_weighed, accepted.decode("latin-1").lower().split(",")))
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weighed(part: str) -> tuple[str, float]:
    coding, _, parameter = part.partition(";")
    name, _, weight = parameter.partition("=")
    try:
        return coding.strip(), float(weight) if name.strip() == "q" else 1.0
    except ValueError:
        return coding.strip(), 0.0


def tagged(tag: bytes) -> bytes:
    """The ETag of the same content in this coding: other bytes, so another strong tag."""
    return tag[:-1] + _SUFFIX


async def smaller(headers: list[Header], body: bytes) -> tuple[list[Header], bytes]:
    """Headers and body as they are sent."""
    packed = await _packed(body, dict(headers).get(b"etag"))
    kept = [header for header in headers if header[0] != b"content-length"]
    return [*kept, _CODING, (b"content-length", b"%d" % len(packed))], packed


async def _packed(body: bytes, tag: bytes | None) -> bytes:
    if len(body) < _LARGE:
        return _pack(body)
    if tag is None:
        return await asyncio.to_thread(_pack, body)
    if (packed := _large.get(tag)) is None:
        packed = await asyncio.to_thread(_pack, body)
        if len(_large) >= _KEPT:
            _large.pop(next(iter(_large)), None)
        _large[tag] = packed
    return packed


def _pack(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)
