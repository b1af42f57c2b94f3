"""Which records does a statement select, and how does each read?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sandbox.salesforce.conditions import Conditions
from sandbox.salesforce.constants import comparable
from sandbox.salesforce.errors import Refused, malformed_query
from sandbox.salesforce.org import Org
from sandbox.salesforce.reading import Reading, Resolver, parent_of
from sandbox.salesforce.row import Row
from sandbox.salesforce.schema import OBJECTS, Field, ObjectType
from sandbox.salesforce.soql import parse
from sandbox.salesforce.statement import FieldPath, Sorting, Statement

MOST_OFFSET: Final = 2_000

Record = dict[str, Any]
Column = Callable[[Row], Any]


@dataclass(frozen=True)
class Selected:
    """What a statement selects. COUNT() has a size and no records."""

    size: int
    records: list[Record]


def attributes(version: str, kind: str, id: str) -> Record:
    """What every record begins with: its type and its own path."""
    return {"type": kind, "url": f"/services/data/v{version}/sobjects/{kind}/{id}"}


def select(org: Org, text: str, version: str, now: datetime, *, with_deleted: bool = False) -> Selected:
    """Run a statement. `now` is business time. Raises `Refused` in the vendor's words."""
    statement, names = parse(text), Resolver(text)
    query = Query(org, names, version, now)
    kind = names.source(statement.source)
    read = query.records(kind, statement) if statement.columns else query.rows(kind, statement)
    candidates = query.candidates(kind, statement)
    found = read(candidates + org.tables[kind.name].deleted if with_deleted else candidates)
    return Selected(len(found), found if statement.columns else [])


@dataclass(frozen=True)
class Query:
    """One run: what it reads and when. Everything it needs is resolved before a row is touched."""

    org: Org
    names: Resolver
    version: str
    now: datetime

    def candidates(self, kind: ObjectType, statement: Statement) -> list[Row]:
        """The rows to look at, without those that are deleted."""
        return Conditions(self.org, kind, self.names, self.now).candidates(statement.where)

    def records(self, kind: ObjectType, statement: Statement) -> Callable[[list[Row]], list[Record]]:
        """From candidate rows to finished records."""
        rows, shape = self.rows(kind, statement), self._shape(kind, statement)
        return lambda candidates: [shape(row) for row in rows(candidates)]

    def rows(self, kind: ObjectType, statement: Statement) -> Callable[[list[Row]], list[Row]]:
        """From candidate rows to those selected, in order, within limit and offset."""
        if statement.offset > MOST_OFFSET:
            raise Refused(400, "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
        meets = Conditions(self.org, kind, self.names, self.now).test(statement.where)
        orders = [(order, self.names.reading(kind, order.field)) for order in statement.order]
        start = statement.offset
        end = None if statement.limit is None else start + statement.limit

        def selected(candidates: list[Row]) -> list[Row]:
            found = [row for row in candidates if meets(row)]
            for order, reading in reversed(orders):
                found = self._sorted(found, order, reading)
            return found[start:end]

        return selected

    def _sorted(self, rows: list[Row], order: Sorting, reading: Reading) -> list[Row]:
        valued = [(comparable(reading.field, reading.of(self.org, row)), row) for row in rows]
        nulls = [row for value, row in valued if value is None]
        others = [pair for pair in valued if pair[0] is not None]
        others.sort(key=lambda pair: pair[0], reverse=order.descending)
        known = [row for _, row in others]
        return nulls + known if order.nulls_first else known + nulls

    def _shape(self, kind: ObjectType, statement: Statement) -> Callable[[Row], Record]:
        """How one selected row reads: its attributes, then what was asked, in the order it was asked."""
        asked = self._asked(kind, statement)
        columns = {name: self._column(kind, name, parts) for name, parts in asked.items()}

        def record(row: Row) -> Record:
            values = {name: value(row) for name, value in columns.items()}
            return {"attributes": attributes(self.version, kind.name, row["Id"])} | values

        return record

    def _asked(self, kind: ObjectType, statement: Statement) -> dict[str, list[FieldPath | Statement]]:
        """What is asked under each name of a record: a field, a subquery, or several fields of a parent."""
        asked: dict[str, list[FieldPath | Statement]] = {}
        for column in statement.columns:
            name, of_parent = self._place(kind, column)
            if name in asked and of_parent is None:
                at = column.at if isinstance(column, FieldPath) else column.source.at
                raise malformed_query(self.names.text, at, f"duplicate field selected: {name}")
            asked.setdefault(name, []).append(of_parent or column)
        return asked

    def _place(self, kind: ObjectType, column: FieldPath | Statement) -> tuple[str, FieldPath | None]:
        """The name a column goes by in a record, and the path that is left when that is a parent's."""
        if isinstance(column, Statement):
            return self.names.child(kind, column.source).name, None
        reading = self.names.reading(kind, column)
        if not reading.steps:
            return reading.field.name, None
        left = FieldPath(column.parts[-len(reading.steps) :], column.at)
        return reading.steps[0].relationship or "", left

    def _column(self, kind: ObjectType, name: str, asked: list[FieldPath | Statement]) -> Column:
        if isinstance(asked[0], Statement):
            return self._children(kind, asked[0])
        if name.lower() in kind.parents:
            return self._parent(kind.parents[name.lower()], tuple(asked))
        return lambda row: row[name]

    def _parent(self, step: Field, asked: tuple[FieldPath | Statement, ...]) -> Column:
        """A nested parent record with the fields asked of it, or null."""
        target = OBJECTS[step.target or ""]
        shape = self._shape(target, Statement(asked, FieldPath((target.name,), 0)))

        def nested(row: Row) -> Record | None:
            parent = parent_of(self.org, row, step)
            return None if parent is None else shape(parent)

        return nested

    def _children(self, kind: ObjectType, statement: Statement) -> Column:
        """A nested query result of the rows that point here, or null when there are none."""
        child = self.names.child(kind, statement.source)
        records = self.records(OBJECTS[child.object], statement)

        def nested(row: Row) -> Record | None:
            found = records(self.org.pointing_at(child.object, child.field, row["Id"]))
            return {"totalSize": len(found), "done": True, "records": found} if found else None

        return nested
