"""How do requests come at a fixed rate, and how long does each take from when it was due?"""

import asyncio
import time
from collections import deque
from collections.abc import Iterator

from benchmarks.load import Taken, UnexpectedAnswer

_TICK = 0.001
_LENGTH = b"content-length:"
_END_OF_HEAD = b"\r\n\r\n"


class Pace:
    """Sends requests over so many connections to a port of this machine; those that find none free wait."""

    def __init__(self, port: int, requests: Iterator[bytes], connections: int) -> None:
        self._port = port
        self._requests = requests
        self._most = connections
        # The one that rested longest asks next: a server closes what rests too long.
        self._free: deque[_Line] = deque()
        self._lines: list[_Line] = []
        self._due: deque[float] = deque()
        self._taken: list[float] = []
        self._failed: BaseException | None = None

    async def keep(self, rate: int, seconds: float) -> Taken:
        """Ask at this rate for so long, and wait for the last answer. Raises UnexpectedAnswer, OSError."""
        await self._open()
        self._taken = []
        began, offered = time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < seconds:
            while offered < passed * rate:
                self._due.append(began + offered / rate)
                offered += 1
            self._send()
            await asyncio.sleep(_TICK)
        while len(self._taken) < offered and self._failed is None:  # noqa: ASYNC110 - each tick looks at both
            await asyncio.sleep(_TICK)
        if self._failed is not None:
            raise self._failed
        return Taken(calls=tuple(sorted(self._taken)), seconds=time.perf_counter() - began)

    async def close(self) -> None:
        """Close the connections."""
        for line in self._lines:
            line.close()

    def answered(self, line: "_Line", due: float) -> None:
        """One more answer, and a connection that is free again."""
        self._taken.append((time.perf_counter() - due) * 1000)
        self._free.append(line)
        self._send()

    def failed(self, why: BaseException) -> None:
        """Nothing more is to be measured."""
        self._failed = self._failed or why

    def _send(self) -> None:
        while self._due and self._free:
            self._free.popleft().ask(next(self._requests), self._due.popleft())

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        while len(self._lines) < self._most:
            _, line = await loop.create_connection(lambda: _Line(self), "127.0.0.1", self._port)
            self._lines.append(line)
            self._free.append(line)


class _Line(asyncio.Protocol):
    """One connection: a request, then its whole answer."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._heard = bytearray()
        self._due = 0.0
        self._closed = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes, due: float) -> None:
        assert self._transport
        self._heard.clear()
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if (end := self._heard.find(_END_OF_HEAD)) < 0:
            return
        head = bytes(self._heard[: end + 2]).lower()
        at = head.find(_LENGTH)
        if b" 200 " not in head[:16] or at < 0:
            self._pace.failed(UnexpectedAnswer(bytes(self._heard).decode("latin-1")))
            return
        length = int(head[at + len(_LENGTH) : head.index(b"\r", at)])
        if len(self._heard) >= end + len(_END_OF_HEAD) + length:
            self._pace.answered(self, self._due)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._closed:
            self._pace.failed(UnexpectedAnswer(f"cut: {exc}"))

    def close(self) -> None:
        self._closed = True
        if self._transport:
            self._transport.close()
