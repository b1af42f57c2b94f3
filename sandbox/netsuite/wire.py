"""What does a record look like as JSON? (pure)

Oracle's "Getting a Record Instance" (section_1545141500): links everywhere, references as
`{links, id, refName}`, sublists as a link unless `expandSubResources=true`, unset fields left out.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from sandbox.netsuite.shapes import Choice, Field, Line, Record, Reference

RECORDS: Final = "/services/rest/record/v1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the caller wants a record: at which origin, with which fields, how much of it opened."""

    origin: str
    fields: frozenset[str] | None = None
    expanded: bool = False
    simple_choices: bool = False


def to_json(record: Record, wanted: Wanted) -> dict[str, Any]:
    """One record, its fields in alphabetical order as NetSuite answers them."""
    here = f"{wanted.origin}{RECORDS}/{record.type}/{record.id}"
    shown: dict[str, Any] = {
        name: _value(field, wanted) for name, field in record.fields.items() if field is not None
    }
    shown["id"] = str(record.id)
    for name, lines in record.sublists.items():
        shown[name] = sublist(lines, f"{here}/{name}", wanted)
    if wanted.fields is not None:
        shown = {name: field for name, field in shown.items() if name in wanted.fields}
    return {"links": [_self(here)]} | dict(sorted(shown.items(), key=lambda field: field[0].lower()))


def field_names(record: Record) -> set[str]:
    """Every name that `fields=` may ask for."""
    return {"id", *record.fields, *record.sublists}


def sublist(lines: list[Line], here: str, wanted: Wanted) -> dict[str, Any]:
    """A sublist as a link, or with all its lines when sub-resources are expanded."""
    if not wanted.expanded:
        return {"links": [_self(here)]}
    items = [line_to_json(line, f"{here}/{place}", wanted) for place, line in enumerate(lines, start=1)]
    return {"links": [_self(here)], "items": items, "totalResults": len(items)}


def line_to_json(line: Line, here: str, wanted: Wanted) -> dict[str, Any]:
    """One line of a sublist."""
    return {"links": [_self(here)]} | {
        name: _value(field, wanted) for name, field in line.items() if field is not None
    }


def links_only(here: str, count: int) -> list[dict[str, Any]]:
    """The lines of a sublist as its own page shows them: a link each."""
    return [{"links": [_self(f"{here}/{place}")]} for place in range(1, count + 1)]


def identified(record: Record, origin: str) -> dict[str, Any]:
    """A record as a list shows it: a link and its id, nothing else."""
    return {"links": [_self(f"{origin}{RECORDS}/{record.type}/{record.id}")], "id": str(record.id)}


def _value(field: Field, wanted: Wanted) -> Any:
    match field:
        case Reference():
            links = [_self(f"{wanted.origin}{RECORDS}/{field.type}/{field.id}")]
            return {"links": links, "id": str(field.id), "refName": field.name}
        case Choice():
            return field.id if wanted.simple_choices else {"id": field.id, "refName": field.name}
        case Decimal():
            # A JSON number such as 2010.0: the shortest text of the float is the decimal we hold.
            return float(field)
        case datetime():
            return moment(field)
        case date():
            return field.isoformat()
    return field


def moment(at: datetime) -> str:
    """A moment as NetSuite writes it: UTC to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _self(href: str) -> dict[str, str]:
    return {"rel": "self", "href": href}
