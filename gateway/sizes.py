"""How large may a request be?"""

from litestar.types import HTTPReceiveMessage, Receive, ReceiveMessage
from msgspec import Struct

from gateway.errors import BodyTooLarge, Header, HeadersTooLarge

_CREDENTIALS = frozenset((b"authorization", b"x-api-key"))


class Sizes(Struct, frozen=True, kw_only=True):
    """The largest request taken, in bytes. A credential is measured by whoever checks it."""

    body: int = 1_048_576
    headers: int = 32_768
    header_count: int = 100
    path: int = 8_192


def check_head(sizes: Sizes, headers: list[Header], path: bytes) -> None:
    """Raises HeadersTooLarge."""
    total = sum(len(name) + len(value) for name, value in headers if name not in _CREDENTIALS)
    if total > sizes.headers or len(headers) > sizes.header_count or len(path) > sizes.path:
        raise HeadersTooLarge


def bounded(sizes: Sizes, receive: Receive, declared: bytes | None) -> Receive:
    """A `receive` that raises BodyTooLarge when more comes than is taken, whatever Content-Length said."""
    if declared is not None and declared.isdigit() and int(declared) > sizes.body:
        raise BodyTooLarge(f"At most {sizes.body} bytes.")
    received = 0

    async def counted() -> HTTPReceiveMessage | ReceiveMessage:
        nonlocal received
        message = await receive()
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            if received > sizes.body:
                raise BodyTooLarge(f"At most {sizes.body} bytes.")
        return message

    return counted
