"""How fast is the gateway beside the same work built with FastAPI and with Fastify?

One run, one core for whoever is measured, callers and upstreams on the others: an entitlement check from
memory, an account 360 cold, warm (every part asked) and kept warm, one upstream read passed on. All three
prove the same 500 people's tokens (and remember them), limit each person, and ask upstream the very same
questions, which stand-ins answer from memory with the practice platforms' own words. They take turns, so that
a machine's moods strike all of them.

What the others leave out is to their advantage: they check no parameters beyond their own, map no platform's
words into ours, keep no last known answers and have no breaker, quota or deadline.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import jwt
import msgspec
from msgspec import Struct

from benchmarks import installing
from benchmarks.house import accounts_of, demo, measured, tokens
from benchmarks.load import ask, get
from benchmarks.machine import OTHERS, SERVER, described, keep_to
from benchmarks.servers import Server, free_port, serving
from benchmarks.upstreams import playing, work

PEOPLE: Final = 500
OURS: Final = "tieline"
WARM: Final = f"{OURS}+warm"
"""Gives parts again that were observed in the last minute; the others of ours ask for each every time."""
_US: Final = 1_000_000


class Question(Struct, frozen=True, kw_only=True):
    """One thing that is asked of all, and by which path of ours and of theirs."""

    name: str
    ours: str
    theirs: str
    once: bool = False
    by: str = "tieline"
    """Which of our gateways answers."""


QUESTIONS: Final = (
    Question(name="360, cold", ours="/agent/v1/accounts/{}", theirs="/v1/accounts/{}", once=True),
    Question(name="360, warm", ours="/agent/v1/accounts/{}", theirs="/v1/accounts/{}"),
    Question(
        name="360, kept warm", ours="/agent/v1/accounts/{}", theirs="/v1/accounts/{}", by="tieline+warm"
    ),
    Question(
        name="entitlement check",
        ours="/agent/v1/accounts/{}/entitlements/sso",
        theirs="/v1/accounts/{}/entitlements/sso",
    ),
    Question(name="one read passed on", ours="/portal/v2/invoices?account={}", theirs="/v1/invoices/{}"),
)


class Figures(Struct, frozen=True):
    """Of one path of one server: calls a second, milliseconds, microseconds of CPU per call."""

    per_second: float
    p50: float
    p99: float
    cpu: float


def main() -> None:
    """Start everything, take turns, print, end everything."""
    told = _arguments().parse_args()
    print(f"machine: {described()}", flush=True)
    keep_to(OTHERS)
    with ExitStack() as opened:
        data = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        people = _started(opened, data, told.accounts, told.redis)
        asyncio.run(_compare(*people, told))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="Example: python benchmarks/gateway.py --seconds 2 --rounds 3"
    )
    parser.add_argument("--seconds", type=float, default=1.5, help="of asking per turn (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each, of which the median counts")
    parser.add_argument("--connections", type=int, default=32, help="callers at once (%(default)s)")
    parser.add_argument("--redis", default=None, help="also measure a gateway that counts limits there")
    parser.add_argument("--only", default="", help="only paths whose name has this in it")
    parser.add_argument("--accounts", type=int, default=60, help="how many are asked about (%(default)s)")
    return parser


def _started(
    opened: ExitStack, data: Path, count: int, redis: str | None
) -> tuple[dict[str, Server], list[str], Iterator[dict[str, str]]]:
    """Everybody who is compared, the accounts, and an endless row of credentials."""
    print("starting the demo ...", flush=True)
    known = opened.enter_context(demo(data))
    upstreams = opened.enter_context(playing(known["platforms"]))
    given = tokens(data, PEOPLE)
    print("learning what is asked upstream ...", flush=True)
    with measured(data, bases=upstreams.bases, name="learning") as gateway:
        plan = work(gateway, upstreams, accounts_of(data)[:count], given[0], _proof(data))
    file = data / "work.json"
    file.write_text(json.dumps(plan))
    calls = statistics.mean(len(one["picture"]) for one in plan["accounts"].values())
    print(f"{len(plan['accounts'])} accounts, {calls:.1f} upstream calls per 360, {PEOPLE} people")
    servers = {OURS: opened.enter_context(measured(data, bases=upstreams.bases))}
    servers[WARM] = opened.enter_context(measured(data, bases=upstreams.bases, warm=60.0, name="warm"))
    if redis:
        counting = measured(data, bases=upstreams.bases, redis=redis, name="counting")
        servers[f"{OURS}+redis"] = opened.enter_context(counting)
    servers |= _others(opened, file)
    return (
        servers,
        list(plan["accounts"]),
        itertools.cycle([{"Authorization": f"Bearer {one}"} for one in given]),
    )


def _proof(data: Path) -> dict[str, Any]:
    """What a token is verified with."""
    issuer = msgspec.toml.decode((data / "tieline.toml").read_bytes())["issuers"][0]
    key = json.loads((data / "issuer" / "jwks.json").read_text())["keys"][0]
    assert jwt.PyJWK(key).algorithm_name == "ES256"
    return {"issuer": issuer["issuer"], "audience": issuer["audience"], "key": key}


def _others(opened: ExitStack, work: Path) -> dict[str, Server]:
    """Those that can be had on this machine; why another is missing is said."""
    found = {}
    for name, command in (("fastapi", installing.fastapi), ("fastify", installing.fastify)):
        print(f"starting {name} ...", flush=True)
        port = free_port()
        try:
            found[name] = opened.enter_context(serving([*command(), str(work), str(port)], port, SERVER))
        except installing.NotInstalled as missing:
            print(f"without {name}: {missing}")
    return found


async def _compare(
    servers: dict[str, Server],
    accounts: list[str],
    people: Iterator[dict[str, str]],
    told: argparse.Namespace,
) -> None:
    print(f"\n| {'path':20} | {'who':8} | calls/s | p50 ms | p99 ms | CPU us/call | ours to theirs | CPU |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    for question in QUESTIONS:
        if told.only not in question.name:
            continue
        asked = _asked(question, servers)
        turns: dict[str, list[Figures]] = {name: [] for name in asked}
        for _ in range(1 if question.once else told.rounds):
            for name, server in asked.items():
                turns[name].append(await _turn(name, server, question, accounts, people, told))
        _print(question, {name: _median(taken) for name, taken in turns.items()})


def _asked(question: Question, servers: dict[str, Server]) -> dict[str, Server]:
    """Those that take turns, the one of ours that is compared first."""
    others = {name: one for name, one in servers.items() if not name.startswith(OURS)}
    if question.by == WARM:
        return {WARM: servers[WARM], **others}
    return {name: one for name, one in servers.items() if name != WARM}


async def _turn(
    name: str,
    server: Server,
    question: Question,
    accounts: list[str],
    people: Iterator[dict[str, str]],
    told: argparse.Namespace,
) -> Figures:
    path = question.ours if name.startswith(OURS) else question.theirs
    ids: Iterable[str] = accounts if question.once else itertools.cycle(accounts)
    requests = (get(path.format(id), next(people)) for id in ids)
    before = server.cpu()
    seconds = 60.0 if question.once else told.seconds
    taken = await ask(server.port, requests, told.connections, seconds)
    spent = (server.cpu() - before) / len(taken.calls) * _US
    return Figures(taken.per_second, taken.at(0.5), taken.at(0.99), spent)


def _median(taken: list[Figures]) -> Figures:
    return Figures(
        *(statistics.median(values) for values in zip(*map(msgspec.structs.astuple, taken), strict=True))
    )


def _print(question: Question, figures: dict[str, Figures]) -> None:
    ours = figures[question.by]
    for name, one in figures.items():
        ratios = f"{ours.per_second / one.per_second:.2f} x | {ours.cpu / one.cpu:.2f} x"
        print(
            f"| {question.name:20} | {name:8} | {one.per_second:,.0f} | {one.p50:.2f} | {one.p99:.2f} "
            f"| {one.cpu:,.0f} | {ratios if name != question.by else '|'} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
