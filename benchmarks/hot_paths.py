"""How fast are the entitlement check and the account 360 on this machine?

Starts the practice platforms and the gateway as a user would (their own processes), then asks from this one:
requests a second, p50, p99, and CPU of the gateway per call. `cold` is the first picture of each account
after the start, `warm` every further one; both ask all four platforms, so the practice platforms' own CPU
limits them on few cores. `python benchmarks/hot_paths.py --help` says what can be set.
"""

import argparse
import asyncio
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=5.0, help="how long each warm path is asked")
    arguments.add_argument("--connections", type=int, default=32, help="how many callers ask at once")
    arguments.add_argument("--port", type=int, default=8090, help="the gateway's port")
    told = arguments.parse_args()
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as data, demo(Path(data), told.port) as known:
        asyncio.run(measure(known, told.seconds, told.connections))


class demo:  # noqa: N801 - reads as a word
    """The demo on a port, from ready to ended."""

    def __init__(self, data: Path, port: int) -> None:
        self._data, self._port = data, port

    def __enter__(self) -> dict[str, object]:
        began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "demo", "--port", str(self._port), "--data", str(self._data)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        while not (self._data / "demo.json").exists():
            if self._process.poll() is not None:
                raise SystemExit("the demo did not start")
            time.sleep(0.05)
        print(f"demo ready after {time.monotonic() - began:.1f} s")
        known: dict[str, object] = json.loads((self._data / "demo.json").read_text())
        return known

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def gateway_cpu(port: int) -> float:
    """CPU seconds of the gateway's process so far."""
    for stat in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = stat.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"serve" in words and b"gateway" in words:
            fields = (stat.parent / "stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / TICKS
    raise SystemExit("the gateway's process was not found")


async def measure(known: dict, seconds: float, connections: int) -> None:  # type: ignore[type-arg]
    base, token = known["base_url"], known["people"]["agent"]["token"]
    headers = {"authorization": f"Bearer {token}"}
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(base, headers=headers, connector=connector) as session:
        accounts = await find_accounts(session)
        print(f"{len(accounts)} accounts, {connections} connections\n")
        print(f"{'path':28} {'calls':>7} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU us/call':>12}")
        for name, path, cold in PATHS:
            paths = (path(account) for account in (accounts if cold else itertools.cycle(accounts)))
            await report(session, name, iter(paths), seconds, connections)


PATHS: tuple[tuple[str, Callable[[str], str], bool], ...] = (
    ("account 360, cold", lambda id: f"/agent/v1/accounts/{id}", True),
    ("account 360, warm", lambda id: f"/agent/v1/accounts/{id}", False),
    ("entitlement check", lambda id: f"/agent/v1/accounts/{id}/entitlements/sso", False),
    ("livez (nothing but the door)", lambda id: "/livez", False),
)


async def find_accounts(session: aiohttp.ClientSession) -> list[str]:
    """Every account the practice platforms know, by asking the system API's list... of an internal caller."""
    found: list[str] = []
    for letter in "abcdefghijklmnopqrstuvwxyz":
        async with session.get("/agent/v1/accounts", params={"query": f"{letter}a"}) as answer:
            found += [one["account"] for one in (await answer.json())["data"]]
    return sorted(set(found))


async def report(
    session: aiohttp.ClientSession, name: str, paths: Iterator[str], seconds: float, connections: int
) -> None:
    taken: list[float] = []
    before, began = gateway_cpu(0), time.perf_counter()

    async def caller() -> None:
        while time.perf_counter() - began < seconds and (path := next(paths, None)):
            asked = time.perf_counter()
            async with session.get(path) as answer:
                await answer.read()
                if answer.status != 200:
                    raise SystemExit(f"{path}: {answer.status}")
            taken.append(time.perf_counter() - asked)

    await asyncio.gather(*[caller() for _ in range(connections)])
    spent, wall = gateway_cpu(0) - before, time.perf_counter() - began
    taken.sort()
    p50, p99 = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
    print(
        f"{name:28} {len(taken):7} {len(taken) / wall:8.0f} {p50 * 1000:8.2f} {p99 * 1000:8.2f} "
        f"{spent / len(taken) * 1e6:12.0f}"
    )


if __name__ == "__main__":
    main()
