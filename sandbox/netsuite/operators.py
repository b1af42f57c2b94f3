"""Which `q` operators does a field take, by what it holds?

Oracle's table in "Record Collection Filtering" (section_1545222128). Text is compared without regard to
case, as NetSuite searches do; a reference or a choice is compared by its id.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from sandbox.netsuite.shapes import Choice, Field, Reference

Test = Callable[[Any, list[Any]], bool]

UNVALUED: Final = ("EMPTY",)
PAIRS: Final = ("BETWEEN", "WITHIN")


@dataclass(frozen=True)
class Kind:
    """What a kind of field takes: its operators, how a value is read, how the field is compared."""

    tests: dict[str, Test]
    parse: Callable[[str], object]
    comparable: Callable[[Any], object]


def kind_of(field: Field) -> Kind:
    """The kind that a field is, seen from one of its values."""
    match field:
        case bool():
            return FLAG
        case int() | Decimal() | Reference():
            return NUMBER
        case date():
            return DAY
    return TEXT


def _flag(text: str) -> bool:
    return {"true": True, "t": True, "false": False, "f": False}[text.lower()]


def _moment(text: str) -> datetime:
    """A day or a moment: ISO 8601, or the account's own `M/D/YYYY`."""
    if "/" in text:
        # A day of the account's calendar; it has no zone of its own.
        return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _as_moment(field: date) -> datetime:
    return field if isinstance(field, datetime) else datetime.combine(field, time(), UTC)


def _as_number(field: int | Decimal | Reference) -> int | Decimal:
    return field.id if isinstance(field, Reference) else field


def _as_text(field: str | Choice) -> str:
    return (field.id if isinstance(field, Choice) else field).casefold()


TEXT: Final = Kind(
    {
        "IS": lambda field, values: field == values[0],
        "CONTAIN": lambda field, values: values[0] in field,
        "START_WITH": lambda field, values: field.startswith(values[0]),
        "END_WITH": lambda field, values: field.endswith(values[0]),
        "ENDWITH": lambda field, values: field.endswith(values[0]),
        "ANY_OF": lambda field, values: field in values,
    },
    str.casefold,
    _as_text,
)
NUMBER: Final = Kind(
    {
        "ANY_OF": lambda field, values: field in values,
        "BETWEEN": lambda field, values: values[0] <= field <= values[1],
        "WITHIN": lambda field, values: values[0] <= field <= values[1],
        "EQUAL": lambda field, values: field == values[0],
        "GREATER": lambda field, values: field > values[0],
        "GREATER_OR_EQUAL": lambda field, values: field >= values[0],
        "LESS": lambda field, values: field < values[0],
        "LESS_OR_EQUAL": lambda field, values: field <= values[0],
    },
    Decimal,
    _as_number,
)
DAY: Final = Kind(
    {
        "AFTER": lambda field, values: field > values[0],
        "BEFORE": lambda field, values: field < values[0],
        "ON": lambda field, values: field.date() == values[0].date(),
        "ON_OR_AFTER": lambda field, values: field >= values[0],
        "ON_OR_BEFORE": lambda field, values: field <= values[0],
        "BETWEEN": lambda field, values: values[0] <= field <= values[1],
        "WITHIN": lambda field, values: values[0] <= field <= values[1],
    },
    _moment,
    _as_moment,
)
FLAG: Final = Kind({"IS": lambda field, values: field is values[0]}, _flag, bool)
