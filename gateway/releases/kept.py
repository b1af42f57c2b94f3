"""Which documents did we release, in which order, and when?"""

from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from gateway.releases.pairs import Node

_TABLE = "releases.json"


class Release(Struct, frozen=True, kw_only=True):
    """A document as it went out, on a day."""

    document: str
    version: str
    on: date


class Kept:
    """The released documents in a folder: a table of all, and each in a file `<document>/<version>.json`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Release]:
        """Every release, oldest first."""
        table = self._folder / _TABLE
        return msgspec.json.decode(table.read_bytes(), type=list[Release]) if table.exists() else []

    def of(self, document: str) -> list[Release]:
        """The releases of one document, oldest first."""
        return [release for release in self.all() if release.document == document]

    def last(self, document: str) -> Release | None:
        """The release before the next one."""
        return next(reversed(self.of(document)), None)

    def read(self, release: Release) -> Node:
        """What was promised. Raises FileNotFoundError when somebody has taken it away."""
        return msgspec.json.decode(self._file(release).read_bytes())

    def keep(self, release: Release, document: Node) -> None:
        """Keep a document for ever. Raises FileExistsError: what was released does not change."""
        file = self._file(release)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as kept:
            kept.write(msgspec.json.encode(document) + b"\n")
        table = msgspec.json.encode([*self.all(), release])
        (self._folder / _TABLE).write_bytes(msgspec.json.format(table, indent=2) + b"\n")

    def _file(self, release: Release) -> Path:
        return self._folder / release.document / f"{release.version}.json"
