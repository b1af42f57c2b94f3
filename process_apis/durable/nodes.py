"""Which nodes are alive, which of them leads, and what is this one called?

A node says every second that it is alive. One at a time leads: it holds a row with an end, and takes over the
runs of nodes that fell silent. A node that was only slow loses its runs, too; the engine then keeps it from
writing down anything more about them, and their writes find by their keys what it did.
"""

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from process_apis import records
from process_apis.durable.ledger import wall
from process_apis.durable.model import Pace

try:
    import fcntl
except ImportError:  # Windows: one node in a folder, or names in the settings
    fcntl = None  # type: ignore[assignment]

MOST_SLOTS: Final = 64
LEADING: Final = "runs"

_ALIVE = """
INSERT INTO node (id, instance, started_at, seen_at) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET instance = excluded.instance, started_at = excluded.started_at,
  seen_at = excluded.seen_at
"""
_LEAD = """
INSERT INTO leader (name, holder, until) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leader.holder = excluded.holder OR leader.until < ?
"""
_LEADER = "SELECT holder FROM leader WHERE name = ? AND until >= ?"
_SILENT = "SELECT id FROM node WHERE seen_at < ? AND id <> ? ORDER BY seen_at LIMIT 100"
_GONE = "DELETE FROM node WHERE id = ? AND seen_at < ?"
_LEAVE = "UPDATE node SET seen_at = 0 WHERE id = ? AND instance = ?"
_RESIGN = "UPDATE leader SET until = 0 WHERE name = ? AND holder = ?"


class Node:
    """This process as one of the nodes of the house."""

    def __init__(self, id: str, pace: Pace) -> None:
        self.id = id
        self._instance = uuid4().hex
        self._pace = pace
        self._started_at = wall()

    async def alive(self) -> None:
        """Say that it is."""
        await records.store().write(_ALIVE, [(self.id, self._instance, self._started_at, wall())])

    async def leads(self) -> bool:
        """Does this node lead, from now until a silent one is given up? At most one node is told so."""
        now = wall()
        until = now + _micros(self._pace.silent)
        await records.store().write(_LEAD, [(LEADING, self._instance, until, now)])
        ((holder,),) = await records.store().rows(_LEADER, LEADING, now) or [("",)]
        return bool(holder == self._instance)

    async def silent(self) -> Sequence[str]:
        """Nodes that were not heard of for too long, the longest first."""
        rows = await records.store().rows(_SILENT, wall() - _micros(self._pace.silent), self.id)
        return [id for (id,) in rows]

    async def gone(self, id: str) -> None:
        """Nothing is left of this silent node; one that spoke again meanwhile stays."""
        await records.store().write(_GONE, [(id, wall() - _micros(self._pace.silent))])

    async def leave(self) -> None:
        """Say that it is no more, so that nobody waits for its silence."""
        await records.store().write_all(
            [(_LEAVE, [(self.id, self._instance)]), (_RESIGN, [(LEADING, self._instance)])]
        )


class Name:
    """A name that stays with a data folder, and that no two processes of it bear at the same time."""

    def __init__(self, folder: Path) -> None:
        folder = folder / "nodes"
        folder.mkdir(parents=True, exist_ok=True)
        self._house = _kept(folder / "house")
        self._lock, self.id = self._slot(folder)

    def _slot(self, folder: Path) -> tuple[int, str]:
        for slot in range(1, MOST_SLOTS + 1):
            lock = os.open(folder / str(slot), os.O_CREAT | os.O_RDWR, 0o600)
            if fcntl is None:
                return lock, f"{self._house}-{slot}"
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock, f"{self._house}-{slot}"
            os.close(lock)
        raise RuntimeError(f"{MOST_SLOTS} processes use {folder.parent} already")

    def release(self) -> None:
        """Another process may bear it now."""
        os.close(self._lock)


def _kept(file: Path) -> str:
    """A few letters of this folder alone, made once."""
    with suppress(FileExistsError):
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.write(made, secrets.token_hex(4).encode())
        os.close(made)
    return file.read_text() or "node"


def _micros(seconds: float) -> int:
    return int(seconds * 1_000_000)
