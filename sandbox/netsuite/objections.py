"""What does NetSuite have against a record that somebody wants to write?

The sentences are what public clients quote from real accounts, behind the words that the record service puts
in front of what the application says. Those marked are not: nothing public says how they go (not verified).
"""

from typing import Final

from sandbox.netsuite.errors import Refused
from sandbox.netsuite.shapes import Reference

_ACCESS: Final = "Error while accessing a resource. "


def user_error(sentence: str, path: str | None = None) -> Refused:
    """Something the application refuses, in its own words."""
    return Refused(400, _ACCESS + sentence, "USER_ERROR", path=path)


def bad_content(detail: str, path: str | None = None) -> Refused:
    """A body that cannot be read as a record."""
    return Refused(400, detail, "INVALID_CONTENT", path=path)


def bad_value(name: str, path: str) -> Refused:
    """A field that was given something it cannot hold (the wording is not verified)."""
    return bad_content(f"Invalid value for the resource or sub-resource field '{name}'.", path)


def unknown_property(name: str, path: str) -> Refused:
    """A field that the record does not have, where the caller asked to be told (not verified)."""
    return bad_content(f"Unknown reference or field name '{name}'.", path)


def not_set(names: list[str]) -> Refused:
    """Fields that must have a value."""
    return user_error(f"Please enter value(s) for: {', '.join(names)}.")


def no_such_value(value: str, name: str, path: str) -> Refused:
    """A reference to a record that does not exist."""
    return user_error(
        f"You have entered an Invalid Field Value {value} for the following field: {name}", path
    )


def already_there(entity: bool) -> Refused:
    """A second record under an external id (or a customer under a number) that is taken."""
    return user_error(f"This {'entity' if entity else 'record'} already exists.")


def not_of_entity(name: str, value: Reference, entity: Reference) -> Refused:
    """A subsidiary or currency that the customer does not have."""
    sentence = f"Invalid {name} reference key {value.id} for entity {entity.id}."
    return Refused(400, _ACCESS + sentence, "INVALID_KEY_OR_REF", path=name)


def period_closed() -> Refused:
    """A day for which no accounting period is open."""
    return user_error(
        "The transaction date you specified is not within the date range of your accounting period.",
        "tranDate",
    )


def applied_too_much(path: str = "apply") -> Refused:
    """More of a document settled than is open, or more than there is to settle with (not verified)."""
    return user_error("You cannot apply more than the remaining amount.", path)


def out_of_balance() -> Refused:
    """A journal whose debits are not its credits."""
    return user_error("The amounts in a journal entry must balance.", "line")


def in_use() -> Refused:
    """A record that others depend on."""
    return user_error("This record cannot be deleted because it has dependent records.")


def record_changed() -> Refused:
    """Somebody else holds the record or has just changed it: the same call may succeed later."""
    return Refused(400, _ACCESS + "Record has been changed.", "RCRD_HAS_BEEN_CHANGED")


# What the faults of the practice platform answer to a write.
FAULTS: Final = {"locked_row": record_changed, "closed_period": period_closed}
