"""How long do many calls take, asked over some connections at once?

The caller is a bare HTTP/1.1 client over sockets: it takes about 20 us of its own core per call, so that what
is measured is the server.
"""

import asyncio
import time
from collections.abc import Iterator

from msgspec import Struct

_LENGTH = b"content-length:"
_END_OF_HEAD = b"\r\n\r\n"


class UnexpectedAnswer(Exception):
    """Something else than a success came back: what would be measured is not what was meant."""


class Taken(Struct, frozen=True, kw_only=True):
    """What it took: milliseconds of each call in ascending order, and seconds for all of them."""

    calls: tuple[float, ...]
    seconds: float

    @property
    def per_second(self) -> float:
        return len(self.calls) / self.seconds

    def at(self, share: float) -> float:
        """The milliseconds that this share of the calls did not exceed."""
        return self.calls[min(len(self.calls) - 1, int(len(self.calls) * share))]


def get(path: str, headers: dict[str, str] | None = None) -> bytes:
    """The bytes of one GET."""
    given = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{given}\r\n".encode()


def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """The bytes of one POST of JSON."""
    said = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
    return b"POST" + get(path, said)[3:] + body


async def ask(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Taken:
    """Send requests until there are none left or the time is over. Raises UnexpectedAnswer, OSError."""
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    callers = [Caller(requests, began + seconds) for _ in range(connections)]
    for caller in callers:
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*[caller.done for caller in callers])
    wall = time.perf_counter() - began
    taken = sorted(ms for caller in callers for ms in caller.taken)
    return Taken(calls=tuple(taken), seconds=wall)


class Caller(asyncio.Protocol):
    """One connection that asks, waits for the whole answer, and asks again."""

    def __init__(self, requests: Iterator[bytes], ends: float) -> None:
        self.taken: list[float] = []
        self.done = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._ends = ends
        self._asked = 0.0
        self._heard = bytearray()
        self._whole: int | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next(transport)

    def data_received(self, data: bytes) -> None:
        assert self._transport
        self._heard += data
        if self._whole is None and (end := self._heard.find(_END_OF_HEAD)) >= 0:
            self._whole = self._length(bytes(self._heard[: end + 2]).lower(), end + len(_END_OF_HEAD))
        if self._whole is not None and len(self._heard) >= self._whole:
            self.taken.append((time.perf_counter() - self._asked) * 1000)
            self._next(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(UnexpectedAnswer(f"cut: {exc}"))

    def _length(self, head: bytes, body: int) -> int:
        """Where this answer ends."""
        at = head.find(_LENGTH)
        if b" 200 " not in head[:16] or at < 0:
            self._fail(bytes(self._heard))
            return body
        at += len(_LENGTH)
        return body + int(head[at : head.index(b"\r", at)])

    def _next(self, transport: asyncio.Transport) -> None:
        self._heard.clear()
        self._whole = None
        now = time.perf_counter()
        request = next(self._requests, None) if now < self._ends else None
        if self.done.done() or request is None:
            if not self.done.done():
                self.done.set_result(None)
            transport.close()
            return
        self._asked = now
        transport.write(request)

    def _fail(self, head: bytes) -> None:
        if not self.done.done():
            self.done.set_exception(UnexpectedAnswer(head.decode("latin-1")))
