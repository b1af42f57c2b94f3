"""What does a SuiteQL query mean?

SuiteQL is Oracle SQL over NetSuite's tables (Oracle, "SuiteQL Supported and Unsupported Functions"). A query
is parsed as Oracle SQL, checked against the stated part (`grammar.py`), and written as SQLite SQL.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlglot import exp, parse
from sqlglot.errors import OptimizeError, SqlglotError
from sqlglot.optimizer.qualify_columns import qualify_columns, validate_qualify_columns
from sqlglot.optimizer.qualify_tables import qualify_tables

from sandbox.netsuite.database import SHOWN_AS
from sandbox.netsuite.errors import Refused, bad_query
from sandbox.netsuite.grammar import DISPLAY, UNSUPPORTED, SuiteQL, check, mark_displays
from sandbox.netsuite.tables import COLUMNS, DATES, NAMED

_SCHEMA: Final[dict[str, object]] = {
    table: dict.fromkeys(columns, "TEXT") for table, columns in COLUMNS.items()
}
_UNKNOWN: Final = re.compile(r"(?:Unknown column: |Column '|Ambiguous column ')(\w+)")
_WORD: Final = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][\w$#]*|\d+[\w.]*")
_ID: Final = re.compile(r"[1-9]\d{3,14}")
"""A number that is a value: a shorter one may count rows, places or columns."""
_FULL_STATUS: Final = re.compile(r"'[A-Za-z]+:[A-Za-z]'")
_FIRST_PLACE: Final = 7_000_000_000_000_000
_PLACE: Final = re.compile(r"7\d{15}")
_COMPARING: Final = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)


@dataclass(frozen=True, slots=True)
class Query:
    """A query ready to run: SQLite's words for it, and the name of each column of its answer."""

    sql: str
    columns: tuple[str, ...]


def understood(q: str) -> Query:
    """A query that can be run, or `Refused` with what is wrong in it.

    Whoever asks about many customers asks the same question with other ids and texts: it is worked out once.
    """
    if _PLACE.search(q):
        return _worked_out(q)
    values: list[str] = []

    def place(found: re.Match[str]) -> str:
        word = found[0]
        quote = "'" if word.startswith("'") and not _FULL_STATUS.fullmatch(word) else ""
        if not quote and not _ID.fullmatch(word):
            return word
        # A text is put back as it was written: Oracle and SQLite double a quote in it alike.
        values.append(word[1:-1] if quote else word)
        return f"{quote}{_FIRST_PLACE + len(values) - 1}{quote}"

    def value(found: re.Match[str]) -> str:
        return values[int(found[0]) - _FIRST_PLACE]

    query = _worked_out(_WORD.sub(place, q))
    return Query(_PLACE.sub(value, query.sql), tuple(_PLACE.sub(value, name) for name in query.columns))


@lru_cache(maxsize=512)
def _worked_out(q: str) -> Query:
    try:
        statement = _parsed(q)
        resolved = _rewritten(_resolved(statement))
        return Query(resolved.sql(dialect="sqlite", identify=True), _answer_names(resolved.named_selects))
    except (SqlglotError, RecursionError) as error:
        raise bad_query(UNSUPPORTED) from error


def _parsed(q: str) -> exp.Query:
    """The one statement of a query, checked, every name in lower case."""
    statements = parse(q, read=SuiteQL)
    statement = statements[0] if len(statements) == 1 else None
    if not isinstance(statement, exp.Query):
        raise bad_query(UNSUPPORTED)
    mark_displays(statement)
    check(statement)
    for name in list(statement.find_all(exp.Identifier)):
        name.replace(exp.to_identifier(name.this.lower(), quoted=True))
    return statement


def _resolved(statement: exp.Query) -> exp.Query:
    """The statement with stars opened and every column under its table."""
    available = ", ".join(f"{table.alias_or_name}={table.name}" for table in statement.find_all(exp.Table))
    try:
        return validate_qualify_columns(qualify_columns(qualify_tables(statement), _SCHEMA))
    except OptimizeError as error:
        raise _unknown(str(error), available) from error


def _unknown(error: str, available: str) -> Refused:
    column = _UNKNOWN.search(error)
    if column is None:
        return bad_query(UNSUPPORTED)
    return bad_query(
        f"Search error occurred: Unknown identifier '{column[1]}'. Available identifiers are: {{{available}}}"
    )


def _rewritten(statement: exp.Query) -> exp.Query:
    """The statement with display texts, dates written as text and full status names in SQLite's terms."""
    for comparison in list(statement.find_all(*_COMPARING)):
        _read_dates(comparison)
        _read_statuses(comparison)
    for call in list(statement.find_all(exp.Anonymous)):
        if call.name == DISPLAY:
            _show(call)
    return statement


def _show(call: exp.Anonymous) -> None:
    """`BUILTIN.DF(column)` is the name of what the column points to, and of anything else its text."""
    column = call.expressions[0] if len(call.expressions) == 1 else None
    if not isinstance(column, exp.Column):
        raise bad_query(UNSUPPORTED)
    if column.name not in NAMED:
        call.set("this", "TO_CHAR")
        return
    column.set("this", exp.to_identifier(column.name + SHOWN_AS, quoted=True))
    call.replace(column)


def _read_dates(comparison: exp.Expr) -> None:
    """A text compared with a date column is a date in the account's format, as Oracle reads it."""
    if any(isinstance(side, exp.Column) and side.name in DATES for side in _sides(comparison)):
        for side in _sides(comparison):
            if isinstance(side, exp.Literal) and side.is_string:
                side.replace(exp.Anonymous(this="TO_DATE", expressions=[side.copy()]))


def _read_statuses(comparison: exp.Expr) -> None:
    """A status may be asked for with its type, `CustInvc:A`, though it is answered as `A`."""
    full = any(isinstance(side, exp.Literal) and ":" in side.name for side in _sides(comparison))
    for side in _sides(comparison) if full else ():
        if isinstance(side, exp.Column) and side.name == "status":
            type = exp.column("type", table=side.table, quoted=True)
            side.replace(
                exp.paren(
                    exp.DPipe(
                        this=exp.DPipe(this=type, expression=exp.Literal.string(":")), expression=side.copy()
                    )
                )
            )


def _sides(comparison: exp.Expr) -> list[exp.Expr]:
    return list(comparison.iter_expressions())


def _answer_names(selected: list[str]) -> tuple[str, ...]:
    """The keys of an answer: a nameless expression is `expr1`, a second `id` is `id_0`."""
    names: list[str] = []
    for place, name in enumerate(selected, start=1):
        shown = f"expr{place}" if name.startswith("_col_") else name.removesuffix(SHOWN_AS)
        repeated = sum(1 for other in selected[: place - 1] if other == name)
        names.append(f"{shown}_{repeated - 1}" if repeated else shown)
    return tuple(names)
