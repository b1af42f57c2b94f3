"""Which rows of one object are there, and how is each found without looking at all?"""

from collections.abc import Iterable
from typing import Any

from sandbox.salesforce.constants import IDS, comparable
from sandbox.salesforce.row import Row
from sandbox.salesforce.schema import Field, ObjectType
from sandbox.salesforce.wording import full_id

# The rows of one value of a field, by id in lower case.
Same = dict[str, Row]


def is_indexed(field: Field) -> bool:
    """Whether rows are found by this field without looking at all."""
    return field.type in IDS or field.external_id


class Table:
    """Rows in the order they came. One that is deleted is found by its id only, and in `deleted`."""

    def __init__(self, kind: ObjectType, rows: Iterable[Row]) -> None:
        self._kind = kind
        self._rows: Same = {}
        self._deleted: Same = {}
        self._indexes: dict[str, dict[Any, Same]] = {}
        for row in rows:
            self.put(row)

    @property
    def rows(self) -> list[Row]:
        """Those that are not deleted."""
        return list(self._rows.values())

    @property
    def deleted(self) -> list[Row]:
        """Those in the recycle bin, the last deleted last."""
        return list(self._deleted.values())

    def row(self, id: str) -> Row | None:
        """The row with this id of 15 or 18 characters, deleted or not, or none."""
        key = full_id(id)
        return self._rows.get(key) or self._deleted.get(key)

    def having(self, field: Field, value: Any) -> list[Row]:
        """The rows, not deleted, with this comparable value in a field that `is_indexed`."""
        index = self._indexes.get(field.name)
        if index is None:
            index = self._indexes[field.name] = {}
            for key, row in self._rows.items():
                index.setdefault(comparable(field, row[field.name]), {})[key] = row
        return list(index.get(value, {}).values())

    def put(self, row: Row) -> None:
        """A new row, or what became of the one with this id."""
        self.take(row["Id"], keeping_place=not row.get("IsDeleted"))
        key = row["Id"].lower()
        if row.get("IsDeleted"):
            self._deleted[key] = row
            return
        self._rows[key] = row
        for name, index in self._indexes.items():
            index.setdefault(self._value(name, row), {})[key] = row

    def take(self, id: str, *, keeping_place: bool = False) -> None:
        """Forget a row; its place in the order is kept for one that comes back at once."""
        key = id.lower()
        self._deleted.pop(key, None)
        before = self._rows.get(key) if keeping_place else self._rows.pop(key, None)
        if before is not None:
            for name, index in self._indexes.items():
                index[self._value(name, before)].pop(key, None)

    def _value(self, name: str, row: Row) -> Any:
        return comparable(self._kind.fields[name.lower()], row[name])
