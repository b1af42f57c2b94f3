"""How do the others that we are compared with come onto this machine?

Into a temporary folder that is named after what is pinned, so that a second measurement finds them there.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

PINNED: Final = Path(__file__).resolve().parent / "comparators"

Command = list[str]


class NotInstalled(Exception):
    """What is missing on this machine, in words."""


def fastapi() -> Command:
    """How the FastAPI application is run. Raises NotInstalled."""
    folder = _folder("requirements.txt", _with_pip)
    return [str(folder / "bin" / "python"), str(PINNED / "fastapi_app.py")]


def faststream() -> Command:
    """How the FastStream application is run. Raises NotInstalled."""
    folder = _folder("events.txt", _with_pip)
    return [str(folder / "bin" / "python"), str(PINNED / "faststream_app.py")]


def fastify() -> Command:
    """How the Fastify application is run. Raises NotInstalled."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        raise NotInstalled("node and npm are not on this machine")
    folder = _folder("package.json", _with_npm)
    shutil.copy(PINNED / "fastify_app.mjs", folder)  # Node looks for packages beside the file
    return [node, str(folder / "fastify_app.mjs")]


def _folder(pinned: str, install: Callable[[Path, str], None]) -> Path:
    """Where what this file pins is installed."""
    named = sha256((PINNED / pinned).read_bytes()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / "tieline-comparators" / named
    done = folder / ".installed"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        install(folder, pinned)
        done.touch()
    return folder


def _with_pip(folder: Path, pinned: str) -> None:
    _run([sys.executable, "-m", "venv", str(folder)])
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "-r", str(PINNED / pinned)])


def _with_npm(folder: Path, pinned: str) -> None:
    shutil.copy(PINNED / pinned, folder)
    _run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)])


def _run(command: Command) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines()
        raise NotInstalled(f"{' '.join(command[:4])} failed: {said[-1] if said else ended.returncode}")
