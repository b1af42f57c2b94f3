"""How are up to 200 rows written in one call?

`/composite/sobjects` ("sObject Collections"): 200 with one result for each record, in order; with `allOrNone`
one that fails takes all others back.
"""

from collections.abc import Callable
from typing import Any, Final

from sandbox.salesforce import writing
from sandbox.salesforce.errors import Refused
from sandbox.salesforce.exchange import Answer, Ask
from sandbox.salesforce.row import Row
from sandbox.salesforce.rows import keyed, row_at
from sandbox.salesforce.schema import OBJECTS, Field, ObjectType, external_id_at, known, object_at
from sandbox.salesforce.values import Given
from sandbox.salesforce.writes import given

MOST: Final = 200
ROLLED_BACK: Final = (
    "Record rolled back because not all records were valid and the request was using AllOrNone header"
)

Record = dict[str, Any]
# Writes one record; its row, and whether it is new when that is to be said.
Write = Callable[[Ask, Record], tuple[Row, dict[str, bool]]]


def create(ask: Ask) -> Answer:
    """`POST`: each record says its object in `attributes.type`."""
    return _written(ask, _records(ask), _create)


def change(ask: Ask) -> Answer:
    """`PATCH`: each record has its object and its `id`."""
    return _written(ask, _records(ask), _change)


def upsert(ask: Ask) -> Answer:
    """`PATCH .../{object}/{field}`: all of one object, each with a value of the external id field."""
    kind = object_at(ask.names["object"])
    field = external_id_at(kind, ask.names["field"])
    records = _records(ask)
    seen: set[str] = set()

    def write(ask: Ask, record: Record) -> tuple[Row, dict[str, bool]]:
        key = _taken(record, field)
        if key is not None and key.lower() in seen:
            raise Refused(400, "DUPLICATE_VALUE", f"Duplicate external id specified: {key}")
        seen.add((key or "").lower())
        return _upsert(ask, kind, field, key, record)

    return _written(ask, records, write)


def delete(ask: Ask) -> Answer:
    """`DELETE ?ids=`: the object follows from each id."""
    ids = [one for one in ask.query.get("ids", "").split(",") if one]
    _refuse_too_many(len(ids))
    all_or_none = ask.query.get("allOrNone", "").lower() == "true"
    return _results(ask, [{"id": id} for id in ids], _delete, all_or_none=all_or_none)


def _records(ask: Ask) -> list[Record]:
    records = given(ask.body).get("records")
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise Refused(400, "JSON_PARSER_ERROR", "records must be a list of sobjects")
    _refuse_too_many(len(records))
    return [dict(one) for one in records]


def _refuse_too_many(count: int) -> None:
    if count > MOST:
        message = f"record limit reached. cannot submit more than {MOST} records in this request"
        raise Refused(400, "EXCEEDED_ID_LIMIT", message)


def _written(ask: Ask, records: list[Record], write: Write) -> Answer:
    return _results(ask, records, write, all_or_none=bool(ask.body.get("allOrNone")))


def _results(ask: Ask, records: list[Record], write: Write, *, all_or_none: bool) -> Answer:
    mark = ask.work.mark()
    results = [_result(ask, record, write) for record in records]
    if all_or_none and not all(one["success"] for one in results):
        ask.work.undo(mark)
        rolled_back = _failed(Refused(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", ROLLED_BACK))
        results = [rolled_back if one["success"] else one for one in results]
    return Answer(results)


def _result(ask: Ask, record: Record, write: Write) -> Record:
    try:
        row, said = write(ask, record)
    except Refused as refused:
        return _failed(refused)
    return {"id": row["Id"], "success": True, "errors": [], **said}


def _failed(refused: Refused) -> Record:
    error = {"statusCode": refused.code, "message": refused.message, "fields": list(refused.fields)}
    return {"success": False, "errors": [error]}


def _create(ask: Ask, record: Record) -> tuple[Row, dict[str, bool]]:
    return writing.create(ask.work, _kind(record), record), {}


def _change(ask: Ask, record: Record) -> tuple[Row, dict[str, bool]]:
    kind = _kind(record)
    id = _taken(record, kind.fields["id"])
    return writing.change(ask.work, kind, _row(ask, kind, id), record), {}


def _delete(ask: Ask, record: Record) -> tuple[Row, dict[str, bool]]:
    kind = next((kind for kind in OBJECTS.values() if record["id"].startswith(kind.prefix)), None)
    if kind is None:
        raise _malformed(record["id"])
    row = _row(ask, kind, record["id"])
    writing.delete(ask.work, kind, row)
    return row, {}


def _upsert(
    ask: Ask, kind: ObjectType, field: Field, key: str | None, record: Given
) -> tuple[Row, dict[str, bool]]:
    if key is None:
        raise Refused(400, "MISSING_ARGUMENT", f"{field.name} not specified")
    found = keyed(ask.org, kind, field, key)
    if len(found) > 1:
        message = (
            f"{field.name}: more than one record found for external id field: {[row['Id'] for row in found]}"
        )
        raise Refused(400, "DUPLICATE_EXTERNAL_ID", message)
    if found:
        return writing.change(ask.work, kind, found[0], record), {"created": False}
    return writing.create(ask.work, kind, {**record, field.name: key}), {"created": True}


def _kind(record: Given) -> ObjectType:
    said = record.get("attributes")
    kind = known(str(said.get("type"))) if isinstance(said, dict) else None
    if kind is None:
        raise Refused(400, "INVALID_TYPE", "The requested resource does not exist")
    return kind


def _row(ask: Ask, kind: ObjectType, id: str | None) -> Row:
    if id is None:
        raise Refused(400, "MISSING_ARGUMENT", "Id not specified in an update call")
    try:
        return row_at(ask.org, kind, id)
    except Refused as refused:
        if refused.code == "ENTITY_IS_DELETED":
            raise
        raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id") from None


def _taken(record: Record, field: Field) -> str | None:
    """The value of a field, whatever its case, taken out of the record."""
    for name in list(record):
        if name.lower() == field.name.lower():
            value = record.pop(name)
            return None if value is None else str(value)
    return None


def _malformed(id: str) -> Refused:
    return Refused(400, "MALFORMED_ID", f"malformed id {id}")
