"""Where do flows go in a test?

One node in this process, on SQLite or on a Postgres database of its own, as quick as can be. The engine is
one per process and takes a while to end, so a module of tests shares it and every test takes ids of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import psycopg
from msgspec import Struct
from sqlalchemy import make_url

from process_apis import cursors, durable, records, runs
from process_apis.durable import Limits, Pace, State
from process_apis.errors import NotFound
from process_apis.records import migrate, open_store

QUICK = Pace(
    first_wait=0.1,
    longest_wait=2.0,
    heartbeat=0.2,
    silent=1.5,
    due=0.05,
    queue=0.02,
    mend=0.2,
    purge=0.2,
)
AT_ONCE = 8


class House(Struct):
    """An open house: its database, its folder, the name of this node."""

    url: str
    folder: Path
    node: str


@asynccontextmanager
async def open_house(
    url: str, folder: Path, limits: Limits | None = None, mend: float = 3600.0
) -> AsyncIterator[House]:
    """A node; tests that try the mending mend by themselves, or ask for it."""
    async with open_store(url) as store:
        records.use(store)
        cursors.seal_with(b"a secret of the tests")
        limits = limits or Limits(at_once=AT_ONCE, retention=timedelta(days=90))
        try:
            pace = msgspec.structs.replace(QUICK, mend=mend)
            async with durable.standing(url, folder, limits=limits, pace=pace) as node:
                yield House(url=url, folder=folder, node=node)
        finally:
            records.use(None)


def sqlite_address(folder: Path) -> str:
    return f"sqlite:///{folder / 'tieline.sqlite'}"


def database_of(server: str) -> str:
    """A new database with today's tables in this Postgres: nobody else's runs are in it."""
    name = f"durable_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    migrate(url)
    return url


def fresh(what: str) -> str:
    """An id that no other test uses."""
    return f"{what}:{uuid4().hex[:12]}"


async def stands(id: str, *states: State) -> runs.Run:
    """The run, when it has come to one of these states."""
    found: list[runs.Run] = []

    async def look() -> bool:
        with suppress(NotFound):
            found[:] = [(await runs.show(id)).run]
        return bool(found) and found[0].state in states

    await eventually(look)
    return found[0]


async def until_it(is_so: Callable[[], object]) -> None:
    """Wait for something that happens on another task."""

    async def look() -> bool:
        return bool(is_so())

    await eventually(look)


async def eventually(is_so: Callable[[], Awaitable[bool]], seconds: float = 30.0) -> None:
    """Look again and again."""
    async with asyncio.timeout(seconds):
        while not await is_so():  # noqa: ASYNC110 - what is waited for may happen in another process
            await asyncio.sleep(0.02)
