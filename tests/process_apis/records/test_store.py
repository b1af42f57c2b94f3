"""Does our memory keep what it is given, on both engines?"""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url

from process_apis import records
from process_apis.records import (
    BadStoreAddress,
    SchemaOutdated,
    Store,
    StoreUnavailable,
    embedded,
    engine,
    migrate,
    open_store,
    schema,
)
from process_apis.records.tables import metadata

INSERT = "INSERT INTO known_part (account_id, part, observed_at, payload, stored_at) VALUES (?, ?, ?, ?, ?)"
SELECT = "SELECT part, payload FROM known_part WHERE account_id = ? ORDER BY part"


def part(name: str, account: str = "acc_1") -> tuple[str, str, int, bytes, int]:
    return account, name, 1, b'{"a": "50% \\u00e9"}', 1


async def test_what_was_written_is_read(either_store: Store) -> None:
    await either_store.write(INSERT, [part("cases"), part("orders")])
    assert await either_store.rows(SELECT, "acc_1") == [
        ("cases", b'{"a": "50% \\u00e9"}'),
        ("orders", b'{"a": "50% \\u00e9"}'),
    ]


async def test_a_percent_sign_in_a_statement_stays_one(either_store: Store) -> None:
    await either_store.write(INSERT, [part("cases"), part("orders")])
    rows = await either_store.rows("SELECT part FROM known_part WHERE part LIKE '%ases' AND stored_at = ?", 1)
    assert rows == [("cases",)]


async def test_several_statements_are_written_together_or_not_at_all(either_store: Store) -> None:
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        await either_store.write_all([(INSERT, [part("cases")]), (INSERT, [part("orders"), part("orders")])])
    assert await either_store.rows(SELECT, "acc_1") == []
    await either_store.write(INSERT, [part("cases")])  # and the next write is not caught in the failed one


async def test_writes_from_many_at_once_all_arrive(either_store: Store) -> None:
    await asyncio.gather(*[either_store.write(INSERT, [part(f"part {n:02}")]) for n in range(50)])
    assert len(await either_store.rows(SELECT, "acc_1")) == 50


async def test_a_store_that_answers_is_ready(either_store: Store) -> None:
    await either_store.check()


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    address: str = request.getfixturevalue(request.param)
    migrate(address)
    return address


async def test_opening_it_again_keeps_the_rows(url: str) -> None:
    for name in ("cases", "orders"):
        async with open_store(url) as store:
            await store.write(INSERT, [part(name)])
    async with open_store(url) as store:
        assert [name for name, _ in await store.rows(SELECT, "acc_1")] == ["cases", "orders"]


WRITER = """
import asyncio, sys
from process_apis.records import open_store

async def main():
    async with open_store(sys.argv[1]) as store:
        for n in range(1_000_000):
            await store.write(sys.argv[2], [("acc_1", f"part {n:06}", 1, b"{}", 1)])
            print(n, flush=True)

asyncio.run(main())
"""


def killed_writer(url: str) -> int:
    """The number of the last row that a writer said it had written before it was killed."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, url, INSERT], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    last = -1
    with writer, writer.stdout as said:
        for line in said:
            last = int(line)
            if last == 25:
                os.kill(writer.pid, signal.SIGKILL)
    return last


async def test_what_was_said_to_be_written_survives_a_kill(url: str) -> None:
    last = await asyncio.to_thread(killed_writer, url)
    assert last >= 25
    async with open_store(url) as store:
        rows = await store.rows(SELECT, "acc_1")
        assert [name for name, _ in rows][: last + 1] == [f"part {n:06}" for n in range(last + 1)]
        await store.write(INSERT, [part("one more")])


def test_the_migrations_make_exactly_the_tables(url: str) -> None:
    address = make_url(url)
    if address.drivername.startswith("postgres"):
        address = address.set(drivername="postgresql+psycopg").update_query_dict(
            {"options": "-csearch_path=tieline"}
        )
    engine = create_engine(address)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_migrating_twice_is_migrating_once(url: str) -> None:
    migrate(url)


async def test_a_postgres_that_nobody_migrated_is_refused(postgres_server: str) -> None:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS tieline CASCADE")
    with pytest.raises(SchemaOutdated):
        async with open_store(postgres_server):
            pass


async def test_connections_that_were_cut_are_replaced(postgres_url: str) -> None:
    async with open_store(postgres_url) as store:
        await store.check()
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        await store.check()


async def test_what_a_frozen_process_locked_is_freed_soon(postgres_url: str) -> None:
    migrate(postgres_url)
    async with open_store(postgres_url) as store:
        assert await store.rows("SHOW idle_in_transaction_session_timeout") == [("5s",)]


async def test_a_postgres_that_is_not_there_is_said_to_be_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        async with open_store(f"postgresql://somebody@/nothing?host={tmp_path}"):
            pass


async def test_a_sqlite_that_another_holds_is_said_to_be_unavailable(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "BUSY_SECONDS", 0.01)
    async with open_store(sqlite_url) as store:
        with closing(sqlite3.connect(tmp_path / "tieline.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable):
                await store.write(INSERT, [part("cases")])
            other.execute("ROLLBACK")
        await store.write(INSERT, [part("cases")])
        assert len(await store.rows(SELECT, "acc_1")) == 1


def test_the_file_is_for_us_alone(sqlite_url: str, tmp_path: Path) -> None:
    asyncio.run(written(sqlite_url))
    assert (tmp_path / "tieline.sqlite").stat().st_mode & 0o077 == 0


async def written(url: str) -> None:
    async with open_store(url) as store:
        await store.write(INSERT, [part("cases")])


async def test_without_a_store_it_is_said_so() -> None:
    with pytest.raises(RuntimeError, match=r"records\.use"):
        records.store()


def test_the_newest_migration_by_its_number_is_the_head_by_its_chain() -> None:
    assert schema._newest() == engine.NEWEST


async def test_a_start_on_todays_schema_does_without_the_tools_that_change_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tieline.sqlite'}"
    async with open_store(url):
        pass
    opens = (
        "import asyncio, sys\n"
        "from process_apis.records import open_store\n"
        f"async def opened():\n    async with open_store({url!r}) as store:\n        await store.check()\n"
        "asyncio.run(opened())\n"
        "print(sorted({'alembic', 'sqlalchemy', 'psycopg'} & sys.modules.keys()))\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", opens, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert said.decode().strip() == "[]"


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://anna:secret@db/x", "postgresql://anna:secret@db:port/x"]
)
def test_an_address_of_no_database_we_can_use_is_told_without_its_password(url: str) -> None:
    with pytest.raises(BadStoreAddress) as told:
        migrate(url)
    assert "secret" not in str(told.value)
    assert "postgresql://" in str(told.value)


async def test_a_database_that_does_not_answer_is_told_in_one_line() -> None:
    with pytest.raises(StoreUnavailable) as told:
        async with open_store("postgresql://127.0.0.1:1/x"):
            pass
    assert "\n" not in str(told.value)


async def test_a_file_that_is_no_database_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("milk, bread\n" * 100)
    with pytest.raises(StoreUnavailable, match=r"notes\.txt"):
        async with open_store(f"sqlite:///{tmp_path / 'notes.txt'}"):
            pass


async def test_a_text_with_a_nul_is_kept_and_searched_for(either_store: Store) -> None:
    await either_store.write(
        "INSERT INTO entitlement_fill (connection, name, observed_at) VALUES (?, ?, ?)", [("a\0b", "x", 1)]
    )
    assert len(await either_store.rows("SELECT 1 FROM entitlement_fill WHERE connection = ?", "a\0b")) == 1


async def test_a_file_that_cannot_be_opened_for_a_moment_is_away_and_not_lost(tmp_path: Path) -> None:
    """As when no file descriptor is left: each thread opens its own connection when it is needed first."""
    folder, away = tmp_path / "volume", tmp_path / "elsewhere"
    folder.mkdir()
    migrate(f"sqlite:///{folder / 'tieline.sqlite'}")
    async with embedded.opened(folder / "tieline.sqlite") as store:
        folder.rename(away)
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                await store.rows(SELECT, "acc_1")
            with pytest.raises(StoreUnavailable):
                await store.write(INSERT, [part("risk")])
        away.rename(folder)
        await store.write(INSERT, [part("risk")])
        assert await store.rows(SELECT, "acc_1") == [("risk", part("risk")[3])]


async def test_a_server_that_takes_no_writes_is_away_and_is_read(postgres_url: str) -> None:
    """As after a failover, or when its disk is full."""
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("ALTER DATABASE postgres SET default_transaction_read_only = on")
        try:
            async with open_store(postgres_url) as store:
                with pytest.raises(StoreUnavailable):
                    await store.write(INSERT, [part("risk")])
                assert await store.rows(SELECT, "acc_1") == []
        finally:
            server.execute("ALTER DATABASE postgres RESET default_transaction_read_only")
