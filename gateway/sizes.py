"""How large may a request be, and how long may it take to arrive?"""

import asyncio
from collections.abc import Mapping
from itertools import chain

from litestar.types import HTTPReceiveMessage, Message, Receive, ReceiveMessage, Send
from msgspec import Struct

from gateway.errors import BodyTooLarge, Header, HeadersTooLarge, TooSlow

_CREDENTIALS = frozenset((b"authorization", b"x-api-key"))
_MOST_DIGITS = 18
_CLOSE: Header = (b"connection", b"close")


class Sizes(Struct, frozen=True, kw_only=True):
    """The largest request taken, in bytes. A credential is measured by whoever checks it.

    `body_seconds` is how long a whole body may take; the server itself bounds the time of a head.
    """

    body: int = 1_048_576
    headers: int = 32_768
    header_count: int = 100
    path: int = 8_192
    body_seconds: float = 20.0


def check_head(sizes: Sizes, headers: list[Header], path: bytes) -> None:
    """Raises HeadersTooLarge."""
    if len(headers) > sizes.header_count or len(path) > sizes.path:
        raise HeadersTooLarge
    # All of them are quicker to add up, and seldom too many.
    if sum(map(len, chain.from_iterable(headers))) > sizes.headers and _counted(headers) > sizes.headers:
        raise HeadersTooLarge


def _counted(headers: list[Header]) -> int:
    return sum(len(name) + len(value) for name, value in headers if name not in _CREDENTIALS)


class Body:
    """A request's body while it arrives: no larger and no slower than is taken, whatever Content-Length said.

    Raises BodyTooLarge and TooSlow. An answer that is sent before all of it came ends the connection: what is
    still on the way would be taken for the next request.
    """

    def __init__(self, sizes: Sizes, headers: Mapping[bytes, bytes], receive: Receive, send: Send) -> None:
        declared = headers.get(b"content-length", b"0")
        self._sizes = sizes
        self._receive = receive
        self._send = send
        self._received = 0
        self._whole = declared == b"0" and b"transfer-encoding" not in headers
        self._until = asyncio.get_running_loop().time() + sizes.body_seconds
        self._too_large = _more_than(sizes.body, declared)

    def check(self) -> None:
        """Refuse at once what says of itself that it is too large."""
        if self._too_large:
            raise self._refusal()

    async def receive(self) -> HTTPReceiveMessage | ReceiveMessage:
        """What comes next; after the body it is waited for as long as it takes."""
        if self._whole:
            return await self._receive()
        message = await _in_time(self._receive, self._until, self._sizes)
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._received > self._sizes.body:
                raise self._refusal()
        return message

    async def send(self, message: Message) -> None:
        """Answer."""
        if message["type"] == "http.response.start" and not self._whole:
            said = [header for header in message["headers"] if header[0] != _CLOSE[0]]
            message = {**message, "headers": [*said, _CLOSE]}
        await self._send(message)

    def _refusal(self) -> BodyTooLarge:
        return BodyTooLarge(f"At most {self._sizes.body} bytes.", headers=[_CLOSE])


def _more_than(most: int, declared: bytes) -> bool:
    """Of any number of digits: Python itself refuses to read more than 4,300 of them."""
    digits = declared.lstrip(b"0")
    return digits.isdigit() and (len(digits) > _MOST_DIGITS or int(digits) > most)


async def _in_time(receive: Receive, until: float, sizes: Sizes) -> HTTPReceiveMessage | ReceiveMessage:
    try:
        async with asyncio.timeout_at(until):
            return await receive()
    except TimeoutError:
        raise TooSlow(f"At most {sizes.body_seconds:g} seconds.", headers=[_CLOSE]) from None
