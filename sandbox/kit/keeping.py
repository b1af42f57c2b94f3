"""How does what was done in the practice company outlive a restart?

The whole company is one file, written a moment after a change and at the orderly end. A process that is
killed loses what happened after the last time: about a second, a little more when very much is kept.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from sandbox.kit import files
from sandbox.personas import Personas
from sandbox.world import World

PAUSE: Final = 1.0
"""Seconds between two looks whether there is something to write, so that many changes are written once."""
# Writing must not take more than a twentieth of the time, however much there is.
_SHARE: Final = 20


class Company(msgspec.Struct):
    """What is kept: the world as it is now, who its people are, what each platform remembers beside it.

    `numbers` are the highest ones that were given out, by table.
    """

    world: World
    people: Personas | None
    memories: dict[str, msgspec.Raw]
    numbers: dict[str, int] = {}


class Keeper:
    """The file of one practice company."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._changed = False

    def load(self, anchor: datetime) -> Company | None:
        """What was kept of the company that began at this moment, if anything.

        Raises ValueError for a file that cannot be read: a company that forgot its money is worse than none.
        """
        if not self._file.exists():
            return None
        try:
            company = msgspec.msgpack.decode(self._file.read_bytes(), type=Company)
        except msgspec.MsgspecError as error:
            raise ValueError(f"{self._file}: {error}; without this file the company begins anew") from error
        return company if company.world.anchor == anchor else None

    def touch(self) -> None:
        """Say that there is something to write."""
        self._changed = True

    def write(self, company: Company) -> None:
        """Write it now."""
        self._changed = False
        files.replace(self._file, msgspec.msgpack.encode(company))

    async def keep(self, company: Callable[[], Company]) -> None:
        """Write the company after every change, until cancelled; a last time then if need be."""
        try:
            while True:
                await asyncio.sleep(PAUSE)
                began = time.monotonic()
                self._write_changes(company)
                await asyncio.sleep(_SHARE * (time.monotonic() - began))
        finally:
            self._write_changes(company)

    def _write_changes(self, company: Callable[[], Company]) -> None:
        if self._changed:
            self.write(company())
