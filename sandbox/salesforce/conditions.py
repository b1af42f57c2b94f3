"""Does a row meet a WHERE clause?

Nulls as in SOQL: `=`, `!=`, IN and NOT IN treat null as a value like any other, an order comparison and
LIKE are false for it, and NOT turns true into false with nothing in between.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sandbox.salesforce.constants import ACCEPTED, IDS, Span, comparable, meant
from sandbox.salesforce.errors import Refused
from sandbox.salesforce.org import Org
from sandbox.salesforce.reading import Resolver
from sandbox.salesforce.row import Row
from sandbox.salesforce.schema import Field, ObjectType
from sandbox.salesforce.statement import All, AnyOf, Comparison, Condition
from sandbox.salesforce.table import is_indexed

Test = Callable[[Row], bool]
Verdict = Callable[[Any], bool]

ORDERED: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}
# Which edge of a span an order comparison meets: up to the end for <= and >, the start for < and >=.
SPANNED: Final = {"<": ("<", "start"), "<=": ("<", "end"), ">": (">=", "end"), ">=": (">=", "start")}


@dataclass(frozen=True)
class Conditions:
    """How conditions on one object are tested. `now` is business time, for date literals."""

    org: Org
    kind: ObjectType
    names: Resolver
    now: datetime

    def test(self, condition: Condition | None) -> Test:
        """The test a condition stands for. Raises `Refused` for fields or values that do not exist."""
        if condition is None:
            return lambda row: True
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        if isinstance(condition, All | AnyOf):
            parts = [self.test(part) for part in condition.parts]
            joined = all if isinstance(condition, All) else any
            return lambda row: joined(part(row) for part in parts)
        part = self.test(condition.part)
        return lambda row: not part(row)

    def candidates(self, condition: Condition | None) -> list[Row]:
        """Rows among which all are that meet the condition: few, where one of its parts has an index."""
        parts = condition.parts if isinstance(condition, All) else (condition,)
        for part in parts:
            if isinstance(part, Comparison) and part.operator in {"=", "IN"}:
                reading = self.names.reading(self.kind, part.field)
                if not reading.steps and is_indexed(reading.field):
                    return self._equal(reading.field, part)
        return self.org.rows(self.kind.name)

    def _equal(self, field: Field, comparison: Comparison) -> list[Row]:
        values = dict.fromkeys(meant(field, constant, self.now) for constant in comparison.values)
        return [row for value in values for row in self.org.having(self.kind.name, field, value)]

    def _comparison(self, comparison: Comparison) -> Test:
        reading = self.names.reading(self.kind, comparison.field)
        verdict = self._verdict(reading.field, comparison)
        return lambda row: verdict(comparable(reading.field, reading.of(self.org, row)))

    def _verdict(self, field: Field, comparison: Comparison) -> Verdict:
        if comparison.operator == "LIKE":
            _refuse_patterns(field)
        values = [meant(field, constant, self.now) for constant in comparison.values]
        if comparison.operator == "LIKE":
            return _like(comparison.values[0].pattern)
        if comparison.operator in ORDERED:
            return _ordered(comparison.operator, values[0])
        belongs = _among(values)
        return belongs if comparison.operator in {"=", "IN"} else lambda value: not belongs(value)


def _among(values: list[Any]) -> Verdict:
    plain = frozenset(value for value in values if not isinstance(value, Span))
    spans = [value for value in values if isinstance(value, Span)]

    def belongs(value: Any) -> bool:
        return value in plain or any(value is not None and span.start <= value < span.end for span in spans)

    return belongs


def _ordered(operator: str, bound: Any) -> Verdict:
    if bound is None:
        return lambda value: False
    if isinstance(bound, Span):
        operator, edge = SPANNED[operator]
        bound = getattr(bound, edge)
    compare = ORDERED[operator]
    return lambda value: value is not None and compare(value, bound)


def _refuse_patterns(field: Field) -> None:
    """LIKE is for text only."""
    if field.type in ACCEPTED or field.type in IDS:
        raise Refused(400, "INVALID_QUERY_FILTER_OPERATOR", f"\ninvalid operator on {field.type} field")


def _like(written: str) -> Verdict:
    pattern = re.compile(written, re.IGNORECASE | re.DOTALL)
    return lambda value: value is not None and pattern.fullmatch(value) is not None
