"""How is DBOS launched in our event loop, and ended without taking anything with it?"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
from dbos import DBOS, DBOSConfig
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from process_apis.durable import machine
from process_apis.durable.machine import Stopped
from process_apis.durable.on_dbos.engine import QUEUE, VERSION, DbosMachine
from process_apis.durable.on_dbos.writing import Json

THREADS: Final = 8
CONNECTIONS: Final = 8
BUSY_SECONDS: Final = 30.0
FROZEN_SECONDS: Final = 5.0
"""A transaction of a node that stands still is undone by Postgres after this: others wait for its locks."""
_KNOWN: Final = (
    "Asyncio task cancelled",
    "OperationalError)",
    "connection is bad",
    "server closed the connection",
    "Workflow already exists in queue",  # a run that is asked for once more is that run
)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What bounds one node: runs under way `at_once`; the queue is looked at every `poll` seconds."""

    at_once: int = 32
    poll: float = 0.1
    grace: float = 5.0


@asynccontextmanager
async def launched(
    url: str, node: str, flows: Mapping[str, Callable[[str], Awaitable[None]]], limits: Limits
) -> AsyncIterator[DbosMachine]:
    """DBOS on `sqlite:///...` or `postgresql://...`, in the running event loop, as this process's engine.

    At the end runs under way get `limits.grace` seconds to come to theirs; the others go on at the next
    start, or on another node.
    """
    _quieten()
    engine = _sqlite(url) if url.startswith("sqlite") else None
    config: DBOSConfig = {
        "name": "tieline",
        "system_database_url": url,
        "system_database_engine": engine,
        "sys_db_pool_size": CONNECTIONS,
        "sys_db_idle_transaction_timeout_sec": FROZEN_SECONDS,
        "dbos_system_schema": "dbos",
        "executor_id": node,
        "application_version": VERSION,
        "max_executor_threads": THREADS,
        "serializer": Json(),
        "log_level": "WARNING",
        "enable_otlp": False,
        "scheduler_polling_interval_sec": 3600.0,
    }
    DBOS(config=config)
    direct = limits.at_once // 2
    opened = DbosMachine(node, direct)
    for name, going in flows.items():
        opened.take(name, going)
    machine.use(opened)
    try:
        opened.open()
        DBOS.launch()
        await DBOS.register_queue_async(
            QUEUE,
            worker_concurrency=max(1, limits.at_once - direct),
            polling_interval_sec=limits.poll,
            on_conflict="always_update",
        )
        yield opened
    finally:
        await opened.close(limits.grace)
        machine.use(None)
        await _destroyed()
        if engine is not None:
            engine.dispose()


async def _destroyed() -> None:
    """End DBOS with its threads, and give the event loop threads of its own again."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, "dbos-end") as ending:
        await loop.run_in_executor(ending, DBOS.destroy)
    loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, pool_size=CONNECTIONS, max_overflow=0)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def _quieten() -> None:
    """DBOS writes through our log, and not of what we write down ourselves."""
    log = logging.getLogger("dbos")
    if not any(isinstance(one, logging.NullHandler) for one in log.handlers):
        log.addHandler(logging.NullHandler())  # with a handler in place DBOS adds none of its own
        log.addFilter(_worth_a_line)


def _worth_a_line(record: logging.LogRecord) -> bool:
    raised = record.exc_info[1] if record.exc_info else None
    said = record.getMessage()
    # A database that is away is told of once, by whoever asks whether we are ready.
    known = isinstance(raised, Stopped | DBAPIError) or any(word in said for word in _KNOWN)
    return not known
