"""Where does a SuiteQL query run? (an SQLite database in memory, made from the books)"""

import sqlite3
from datetime import date
from decimal import Decimal
from typing import Final

from sandbox.netsuite import dates
from sandbox.netsuite.books import Books
from sandbox.netsuite.errors import bad_query
from sandbox.netsuite.shapes import Choice, Field, Reference
from sandbox.netsuite.tables import NAMED, Table, tables

MOST_ROWS: Final = 100_000
"""SuiteQL gives no more (Oracle, "Executing SuiteQL Queries Through REST Web Services")."""
SHOWN_AS: Final = "__df"
"""Beside each column that points to something stands one with the name that `BUILTIN.DF` shows."""
MOST_STEPS: Final = 20_000_000
"""About two seconds: a query that goes on longer is taken for one that never ends."""
_STEP: Final = 10_000
INDEXED: Final = frozenset(("id", "transaction", "entity", "externalid", "nkey", "previousdoc", "nextdoc"))

Value = str | int | float | None
Row = tuple[Value, ...]


class ExactSum:
    """Oracle's SUM: exact in decimals, nothing of nothing. SQLite's own adds binary fractions."""

    def __init__(self) -> None:
        self._total: Decimal | None = None

    def step(self, value: Value) -> None:
        if value is not None:
            self._total = (self._total or Decimal(0)) + Decimal(str(value))

    def finalize(self) -> float | None:
        return None if self._total is None else float(self._total)


class Database:
    """The books as tables. One per version of the world; it is never written to after it is made."""

    def __init__(self, books: Books) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.create_function("to_char", -1, dates.to_char, deterministic=True)
        self._connection.create_function("to_date", -1, dates.to_date, deterministic=True)
        self._connection.create_function("to_timestamp", -1, dates.to_date, deterministic=True)
        self._connection.create_aggregate("sum", 1, ExactSum)  # type: ignore[arg-type]  # stubs know int only
        # Oracle's LIKE minds case.
        self._connection.execute("PRAGMA case_sensitive_like = ON")
        for table in tables(books):
            _fill(self._connection, table)
        self._connection.execute("PRAGMA query_only = ON")

    def rows(self, sql: str) -> list[Row]:
        """What a query selects, at most 100,000 rows. `Refused`: it cannot be run."""
        steps = 0

        def too_long() -> bool:
            nonlocal steps
            steps += _STEP
            return steps > MOST_STEPS

        self._connection.set_progress_handler(too_long, _STEP)
        try:
            return self._connection.execute(sql).fetchmany(MOST_ROWS)
        except sqlite3.Error as error:
            raise bad_query("Search error occurred: Invalid or unsupported search.") from error


def _fill(connection: sqlite3.Connection, table: Table) -> None:
    named = [column for column in table.columns if column in NAMED]
    names = [*table.columns, *(column + SHOWN_AS for column in named)]
    rows = [
        [
            *(_stored(row.get(column)) for column in table.columns),
            *(_name(row.get(column)) for column in named),
        ]
        for row in table.rows
    ]
    affinities = [_affinity([row[place] for row in rows]) for place in range(len(names))]
    columns = ", ".join(f'"{name}" {affinity}' for name, affinity in zip(names, affinities, strict=True))
    connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    marks = ", ".join("?" * len(names))
    connection.execute("BEGIN")
    connection.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', rows)  # noqa: S608 our own names
    connection.execute("COMMIT")
    for column in INDEXED & set(table.columns):
        connection.execute(f'CREATE INDEX "{table.name}_{column}" ON "{table.name}" ("{column}")')


def _affinity(values: list[Value]) -> str:
    """A number is found by its text too, as Oracle converts it."""
    return "TEXT" if any(isinstance(value, str) for value in values) else "NUMERIC"


def _stored(field: Field) -> Value:
    match field:
        case bool():
            return "T" if field else "F"
        case Reference() | Choice():
            return field.id
        case Decimal():
            return float(field)
        case date():
            return dates.stored(field)
    return field


def _name(field: Field) -> str | None:
    return field.name if isinstance(field, Reference | Choice) else None
