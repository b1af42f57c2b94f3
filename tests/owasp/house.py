"""Which house is attacked? (the demo, behind a front door at which nobody is told to wait)"""

import base64
import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import msgspec

from gateway.issuer import EmbeddedIssuer, Minted
from gateway.people import issuer
from tests.journeys.conftest import PATIENCE, Demo, free_port, started

FREELY = "10000000/minute"
NOBODY, EXPIRED, REVOKED = "nobody", "expired", "revoked"
"""Callers who are nobody: without a credential, with a token of yesterday, with a key that was taken back."""


class Front(Demo):
    """A demo whose front door lets everybody ask as often as they like, on a database of its own."""

    @cached_property
    def issuer(self) -> EmbeddedIssuer:
        """Who signs the tokens that this house believes."""
        return issuer(self.data)

    @property
    def people(self) -> dict[str, dict[str, Any]]:
        """Everybody the demo knows, by name, with what proves them."""
        known: dict[str, dict[str, Any]] = self.known["people"]
        return known

    def scopes(self, name: str) -> frozenset[str]:
        """What somebody may do, read from their own token or from what the settings say of their key."""
        if name in (NOBODY, EXPIRED, REVOKED):
            return frozenset()
        if token := self.people[name].get("token"):
            said = msgspec.json.decode(_decoded(token.split(".")[1]))
            return frozenset(said["scope"].split())
        (client,) = (one for one in self.settings["clients"] if one["name"] == name)
        return frozenset(client["scopes"])

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What the house was started with."""
        return tomllib.loads((self.data / "tieline.toml").read_text())

    @cached_property
    def _unproven(self) -> dict[str, dict[str, str]]:
        whole = Minted(subject="agent", client="demo", scopes=tuple(sorted(self.every_scope)), everyone=True)
        return {
            NOBODY: {},
            EXPIRED: {"Authorization": f"Bearer {self.issuer.mint(whole, hours=-1)}"},
            REVOKED: {"X-API-Key": self._revoked()},
        }

    @property
    def every_scope(self) -> frozenset[str]:
        """Each scope that anybody of the demo has."""
        return frozenset().union(*map(self.scopes, self.people))

    def proof(self, name: str | None) -> dict[str, str]:
        """The header that says who is asking; one of nobody proves nothing."""
        return self._unproven[name] if name in (NOBODY, EXPIRED, REVOKED) else super().proof(name)

    def _revoked(self) -> str:
        """A key that was good, and is no more."""
        asked = {"name": "taken back", "scopes": ["partner:read", "portal:read", "agent:read"]}
        made = self.http.post("/operations/v1/clients", json=asked, headers=self.proof("operator")).json()
        proof = {"X-API-Key": made["key"]}
        assert self.http.get("/partners/v1/accounts", headers=proof).status_code == 200
        gone = f"/operations/v1/clients/{made['client']['id']}"
        assert self.http.delete(gone, headers=self.proof("operator")).status_code == 204
        return str(made["key"])


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@contextmanager
def standing(data: Path) -> Iterator[tuple[Demo, Front]]:
    """The demo as a user starts it, and the second door."""
    process = started(data, "--port", str(free_port()))
    known = json.loads((data / "demo.json").read_text())
    try:
        with (
            httpx.Client(base_url=known["base_url"], timeout=15, trust_env=False) as http,
            another_door(data, "second") as url,
            httpx.Client(base_url=url, timeout=15, trust_env=False) as freely,
        ):
            yield Demo(data, known, http), Front(data, {**known, "base_url": url}, freely)
    finally:
        process.terminate()
        process.wait(timeout=15)


@contextmanager
def another_door(data: Path, name: str) -> Iterator[str]:
    """The same settings on another port and database, where no plan is ever used up; its URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = tomllib.loads((data / "tieline.toml").read_text())
    (data / name).mkdir(exist_ok=True)
    settings |= {
        "port": port,
        "base_url": url,
        "database": f"sqlite:///{name}/tieline.sqlite",
        "plans": dict.fromkeys((*settings["plans"], "anonymous"), FREELY),
        "telemetry": {"access_log": False},
    }
    file = data / f"{name}.toml"
    file.write_bytes(msgspec.toml.encode(settings))
    with (data / f"{name}.log").open("ab") as log:
        command = [sys.executable, "-m", "gateway", "serve", "--config", str(file)]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _until_ready(url, process, data / f"{name}.log")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=15)


def _until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if httpx.get(f"{url}/readyz", trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)  # it says when it is ready; there is no file to wait for
