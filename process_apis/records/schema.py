"""Does the database have the shape this version of the house needs?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from process_apis.records.interface import BadStoreAddress, SchemaOutdated, StoreUnavailable

SCHEMA = "tieline"
"""Our own schema in a Postgres that others may use too."""
POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")
KNOWN = "write postgresql://USER:PASSWORD@HOST:PORT/NAME or sqlite:///PATH"


def migrate(url: str) -> None:
    """Bring the database to today's shape, if it does not have it yet. Blocks: not for the event loop."""
    with _connected(url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            # One node at a time: the others wait and find the work done.
            connection.execute(text("SELECT pg_advisory_lock(hashtext('tieline.migrate'))"))
            connection.commit()
        if _shape(connection) != _newest():
            command.upgrade(_config(connection), "head")
            connection.commit()


def require_newest(url: str) -> None:
    """Raise SchemaOutdated unless the database has today's shape. Blocks: not for the event loop."""
    with _connected(url) as connection:
        if (found := _shape(connection)) != (needed := _newest()):
            raise SchemaOutdated(f"the database is at {found or 'nothing'}, needed is {needed}")


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """A connection of its own, closed at the end with its locks. Raises StoreUnavailable."""
    try:
        with create_engine(_driver(url), poolclass=NullPool).connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SET search_path TO {SCHEMA}"))
                connection.commit()
            yield connection
    except OperationalError as error:
        raise StoreUnavailable(str(error.orig).partition("\n")[0]) from error


def _driver(url: str) -> URL:
    """Raises BadStoreAddress."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise BadStoreAddress(KNOWN) from None
    if parsed.drivername in POSTGRES:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername != "sqlite":
        raise BadStoreAddress(KNOWN)
    return parsed


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _shape(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()
