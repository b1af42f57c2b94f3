"""What is on every row?"""

from datetime import datetime
from typing import Any, Final

from sandbox.ids import salesforce_id
from sandbox.salesforce.schema import OBJECTS
from sandbox.salesforce.wording import moment

Row = dict[str, Any]

# The user our integration signs in as; it made every record of the practice company.
INTEGRATION_USER: Final = salesforce_id("User", 1)

_EMPTY: Final = {
    name: {field.name: False if field.type == "boolean" else None for field in kind.fields.values()}
    for name, kind in OBJECTS.items()
}


def full_row(kind: str, values: Row) -> Row:
    """A row with all fields of its object: the given values, null or false otherwise."""
    return _EMPTY[kind] | values


def trimmed(row: Row) -> Row:
    """The same row without what is null or false."""
    return {name: value for name, value in row.items() if value is not None and value is not False}


def a_row(kind: str, number: int, created: datetime, changed: datetime, **values: Any) -> Row:
    """A row with all fields of its object: id and audit fields, the given values, null or false otherwise."""
    audit = {
        "Id": salesforce_id(kind, number),
        "CreatedDate": moment(created),
        "CreatedById": INTEGRATION_USER,
        "LastModifiedDate": moment(changed),
        "LastModifiedById": INTEGRATION_USER,
        "SystemModstamp": moment(changed),
    }
    return full_row(kind, audit | values)
