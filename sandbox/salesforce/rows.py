"""How is one row read: by its id, or by a key that another system gave it?"""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

import msgspec

from sandbox.salesforce.errors import Refused, deleted, no_such_field, not_found
from sandbox.salesforce.exchange import Answer, Ask
from sandbox.salesforce.org import Org
from sandbox.salesforce.row import Row
from sandbox.salesforce.schema import Field, ObjectType, external_id_at, object_at
from sandbox.salesforce.selection import Record, attributes
from sandbox.salesforce.wording import full_id


def by_id(ask: Ask) -> Answer:
    """`/sobjects/X/{id}`: the row with all fields, or those of `?fields=`. 404 NOT_FOUND without one."""
    kind = object_at(ask.names["object"])
    return _answer(ask, kind, row_at(ask.org, kind, ask.names["id"]))


def by_external_id(ask: Ask) -> Answer:
    """`/sobjects/X/{field}/{value}`: the row, 404 without one, 300 with the paths of several."""
    kind = object_at(ask.names["object"])
    found = keyed(ask.org, kind, external_id_at(kind, ask.names["field"]), ask.names["value"])
    if not found:
        raise not_found()
    if len(found) > 1:
        return several(ask, kind, found)
    return _answer(ask, kind, found[0])


def row_at(org: Org, kind: ObjectType, id: str) -> Row:
    """The row with this id. Raises `Refused` (404) when it never was, or is deleted."""
    row = org.tables[kind.name].row(id)
    if row is None:
        raise not_found()
    if row.get("IsDeleted"):
        raise deleted()
    return row


def keyed(org: Org, kind: ObjectType, field: Field, value: str) -> list[Row]:
    """The rows that a key stands for."""
    return org.having(kind.name, field, full_id(value) if field.name == "Id" else value.lower())


def several(ask: Ask, kind: ObjectType, rows: list[Row]) -> Answer:
    """300: the paths of all rows that a key stands for."""
    return Answer([attributes(ask.version, kind.name, row["Id"])["url"] for row in rows], 300)


def refuse_newer(ask: Ask, kind: ObjectType, row: Row) -> None:
    """Raise `Refused` (412) when the row is not the one that the caller's conditions are about."""
    if _too_new(ask, _tag(kind, row), _changed(row)):
        raise Refused(412, "PRECONDITION_FAILED", "Precondition failed.")


def _answer(ask: Ask, kind: ObjectType, row: Row) -> Answer:
    record = _record(ask, kind, row)
    tag, changed = _tag(kind, row), _changed(row)
    headers = {"Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True)}
    if tag is not None:
        headers["ETag"] = tag
    if _unchanged(ask, tag, changed):
        return Answer(None, 304, headers)
    refuse_newer(ask, kind, row)
    return Answer(record, headers=headers)


def _tag(kind: ObjectType, row: Row) -> str | None:
    """The entity tag; accounts alone have one ("Conditional Request Headers")."""
    if kind.name != "Account":
        return None
    return f'"{hashlib.sha256(msgspec.json.encode(row)).hexdigest()[:40]}"'


def _changed(row: Row) -> datetime:
    return datetime.strptime(row["LastModifiedDate"], "%Y-%m-%dT%H:%M:%S.%f%z").replace(microsecond=0)


def _record(ask: Ask, kind: ObjectType, row: Row) -> Record:
    chosen = row
    if asked := ask.query.get("fields"):
        chosen = {}
        for name in asked.split(","):
            field = kind.fields.get(name.strip().lower())
            if field is None:
                raise no_such_field(name.strip(), kind.name)
            chosen[field.name] = row[field.name]
    return {"attributes": attributes(ask.version, kind.name, row["Id"])} | chosen | {"Id": row["Id"]}


def _unchanged(ask: Ask, tag: str | None, changed: datetime) -> bool:
    """Whether the caller has this already, by `If-None-Match` or `If-Modified-Since`."""
    if tag is not None and "If-None-Match" in ask.headers:
        return tag in ask.headers["If-None-Match"]
    since = _header_date(ask, "If-Modified-Since")
    return since is not None and changed <= since


def _too_new(ask: Ask, tag: str | None, changed: datetime) -> bool:
    """Whether the row is not the one that `If-Match` or `If-Unmodified-Since` asks for."""
    if tag is not None and "If-Match" in ask.headers:
        return tag not in ask.headers["If-Match"]
    until = _header_date(ask, "If-Unmodified-Since")
    return until is not None and changed > until


def _header_date(ask: Ask, name: str) -> datetime | None:
    """The date of a conditional header; one that is no date is ignored on a read (RFC 9110, 13.1.3)."""
    try:
        at = parsedate_to_datetime(ask.headers[name])
    except (KeyError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
