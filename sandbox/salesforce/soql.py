"""How is SOQL text read?

The grammar follows the SOQL reference (developer.salesforce.com, "SOQL SELECT Syntax"): AND, OR and NOT
do not mix without parentheses. What is not in it (GROUP BY, aggregates other than COUNT(), semi-joins,
TYPEOF, FOR VIEW, aliases) is answered as a malformed query, never guessed at.
"""

import re
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from sandbox.salesforce.errors import Refused, malformed_query
from sandbox.salesforce.statement import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Constant,
    FieldPath,
    Negation,
    Sorting,
    Statement,
)

GRAMMAR = r"""
start: select
select: "SELECT"i columns "FROM"i path where? order? limit? offset?
columns: "COUNT"i "(" ")" | column ("," column)*
?column: path | "(" select ")"
path: PATH

where: "WHERE"i condition
?condition: term | all | any | negation
all: term ("AND"i term)+
any: term ("OR"i term)+
negation: "NOT"i term
?term: comparison | "(" condition ")"
comparison: path OPERATOR constant                        -> compared
          | path "LIKE"i constant                         -> like
          | path "IN"i "(" constant ("," constant)* ")"   -> among
          | path "NOT"i "IN"i "(" constant ("," constant)* ")" -> not_among

constant: STRING | DATETIME | DATE | NUMBER | BOOLEAN | NULL | RELATIVE

order: "ORDER"i "BY"i sorting ("," sorting)*
sorting: path DIRECTION? ("NULLS"i NULLS)?
limit: "LIMIT"i INT
offset: "OFFSET"i INT

OPERATOR: "!=" | "<>" | "<=" | ">=" | "=" | "<" | ">"
STRING: /'(\\.|[^'\\])*'/s
DATETIME.3: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)/i
DATE.2: /\d{4}-\d\d-\d\d/
NUMBER: /[+-]?\d+(\.\d+)?/
INT: /\d+/
BOOLEAN.2: /(true|false)\b/i
NULL.2: /null\b/i
RELATIVE.2: /(today|yesterday|tomorrow|(last|next)_n_days:\d+)\b/i
DIRECTION.2: /(asc|desc)\b/i
NULLS.2: /(first|last)\b/i
PATH: /[a-z_]\w*(\.[a-z_]\w*)*/i

%import common.WS
%ignore WS
"""

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
KINDS = {"STRING": "string", "DATETIME": "datetime", "DATE": "date", "NUMBER": "number"}
KINDS |= {"BOOLEAN": "boolean", "NULL": "null", "RELATIVE": "relative"}
LIKE_MEANING = {"%": ".*", "_": "."}


def _unescaped(raw: str) -> str:
    """The text behind a quoted string's escapes; `\\%` and `\\_` mean themselves outside LIKE too."""
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), raw, flags=re.DOTALL)


def _pattern(raw: str) -> str:
    """The regular expression a LIKE string stands for: `%` any run, `_` any one, escaped ones themselves."""
    pieces = re.findall(r"\\.|.", raw, flags=re.DOTALL)
    return "".join(LIKE_MEANING.get(piece) or re.escape(_unescaped(piece)) for piece in pieces)


@v_args(inline=True)
class _Reading(Transformer[Token, Any]):
    """From the parser's tree to a `Statement`."""

    def start(self, select: Statement) -> Statement:
        return select

    def select(self, columns: tuple[FieldPath | Statement, ...], source: FieldPath, *rest: Any) -> Statement:
        return Statement(columns, source, **dict(rest))

    def columns(self, *columns: FieldPath | Statement) -> tuple[FieldPath | Statement, ...]:
        return columns

    def path(self, written: Token) -> FieldPath:
        return FieldPath(tuple(written.split(".")), written.start_pos or 0)

    def where(self, condition: Condition) -> tuple[str, Condition]:
        return "where", condition

    def all(self, *parts: Condition) -> All:
        return All(parts)

    def any(self, *parts: Condition) -> AnyOf:
        return AnyOf(parts)

    def negation(self, part: Condition) -> Negation:
        return Negation(part)

    def compared(self, field: FieldPath, operator: Token, value: Constant) -> Comparison:
        return Comparison(field, "!=" if operator == "<>" else str(operator), (value,))

    def like(self, field: FieldPath, value: Constant) -> Comparison:
        return Comparison(field, "LIKE", (value,))

    def among(self, field: FieldPath, *values: Constant) -> Comparison:
        return Comparison(field, "IN", values)

    def not_among(self, field: FieldPath, *values: Constant) -> Comparison:
        return Comparison(field, "NOT IN", values)

    def constant(self, written: Token) -> Constant:
        kind: Any = KINDS[written.type]
        if kind == "string":
            return Constant(kind, _unescaped(written[1:-1]), _pattern(written[1:-1]))
        return Constant(kind, written.lower() if kind == "boolean" else written.upper())

    def order(self, *fields: Sorting) -> tuple[str, tuple[Sorting, ...]]:
        return "order", fields

    def sorting(self, field: FieldPath, *words: Token) -> Sorting:
        said = {word.upper() for word in words}
        return Sorting(field, "DESC" in said, "LAST" not in said)

    def limit(self, count: Token) -> tuple[str, int]:
        return "limit", int(count)

    def offset(self, count: Token) -> tuple[str, int]:
        return "offset", int(count)


_PARSER = Lark(GRAMMAR, parser="lalr", transformer=_Reading())


@lru_cache(maxsize=512)
def parse(text: str) -> Statement:
    """Read a statement. Raises `Refused` with MALFORMED_QUERY where the text stops being SOQL."""
    try:
        statement: Any = _PARSER.parse(text)
    except UnexpectedInput as stopped:
        raise _malformed(text, stopped) from None
    assert isinstance(statement, Statement)
    return statement


def _malformed(text: str, stopped: UnexpectedInput) -> Refused:
    token = getattr(stopped, "token", None)
    if token is not None and token.type == "$END":
        return malformed_query(text, len(text), "unexpected token: '<EOF>'")
    at = stopped.pos_in_stream or 0
    return malformed_query(text, at, f"unexpected token: '{token or text[at]}'")
