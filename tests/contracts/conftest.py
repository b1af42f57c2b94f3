"""Which house do generated clients call? (the demo, as a user starts it)"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.conftest import Demo, free_port, started

TOOLS = Path(__file__).resolve().parents[2] / "tools" / "contracts"


@pytest.fixture(scope="session")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo on a port of its own, for as long as the tests of this room."""
    data = tmp_path_factory.mktemp("house")
    process = started(data, "--port", str(free_port()))
    known = json.loads((data / "demo.json").read_text())
    with httpx.Client(base_url=known["base_url"], timeout=15, trust_env=False) as http:
        yield Demo(data, known, http)
    process.terminate()
    process.wait(timeout=15)


@pytest.fixture(scope="session")
def node_tools() -> Path:
    """The folder with what makes a client in TypeScript, installed.

    The suite must pass where there is Python and no Node.js; where there is, CI accepts no excuse.
    """
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs Node.js 20 or newer, with npm")
    if (missing := _missing()) is not None:
        if _in_ci():
            pytest.fail(f"in CI the TypeScript client is tried wherever Node.js is: {missing}")
        pytest.skip(missing)
    return TOOLS


def _missing() -> str | None:
    if (TOOLS / "node_modules" / "typescript").exists():
        return None
    install = [
        "npm",
        "install",
        "--ignore-scripts",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--silent",
    ]
    done = subprocess.run(install, cwd=TOOLS, capture_output=True, text=True, check=False)
    return (
        f"npm could not install what {TOOLS.name} asks for: {done.stderr[-500:]}" if done.returncode else None
    )


def _in_ci() -> bool:
    import os  # noqa: PLC0415

    return os.environ.get("CI") == "true"  # noqa: TID251 - where the tests run is not a setting of the house
