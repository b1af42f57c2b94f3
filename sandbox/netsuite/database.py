"""Where does a SuiteQL query run? (an SQLite database in memory that follows the books)"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from sandbox.netsuite import dates
from sandbox.netsuite.books import Books
from sandbox.netsuite.errors import bad_query
from sandbox.netsuite.shapes import Choice, Field, Key, Line, Record, Reference
from sandbox.netsuite.tables import COLUMNS, NAMED, NUMBERS, OWNERS, owned, rows, tables_of

MOST_ROWS: Final = 100_000
"""SuiteQL gives no more (Oracle, "Executing SuiteQL Queries Through REST Web Services")."""
SHOWN_AS: Final = "__df"
"""Beside each column that points to something stands one with the name that `BUILTIN.DF` shows."""
MOST_STEPS: Final = 20_000_000
"""About two seconds: a query that goes on longer is taken for one that never ends."""
_STEP: Final = 10_000
INDEXED: Final = (
    *("id", "transaction", "entity", "externalid", "internalid", "nkey", "previousdoc", "nextdoc"),
    "lastmodifieddate",
)

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
    """The books as tables. A record that was written is filed anew before the next query."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.create_function("to_char", -1, dates.to_char, deterministic=True)
        self._connection.create_function("to_date", -1, dates.to_date, deterministic=True)
        self._connection.create_function("to_timestamp", -1, dates.to_date, deterministic=True)
        self._connection.create_aggregate("sum", 1, ExactSum)  # type: ignore[arg-type]  # stubs know int only
        # Oracle's LIKE minds case.
        self._connection.execute("PRAGMA case_sensitive_like = ON")
        for table in COLUMNS:
            _create(self._connection, table)
        books.unfiled.clear()
        self._change((), books.everything())

    def follow(self) -> None:
        """File what was written to the books since."""
        if unfiled := list(self.books.unfiled):
            self.books.unfiled.clear()
            found = (self.books.at(key) for key in unfiled)
            self._change(unfiled, (record for record in found if record))

    def _change(self, old: Iterable[Key], new: Iterable[Record]) -> None:
        self._connection.set_progress_handler(None, 0)
        self._connection.execute("PRAGMA query_only = OFF")
        self._connection.execute("BEGIN")
        _remove(self._connection, old)
        _insert(self._connection, new)
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA query_only = ON")

    def rows(self, sql: str) -> list[Row]:
        """What a query selects, at most 100,000 rows. `Refused`: it cannot be run."""
        self.follow()
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


def _names(table: str) -> list[str]:
    """The columns of a table with those that `BUILTIN.DF` shows."""
    return [*COLUMNS[table], *(column + SHOWN_AS for column in COLUMNS[table] if column in NAMED)]


def _create(connection: sqlite3.Connection, table: str) -> None:
    columns = ", ".join(f'"{name}" {"NUMERIC" if name in NUMBERS else "TEXT"}' for name in _names(table))
    connection.execute(f'CREATE TABLE "{table}" ({columns})')
    for column in INDEXED:
        if column in COLUMNS[table]:
            connection.execute(f'CREATE INDEX "{table}_{column}" ON "{table}" ("{column}")')


def _remove(connection: sqlite3.Connection, keys: Iterable[Key]) -> None:
    gone: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for type, id in keys:
        for table in tables_of(type):
            gone[table].append(owned(table, id))
    for table, ids in gone.items():
        owner = OWNERS.get(table, "id")
        connection.executemany(f'DELETE FROM "{table}" WHERE "{owner}" BETWEEN ? AND ?', ids)  # noqa: S608 ours


def _insert(connection: sqlite3.Connection, records: Iterable[Record]) -> None:
    filed: defaultdict[str, list[list[Value]]] = defaultdict(list)
    for record in records:
        for table, lines in rows(record).items():
            filed[table] += (_values(table, line) for line in lines)
    for table, values in filed.items():
        marks = ", ".join("?" * len(_names(table)))
        connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', values)  # noqa: S608 our own names


def _values(table: str, line: Line) -> list[Value]:
    columns = COLUMNS[table]
    return [
        *(_stored(line.get(column)) for column in columns),
        *(_name(line.get(column)) for column in columns if column in NAMED),
    ]


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
