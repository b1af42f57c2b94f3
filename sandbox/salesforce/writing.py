"""How is one row made, changed or deleted?"""

from sandbox.ids import salesforce_id
from sandbox.salesforce.deriving import derived
from sandbox.salesforce.errors import Refused
from sandbox.salesforce.org import OWN
from sandbox.salesforce.row import INTEGRATION_USER, Row, full_row
from sandbox.salesforce.rules import DEFAULTS, GOES_WITH, REQUIRED
from sandbox.salesforce.schema import ObjectType
from sandbox.salesforce.values import Given, read
from sandbox.salesforce.work import Work


def create(work: Work, kind: ObjectType, given: Given) -> Row:
    """The new row. Raises `Refused` in the vendor's words when it cannot be, with nothing written."""
    _refuse_others(kind, "inserted")
    empty = full_row(kind.name, {})
    values = DEFAULTS[kind.name] | read(work.org, kind, given)
    number = OWN + work.next_number(kind.name)
    made = {
        "Id": salesforce_id(kind.name, number),
        "CreatedDate": work.now,
        "CreatedById": INTEGRATION_USER,
    }
    if kind.name == "Contract":
        made["ContractNumber"] = f"{number:08d}"
    return _put(work, kind, empty, empty | made | values)


def change(work: Work, kind: ObjectType, row: Row, given: Given) -> Row:
    """The row with other values in some fields. Raises `Refused` as `create`."""
    _refuse_others(kind, "updated")
    return _put(work, kind, row, row | read(work.org, kind, given))


def delete(work: Work, kind: ObjectType, row: Row) -> None:
    """The row goes to the recycle bin, with what belongs to it. Raises `Refused` for one that must stay."""
    _refuse_others(kind, "deleted")
    going = _going_with(work, kind.name, row)
    if kind.name == "Account" and any(name == "Opportunity" and one["IsWon"] for name, one in going):
        message = (
            f"Your attempt to delete {row['Name']} could not be completed because some opportunities in that "
            "account were closed won."
        )
        raise Refused(400, "DELETE_FAILED", message)
    for name, one in going:
        work.put(name, one | _modified(work) | {"IsDeleted": True})


def _going_with(work: Work, kind: str, row: Row) -> list[tuple[str, Row]]:
    """The row and everything below it, each once, with its object."""
    found = {row["Id"]: (kind, row)}
    waiting = [(kind, row)]
    while waiting:
        name, gone = waiting.pop()
        for child, field in GOES_WITH.get(name, ()):
            new = [one for one in work.org.pointing_at(child, field, gone["Id"]) if one["Id"] not in found]
            found |= {one["Id"]: (child, one) for one in new}
            waiting += [(child, one) for one in new]
    return list(found.values())


def _put(work: Work, kind: ObjectType, before: Row, after: Row) -> Row:
    _refuse_missing(kind, after)
    after = after | derived(work.org, kind.name, before, after, work.now) | _modified(work)
    _refuse_duplicates(work, kind, after)
    work.put(kind.name, after)
    return after


def _modified(work: Work) -> Row:
    return {
        "LastModifiedDate": work.now,
        "LastModifiedById": INTEGRATION_USER,
        "SystemModstamp": work.now,
    }


def _refuse_others(kind: ObjectType, done: str) -> None:
    """Objects that this org only shows."""
    if kind.name not in REQUIRED:
        raise Refused(400, "INVALID_TYPE_FOR_OPERATION", f"entity type cannot be {done}: {kind.name}")


def _refuse_missing(kind: ObjectType, row: Row) -> None:
    missing = tuple(name for name in REQUIRED[kind.name] if row[name] is None)
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise Refused(400, "REQUIRED_FIELD_MISSING", message, missing)


def _refuse_duplicates(work: Work, kind: ObjectType, row: Row) -> None:
    """An external id of this org is unique, whatever its case."""
    for field in kind.fields.values():
        value = row[field.name]
        if not field.external_id or value is None:
            continue
        others = [
            one["Id"] for one in work.org.having(kind.name, field, value.lower()) if one["Id"] != row["Id"]
        ]
        if others:
            message = (
                f"duplicate value found: {field.name} duplicates value on record with id: {others[0][:15]}"
            )
            raise Refused(400, "DUPLICATE_VALUE", message)
