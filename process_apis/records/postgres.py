"""How do we keep our records in Postgres?"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction, TransactionTimeout
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from process_apis.records.interface import WRITES_WAITING, Row, Statement, StoreUnavailable, Value
from process_apis.records.schema import SCHEMA

CONNECTIONS = 8
WAIT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
"""For everything between a question and its answer, the wait for a connection among it."""
FROZEN_SECONDS = 5
"""A transaction in which nothing is asked for so long is undone by the server: its process stands still, and
whatever it locked would keep every other node waiting. Of a pipeline that was cut off the server does not see
that; from Postgres 17 on it undoes that, too, when nobody waits for the answer any more."""
_BOUNDS_TRANSACTIONS = 170_000
"""The server version that knows `transaction_timeout`."""
T = TypeVar("T")
_PASSES = (IdleInTransactionSessionTimeout, TransactionTimeout, ReadOnlySqlTransaction)
"""What psycopg does not call operational: undone because of its age, or a server that takes no writes now, as
after a failover or when its disk is full."""
_UNDONE = "idle_in_transaction_session_timeout"
_Cursor = psycopg.AsyncCursor[tuple[Any, ...]]
_Pool = AsyncConnectionPool[psycopg.AsyncConnection[tuple[Any, ...]]]


class PostgresStore:
    """A Store in the schema `tieline` of a Postgres database."""

    def __init__(self, pool: _Pool) -> None:
        self._pool = pool
        self._waiting = asyncio.Semaphore(WRITES_WAITING)
        self._asking: set[asyncio.Task[Any]] = set()

    async def rows(self, sql: str, *values: Value) -> list[tuple[Any, ...]]:
        return await self._in_time(self._rows(sql, values))

    async def write(self, sql: str, rows: Sequence[Row]) -> None:
        await self.write_all([(sql, rows)])

    async def write_all(self, statements: Sequence[Statement], *, durable: bool = False) -> tuple[int, ...]:
        # Postgres says that it committed when it is on the disk (`synchronous_commit`), asked for or not.
        async with self._waiting:
            return await self._in_time(self._transaction(statements)) or ()

    async def write_if(
        self, guard: Statement, statements: Sequence[Statement], *, durable: bool = True
    ) -> bool:
        async with self._waiting:
            return await self._in_time(self._transaction(statements, guard, durable=durable)) is not None

    async def check(self) -> None:
        await self.rows("SELECT 1 FROM client LIMIT 1")

    async def _rows(self, sql: str, values: Row) -> list[tuple[Any, ...]]:
        async with self._connection() as connection:
            cursor = await connection.execute(_placeholders(sql), _held(values))
            return await cursor.fetchall()

    async def _transaction(
        self, statements: Sequence[Statement], guard: Statement | None = None, *, durable: bool = True
    ) -> tuple[int, ...] | None:
        """How many rows each statement changed; None when the guard changed none."""
        async with self._connection() as connection, connection.transaction(), connection.cursor() as cursor:
            changed = []
            if not durable:
                await connection.execute("SET LOCAL synchronous_commit TO off")
            for sql, rows in [guard, *statements] if guard else statements:
                await _execute(cursor, _placeholders(sql), [_held(row) for row in rows])
                changed.append(cursor.rowcount)
                if guard and not changed[0]:
                    return None
        return tuple(changed[1:] if guard else changed)

    async def _in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """What the database answers, unless it is so long that it must be stuck.

        psycopg asks a stuck server to stop and waits for that, too; nobody waits for it here.
        """
        task = asyncio.create_task(work)
        self._asking.add(task)
        task.add_done_callback(self._asked)
        try:
            await asyncio.wait({task}, timeout=ANSWER_SECONDS)
            if task.done():
                return task.result()
        finally:
            task.cancel()
        raise StoreUnavailable(f"no answer within {ANSWER_SECONDS:g} s")

    def _asked(self, task: asyncio.Task[Any]) -> None:
        self._asking.discard(task)
        if not task.cancelled():
            task.exception()  # whoever still waited was given it

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[psycopg.AsyncConnection[tuple[Any, ...]]]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, *_PASSES, PoolTimeout) as error:
            raise StoreUnavailable(str(error)) from error


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[PostgresStore]:
    """The store at this address, whose shape is today's already."""
    pool: _Pool = AsyncConnectionPool(
        url,
        min_size=1,
        max_size=CONNECTIONS,
        timeout=WAIT_SECONDS,
        open=False,
        # Checked on the way out, so a restarted database costs a reconnect and not an error.
        check=AsyncConnectionPool.check_connection,
        configure=_bounded,
        kwargs={"autocommit": True, "options": f"-csearch_path={SCHEMA} -c{_UNDONE}={FROZEN_SECONDS}s"},
    )
    async with pool:
        yield PostgresStore(pool)


async def _bounded(connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
    """No transaction is longer than anybody waits for it."""
    if connection.info.server_version >= _BOUNDS_TRANSACTIONS:
        await connection.execute(f"SET transaction_timeout TO '{ANSWER_SECONDS:g}s'".encode())


async def _execute(cursor: _Cursor, sql: str, rows: Sequence[Row]) -> None:
    """Many rows in a pipeline; one without, so that the server sees when nothing more is asked."""
    if len(rows) == 1:
        await cursor.execute(sql, rows[0])
    else:
        await cursor.executemany(sql, rows)


def _held(values: Row) -> Row:
    """The values as Postgres can hold them: its texts have no NUL (manual, 8.3), those of others may."""
    if any(isinstance(value, str) and "\0" in value for value in values):
        return [value.replace("\0", "") if isinstance(value, str) else value for value in values]
    return values


@lru_cache(maxsize=1024)
def _placeholders(sql: str) -> str:
    # Our statements hold no literal question mark; values never enter the text.
    return sql.replace("%", "%%").replace("?", "%s")
