"""Which part of SQL does our SuiteQL take?"""

from typing import Final

from sqlglot import exp
from sqlglot.dialects.oracle import Oracle
from sqlglot.parsers.oracle import OracleParser

from sandbox.netsuite.errors import bad_query
from sandbox.netsuite.tables import COLUMNS

UNSUPPORTED: Final = "Search error occurred: Invalid or unsupported search."
DISPLAY: Final = "BUILTIN_DF"
"""`BUILTIN.DF(column)` as one function name while a query is worked on."""
CONVERSIONS: Final = ("TO_CHAR", "TO_DATE", "TO_TIMESTAMP")
_FUNCTIONS: Final = (*CONVERSIONS, DISPLAY)

_STATEMENT = (exp.Select, exp.Subquery, exp.Union, exp.Distinct, exp.Fetch, exp.LimitOptions)
_CLAUSES = (exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered)
_NAMES = (exp.Table, exp.TableAlias, exp.Column, exp.Identifier, exp.Alias, exp.Star, exp.Dot)
_VALUES = (exp.Literal, exp.Null, exp.Paren, exp.Neg, exp.Case, exp.If, exp.Tuple)
_CONDITIONS = (exp.And, exp.Or, exp.Not, exp.In, exp.Between, exp.Like, exp.Is, exp.Exists)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.DPipe)
_KNOWN_FUNCTIONS = (
    *(exp.Sum, exp.Count, exp.Max, exp.Min, exp.Avg),
    *(exp.Upper, exp.Lower, exp.Abs, exp.Round, exp.Length, exp.Substring, exp.Trim, exp.Coalesce),
    exp.Anonymous,
)
ALLOWED: Final = frozenset(
    (
        *_STATEMENT,
        *_CLAUSES,
        *_NAMES,
        *_VALUES,
        *_CONDITIONS,
        *_COMPARISONS,
        *_ARITHMETIC,
        *_KNOWN_FUNCTIONS,
    )
)

# `(+)`, and a FETCH that is no plain number of rows.
_REFUSED_OPTIONS: Final = ("join_mark", "percent", "with_ties")


class SuiteQL(Oracle):
    """Oracle SQL whose date conversions stay as they are written: their formats are read by `dates.py`."""

    class Parser(OracleParser):
        FUNCTIONS = {  # noqa: RUF012 the parent's own declaration
            name: build for name, build in OracleParser.FUNCTIONS.items() if name not in CONVERSIONS
        }


def check(statement: exp.Query) -> None:
    """Pass in silence when every node is of the stated part and every table exists, else `Refused`."""
    for node in statement.walk():
        if type(node) not in ALLOWED or any(node.args.get(option) for option in _REFUSED_OPTIONS):
            raise bad_query(UNSUPPORTED)
        if isinstance(node, exp.Anonymous) and node.name.upper() not in _FUNCTIONS:
            raise bad_query(f"Search error occurred: Function '{node.name}' is not supported.")
        if isinstance(node, exp.Table) and (node.name.lower() not in COLUMNS or node.db):
            raise bad_query(f"Invalid search type: {node.name}.")


def mark_displays(statement: exp.Query) -> None:
    """Make every `BUILTIN.DF(...)` of the statement a plain function call."""
    for dotted in list(statement.find_all(exp.Dot)):
        called = dotted.expression
        if f"{dotted.this.name}.{called.name}".upper() != "BUILTIN.DF":
            raise bad_query(UNSUPPORTED)
        dotted.replace(exp.Anonymous(this=DISPLAY, expressions=called.expressions))
