"""Which records does a `q` condition select?

Oracle's "Record Collection Filtering" (section_1545222128): `field OPERATOR value`, joined by AND, OR
and parentheses. Which operators a field takes depends on its type (`operators.py`).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from sandbox.netsuite.errors import bad_query
from sandbox.netsuite.operators import PAIRS, UNVALUED, Kind, kind_of
from sandbox.netsuite.shapes import Field, Record

Condition = Tree[Token]
Predicate = Callable[[Record], bool]

_GRAMMAR: Final = r"""
?start: any
any: all (_OR all)*
all: term (_AND term)*
?term: "(" any ")" | condition
condition: NAME OPERATOR (value | "[" value ("," value)* "]")?
?value: QUOTED | BARE
NAME: /[A-Za-z_][A-Za-z0-9_.]*/
OPERATOR: /[A-Za-z_]+/
_AND.1: /AND(?![A-Za-z0-9_.])/i
_OR.1: /OR(?![A-Za-z0-9_.])/i
QUOTED: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/
BARE: /[^\s"'()\[\],]+/
%ignore /\s+/
"""
_DEEPEST: Final = 100
"""Brackets in a condition: what is read by recursion has to end before the interpreter's patience does."""
_PARSER: Final = Lark(_GRAMMAR, parser="lalr", lexer="contextual")


def select(records: list[Record], q: str | None) -> list[Record]:
    """The records that a condition selects, all of them without one. `Refused`: it cannot be understood."""
    if q is None:
        return records
    if q.count("(") > _DEEPEST:
        raise bad_query("The condition is nested too deeply.")
    condition = _parsed(q)
    if not records:
        return records
    holds = _predicate(condition, _kinds(records))
    return [record for record in records if holds(record)]


@lru_cache(maxsize=256)
def _parsed(q: str) -> Condition:
    try:
        return _PARSER.parse(q)
    except UnexpectedInput as error:
        raise bad_query(f"Unexpected input at position {error.column} of the condition.") from error


def _kinds(records: list[Record]) -> dict[str, tuple[str, Kind]]:
    """The fields that can be filtered on, by lower-case name: how they are spelt and what they hold."""
    examples: dict[str, Field] = {"id": 0}
    # All records of a type have the same fields, set or not.
    for name in records[0].fields:
        values = (record.fields.get(name) for record in records)
        examples[name] = next((value for value in values if value is not None), None)
    return {name.lower(): (name, kind_of(field)) for name, field in examples.items()}


def _predicate(condition: Condition, kinds: dict[str, tuple[str, Kind]]) -> Predicate:
    if condition.data == "condition":
        return _comparison([str(token) for token in condition.scan_values(lambda _: True)], kinds)
    parts = [_predicate(part, kinds) for part in condition.children if isinstance(part, Tree)]
    if condition.data == "any":
        return lambda record: any(part(record) for part in parts)
    return lambda record: all(part(record) for part in parts)


def _comparison(tokens: list[str], kinds: dict[str, tuple[str, Kind]]) -> Predicate:
    """One `field OPERATOR value`; an unset field is only ever EMPTY."""
    name, operator, *texts = tokens
    if name.lower() not in kinds:
        raise bad_query(f"Field '{name}' is not a field that can be filtered on.")
    spelt, kind = kinds[name.lower()]
    positive = operator.upper().removesuffix("_NOT")
    negated = positive != operator.upper()
    if positive in UNVALUED and not texts:
        return lambda record: (_field(record, spelt) is None) != negated
    holds = kind.tests.get(positive)
    if holds is None:
        raise bad_query(f"Operator '{operator}' cannot be used with field '{name}'.")
    values = [_value(kind, text) for text in texts]
    _check_count(positive, values)

    def compare(record: Record) -> bool:
        field = _field(record, spelt)
        return field is not None and holds(kind.comparable(field), values) != negated

    return compare


def _check_count(operator: str, values: list[object]) -> None:
    wanted = 2 if operator in PAIRS else 1
    if len(values) < wanted or (len(values) > wanted and operator != "ANY_OF"):
        raise bad_query(f"Operator '{operator}' does not take {len(values)} values.")


def _value(kind: Kind, text: str) -> object:
    plain = text[1:-1].replace("\\" + text[0], text[0]) if text[0] in "\"'" else text
    try:
        return kind.parse(plain)
    except (ValueError, KeyError, ArithmeticError) as error:
        raise bad_query(f"Value '{plain}' does not fit the field.") from error


def _field(record: Record, name: str) -> Field:
    return record.id if name == "id" else record.fields.get(name)
