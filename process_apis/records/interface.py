"""What can be asked of our own database, whichever engine it is?"""

from collections.abc import Sequence
from typing import Any, Protocol

Value = str | int | float | bytes | None
Row = Sequence[Value]
Statement = tuple[str, Sequence[Row]]

WRITES_WAITING = 1000
"""How many writes may wait at once; the next one waits before it is even queued, so memory stays bounded."""


class SchemaOutdated(Exception):
    """The database was made for another version of the house: run `tieline migrate` first."""


class BadStoreAddress(ValueError):
    """No database can be used by this address; the text does not repeat it, as it may hold a password."""


class StoreUnavailable(Exception):
    """Our own database does not answer; the same call may work later."""


class Store(Protocol):
    """Reads and writes in SQL that both engines speak, with `?` for each value."""

    async def rows(self, sql: str, *values: Value) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises StoreUnavailable."""
        ...

    async def write(self, sql: str, rows: Sequence[Row]) -> None:
        """Run one statement once per row, all of them or none. Raises StoreUnavailable."""
        ...

    async def write_all(self, statements: Sequence[Statement], *, durable: bool = False) -> tuple[int, ...]:
        """Run several statements in order, all of them or none; how many rows each of them changed.

        `durable`: what was written survives a power cut, too. Raises StoreUnavailable; then a Postgres whose
        answer was lost may have written them.
        """
        ...

    async def write_if(
        self, guard: Statement, statements: Sequence[Statement], *, durable: bool = True
    ) -> bool:
        """Write these, if the guard changes a row; else nothing is written.

        Not `durable`: the last moments may be lost in a power cut, and nobody waits for the disk.
        Raises StoreUnavailable.
        """
        ...

    async def check(self) -> None:
        """Raise StoreUnavailable unless the database answers a question now."""
        ...
