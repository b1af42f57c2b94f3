"""Can a consumer generate a client in TypeScript from our documents, compile it strictly, and use it?"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gateway.contracts import DOCUMENTS
from tests.contracts.test_python_client import EXPERIENCES
from tests.journeys.conftest import Demo

CLIENT = Path(__file__).with_name("client.ts")
STRICT = "--strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --skipLibCheck".split()
MODULES = "--module nodenext --moduleResolution nodenext --target es2022 --lib es2022,dom".split()


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def compiled(node_tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client, made from the committed documents and compiled."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "node_modules").symlink_to(node_tools / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    shutil.copy(CLIENT, folder)
    for document in EXPERIENCES:
        source = str(DOCUMENTS / f"{document}.json")
        run("node_modules/.bin/openapi-typescript", source, "--output", f"{document}.ts", cwd=folder)
    run("node_modules/.bin/tsc", *STRICT, *MODULES, "client.ts", cwd=folder)
    return folder


def test_a_typescript_client_compiles_strictly_and_reads_typed_answers(
    compiled: Path, open_house: Demo
) -> None:
    people = json.dumps(open_house.known["people"])
    told: dict[str, Any] = json.loads(
        run("node", "client.js", open_house.known["base_url"], people, cwd=compiled)
    )
    assert isinstance(told.pop("minor"), int)
    assert told == {
        "account": open_house.account("portal_parent"),
        "before": 200,
        "state": "fresh",
        "granted": 200,
        "connections": 4,
        "code": "insufficient_scope",
        "status": 403,
    }
