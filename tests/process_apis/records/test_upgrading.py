"""Does a database of any earlier release come along with everything in it?"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from canonical.caller import AccountScope
from process_apis import clients, records
from process_apis.records import migrate, open_store, schema
from process_apis.records.moments import micros

EARLIER = [
    one.revision for one in ScriptDirectory.from_config(schema._config()).walk_revisions() if not one.is_head
][::-1]
MADE = micros(datetime(2026, 11, 1, tzinfo=UTC))
KEY = "tlk_0123abcd_" + "s" * 43

# What a house of the first release wrote, in the words of its own tables.
ROWS = {
    "client": (
        "cli_1",
        "Reseller",
        "default",
        "partner:read",
        "acc_00000000000000000001",
        1,
        0,
        MADE,
        None,
        None,
    ),
    "client_key": (sha256(KEY.encode()).digest(), "cli_1", "0123abcd", MADE, None, None),
    "account_record": (
        *("crm", "salesforce", "Account", "001", "acc_00000000000000000001", "acc_00000000000000000001"),
        *("key", "Sable", "sable", "sable.example", None, None, "US", b"{}", MADE, 1),
    ),
    "reference": ("inv_1", "billing", "stripe", "invoice", "in_1", "acc_00000000000000000001"),
    "known_part": ("acc_00000000000000000001", "profile", MADE, b"{}", MADE),
    "entitlement_fact": ("stripe", "subscriptions", "sub_1", "cus_1", b"{}", MADE, 1),
    "entitlement_fill": ("stripe", "subscriptions", MADE),
}


@pytest.fixture(params=["sqlite_url", "postgres_server"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without any tables of ours."""
    address: str = request.getfixturevalue(request.param)
    if address.startswith("postgres"):
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS tieline CASCADE")
            connection.execute("CREATE SCHEMA tieline")
    yield address
    if address.startswith("postgres"):
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS tieline CASCADE")


def of_release(url: str, revision: str) -> None:
    """A database as the release with this newest migration left it."""
    with schema._connected(url) as connection:
        command.upgrade(schema._config(connection), revision)
        connection.commit()
    mark, connect = ("?", sqlite3.connect) if url.startswith("sqlite") else ("%s", psycopg.connect)
    place = url.removeprefix("sqlite:///")
    with connect(place) as database:
        if mark == "%s":
            database.execute("SET search_path TO tieline")
        for table, row in ROWS.items():
            database.execute(f"INSERT INTO {table} VALUES ({', '.join([mark] * len(row))})", row)
    database.close()


@pytest.mark.parametrize("revision", EARLIER)
async def test_rows_of_an_earlier_release_are_kept_and_understood(url: str, revision: str) -> None:
    of_release(url, revision)
    if url.startswith("postgres"):
        migrate(url)
    async with open_store(url) as store:
        records.use(store)
        try:
            for table, row in ROWS.items():
                (found,) = await store.rows(f"SELECT * FROM {table}")
                assert [_plain(value) for value in found[: len(row)]] == list(row), table
            caller = await clients.verify(KEY)
            (listed,) = await clients.all_clients()
        finally:
            records.use(None)
    assert caller is not None
    assert caller.client == "cli_1"
    assert caller.scope == AccountScope(accounts=frozenset({"acc_00000000000000000001"}), children=True)
    assert listed.name == "Reseller"


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def test_every_release_is_tried() -> None:
    assert EARLIER[0] == "0001"
    assert len(EARLIER) >= 2
