"""What stays when the demo ends, and what is said when it cannot start?"""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.journeys.conftest import BUGS, PLATFORMS, Demo, free_port, started, written

SOON = 8.0
"""Seconds within which everything has ended after it was told to, on a busy machine; alone it takes one."""
REMEMBERED = 10
"""How many parts of a picture are remembered: all but those that are derived here."""


class Run:
    """One run of the demo."""

    def __init__(self, data: Path, *options: str) -> None:
        self.port = free_port()
        self.process = started(data, "--port", str(self.port), *options)
        known = json.loads((data / "demo.json").read_text())
        self.demo = Demo(data, known, httpx.Client(base_url=known["base_url"], timeout=15, trust_env=False))

    def ended(self, how: Callable[[], None]) -> int:
        """Its exit code after it was ended in this way, soon, with nothing of it left."""
        began = time.monotonic()
        how()
        code = self.process.wait(timeout=15)
        while listening(self.port):
            assert time.monotonic() - began < SOON, "the gateway still stands"
            time.sleep(0.02)  # the gateway is no child of ours: its port shows whether it ended
        assert time.monotonic() - began < SOON
        self.demo.http.close()
        return code

    def killed(self) -> int:
        return self.ended(self.process.kill)

    def interrupted(self) -> int:
        """Ctrl-C in a terminal goes to every process of the group."""
        return self.ended(lambda: os.killpg(self.process.pid, signal.SIGINT))


def listening(port: int) -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Iterator[Callable[..., Run]]:
    """Starts the demo, always in the same folder; what still runs at the end is ended."""
    runs: list[Run] = []

    def start(*options: str) -> Run:
        runs.append(Run(data, *options))
        return runs[-1]

    yield start
    for one in runs:
        if one.process.poll() is None:
            one.interrupted()


def picture(demo: Demo, account: str) -> dict[str, Any]:
    answer = demo.ask("agent", f"/agent/v1/accounts/{account}")
    assert answer.status_code == 200, answer.text
    parts: dict[str, Any] = answer.json()["parts"]
    return parts


def facts(parts: dict[str, Any]) -> dict[str, Any]:
    """What was said, without how fresh it is."""
    said = {name: part["data"] for name, part in parts.items() if name != "entitlements"}
    return {**said, "profile": {**said["profile"], "billing_details": None}}


def until_written_down(database: str, account: str) -> None:
    """Wait for the last known parts of an account: they are written in batches."""
    count = f"SELECT COUNT(*) FROM {{}}known_part WHERE account_id = '{account}'"
    deadline = time.monotonic() + 5
    while True:
        if database.startswith("sqlite:///"):
            with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as file:
                known = file.execute(count.format("")).fetchone()[0]
        else:
            with psycopg.connect(database) as server:
                found = server.execute(count.format("tieline.").encode()).fetchone()
                known = found[0] if found else 0
        if known >= REMEMBERED:
            return
        assert time.monotonic() < deadline, known
        time.sleep(0.05)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_after_a_kill_the_same_folder_shows_what_was_last_known_to_the_same_people(
    run: Callable[..., Run], data: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    postgres = engine == "postgres"
    database = request.getfixturevalue("postgres_url") if postgres else f"sqlite:///{data / 'tieline.sqlite'}"
    options = ("--database", database) if postgres else ()
    first = run(*options)
    account = first.demo.account("portal_parent")
    before = picture(first.demo, account)
    cursor = first.demo.ask("portal_parent", "/portal/v2/invoices?limit=2").json()["next_cursor"]
    until_written_down(database, account)
    first.killed()

    again = run(*options).demo
    old = Demo(data, first.demo.known, again.http)
    following = old.ask("portal_parent", f"/portal/v2/invoices?limit=2&cursor={cursor}")
    assert following.status_code == 200
    for platform in PLATFORMS:
        again.fault(platform, "down")
    after = picture(old, account)
    assert {name: part["state"] for name, part in after.items()} == {
        name: "fresh" if name == "entitlements" else "stale" for name in before
    }
    assert facts(after) == facts(before)
    for name, person in first.demo.known["people"].items():
        assert old.ask(name, "/readyz").status_code == 200, f"{name}: the old token or key"
        told = again.known["people"][name]
        assert {key: told[key] for key in told if key != "token"} == {
            key: person[key] for key in person if key != "token"
        }
    check = old.ask("agent", f"/agent/v1/accounts/{account}/entitlements/sso").json()
    assert check["fallback"] is False


def test_ctrl_c_ends_everything_without_a_word_of_trouble(run: Callable[..., Run], data: Path) -> None:
    one = run()
    for platform in PLATFORMS:
        one.demo.fault(platform, "slow")
    picture(one.demo, one.demo.account("portal_small"))
    assert one.interrupted() in (0, 130)
    said = written(data)
    for noise in (*BUGS, "retry_scheduled", "HTTP Request", "never retrieved", "was destroyed"):
        assert noise not in said, said


def test_a_gateway_that_was_killed_ends_the_demo_with_one_line(run: Callable[..., Run], data: Path) -> None:
    one = run()
    children = Path(f"/proc/{one.process.pid}/task/{one.process.pid}/children")
    if not children.exists():
        pytest.skip("only Linux tells whose children run")
    (gateway,) = children.read_text().split()
    assert one.ended(lambda: os.kill(int(gateway), signal.SIGKILL)) == 1
    assert "Error: The gateway ended by itself (exit -9)" in written(data)
    assert not [bug for bug in BUGS if bug in written(data)]


@pytest.fixture
def taken() -> Iterator[int]:
    """The first of several ports in a row of which the third is somebody else's."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1] - 2


WRONG = {
    "the port is taken": (["--port", "{third}"], r"Port \d+ of 127\.0\.0\.1 is in use\. .*--port"),
    "a platform's port is taken": (
        ["--practice-port", "{first}"],
        r"Port \d+ of .* is in use\. .*--practice-port",
    ),
    "one port for two": (["--port", "18999", "--practice-port", "18998"], r"Port 18999 is wanted twice"),
    "no database answers": (
        ["--database", "postgresql://127.0.0.1:1/x"],
        r"The database does not answer: .*refused",
    ),
    "no database at all": (["--database", "mysql://anna:secret@db/x"], r"--database: write postgresql://"),
    "the folder is a file": (["--data", "{file}/below"], r".*below: Not a directory"),
}


@pytest.mark.parametrize("mistake", list(WRONG))
def test_what_is_wrong_at_the_start_is_said_in_one_line(mistake: str, taken: int, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    words = {"first": taken, "third": taken + 2, "file": tmp_path / "file"}
    defaults = ["--data", str(tmp_path / "data"), "--port", str(free_port()), "--practice-port", "0"]
    options, said = WRONG[mistake]
    command = [sys.executable, "-m", "gateway", "demo", *defaults, *(one.format(**words) for one in options)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert re.fullmatch(rf"Error: {said}.*\n", ended.stderr)
    assert "secret" not in ended.stderr
