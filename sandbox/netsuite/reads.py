"""What does a GET of a record, a list or a sublist answer?"""

from typing import Any

from aiohttp import web

from sandbox.netsuite.books import Books
from sandbox.netsuite.errors import bad_parameter, no_such_path, no_such_record, no_such_type
from sandbox.netsuite.filtering import select
from sandbox.netsuite.paging import framed, window
from sandbox.netsuite.shapes import Line, Record
from sandbox.netsuite.wire import RECORDS, Wanted, field_names, identified, line_to_json, links_only, to_json


def listed(books: Books, request: web.Request) -> dict[str, Any]:
    """One page of the ids of a record type, of those that `q` selects when it is given."""
    type = _type(books, request)
    here = origin(request)
    page = window(request, here, "q")
    found = select(books.records(type), request.query.get("q"))
    records = found[page.offset : page.offset + page.limit]
    return framed(page, [identified(record, here) for record in records], len(found))


def shown(books: Books, request: web.Request) -> dict[str, Any]:
    """One record by internal id or `eid:`, with the fields and the depth asked for."""
    record = _record(books, request)
    fields = _fields(request)
    if fields and (unknown := sorted(fields - field_names(record))):
        raise bad_parameter("fields", f"Invalid value for the parameter fields: {', '.join(unknown)}.")
    return to_json(record, _wanted(request, fields))


def sublist_shown(books: Books, request: web.Request) -> dict[str, Any]:
    """The lines of a sublist as links."""
    record = _record(books, request)
    lines = _lines(record, request)
    here = f"{origin(request)}{RECORDS}/{record.type}/{record.id}/{request.match_info['sublist']}"
    return {
        "links": [{"rel": "self", "href": here}],
        "items": links_only(here, len(lines)),
        "totalResults": len(lines),
    }


def line_shown(books: Books, request: web.Request) -> dict[str, Any]:
    """One line of a sublist."""
    record = _record(books, request)
    lines = _lines(record, request)
    place = request.match_info["line"]
    if place not in map(str, range(1, len(lines) + 1)):
        raise no_such_record()
    return line_to_json(lines[int(place) - 1], origin(request) + request.path, _wanted(request, None))


def origin(request: web.Request) -> str:
    """The address this account was called at, which every link repeats."""
    return f"{request.scheme}://{request.host}"


def _type(books: Books, request: web.Request) -> str:
    name = request.match_info["type"]
    type = books.type_named(name)
    if type is None:
        raise no_such_type(name)
    return type


def _record(books: Books, request: web.Request) -> Record:
    record = books.record(_type(books, request), request.match_info["id"])
    if record is None:
        raise no_such_record()
    return record


def _lines(record: Record, request: web.Request) -> list[Line]:
    name = request.match_info["sublist"]
    if name not in record.sublists:
        raise no_such_path(request.path)
    return record.sublists[name]


def _fields(request: web.Request) -> frozenset[str] | None:
    asked = request.query.get("fields")
    return None if asked is None else frozenset(name.strip() for name in asked.split(",") if name.strip())


def _wanted(request: web.Request, fields: frozenset[str] | None) -> Wanted:
    return Wanted(
        origin(request),
        fields,
        expanded=_flag(request, "expandSubResources"),
        simple_choices=_flag(request, "simpleEnumFormat"),
    )


def _flag(request: web.Request, name: str) -> bool:
    value = request.query.get(name, "false").lower()
    if value not in {"true", "false"}:
        raise bad_parameter(name, f"Invalid value for the parameter {name}: {value}. Provide true or false.")
    return value == "true"
