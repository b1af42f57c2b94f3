"""Which node has something to itself, and when may another take it over?

A row with the node's name and a number that grows while it lives. No clocks are compared: who sees the number
stand still for `SECONDS` of its own time takes over, and every write of the holder is made under the
condition that it still holds. Of a node of the same machine it is seen at once that its process is gone.
"""

import os
import platform
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from process_apis import records
from process_apis.events.ids import sortable
from process_apis.records import Statement, Value

SECONDS: Final = 4.0
"""So long a node may say nothing before another takes its place."""
BEAT_EVERY: Final = 1.0


class Lost(Exception):
    """Another node has it now: what was done is not noted, and will be done again there."""


class _Here:
    nodes: set[str] = set()  # noqa: RUF012 (one place for the whole process)


def _place() -> str:
    """The same for two processes exactly when each sees whether the other lives."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}:{os.readlink('/proc/self/ns/pid')}"
    return platform.node()


class Leases:
    """What one node holds, of one table with the columns `node`, `beat` and one that names the thing."""

    def __init__(self, table: str, named: str) -> None:
        self.node = f"{_place()}/{_process(os.getpid())}/{sortable('node')}"
        self._table, self._named = table, named
        self._seen: dict[str, tuple[int, float]] = {}
        _Here.nodes.add(self.node)

    async def take(self, name: str) -> bool:
        """Hold it from now on, if it is free or its holder is gone. Raises StoreUnavailable."""
        sql = f"SELECT node, beat FROM {self._table} WHERE {self._named} = ?"  # noqa: S608
        for holder, beat in await records.store().rows(sql, name):
            if holder == self.node:
                return True
            if holder and not _gone(holder) and not self._silent(name, beat):
                return False
            return await records.store().write_if(self._taking(name, beat), [], durable=False)
        return False

    def holding(self, name: str) -> Statement:
        """The condition under which the holder writes; it counts as a sign of life."""
        sql = f"UPDATE {self._table} SET beat = beat + 1 WHERE {self._named} = ? AND node = ?"  # noqa: S608
        return sql, [(name, self.node)]

    async def beat(self) -> None:
        """A sign of life for everything that is held. Raises StoreUnavailable."""
        sql = f"UPDATE {self._table} SET beat = beat + 1 WHERE node = ?"  # noqa: S608
        await records.store().write(sql, [(self.node,)])

    async def release(self) -> None:
        """Hold nothing any more. Raises StoreUnavailable."""
        self.end()
        sql = f"UPDATE {self._table} SET node = NULL, beat = beat + 1 WHERE node = ?"  # noqa: S608
        await records.store().write(sql, [(self.node,)])

    def end(self) -> None:
        """This node is gone: others of this process see it at once."""
        _Here.nodes.discard(self.node)

    def _taking(self, name: str, beat: int) -> Statement:
        sql = f"UPDATE {self._table} SET node = ?, beat = beat + 1 WHERE {self._named} = ? AND beat = ?"  # noqa: S608
        values: tuple[Value, ...] = (self.node, name, beat)
        return sql, [values]

    def _silent(self, name: str, beat: int) -> bool:
        """Whether the number has stood still for too long."""
        known, since = self._seen.get(name, (None, 0.0))
        if known != beat:
            self._seen[name] = beat, time.monotonic()
            return False
        return time.monotonic() - since >= SECONDS


def _gone(holder: str) -> bool:
    """Whether we can see that its process has ended."""
    place, process, _ = holder.rsplit("/", 2)
    if place != _place():
        return False
    pid, _, began = process.partition("@")
    if process == _process(os.getpid()):
        return holder not in _Here.nodes
    return _process(int(pid)) != process if began else not _runs(int(pid))


def _process(pid: int) -> str:
    """A process by its number and, where /proc tells, its beginning: numbers are given out again.

    One that has ended and that nobody has asked about yet (state Z) is none.
    """
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return f"{pid}@{fields[19]}" if fields[0] not in "ZX" else ""
    return f"{pid}" if pid == os.getpid() else ""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
