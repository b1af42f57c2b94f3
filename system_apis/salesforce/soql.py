"""How is a question put in SOQL, whatever is in its words?"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, get_args

import msgspec
from msgspec import Struct

# SOQL reference, "Quoted String Escape Sequences".
_ESCAPES: Final = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
_IN_TEXT: Final = str.maketrans(_ESCAPES)
_IN_PATTERN: Final = str.maketrans({**_ESCAPES, "%": "\\%", "_": "\\_"})
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?:\+0000|Z)")


def text(words: str) -> str:
    """A string literal."""
    return f"'{words.translate(_IN_TEXT)}'"


def texts(words: Iterable[str]) -> str:
    """What IN takes."""
    return f"({', '.join(text(one) for one in words)})"


def containing(words: str) -> str:
    """What LIKE takes to find the words anywhere; `%` and `_` in them mean themselves."""
    return f"'%{words.translate(_IN_PATTERN)}%'"


def day(written: str) -> str:
    """A date literal. Raises `ValueError` for anything else."""
    if not _DAY.fullmatch(written):
        raise ValueError("not a day")
    return written


def moment(written: str) -> str:
    """A datetime literal from a moment as the API writes it. Raises `ValueError` for anything else."""
    if not (found := _MOMENT.fullmatch(written)):
        raise ValueError("not a moment")
    return found[1] + "Z"


def columns(row: type[Struct], *, without: Iterable[str] = ()) -> str:
    """The columns a row is read from, those of related rows with their path."""
    return ", ".join(name for name in _columns(row) if name not in without)


def _columns(row: type[Struct]) -> Iterable[str]:
    for one in msgspec.structs.fields(row):
        related = [kind for kind in (one.type, *get_args(one.type)) if _is_row(kind)]
        if related:
            yield from (f"{one.encode_name}.{name}" for name in _columns(related[0]))
        else:
            yield one.encode_name


def _is_row(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def select(row: str, source: str, *conditions: str, order: str = "", limit: int | None = None) -> str:
    """A whole question; the conditions must all hold."""
    where = ("WHERE", " AND ".join(conditions)) if conditions else ()
    most = ("LIMIT", str(limit)) if limit is not None else ()
    return " ".join(part for part in ("SELECT", row, "FROM", source, *where, order, *most) if part)


class Listing(NamedTuple):
    """A list and the order it is walked in: by one field that is never null, then by id, both the same way.

    `attribute` is what the row's Struct calls that field. The cursor behind a row is what it holds there,
    so a walk costs Salesforce nothing between two pages and never expires.
    """

    source: str
    columns: str
    field: str
    attribute: str
    literal: Callable[[str], str]
    descending: bool = False

    @property
    def order(self) -> str:
        """The order as SOQL says it."""
        way = " DESC" if self.descending else ""
        return f"ORDER BY {self.field}{way}, Id{way}"

    def cursor(self, row: Any) -> str:
        """The cursor behind a row."""
        return f"{getattr(row, self.attribute)}|{row.id}"

    def after(self, cursor: str) -> str:
        """The condition of all that is behind a cursor. Raises `ValueError` for what is none."""
        value, parted, id = cursor.rpartition("|")
        if not parted:
            raise ValueError("not a cursor")
        beyond = "<" if self.descending else ">"
        same = self.literal(value)
        return f"({self.field} {beyond} {same} OR ({self.field} = {same} AND Id {beyond} {text(id)}))"
