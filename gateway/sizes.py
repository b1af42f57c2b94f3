"""How large may a request be, and how long may it take to arrive?"""

import asyncio
from itertools import chain

from litestar.types import HTTPReceiveMessage, Receive, ReceiveMessage
from msgspec import Struct

from gateway.errors import BodyTooLarge, Header, HeadersTooLarge, TooSlow

_CREDENTIALS = frozenset((b"authorization", b"x-api-key"))
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


def bounded(sizes: Sizes, receive: Receive, declared: bytes | None) -> Receive:
    """A `receive` that raises BodyTooLarge when more comes than is taken, whatever Content-Length said.

    It raises TooSlow when the body is not whole in time; what comes after a body is waited for as long as
    it takes.
    """
    if declared is not None and declared.isdigit() and int(declared) > sizes.body:
        raise BodyTooLarge(f"At most {sizes.body} bytes.", headers=[_CLOSE])
    received, whole = 0, False
    until = asyncio.get_running_loop().time() + sizes.body_seconds

    async def counted() -> HTTPReceiveMessage | ReceiveMessage:
        nonlocal received, whole
        if whole:
            return await receive()
        message = await _in_time(receive, until, sizes)
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if received > sizes.body:
                raise BodyTooLarge(f"At most {sizes.body} bytes.", headers=[_CLOSE])
        return message

    return counted


async def _in_time(receive: Receive, until: float, sizes: Sizes) -> HTTPReceiveMessage | ReceiveMessage:
    try:
        async with asyncio.timeout_at(until):
            return await receive()
    except TimeoutError:
        raise TooSlow(f"At most {sizes.body_seconds:g} seconds.", headers=[_CLOSE]) from None
