"""How is a server started on its core, waited for, and ended?"""

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.machine import cpu_seconds, keep_to

ROOT: Final = Path(__file__).resolve().parent.parent
PATIENCE: Final = 60.0
"""Seconds a server may take until it answers."""
_OK: Final = 200


class Server:
    """A process that answers on a port of this machine."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self.port = port

    def cpu(self) -> float:
        """Seconds of CPU it has used so far."""
        return cpu_seconds(self.pid)


@contextmanager
def serving(
    command: Sequence[str | Path],
    port: int,
    cores: frozenset[int],
    *,
    path: str = "/livez",
) -> Iterator[Server]:
    """The process while it serves; it ends with the block. SystemExit when it does not come to answer."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        keep_to(cores, process.pid)  # long before it begins to serve
        _wait(process, port, path)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not _answers(port, path):
        if process.poll() is not None or time.monotonic() > ends:
            raise SystemExit(f"{process.args!r} does not answer on port {port}")
        time.sleep(0.1)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == _OK
    except OSError:
        return False
    finally:
        connection.close()
