"""How does a gateway live, die and live again in one practice company?"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from gateway import people
from gateway.files import written
from gateway.listening import free_port
from gateway.practice import skus_of
from gateway.scene import settings_text
from process_apis.records import migrate
from tests.chaos.practising import NAMES, Practising, practising

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE: Final = 90.0
"""Seconds a start, or becoming quiet, may take on a busy machine."""
ANSWER: Final = 120.0
"""Seconds that one answer may take: some are of thousands of records."""
CATCH_UP: Final = 2.0
"""Seconds between two looks for what no message told us: a minute would be long here."""
SETTLED: Final = 15.0
"""Seconds of business time after which a platform's own list of changes is read to its last."""
SETTLE: Final = 5.0
"""Seconds in which a write that nobody waits for is carried out here: the slowest takes 12, a call waits for
10 of them."""
UNLIMITED: Final = "100000000/minute"


class Unquiet(AssertionError):
    """Something is lost, dead, or waits for a person, or it never ended."""


class Town:
    """One practice company and its gateway, which is killed; `lives` counts how often it began."""

    def __init__(self, data: Path, port: int, practice: Practising, http: httpx.Client) -> None:
        self.data = data
        self.practice = practice
        self.lives = 0
        self.killed = 0
        self.diary = data / "diary"
        self.url = f"http://127.0.0.1:{port}"
        self._http = http
        self._process: subprocess.Popen[bytes] | None = None
        self._proof: dict[str, str] = {}

    def begin(self, die: frozenset[str] = frozenset()) -> None:
        """Start a gateway; returns once it says that it is ready, or died first."""
        (orders := self.data / "orders").write_text("\n".join(sorted(die)))
        settings = ("serve", "--config", self.data / "tieline.toml")
        command = (sys.executable, "-m", "tests.chaos.mortal", self.diary, orders, *settings)
        self.lives += 1
        said = self.data / f"life-{self.lives}.log"
        with said.open("wb") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + PATIENCE
        while self.lives_on() and b"Ready" not in said.read_bytes():
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.02)
        if self.process.poll() not in (None, -signal.SIGKILL):
            raise AssertionError(said.read_text())

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "no gateway was started"
        return self._process

    def lives_on(self) -> bool:
        """Whether the gateway still runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End it the hard way, from any thread; it is not waited for."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """End it, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def act(self, platform: str, path: str, **asked: Any) -> Any:
        """Do something at a practice platform's control face."""
        answer = self._http.post(self.practice.reach[platform]["sim_url"] + path, json=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def tried(self, platform: str, path: str, **asked: Any) -> Any:
        """The same; None when there is nothing that it could be done with."""
        answer = self._http.post(self.practice.reach[platform]["sim_url"] + path, json=asked)
        assert answer.status_code in (200, 400), answer.text
        return answer.json() if answer.status_code == 200 else None

    def cleared(self, platform: str) -> None:
        """A practice platform misbehaves no more."""
        self._http.delete(self.practice.reach[platform]["sim_url"] + "/faults")

    def see(self, platform: str, path: str) -> Any:
        """What a practice platform's control face says."""
        answer = self._http.get(self.practice.reach[platform]["sim_url"] + path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stripe(self, path: str, **form: Any) -> Any:
        """Do business at billing, as its own people do: through its API."""
        stripe = self.practice.reach["stripe"]
        proof = {"Authorization": f"Bearer {stripe['api_key']}"}
        answer = self._http.post(f"{stripe['base_url']}/v1/{path}", data=form, headers=proof)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def asked(self, path: str, **params: Any) -> Any:
        """What the gateway tells an operator; httpx.HTTPError when it is dead."""
        answer = self._http.get(self.url + path, params=params, headers=self._proof)
        answer.raise_for_status()
        return answer.json()

    def quiet(self, die: frozenset[str] = frozenset(), patience: float = PATIENCE) -> None:
        """Wait until nothing is under way; a gateway that died is started again, to die at `die` again.

        Raises Unquiet when something was given up, or does not end.
        """
        deadline, before = time.monotonic() + patience, -1
        while True:
            if not self.lives_on():
                assert self.process.returncode == -signal.SIGKILL, self.process.returncode
                self.killed += 1
                self.begin(die)
                deadline = time.monotonic() + patience
                continue
            try:
                at, why = self._at_rest()
            except httpx.HTTPError as error:
                at, why = -1, repr(error)
            if at >= 0 and at == before:
                return
            before = at
            if time.monotonic() > deadline:
                raise Unquiet(why)
            time.sleep(0.1)

    def caught_up(self) -> None:
        """Wait until every platform's own list of changes was read to its end, after now."""
        # The youngest of a list is left for the next look: its places are not settled yet.
        self.act("stripe", "/clock", advance_seconds=SETTLED)
        now, deadline = datetime.now(UTC), time.monotonic() + PATIENCE
        while not all(
            one["complete_at"] and datetime.fromisoformat(one["complete_at"]) > now
            for one in self.asked("/operations/v1/feeds")["data"]
        ):
            if time.monotonic() > deadline:
                raise Unquiet(str(self.asked("/operations/v1/feeds")["data"]))
            time.sleep(0.1)

    def _at_rest(self) -> tuple[int, str]:
        """How much was delivered, when nothing is under way; else a negative number, and what it is."""
        waiting = sum(self.practice.practice.webhooks[name].waiting for name in NAMES)
        if waiting:
            return -1, f"{waiting} messages wait"
        told = self.asked("/operations/v1/subscribers")["data"]
        if letters := [one for one in told if one["dead_letters"]]:
            raise Unquiet(f"dead letters: {letters}")
        if late := [one["name"] for one in told if one["lag_events"] or one["held_keys"]]:
            return -1, f"events wait for {late}"
        if stuck := self.asked("/operations/v1/runs", state="needs_person")["data"]:
            raise Unquiet(f"needs a person: {stuck}")
        open_ones = [
            one
            for state in ("running", "waiting")
            for one in self.asked("/operations/v1/runs", state=state, limit=100)["data"]
            if one["flow"] != "payment-recovery-grace" or state == "running"
        ]
        if open_ones:
            return -1, f"{len(open_ones)} runs are under way: {open_ones[:3]}"
        return sum(one["delivered"] for one in told), ""

    def known_as(self, proof: dict[str, str]) -> None:
        """Ask with these headers from now on."""
        self._proof = proof


@contextmanager
def town(data: Path, database: str | None = None, keys: Path | None = None) -> Iterator[Town]:
    """A practice company as it was made, and a gateway of its own that was not started yet.

    `keys` is the file of another one's keys, to be used again: making new ones takes seconds.
    """
    (data / "practice").mkdir(parents=True, exist_ok=True)
    if keys is not None:
        shutil.copy(keys, data / "practice")
    port = free_port(0)
    with practising(data / "practice", f"http://127.0.0.1:{port}") as practice:
        _settle(data, port, database, practice)
        with httpx.Client(timeout=ANSWER, trust_env=False) as http:
            stood = Town(data, port, practice, http)
            operator = people.cast(practice.practice)["operator"]
            token = people.minted(people.issuer(data), "operator", operator)
            stood.known_as({"Authorization": f"Bearer {token}"})
            try:
                yield stood
            finally:
                stood.end()


def _settle(data: Path, port: int, database: str | None, practice: Practising) -> None:
    """The settings and secrets of its gateway."""
    written(data / "secrets" / "cursor", b"a secret of nobody's, for cursors")
    for platform, keys in practice.reach.items():
        for name, value in keys.items():
            if name not in ("base_url", "sim_url"):
                written(data / "secrets" / f"{platform}_{name}", value.encode())
    people.issuer(data)
    skus = skus_of(practice.practice)
    text = settings_text(port, database, None, {}, practice.reach, skus, free_port(0))
    text = (
        f"catch_up_seconds = {CATCH_UP}\nsettle_seconds = {SETTLE}\n{text.replace('6000/minute', UNLIMITED)}"
    )
    written(data / "tieline.toml", text.encode())
    if database:
        migrate(database)
