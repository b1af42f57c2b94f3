"""How does a record lie in the drawer that outlives a restart? (pure)

Text, whole numbers, flags and nothing as they are; every other value is a list that begins with its kind.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sandbox.netsuite.shapes import Choice, Field, Line, Record, Reference

Cell = str | int | bool | list[str] | None
Kept = dict[str, Any]
"""`fields`, `sublists` and `postings` of one record, all in cells."""


def kept(record: Record) -> Kept:
    """A record as it is laid away, without the fields that are not set."""
    return {
        "fields": _cells({name: field for name, field in record.fields.items() if field is not None}),
        "sublists": {name: [_cells(line) for line in lines] for name, lines in record.sublists.items()},
        "postings": [_cells(line) for line in record.postings],
    }


def recalled(type: str, id: int, laid: Kept) -> Record:
    """The record that was laid away."""
    sublists = {name: [_line(line) for line in lines] for name, lines in laid["sublists"].items()}
    return Record(type, id, _line(laid["fields"]), sublists, [_line(line) for line in laid["postings"]])


def _cells(line: Line) -> dict[str, Cell]:
    return {name: _cell(field) for name, field in line.items()}


def _line(cells: dict[str, Cell]) -> Line:
    return {name: _field(cell) for name, cell in cells.items()}


def _cell(field: Field) -> Cell:
    match field:
        case Decimal():
            return ["amount", str(field)]
        case datetime():
            return ["moment", field.isoformat()]
        case date():
            return ["day", field.isoformat()]
        case Reference():
            return ["to", field.type, str(field.id), field.name]
        case Choice():
            return ["choice", field.id, field.name]
    return field


_READ: Final[dict[str, Callable[..., Field]]] = {
    "amount": Decimal,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "to": lambda type, id, name: Reference(type, int(id), name),
    "choice": Choice,
}


def _field(cell: Cell) -> Field:
    return _READ[cell[0]](*cell[1:]) if isinstance(cell, list) else cell
