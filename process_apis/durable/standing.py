"""How does one process become a node on which durable runs go?

DBOS takes most of a second to import, so it is imported here, when a house is opened that runs anything.
"""

import asyncio
import importlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from process_apis.durable.declaring import FLOWS
from process_apis.durable.going import go
from process_apis.durable.machine import Machine
from process_apis.durable.model import Pace
from process_apis.durable.nodes import Name, Node
from process_apis.durable.watching import Watch
from process_apis.records import StoreUnavailable

SQLITE: Final = "sqlite:///"
FILE: Final = "dbos.sqlite"
_ENGINE: Final = "process_apis.durable.on_dbos"


class Limits(Struct, frozen=True, kw_only=True):
    """What bounds a node.

    `at_once` runs are under way, the others stand in the queue. At the end, runs under way get `grace`
    seconds to come to theirs. Runs that ended are forgotten after `retention`.
    """

    at_once: int = 32
    grace: float = 5.0
    retention: timedelta = timedelta(days=90)


def prepare() -> None:
    """Import what is slow to import, for a process that has time before it stands."""
    importlib.import_module(_ENGINE)


@asynccontextmanager
async def standing(
    database: str,
    folder: Path,
    *,
    node: str | None = None,
    limits: Limits | None = None,
    pace: Pace | None = None,
) -> AsyncIterator[str]:
    """Runs go on this node for as long as this is entered; gives the node's name.

    Enter it in the event loop that serves, after `records.use` and `systems.connect`, when every module with
    flows is imported. `database` is the address of our records: on Postgres the engine keeps its tables in
    the schema `dbos` there, on SQLite in a file of its own in `folder`. `node` names this process among all
    that share the database; without it, a name is kept in `folder`, for each process another.
    """
    limits, pace = limits or Limits(), pace or Pace()
    name = None if node else Name(folder)
    id = node or (name.id if name else "")
    try:
        async with _launched(database, folder, id, limits, pace) as machine:
            beating = Node(id, pace)
            await beating.alive()
            stop = asyncio.Event()
            watching = asyncio.create_task(Watch(machine, beating, pace, limits.retention).keep(stop))
            try:
                yield id
            finally:
                stop.set()
                await watching
                with suppress(StoreUnavailable):  # then its silence says that it is gone
                    await beating.leave()
    finally:
        if name:
            name.release()


def _launched(
    database: str, folder: Path, node: str, limits: Limits, pace: Pace
) -> AbstractAsyncContextManager[Machine]:
    engine = importlib.import_module(_ENGINE)
    url = database
    if database.startswith(SQLITE):
        folder.mkdir(parents=True, exist_ok=True)
        url = f"{SQLITE}{folder / FILE}"
    flows = {name: partial(go, flow, pace) for name, flow in FLOWS.items()}
    opened: AbstractAsyncContextManager[Any] = engine.launched(
        url, node, flows, engine.Limits(at_once=limits.at_once, poll=pace.queue, grace=limits.grace)
    )
    return opened
