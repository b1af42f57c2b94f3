"""What do all who are compared ask upstream, and how is that found out?"""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from msgspec import Struct

from benchmarks.house import UNLIMITED
from benchmarks.machine import OTHERS, keep_to
from benchmarks.servers import ROOT, Server

_OK: Final = 200
_ACCEPTED: Final = {"accept": "application/json", "authorization": "Bearer played-back"}


class Upstreams(Struct, frozen=True):
    """Stand-ins of the platforms that answer from memory: base URL per connection."""

    bases: dict[str, str]

    def take_asked(self) -> list[dict[str, Any]]:
        """What was asked since the last time, with the whole URL; requests for tokens left out."""
        bases = list(self.bases.values())
        asked = json.loads(_get(int(bases[0].rpartition(":")[2]), "/_asked", {}))
        return [
            {
                "method": one["method"],
                "url": bases[one["place"]] + one["target"],
                "body": one["body"],
                "headers": {"content-type": "application/json"} if one["body"] else {},
            }
            for one in asked
            if "token" not in one["target"]
        ]


@contextmanager
def playing(platforms: Mapping[str, Any]) -> Iterator[Upstreams]:
    """Stand-ins before these platforms, until the block ends."""
    urls = [one["base_url"] for one in platforms.values()]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.playback", *urls],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        keep_to(OTHERS, process.pid)
        assert process.stdout
        ports = process.stdout.readline().split()
        yield Upstreams(
            {name: f"http://127.0.0.1:{port}" for name, port in zip(platforms, ports, strict=True)}
        )
    finally:
        process.terminate()
        process.wait()


def work(
    gateway: Server, upstreams: Upstreams, accounts: list[str], token: str, proof: dict[str, Any]
) -> dict[str, Any]:
    """What the others are to do: for each account what the gateway itself asked upstream for its answer."""
    headers = {"Authorization": f"Bearer {token}"}
    found: dict[str, Any] = {}
    for id in accounts:
        decision = json.loads(_get(gateway.port, f"/agent/v1/accounts/{id}/entitlements/sso", headers))
        upstreams.take_asked()
        _get(gateway.port, f"/agent/v1/accounts/{id}", headers)
        picture = upstreams.take_asked()
        _get(gateway.port, f"/portal/v2/invoices?account={id}", headers)
        invoices = upstreams.take_asked()
        if len(invoices) == 1:  # customers that billing knows once
            found[id] = {"entitlement": decision, "picture": picture, "invoices": invoices[0]}
    return {
        **proof,
        "accounts": found,
        "limit": UNLIMITED,
        "most": int(UNLIMITED.partition("/")[0]),
        "headers": _ACCEPTED,
    }


def _get(port: int, path: str, headers: dict[str, str]) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != _OK:
            raise SystemExit(f"{path}: {answer.status} {body[:200]!r}")
        return body
    finally:
        connection.close()
