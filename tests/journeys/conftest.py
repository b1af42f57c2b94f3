"""In which world does a journey take place? (the demo, as a user starts it, on ports of its own)"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

PATIENCE = 60.0
BUGS = ('"level":"error"', '"level":"critical"', "Traceback")
"""What stands in what was written when there was a bug."""
PLATFORMS = ("salesforce", "stripe", "zendesk", "netsuite")


class Demo:
    """A running demo and how its people ask it."""

    def __init__(self, data: Path, known: dict[str, Any], http: httpx.Client) -> None:
        self.data = data
        self.known = known
        self.http = http

    def account(self, name: str) -> str:
        """The account of one of the people."""
        whose: str = self.known["people"][name]["account"]
        return whose

    def ask(self, name: str | None, path: str, **options: Any) -> httpx.Response:
        """GET as one of the people, or as nobody."""
        return self.http.get(path, headers={**self.proof(name), **options.pop("headers", {})}, **options)

    def proof(self, name: str | None) -> dict[str, str]:
        """The header that says who is asking."""
        if name is None:
            return {}
        person = self.known["people"][name]
        if "api_key" in person:
            return {"X-API-Key": person["api_key"]}
        return {"Authorization": f"Bearer {person['token']}"}

    def sim(self, platform: str, path: str) -> str:
        """An address on a practice platform's control face."""
        return f"{self.known['platforms'][platform]['sim_url']}{path}"

    def fault(self, platform: str, fault: str, **bounds: Any) -> None:
        """Let a practice platform misbehave from now on."""
        answer = self.http.post(self.sim(platform, "/faults"), json={"fault": fault, **bounds})
        assert answer.status_code < 300, answer.text

    def mend(self) -> None:
        """No platform misbehaves any more."""
        for platform in PLATFORMS:
            self.http.delete(self.sim(platform, "/faults"))

    def well(self) -> None:
        """Wait until every part of an account is fresh again: a breaker takes a moment to trust."""
        deadline = time.monotonic() + PATIENCE
        path = f"/agent/v1/accounts/{self.account('portal_parent')}"
        while True:
            parts = self.ask("agent", path).json()["parts"]
            if {part["state"] for part in parts.values()} == {"fresh"}:
                return
            assert time.monotonic() < deadline, parts
            time.sleep(0.1)

    def calls(self, platform: str) -> list[dict[str, Any]]:
        """What a practice platform was asked so far."""
        told: list[dict[str, Any]] = self.http.get(self.sim(platform, "/calls")).json()["data"]
        return told


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def written(data: Path) -> str:
    """What the demos in this folder wrote to the terminal, one after the other."""
    return data.with_suffix(".log").read_text()


def started(data: Path, *options: str) -> subprocess.Popen[bytes]:
    """The demo in a process group of its own, as a terminal gives it one, once it says it is ready."""
    command = [sys.executable, "-m", "gateway", "demo", "--data", str(data), "--practice-port", "0", *options]
    (data / "demo.json").unlink(missing_ok=True)
    with data.with_suffix(".log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    deadline = time.monotonic() + PATIENCE
    while not (data / "demo.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(written(data))
        time.sleep(0.05)  # the file appears in one step when everything is ready
    return process


@pytest.fixture(scope="session")
def standing_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data = tmp_path_factory.mktemp("demo")
    process = started(data, "--port", str(free_port()))
    known = json.loads((data / "demo.json").read_text())
    with httpx.Client(base_url=known["base_url"], timeout=15, trust_env=False) as http:
        yield Demo(data, known, http)
    process.terminate()
    process.wait(timeout=15)


@pytest.fixture
def demo(standing_demo: Demo) -> Iterator[Demo]:
    """The demo with every platform well before and after."""
    standing_demo.mend()
    standing_demo.well()
    yield standing_demo
    standing_demo.mend()
