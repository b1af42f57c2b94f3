"""How is one row written over the wire?

`POST /sobjects/X`, `PATCH` and `DELETE /sobjects/X/{id}` ("sObject Rows"), and upsert by a key: `PATCH
/sobjects/X/{field}/{value}` ("sObject Rows by External ID").
"""

from typing import Any, Final

from sandbox.salesforce import writing
from sandbox.salesforce.errors import Refused, not_found
from sandbox.salesforce.exchange import Answer, Ask
from sandbox.salesforce.row import Row
from sandbox.salesforce.rows import keyed, refuse_newer, row_at, several
from sandbox.salesforce.schema import Field, ObjectType, external_id_at, object_at
from sandbox.salesforce.values import Given

# From this version on an upsert that changed a row says so; before it answered nothing.
SAYS_CREATED: Final = 46.0


def create(ask: Ask) -> Answer:
    """`POST /sobjects/X`, also as the upsert of a row without a key, `/sobjects/X/Id`: 201 with the id."""
    kind = object_at(ask.names["object"])
    return _made(ask, kind, writing.create(ask.work, kind, given(ask.body)))


def change(ask: Ask) -> Answer:
    """`PATCH /sobjects/X/{id}`: 204; 404 for a row that is not there or was deleted."""
    kind = object_at(ask.names["object"])
    row = row_at(ask.org, kind, ask.names["id"])
    refuse_newer(ask, kind, row)
    writing.change(ask.work, kind, row, without(given(ask.body), kind.fields["id"]))
    return Answer(None, 204)


def delete(ask: Ask) -> Answer:
    """`DELETE /sobjects/X/{id}`: 204."""
    kind = object_at(ask.names["object"])
    row = row_at(ask.org, kind, ask.names["id"])
    refuse_newer(ask, kind, row)
    writing.delete(ask.work, kind, row)
    return Answer(None, 204)


def upsert(ask: Ask) -> Answer:
    """`PATCH /sobjects/X/{field}/{value}`: 201 for a new row, 200 for one that was there, 300 for several.

    `updateOnly=true` makes none (404).
    """
    kind = object_at(ask.names["object"])
    field = external_id_at(kind, ask.names["field"])
    body = without(given(ask.body), field, kind.fields["id"])
    found = keyed(ask.org, kind, field, ask.names["value"])
    if len(found) > 1:
        return several(ask, kind, found)
    if found:
        row = writing.change(ask.work, kind, found[0], body)
        return (
            Answer(None, 204) if float(ask.version) < SAYS_CREATED else Answer(_written(row, created=False))
        )
    if field.name == "Id" or ask.query.get("updateOnly", "").lower() == "true":
        raise not_found()
    return _made(ask, kind, writing.create(ask.work, kind, body | {field.name: ask.names["value"]}))


def given(body: Any) -> dict[str, Any]:
    """The fields of a body. Raises `Refused` for one that is no object."""
    if not isinstance(body, dict):
        raise Refused(
            400, "JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no entity body."
        )
    return body


def without(body: Given, *fields: Field) -> dict[str, Any]:
    """The body. Raises `Refused` when it repeats what the path says."""
    names = {name.lower() for name in body}
    for field in fields:
        if field.name.lower() in names:
            message = f"The {field.name} field should not be specified in the sobject data."
            raise Refused(400, "INVALID_FIELD", message)
    return dict(body)


def _made(ask: Ask, kind: ObjectType, row: Row) -> Answer:
    place = f"/services/data/v{ask.version}/sobjects/{kind.name}/{row['Id']}"
    says_created = "field" in ask.names and float(ask.version) >= SAYS_CREATED
    body = _written(row, created=True) if says_created else _written(row)
    return Answer(body, 201, {"Location": place})


def _written(row: Row, **more: bool) -> dict[str, Any]:
    return {"id": row["Id"], "success": True, "errors": [], **more}
