"""How do we keep our records in one SQLite file?

One writer thread and a few reader threads, each with its own connection: in WAL mode readers never wait for
the writer. `synchronous=NORMAL` may lose the last moments in a power cut, never the file: so is written what
can be read from the platforms again. What must stay is written `durable`, with `synchronous=FULL`.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from process_apis.records.interface import WRITES_WAITING, Row, Statement, StoreUnavailable, Value

T = TypeVar("T")

READERS = 4
BUSY_SECONDS = 5.0


class EmbeddedStore:
    """A Store in one file of this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: list[sqlite3.Connection] = []
        self._own = threading.local()
        self._writer = ThreadPoolExecutor(1, "records-writer")
        self._readers = ThreadPoolExecutor(READERS, "records-reader")
        self._waiting = asyncio.Semaphore(WRITES_WAITING)

    async def rows(self, sql: str, *values: Value) -> list[tuple[Any, ...]]:
        return await self._in(self._readers, lambda: self._read(sql, values))

    async def write(self, sql: str, rows: Sequence[Row]) -> None:
        await self.write_all([(sql, rows)])

    async def write_all(self, statements: Sequence[Statement], *, durable: bool = False) -> tuple[int, ...]:
        async with self._waiting:
            return await self._in(self._writer, lambda: self._transaction(statements, durable=durable)) or ()

    async def write_if(
        self, guard: Statement, statements: Sequence[Statement], *, durable: bool = True
    ) -> bool:
        async with self._waiting:
            work = partial(self._transaction, statements, guard, durable=durable)
            return await self._in(self._writer, work) is not None

    async def check(self) -> None:
        await self.rows("SELECT 1 FROM client LIMIT 1")

    def close(self) -> None:
        """Let what is queued finish, then close the file."""
        for threads in (self._writer, self._readers):
            threads.shutdown()
        for connection in self._opened:
            connection.close()

    def _connection(self, query_only: str) -> sqlite3.Connection:
        """This thread's own. One that cannot be opened now is opened when it is asked for again."""
        if (known := getattr(self._own, "connection", None)) is not None:
            return cast("sqlite3.Connection", known)
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._opened.append(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA query_only = {query_only}")
        self._own.connection = connection
        return connection

    def _read(self, sql: str, values: Row) -> list[tuple[Any, ...]]:
        return self._connection("ON").execute(sql, values).fetchall()

    def _transaction(
        self, statements: Sequence[Statement], guard: Statement | None = None, *, durable: bool = False
    ) -> tuple[int, ...] | None:
        """How many rows each statement changed; None when the guard changed none."""
        connection = self._connection("OFF")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            if guard and not connection.executemany(*guard).rowcount:
                connection.execute("ROLLBACK")
                return None
            changed = tuple(connection.executemany(sql, rows).rowcount for sql, rows in statements)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return changed

    async def _in(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, work)
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[EmbeddedStore]:
    """The store in this file, whose shape is today's already."""
    store = EmbeddedStore(path)
    try:
        yield store
    finally:
        await asyncio.to_thread(store.close)


def prepare(path: Path) -> None:
    """Make the file when there is none, readable by us alone, with a write-ahead log. Blocks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
