"""How do upstreams answer that cost next to nothing?

Stands before the practice platforms. What was asked once is answered from memory, byte for byte; what was not
is asked of the platform first. So the gateway meets real answers of real shape, and the core that callers
and upstreams share is not spent on making them. It also tells what was asked: `GET /_asked` answers every
question since the last time, which is how others come to ask the same.

`python -m benchmarks.playback http://127.0.0.1:18101 ...` prints one port per platform, and ends with its
standard input.
"""

import asyncio
import json
import sys
from typing import Any, Final

import aiohttp

_END: Final = b"\r\n\r\n"
_ASKED: Final = b"GET /_asked "
_OWN: Final = frozenset(("connection", "transfer-encoding", "content-length", "content-encoding", "date"))
_OK: Final = 200


class Tape:
    """What was asked and what the answer was, for all platforms."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.answers: dict[tuple[int, bytes, bytes], bytes] = {}
        self.asked: list[dict[str, Any]] = []
        self._session = session

    def take_asked(self) -> bytes:
        """The questions since the last time, as an answer."""
        asked, self.asked = self.asked, []
        return rendered(_OK, [("content-type", "application/json")], json.dumps(asked).encode())

    async def from_platform(self, upstream: str, head: bytes, body: bytes) -> tuple[bool, bytes]:
        """Whether it may be played back, and the platform's own answer."""
        line, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        headers = [tuple(one.split(": ", 1)) for one in lines]
        sent = [(name, value) for name, value in headers if name.lower() not in _OWN]
        async with self._session.request(
            method, upstream + target, headers=sent, data=body, allow_redirects=False
        ) as answer:
            kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _OWN]
            return answer.status == _OK, rendered(answer.status, kept, await answer.read())


def rendered(status: int, headers: list[tuple[str, str]], body: bytes) -> bytes:
    """An HTTP/1.1 answer."""
    lines = [f"HTTP/1.1 {status} .", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode("latin-1") + body


class Player(asyncio.Protocol):
    """One connection to one platform's stand-in; questions come one after the other."""

    def __init__(self, tape: Tape, place: int, upstream: str) -> None:
        self._tape, self._place, self._upstream = tape, place, upstream
        self._heard = b""
        self._asking: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        end = self._heard.find(_END)
        if end < 0 or self._asking:
            return
        head, rest = self._heard[:end], self._heard[end + len(_END) :]
        length = _length(head)
        if len(rest) >= length:
            self._heard = rest[length:]
            self._answer(head, rest[:length])

    def _answer(self, head: bytes, body: bytes) -> None:
        assert self._transport
        if head.startswith(_ASKED):
            self._transport.write(self._tape.take_asked())
            return
        line = head[: head.find(b"\r\n")]
        method, target, _ = line.decode("latin-1").split(" ")
        self._tape.asked.append(
            {"place": self._place, "method": method, "target": target, "body": body.decode("latin-1")}
        )
        answer = self._tape.answers.get((self._place, line, body))
        if answer is not None:
            self._transport.write(answer)
        else:
            self._asking = asyncio.create_task(self._ask(line, head, body))

    async def _ask(self, line: bytes, head: bytes, body: bytes) -> None:
        assert self._transport
        again, answer = await self._tape.from_platform(self._upstream, head, body)
        if again:
            self._tape.answers[self._place, line, body] = answer
        self._transport.write(answer)
        self._asking = None
        self.data_received(b"")


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"content-length:")
    return int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def main(upstreams: list[str]) -> None:
    """Stand before these platforms until standard input is closed."""
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as session:
        tape = Tape(session)
        ports = []
        for place, upstream in enumerate(upstreams):
            server = await loop.create_server(
                lambda place=place, upstream=upstream: Player(tape, place, upstream),  # type: ignore[misc]
                "127.0.0.1",
                0,
            )
            ports.append(server.sockets[0].getsockname()[1])
        sys.stdout.write(" ".join(map(str, ports)) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
