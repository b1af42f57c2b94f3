"""Is what a caller writes into a field a value of it?

Read into the form that rows hold, or refused in the vendor's words; the wordings for values of another JSON
type are not verified.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from sandbox.salesforce.constants import IDS, NUMBERS
from sandbox.salesforce.errors import Refused, no_such_field
from sandbox.salesforce.org import Org
from sandbox.salesforce.row import Row
from sandbox.salesforce.rules import PICKLISTS, is_writable, most_letters, targets
from sandbox.salesforce.schema import OBJECTS, Field, ObjectType
from sandbox.salesforce.wording import day, moment

Given = Mapping[str, Any]


def read(org: Org, kind: ObjectType, given: Given) -> Row:
    """The fields that are set, by their proper names. Raises `Refused` for the first that cannot be."""
    named: dict[str, tuple[Field, Any]] = {}
    for name, value in given.items():
        if name == "attributes":
            continue
        parent = kind.parents.get(name.lower())
        field = kind.fields.get(name.lower())
        if field is not None:
            named[field.name] = field, value
        elif parent is not None and isinstance(value, dict):
            named[parent.name] = parent, _by_key(org, parent, value)
        else:
            raise no_such_field(name, kind.name)
    if closed := [field.name for field, _ in named.values() if not is_writable(kind, field)]:
        raise _not_writable(closed)
    return {name: _value(org, kind, field, value) for name, (field, value) in named.items()}


def _not_writable(names: list[str]) -> Refused:
    message = (
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings of this "
        "field and verify that it is read/write for your profile or permission set."
    )
    return Refused(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, tuple(names))


def _by_key(org: Org, field: Field, given: dict[str, Any]) -> str:
    """The id of the parent that has this external id."""
    target = OBJECTS[field.target or ""]
    keys = {name: value for name, value in given.items() if name != "attributes"}
    name, value = next(iter(keys.items()), ("", None))
    key = target.fields.get(name.lower())
    if key is None or not key.external_id or len(keys) != 1:
        raise no_such_field(name, target.name)
    found = org.having(target.name, key, str(value).lower())
    if len(found) != 1:
        message = f"Foreign key external ID: {value} not found for field {key.name} in entity {target.name}"
        raise Refused(400, "INVALID_FIELD", message)
    return str(found[0]["Id"])


def _value(org: Org, kind: ObjectType, field: Field, value: Any) -> Any:
    if value is None or value == "":
        if field.type == "boolean":
            raise Refused(
                400, "INVALID_TYPE_ON_FIELD_IN_RECORD", f"{field.name}: value not of required type:"
            )
        return None
    if field.type in IDS:
        return _reference(org, field, value)
    if field.type == "string":
        return _text(kind, field, value)
    return _READ[field.type](field, value)


def _reference(org: Org, field: Field, value: Any) -> str:
    label = field.name.removesuffix("Id") + " ID"
    if not isinstance(value, str) or not value.isalnum() or len(value) not in {15, 18}:
        raise Refused(400, "MALFORMED_ID", f"{label}: id value of incorrect type: {value}", (field.name,))
    possible = targets(field)
    kinds = [name for name in possible if value.startswith(OBJECTS[name].prefix)]
    if possible and not kinds:
        raise Refused(400, "MALFORMED_ID", f"{label}: id value of incorrect type: {value}", (field.name,))
    row = org.tables[kinds[0]].row(value) if kinds else None
    if row is None:
        raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", (field.name,))
    if row.get("IsDeleted"):
        raise Refused(400, "ENTITY_IS_DELETED", "entity is deleted", (field.name,))
    return str(row["Id"])


def _text(kind: ObjectType, field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _misfit(field, value)
    most = most_letters(field)
    if len(value) > most:
        message = f"{field.name}: data value too large: {value[:40]}... (max length={most})"
        raise Refused(400, "STRING_TOO_LONG", message, (field.name,))
    picklist = PICKLISTS.get((kind.name, field.name))
    if picklist is not None and value not in picklist:
        message = f"{field.name}: bad value for restricted picklist field: {value}"
        raise Refused(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, (field.name,))
    return value


def _boolean(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _misfit(field, value)
    return value


def _number(field: Field, value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int if field.type == "int" else int | float):
        raise _misfit(field, value)
    return value


def _date(field: Field, value: Any) -> str:
    try:
        return day(date.fromisoformat(value))
    except (TypeError, ValueError):
        raise _misfit(field, value) from None


def _moment(field: Field, value: Any) -> str:
    """To the second, as the org keeps moments; one without an offset is UTC."""
    try:
        at = datetime.fromisoformat(value)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return moment(at.replace(microsecond=0))
    except (TypeError, ValueError, OverflowError):
        raise _misfit(field, value) from None


_READ: Final[dict[str, Callable[[Field, Any], Any]]] = {
    "boolean": _boolean,
    "date": _date,
    "datetime": _moment,
    **dict.fromkeys(NUMBERS, _number),
}
_TOKENS: Final = {
    bool: "VALUE_TRUE",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
    str: "VALUE_STRING",
}


def _misfit(field: Field, value: Any) -> Refused:
    token = _TOKENS.get(type(value), "START_OBJECT")
    message = (
        f"Cannot deserialize instance of {field.type} from {token} value {str(value)[:40]} or request may be "
        "missing a required field at [line:1, column:1]"
    )
    return Refused(400, "JSON_PARSER_ERROR", message)
