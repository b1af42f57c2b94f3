"""What does every answer carry when it leaves?"""

from collections.abc import Mapping
from hashlib import blake2b
from http import HTTPStatus

from litestar.types import HTTPResponseStartEvent, Message, Send

from gateway.compression import VARY, smaller, tagged, takes_gzip, worth_it
from gateway.errors import Header

_ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
_JSON: Header = (b"content-type", b"application/json")
_LENGTH = b"content-length"
_REVALIDATE = (b"cache-control", b"private, no-cache")
_FORGET = (b"cache-control", b"no-store")
_OF_A_BODY = frozenset((b"content-type", b"content-length"))
_READS = frozenset(("GET", "HEAD"))


class Answer:
    """The `send` of one request.

    An answer that is one piece is held until it is whole, so that a read gets a strong ETag of its bytes
    (RFC 9110, 8.8.3) and 304 when the caller has them already. HEAD gets the headers of GET (9.3.2),
    OPTIONS the router's own list of methods (9.3.7).
    """

    __slots__ = ("_accepted", "_known", "_method", "_send", "_start", "stamps", "started", "status")

    def __init__(self, send: Send, method: str, headers: Mapping[bytes, bytes], stamps: list[Header]) -> None:
        self._send = send
        self._method = method
        self._known = headers.get(b"if-none-match")
        self._accepted = headers.get(b"accept-encoding", b"")
        self._start: HTTPResponseStartEvent | None = None
        self.stamps = stamps
        self.started = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            await self._on_body(message.get("body", b""), message.get("more_body", False))
        else:
            await self._send(message)

    async def tell(self, status: int, headers: list[Header], body: bytes) -> None:
        """Answer with this instead of whatever was held."""
        length = [(b"content-length", b"%d" % len(body))] if status != HTTPStatus.NO_CONTENT else []
        self._start = {"type": "http.response.start", "status": status, "headers": [*headers, *length]}
        await self._on_body(body, more=False)

    async def _on_body(self, body: bytes, more: bool) -> None:
        if self._start is not None:
            body = await self._open(self._start, body, more)
            self._start = None
        await self._send(
            {
                "type": "http.response.body",
                "body": b"" if self._method == "HEAD" else body,
                "more_body": more,
            }
        )

    async def _open(self, start: HTTPResponseStartEvent, body: bytes, more: bool) -> bytes:
        """Send the start, and say what is left of the first piece of the body."""
        headers = list(start["headers"])
        status = start["status"]
        varies = not more and worth_it(headers, body)
        packs = varies and takes_gzip(self._accepted)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            status, headers, body = self._list_methods(headers, body)
        elif status == HTTPStatus.OK and self._method in _READS and not more:
            status, headers, body = self._revalidate(headers, body, packs)
        if varies:
            headers.append(VARY)
        if packs and body:
            headers, body = await smaller(headers, body)
        self._stamp(headers, status)
        self.started, self.status = True, status
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        return body

    def _list_methods(self, headers: list[Header], body: bytes) -> tuple[int, list[Header], bytes]:
        allow = next((value for name, value in headers if name == b"allow"), b"")
        methods = {method.strip() for method in allow.decode().split(",") if method.strip()}
        methods |= {"HEAD"} if "GET" in methods else set()
        headers = [header for header in headers if header[0] != b"allow"]
        headers.append((b"allow", ", ".join(sorted(methods | {"OPTIONS"})).encode()))
        if self._method != "OPTIONS":
            return HTTPStatus.METHOD_NOT_ALLOWED, headers, body
        return HTTPStatus.NO_CONTENT, _without_body(headers), b""

    def _revalidate(self, headers: list[Header], body: bytes, packs: bool) -> tuple[int, list[Header], bytes]:
        tag = next((value for name, value in headers if name == b"etag"), None)
        if tag is None:
            tag = _tag_of(body)
        if packs:
            tag = tagged(tag)
        headers = [*(header for header in headers if header[0] != b"etag"), (b"etag", tag)]
        if self._known is not None and _matches(self._known, tag):
            return HTTPStatus.NOT_MODIFIED, _without_body(headers), b""
        return HTTPStatus.OK, headers, body

    def _stamp(self, headers: list[Header], status: int) -> None:
        headers += _ALWAYS
        headers += self.stamps
        if not any(name == b"cache-control" for name, _ in headers):
            fresh = self._method in _READS and status < HTTPStatus.BAD_REQUEST
            headers.append(_REVALIDATE if fresh else _FORGET)


class Whole:
    """A whole answer to a read, ready to be sent any number of times, by the same rules as `Answer`."""

    __slots__ = ("_body", "_headers", "_packed", "_tag", "_worth_packing")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._tag = _tag_of(body)
        self._worth_packing = worth_it([_JSON], body)
        self._headers = self._with_body(self._tag, (_LENGTH, b"%d" % len(body)))
        self._packed: tuple[list[Header], bytes, bytes] | None = None

    async def send(self, send: Send, asked: Mapping[bytes, bytes], stamps: list[Header]) -> HTTPStatus:
        """Send it to whoever asked with these headers, or say that they have it already."""
        headers, body, tag = self._headers, self._body, self._tag
        if self._worth_packing and takes_gzip(asked.get(b"accept-encoding", b"")):
            headers, body, tag = self._packed or await self._pack()
        status = HTTPStatus.OK
        if (known := asked.get(b"if-none-match")) is not None and _matches(known, tag):
            status, headers, body = HTTPStatus.NOT_MODIFIED, self._with(tag), b""
        await send({"type": "http.response.start", "status": status, "headers": [*headers, *stamps]})
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return status

    async def _pack(self) -> tuple[list[Header], bytes, bytes]:
        tag = tagged(self._tag)
        (*_, coding, length), body = await smaller([(b"etag", self._tag)], self._body)
        self._packed = [*self._with_body(tag, length), coding], body, tag
        return self._packed

    def _with_body(self, tag: bytes, length: Header) -> list[Header]:
        return [_JSON, length, *self._with(tag)]

    def _with(self, tag: bytes) -> list[Header]:
        return [(b"etag", tag), *_ALWAYS, _REVALIDATE, *((VARY,) if self._worth_packing else ())]


def _tag_of(body: bytes) -> bytes:
    """A strong ETag of these bytes (RFC 9110, 8.8.3)."""
    return b'"%b"' % blake2b(body, digest_size=16).hexdigest().encode()


def _without_body(headers: list[Header]) -> list[Header]:
    return [header for header in headers if header[0] not in _OF_A_BODY]


def _matches(known: bytes, tag: bytes) -> bool:
    """If-None-Match compares weakly (RFC 9110, 13.1.2)."""
    return known.strip() == b"*" or tag in (part.strip().removeprefix(b"W/") for part in known.split(b","))
