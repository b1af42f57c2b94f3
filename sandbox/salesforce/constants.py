"""What does a value in a WHERE clause stand for, next to a field of this type?

A value that does not fit its field is the vendor's INVALID_FIELD, never a quiet mismatch. Values become
comparable forms: text in lower case, ids with 18 characters, moments and days as the text of a row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar

from sandbox.salesforce.errors import Refused
from sandbox.salesforce.schema import Field
from sandbox.salesforce.statement import Constant
from sandbox.salesforce.wording import day, full_id, moment

NUMBERS: Final = frozenset({"double", "currency", "percent", "int"})
IDS: Final = frozenset({"id", "reference"})
# The kinds of constant that a field of a type takes besides null.
ACCEPTED: Final = {
    "boolean": {"boolean"},
    "date": {"date", "relative"},
    "datetime": {"datetime", "relative"},
    **{type_: {"number"} for type_ in NUMBERS},
}
TEXT: Final = frozenset({"string"})
T = TypeVar("T")
VENDOR_TYPES: Final = {"datetime": "dateTime"}


@dataclass(frozen=True)
class Span:
    """From the first value that belongs to it up to, not including, the first after it."""

    start: str
    end: str


def comparable(field: Field, value: Any) -> Any:
    """A row's value in its comparable form."""
    if value is None:
        return None
    if field.type in IDS:
        return value.lower()
    return value.lower() if isinstance(value, str) and field.type not in ACCEPTED else value


def meant(field: Field, constant: Constant, now: datetime) -> Any:
    """What a constant stands for beside this field: a comparable value, a `Span`, or none for null.

    Raises `Refused` with INVALID_FIELD when the field's type does not take it.
    """
    if constant.kind == "null":
        return None
    if constant.kind not in ACCEPTED.get(field.type, TEXT):
        raise _misfit(field)
    if constant.kind == "relative":
        return _real(lambda written: _span(field, written, now), constant.text)
    if constant.kind == "string":
        return full_id(constant.text) if field.type in IDS else constant.text.lower()
    return _READ[constant.kind](constant.text)


def _misfit(field: Field) -> Refused:
    named = VENDOR_TYPES.get(field.type, field.type)
    quotes = "should not be" if field.type in ACCEPTED else "should be"
    criterion = f"value of filter criterion for field '{field.name}'"
    message = f"\n{criterion} must be of type {named} and {quotes} enclosed in quotes"
    return Refused(400, "INVALID_FIELD", message)


def _day(text: str) -> str:
    return _real(lambda written: day(date.fromisoformat(written)), text)


def _moment(text: str) -> str:
    return _real(lambda written: moment(datetime.fromisoformat(written)), text)


def _real(read: Callable[[str], T], text: str) -> T:
    """What is read from a day or moment that exists, or a refusal of `2026-02-30`."""
    try:
        return read(text)
    except (ValueError, OverflowError):
        raise Refused(400, "MALFORMED_QUERY", f"Invalid date: {text}") from None


_READ: Final[dict[str, Callable[[str], Any]]] = {
    "boolean": lambda text: text == "true",
    "number": float,
    "date": _day,
    "datetime": _moment,
}


def _span(field: Field, text: str, now: datetime) -> Span:
    """The days a date literal covers ("Date Formats"): LAST_N_DAYS:n has today and the n days before."""
    word, _, count = text.partition(":")
    first, last = _DAYS[word](int(count or 0))
    today = now.astimezone(UTC).date()
    start, end = today + timedelta(days=first), today + timedelta(days=last + 1)
    if field.type == "date":
        return Span(day(start), day(end))
    return Span(*(moment(datetime.combine(edge, time(), UTC)) for edge in (start, end)))


# First and last day of each date literal, counted from today.
_DAYS: Final[dict[str, Callable[[int], tuple[int, int]]]] = {
    "TODAY": lambda _: (0, 0),
    "YESTERDAY": lambda _: (-1, -1),
    "TOMORROW": lambda _: (1, 1),
    "LAST_N_DAYS": lambda count: (-count, 0),
    "NEXT_N_DAYS": lambda count: (1, count),
}
