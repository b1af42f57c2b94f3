"""What does a POST, PUT, PATCH or DELETE of a record do?

POST is not idempotent: it makes a new record each time. PUT to `eid:` makes one or changes the one there is.
Oracle: "Creating a Record Instance", "Using the Upsert Operation", "Transforming Records".
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from aiohttp import web

from sandbox.netsuite.books import Books
from sandbox.netsuite.desk import Desk
from sandbox.netsuite.drafting import Draft, draft, parsed
from sandbox.netsuite.entering import enter, strike_out
from sandbox.netsuite.errors import Refused, bad_parameter, no_such_record, no_such_type, wrong_method
from sandbox.netsuite.objections import bad_content, user_error
from sandbox.netsuite.schema import SHAPES
from sandbox.netsuite.shapes import Choice, Record

_NAMES: Final = "X-NetSuite-PropertyNameValidation"
_VALIDATIONS: Final = ("error", "warning", "ignore")
_EXTERNAL_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_DONE: Final = ("G", "H", "C")
# What an invoice takes over from its order.
_TAKEN_OVER: Final = (
    *("entity", "subsidiary", "currency", "otherRefNum", "startDate", "endDate", "memo"),
    "taxDetailsOverride",
)


@dataclass(frozen=True)
class Done:
    """A record as it is in the books now, and what was done to it (as SuiteScript names it)."""

    record: Record
    event: Literal["create", "edit", "delete"]


class Writes:
    """The writes of one account over its books, at a moment of business time.

    Nothing is awaited in here: of many upserts at once, one makes the record and the others find it.
    """

    def __init__(self, books: Books, now: datetime) -> None:
        self._books = books
        self._desk = Desk(books, now)

    def create(self, request: web.Request, body: bytes) -> Done:
        """A new record."""
        made = self._draft(self._type(request), request, body)
        return Done(enter(self._desk, made, None), "create")

    def upsert(self, request: web.Request, body: bytes) -> Done:
        """The record under an external id, made if there is none."""
        type, id = self._type(request), request.match_info["id"]
        eid = id.removeprefix("eid:")
        if eid == id:
            raise wrong_method(request.method)
        if not _EXTERNAL_ID.fullmatch(eid):
            raise Refused(400, f"Invalid value for the external ID: {eid}.", "INVALID_ID")
        made = self._draft(type, request, body)
        if made.fields.setdefault("externalId", eid) != eid:
            raise bad_content("The external ID of the body is not that of the URL.", "externalId")
        old = self._books.record(type, id)
        record = enter(self._desk, made, old, _replaced(request, type))
        return Done(record, "edit" if old else "create")

    def update(self, request: web.Request, body: bytes) -> Done:
        """A record with some of its fields changed."""
        old = self._record(request)
        made = self._draft(old.type, request, body)
        return Done(enter(self._desk, made, old, _replaced(request, old.type)), "edit")

    def delete(self, request: web.Request, _: bytes) -> Done:
        """A record no more."""
        record = self._record(request)
        strike_out(self._desk, record)
        return Done(record, "delete")

    def transform(self, request: web.Request, body: bytes) -> Done:
        """An invoice from a sales order: its lines, and over them what the body says."""
        order = self._books.record("salesOrder", request.match_info["id"])
        if order is None:
            raise no_such_record()
        status = order.fields["orderStatus"]
        if isinstance(status, Choice) and status.id in _DONE:
            raise user_error(f"The sales order cannot be transformed: it is {status.name}.")
        said = self._draft("invoice", request, body or b"{}")
        return Done(enter(self._desk, _from_order(order, said), None), "create")

    def _type(self, request: web.Request) -> str:
        name = request.match_info["type"]
        type = self._books.type_named(name)
        if type is None:
            raise no_such_type(name)
        if type not in SHAPES:
            raise wrong_method(request.method)
        return type

    def _record(self, request: web.Request) -> Record:
        record = self._books.record(self._type(request), request.match_info["id"])
        if record is None:
            raise no_such_record()
        return record

    def _draft(self, type: str, request: web.Request, body: bytes) -> Draft:
        return draft(self._books, type, parsed(body), strict=_strict(request))


def _from_order(order: Record, said: Draft) -> Draft:
    fields = {name: order.fields[name] for name in _TAKEN_OVER}
    fields["createdFrom"] = order.reference(str(order.fields["tranId"]))
    lines = [
        {name: field for name, field in line.items() if name != "isClosed"} for line in order.sublists["item"]
    ]
    sublists = {"item": lines, "taxDetails": order.sublists.get("taxDetails", [])}
    return Draft("invoice", fields | said.fields, sublists | said.sublists)


def _strict(request: web.Request) -> bool:
    """Whether unknown fields are to be refused; without the header they are passed over with a warning."""
    wanted = request.headers.get(_NAMES, "Warning").lower()
    if wanted not in _VALIDATIONS:
        raise Refused(400, f"Invalid value for the HTTP header {_NAMES}.", "INVALID_HEADER", header=_NAMES)
    return wanted == "error"


def _replaced(request: web.Request, type: str) -> list[str]:
    """The sublists of which the lines are to be replaced rather than added to."""
    names = [name.strip() for name in request.query.get("replace", "").split(",") if name.strip()]
    if unknown := [name for name in names if name not in SHAPES[type].sublists]:
        raise bad_parameter("replace", f"Invalid value for the parameter replace: {', '.join(unknown)}.")
    return names
