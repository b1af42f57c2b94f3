"""How does the whole house run for a measurement?

The demo runs as a user would start it, for its platforms, people and keys. Beside it, on a core of its own,
runs a second gateway from the same settings: its plan is never spent and it traces as told.
"""

import json
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import jwt
import msgspec

from benchmarks.machine import OTHERS, SERVER, keep_to
from benchmarks.servers import PATIENCE, ROOT, Server, free_port, serving

UNLIMITED: Final = "100000000/minute"
_SCOPES: Final = "agent:read portal:read process:entitlement:read"
_ACCOUNTS: Final = "SELECT DISTINCT account_id FROM account_record WHERE kind = 'crm' ORDER BY account_id"


@contextmanager
def demo(data: Path) -> Iterator[dict[str, Any]]:
    """What `demo.json` says, while the demo runs. SystemExit when it does not start."""
    command = [sys.executable, "-m", "gateway", "demo", "--port", str(free_port()), "--practice-port", "0"]
    process = subprocess.Popen([*command, "--data", data], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        keep_to(OTHERS, process.pid)
        yield _known(process, data / "demo.json")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def measured(
    data: Path,
    *,
    sample: float = 0.0,
    bases: Mapping[str, str] | None = None,
    redis: str | None = None,
    name: str = "measured",
    metrics: bool = True,
    warm: float = 0.0,
) -> Iterator[Server]:
    """A gateway beside the demo's.

    `warm` is for how many seconds it gives parts of a 360 again without asking (0: never), `metrics` says
    whether it counts them; `bases` puts other base URLs in the place of platforms, `redis` is where limits
    are counted (None: here).
    """
    port = free_port()
    settings: dict[str, Any] = msgspec.toml.decode((data / "tieline.toml").read_bytes())
    settings["port"], settings["base_url"] = port, f"http://127.0.0.1:{port}"
    settings["plans"] = dict.fromkeys(settings["plans"], UNLIMITED)
    settings["telemetry"] |= {"sample": sample, "traces": f"{name}.jsonl", "access_log": False}
    if metrics:
        settings["telemetry"]["metrics"] = f"127.0.0.1:{free_port()}"
    else:
        settings["telemetry"].pop("metrics", None)
    settings["database"], settings["folder"] = f"sqlite:///{name}.sqlite", name  # runs of its own, too
    (data / name).mkdir(exist_ok=True)
    settings |= {"redis": redis} if redis else {}
    settings["warm_seconds"] = warm
    for connection in settings["connections"]:
        base = (bases or {}).get(connection["name"])
        connection["config"] |= {"base_url": base} if base else {}
    _copied(data / "tieline.sqlite", data / f"{name}.sqlite")
    file = data / f"{name}.toml"
    file.write_bytes(msgspec.toml.encode(settings))
    command = [sys.executable, "-m", "gateway", "serve", "--config", str(file)]
    with serving(command, port, SERVER, path="/readyz") as server:
        yield server


def accounts_of(data: Path) -> list[str]:
    """Every account the CRM knows."""
    with sqlite3.connect(data / "tieline.sqlite") as database:
        return [id for (id,) in database.execute(_ACCOUNTS)]


def tokens(data: Path, count: int) -> list[str]:
    """Access tokens of as many different people, each of whom may ask for every account."""
    key = json.loads((data / "issuer" / "issuer-keys.json").read_text())[0]
    issuer = msgspec.toml.decode((data / "tieline.toml").read_bytes())["issuers"][0]
    private, now = jwt.PyJWK(key).key, int(time.time())
    said = {"iss": issuer["issuer"], "aud": issuer["audience"], "iat": now, "exp": now + 3600}
    said |= {"scope": _SCOPES, "everyone": True, "client_id": "measurement"}
    heading = {"typ": "at+jwt", "kid": key["kid"]}
    return [
        jwt.encode({**said, "sub": f"person-{n}", "jti": uuid.uuid4().hex}, private, "ES256", headers=heading)
        for n in range(count)
    ]


def _known(process: subprocess.Popen[bytes], place: Path) -> dict[str, Any]:
    ends = time.monotonic() + PATIENCE
    while not place.exists():
        if process.poll() is not None or time.monotonic() > ends:
            raise SystemExit("the demo did not start")
        time.sleep(0.05)
    known: dict[str, Any] = json.loads(place.read_bytes())
    return known


def _copied(database: Path, copy: Path) -> None:
    """A second gateway writes in a database of its own."""
    with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
        source.backup(target)
