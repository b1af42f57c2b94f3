"""Which engine holds our records, and how is it opened and closed?

Alembic, SQLAlchemy and psycopg take most of a second to import. A start on a SQLite file that has today's
shape needs none of them, so they are imported when they are needed.
"""

import asyncio
import importlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import Final

from process_apis.records import embedded
from process_apis.records.interface import Store, StoreUnavailable

SQLITE: Final = "sqlite:///"
NEWEST: Final = max(
    path.name[1:5] for path in (Path(__file__).parent / "migrations" / "versions").glob("r[0-9]*.py")
)
"""The revision that this version of the house needs: migrations are numbered files, `r0001_...`."""


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open `sqlite:///path/tieline.sqlite` or `postgresql://...`, and close it at the end.

    A SQLite file is made and brought to today's shape here; a Postgres is shared, so somebody decides
    when: `migrate(url)`. Raises SchemaOutdated when that has not happened, BadStoreAddress, StoreUnavailable.
    """
    async with _embedded(url) if url.startswith(SQLITE) else _shared(url) as store:
        yield store


@asynccontextmanager
async def _embedded(url: str) -> AsyncIterator[Store]:
    path = Path(url.removeprefix(SQLITE) or "tieline.sqlite")
    try:
        await asyncio.to_thread(embedded.prepare, path)
    except (OSError, sqlite3.DatabaseError) as error:
        raise StoreUnavailable(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if await asyncio.to_thread(_shape, path) != NEWEST:
        await asyncio.to_thread(migrate, url)
    async with embedded.opened(path) as store:
        yield store


@asynccontextmanager
async def _shared(url: str) -> AsyncIterator[Store]:
    await asyncio.to_thread(importlib.import_module("process_apis.records.schema").require_newest, url)
    shared: AbstractAsyncContextManager[Store] = importlib.import_module(
        "process_apis.records.postgres"
    ).opened(url)
    async with shared as store:
        yield store


def migrate(url: str) -> None:
    """Bring the database to today's shape, if it does not have it yet. Blocks: not for the event loop.

    Raises BadStoreAddress, StoreUnavailable.
    """
    importlib.import_module("process_apis.records.schema").migrate(url)


def _shape(path: Path) -> str | None:
    """The revision of a SQLite file, None when it has none."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            found: str | None = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        except (sqlite3.OperationalError, TypeError):  # no such table, or nothing in it
            return None
        return found
