"""What does it cost to be counted? (CPU of an entitlement check, with metrics and without, in turns)

Two gateways run from the same settings on the same core; what the machine does meanwhile meets both.
Prometheus looks once a round, as often as it usually does.
"""

import argparse
import asyncio
import itertools
import statistics
import tempfile
import urllib.request
from pathlib import Path

import msgspec

from benchmarks.hot_paths import PATHS, PEOPLE, asked_of
from benchmarks.house import accounts_of, demo, measured, tokens
from benchmarks.load import ask
from benchmarks.machine import OTHERS, described, keep_to
from benchmarks.servers import Server

_US = 1_000_000


def main() -> None:
    """Start everything, ask both in turns, print the ratios, end everything."""
    parser = argparse.ArgumentParser(description=__doc__, epilog="Example: python -m benchmarks.observing")
    parser.add_argument("--rounds", type=int, default=10, help="of asking both (%(default)s)")
    parser.add_argument("--seconds", type=float, default=2.0, help="a turn (%(default)s)")
    told = parser.parse_args()
    print(f"machine: {described()}")
    keep_to(OTHERS)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with (
            demo(data),
            measured(data, name="with") as counted,
            measured(data, name="without", metrics=False) as plain,
        ):
            asyncio.run(_compare(data, counted, plain, told.rounds, told.seconds))


async def _compare(data: Path, counted: Server, plain: Server, rounds: int, seconds: float) -> None:
    telemetry = msgspec.toml.decode((data / "with.toml").read_bytes())["telemetry"]
    (check,) = (one for one in PATHS if one.name == "entitlement check")
    people = itertools.cycle([{"Authorization": f"Bearer {token}"} for token in tokens(data, PEOPLE)])
    requests = asked_of(check, itertools.cycle(accounts_of(data)), people)

    async def cost(server: Server) -> float:
        before = server.cpu()
        taken = await ask(server.port, requests, 32, seconds)
        return (server.cpu() - before) / len(taken.calls) * _US

    await cost(counted), await cost(plain)  # warm
    ratios = []
    for turn in range(rounds):
        order = (counted, plain) if turn % 2 else (plain, counted)
        us = {server.pid: await cost(server) for server in order}
        ratios.append(us[counted.pid] / us[plain.pid])
        print(
            f"with {us[counted.pid]:6.1f} us, without {us[plain.pid]:6.1f} us: {ratios[-1]:.3f}", flush=True
        )
        await asyncio.to_thread(_looked_at, f"http://{telemetry['metrics']}/metrics")
    print(f"ratio of CPU per call: median {statistics.median(ratios):.3f}")


def _looked_at(url: str) -> None:
    with urllib.request.urlopen(url, timeout=5) as answer:
        answer.read()


if __name__ == "__main__":
    main()
