"""Which rows does the org hold right now?

As the facts say them, and over that what was written since. Rows are shared by all readers: a change puts a
new row in the place of the old one.
"""

from typing import Any, Final

from sandbox.salesforce.constants import comparable
from sandbox.salesforce.rendering import rendered
from sandbox.salesforce.row import Row, full_row, trimmed
from sandbox.salesforce.schema import OBJECTS, Field
from sandbox.salesforce.table import Table
from sandbox.world import World

# Numbers from here on belong to rows that were made in the org itself.
OWN: Final = 1_000_000


class Org:
    """Every row, found by object, by id and by what it points at; `written` outlives this."""

    def __init__(self, world: World) -> None:
        self.written = world.crm
        self.tables = {name: Table(OBJECTS[name], rows) for name, rows in rendered(world).items()}
        for name, records in self.written.records.items():
            for record in records.values():
                self.tables[name].put(full_row(name, record))

    def rows(self, kind: str) -> list[Row]:
        """The rows of an object that are not deleted."""
        return self.tables[kind].rows

    def row(self, kind: str, id: str) -> Row | None:
        """The row with this id of 15 or 18 characters that is not deleted, or none."""
        row = self.tables[kind].row(id)
        return None if row is None or row.get("IsDeleted") else row

    def having(self, kind: str, field: Field, value: Any) -> list[Row]:
        """The rows whose `field` (an id or an external id) has this value, in its comparable form."""
        return self.tables[kind].having(field, value)

    def pointing_at(self, kind: str, field: str, id: str) -> list[Row]:
        """The rows of an object whose reference `field` holds this id, in their own order."""
        reference = OBJECTS[kind].fields[field.lower()]
        return self.having(kind, reference, comparable(reference, id))

    def keep(self, kind: str, row: Row) -> None:
        """Remember a row as it is now beyond this rendering."""
        self.written.keep(kind, row["Id"], trimmed(row))
