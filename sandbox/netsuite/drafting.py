"""What does the body of a POST, PUT or PATCH say? (checked against the fields of its record type)"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sandbox.netsuite.books import Books
from sandbox.netsuite.company import COUNTRIES
from sandbox.netsuite.objections import bad_content, bad_value, no_such_value, unknown_property
from sandbox.netsuite.schema import SHAPES
from sandbox.netsuite.shapes import Choice, Field, Line, Record, Reference
from sandbox.netsuite.specs import Spec, Sublist

# What a read of a record adds to its fields, and a caller may send back.
_ENVELOPE: Final = {"links", "id", "refName", "totalResults"}
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LARGEST: Final = Decimal(10) ** 15
_NAMES: Final = ("name", "companyName", "itemId", "acctName", "tranId", "entityId")


@dataclass
class Draft:
    """What somebody wants to write: only what was said, `None` where a field is to be emptied."""

    type: str
    fields: dict[str, Field] = field(default_factory=dict)
    sublists: dict[str, list[Line]] = field(default_factory=dict)


def parsed(body: bytes) -> dict[str, Any]:
    """The JSON object of a body, numbers exact. `Refused`: it is none."""
    try:
        # `NaN` and its kin are no JSON, though Python reads them.
        found = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise bad_content("Invalid content in the request body.") from error
    if not isinstance(found, dict):
        raise bad_content("Invalid content in the request body. Provide a JSON object.")
    return found


def _no_number(text: str) -> None:
    raise ValueError(text)


def draft(books: Books, type: str, body: Mapping[str, Any], *, strict: bool) -> Draft:
    """A body as a draft of a record of this type. Unknown fields are passed over, refused when `strict`."""
    shape, made = SHAPES[type], Draft(type)
    reader = _Reader(books, strict)
    for name, value in body.items():
        if name in shape.sublists:
            made.sublists[name] = reader.lines(name, value, shape.sublists[name])
        else:
            made.fields |= reader.field(name, value, shape.fields, name)
    return made


def display_name(record: Record) -> str:
    """What a reference to a record shows."""
    return next((str(record.fields[name]) for name in _NAMES if record.fields.get(name)), str(record.id))


def reference(record: Record) -> Reference:
    """A reference to a record."""
    return record.reference(display_name(record))


@dataclass(frozen=True)
class _Reader:
    """Reads values against their specs; `path` says where in the body each stands."""

    books: Books
    strict: bool

    def lines(self, name: str, value: Any, sublist: Sublist) -> list[Line]:
        """The lines of a sublist: `{"items": [...]}`."""
        items = value.get("items") if isinstance(value, dict) else None
        if not isinstance(items, list):
            raise bad_value(name, name)
        return [self.line(item, sublist.fields, f"{name}.items[{place}]") for place, item in enumerate(items)]

    def line(self, item: Any, specs: Mapping[str, Spec], path: str) -> Line:
        """One line; an address stands in a record inside it."""
        if not isinstance(item, dict):
            raise bad_value(path.rpartition(".")[2], path)
        address = item.get("addressBookAddress")
        if isinstance(address, dict) and "addr1" in specs:
            item = {name: value for name, value in item.items() if name != "addressBookAddress"} | address
        line: Line = {}
        for name, value in item.items():
            # Among the lines of a deposit `id` is a field of its own.
            line |= self.field(name, value, specs, f"{path}.{name}")
        return line

    def field(self, name: str, value: Any, specs: Mapping[str, Spec], path: str) -> dict[str, Field]:
        """One field under its name; nothing for one that is not read."""
        spec = specs.get(name)
        if spec is None:
            if self.strict and name not in _ENVELOPE:
                raise unknown_property(name, path)
            return {}
        if spec.shown:
            return {}
        return {name: None if value is None else self.value(name, value, spec, path)}

    def value(self, name: str, value: Any, spec: Spec, path: str) -> Field:
        """A value of the kind that the field holds."""
        if spec.kind == "reference":
            return self.pointed_at(name, value, spec, path)
        if spec.kind in ("choice", "country"):
            return _choice(name, value, spec, path)
        read = _PLAIN[spec.kind](value)
        if read is None:
            raise bad_value(name, path)
        return read

    def pointed_at(self, name: str, value: Any, spec: Spec, path: str) -> Reference:
        """The record that `{"id": ...}` or `{"externalId": ...}` means."""
        asked = value if isinstance(value, dict) else {"id": value}
        if isinstance(id := asked.get("id"), int | str) and not isinstance(id, bool):
            asked_for = str(id)
        elif isinstance(eid := asked.get("externalId"), str) and eid:
            asked_for = f"eid:{eid}"
        else:
            raise bad_value(name, path)
        for type in spec.to:
            if record := self.books.record(type, asked_for):
                return reference(record)
        raise no_such_value(asked_for.removeprefix("eid:"), name, path)


def _choice(name: str, value: Any, spec: Spec, path: str) -> Choice:
    asked = value.get("id") if isinstance(value, dict) else value
    if spec.kind == "country" and isinstance(asked, str) and _COUNTRY.fullmatch(asked):
        return Choice(asked, COUNTRIES.get(asked, asked))
    found = next((Choice(id, shown) for id, shown in spec.choices if id == asked), None)
    if found is None:
        raise bad_value(name, path)
    return found


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return number if abs(number) < _LARGEST else None


def _day(value: Any) -> date | None:
    """A calendar day, also where a moment was sent: only its day counts."""
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None


_PLAIN: Final[dict[str, Callable[[Any], Field]]] = {
    "text": _text,
    "flag": _flag,
    "number": _number,
    "day": _day,
}
