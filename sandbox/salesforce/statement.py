"""What can a SOQL statement say?

The plain shapes a statement is read into; nothing here knows objects, fields or rows.
`at` is the offset of a name in the statement's text, for the caret in the vendor's error.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["string", "number", "boolean", "null", "date", "datetime", "relative"]


@dataclass(frozen=True)
class FieldPath:
    """A field as written, such as `Account.Owner.Name`, split at its dots."""

    parts: tuple[str, ...]
    at: int

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True)
class Constant:
    """A value as written. `text` of a string has its escapes resolved, except `pattern`, which LIKE reads.

    Dates and moments keep their ISO text; a relative one is upper case, such as `LAST_N_DAYS:30`.
    """

    kind: Kind
    text: str
    pattern: str = ""


@dataclass(frozen=True)
class Comparison:
    """One field against one value, or against several for IN and NOT IN."""

    field: FieldPath
    operator: str
    values: tuple[Constant, ...]


@dataclass(frozen=True)
class All:
    """Conditions joined by AND."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """Conditions joined by OR."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Negation:
    """A condition behind NOT."""

    part: "Condition"


Condition = Comparison | All | AnyOf | Negation


@dataclass(frozen=True)
class Sorting:
    """One field of ORDER BY. Nulls come first unless told otherwise, ascending or not (SOQL reference)."""

    field: FieldPath
    descending: bool = False
    nulls_first: bool = True


@dataclass(frozen=True)
class Statement:
    """A whole SELECT, or one in parentheses over a child relationship. No columns means COUNT()."""

    columns: tuple["FieldPath | Statement", ...]
    source: FieldPath
    where: Condition | None = None
    order: tuple[Sorting, ...] = ()
    limit: int | None = None
    offset: int = 0
