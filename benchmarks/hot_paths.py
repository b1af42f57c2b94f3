"""How fast are the entitlement check and the account 360 on this machine?

Starts the practice platforms and the gateway as a user would, in processes of their own, then asks from this
one: requests a second, p50, p99, and CPU of the gateway per call. The gateway has a core for itself; the
practice platforms share another with the callers, so on few cores the CPU per call says more about a 360 than
its requests a second. `cold` is the first picture of each account after the start, `warm` every further one.
"""

import argparse
import asyncio
import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from benchmarks.house import accounts_of, demo, measured, tokens
from benchmarks.load import Taken, ask, get
from benchmarks.machine import OTHERS, described, keep_to
from benchmarks.servers import Server

PEOPLE = 500
_US = 1_000_000


class Asked(Struct, frozen=True, kw_only=True):
    """One thing that is asked, and of each account how often."""

    name: str
    path: Callable[[str], str]
    once: bool = False


PATHS: tuple[Asked, ...] = (
    Asked(name="360, cold", path=lambda id: f"/agent/v1/accounts/{id}", once=True),
    Asked(name="360, warm, every part asked", path=lambda id: f"/agent/v1/accounts/{id}"),
    Asked(name="entitlement check", path=lambda id: f"/agent/v1/accounts/{id}/entitlements/sso"),
    Asked(name="invoices, one read passed on", path=lambda id: f"/portal/v2/invoices?account={id}"),
    Asked(name="livez, only the door", path=lambda id: "/livez"),
)


def main() -> None:
    """Start everything, ask, print, end everything."""
    told = _arguments().parse_args()
    print(f"machine: {described()}")
    keep_to(OTHERS)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        print("starting the demo ...", flush=True)
        with demo(data):
            print("starting the gateway to be measured ...", flush=True)
            with measured(data, sample=told.sample, redis=told.redis) as server:
                asyncio.run(_measure(server, data, told.seconds, told.connections, told.only))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="Example: python benchmarks/hot_paths.py --seconds 2 --only entitlement"
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="of asking per path (%(default)s)")
    parser.add_argument("--connections", type=int, default=32, help="callers at once (%(default)s)")
    parser.add_argument("--sample", type=float, default=0.0, help="share of calls traced (%(default)s)")
    parser.add_argument("--redis", default=None, help="count limits there, such as redis://localhost:6379/0")
    parser.add_argument("--only", default="", help="only paths whose name has this in it")
    return parser


async def _measure(server: Server, data: Path, seconds: float, connections: int, only: str) -> None:
    accounts = accounts_of(data)
    people = itertools.cycle([{"Authorization": f"Bearer {token}"} for token in tokens(data, PEOPLE)])
    print(f"{len(accounts)} accounts, {PEOPLE} callers over {connections} connections\n")
    print(f"{'path':30} {'calls':>7} {'calls/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU us/call':>12}")
    for one in PATHS:
        if only in one.name:
            asked = accounts if one.once else itertools.cycle(accounts)
            await _report(server, one, asked_of(one, asked, people), seconds, connections)


def asked_of(one: Asked, accounts: Iterable[str], people: Iterator[dict[str, str]]) -> Iterator[bytes]:
    """The requests, each by the next person about the next account."""
    return (get(one.path(id), next(people)) for id in accounts)


async def _report(
    server: Server, one: Asked, requests: Iterator[bytes], seconds: float, connections: int
) -> None:
    before = server.cpu()
    taken = await ask(server.port, requests, connections, seconds)
    print(row(one.name, taken, server.cpu() - before), flush=True)


def row(name: str, taken: Taken, cpu: float) -> str:
    """One line of the table; `cpu` is in seconds."""
    per_call = cpu / len(taken.calls) * _US
    return (
        f"{name:30} {len(taken.calls):7} {taken.per_second:8.0f} {taken.at(0.5):8.2f} {taken.at(0.99):8.2f} "
        f"{per_call:12.0f}"
    )


if __name__ == "__main__":
    main()
