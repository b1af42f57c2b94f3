"""Does a schema hold its values within the same bounds? (ranges, formats, every other constraint)"""

import math
from collections.abc import Iterator
from typing import Final

from gateway.releases.pairs import Node, Pair
from gateway.releases.rules import Finding, Way, found
from gateway.releases.values import spoken, types_of

STRUCTURE: Final = frozenset(
    "$ref $defs allOf oneOf anyOf discriminator properties required additionalProperties items "
    "prefixItems".split()
)
"""Keywords that hold schemas within; `schemas` and `unions` go into them."""
_SAID: Final = frozenset(
    "title description examples example default deprecated readOnly writeOnly externalDocs xml $comment "
    "$id $anchor $schema".split()
)
"""Keywords that refuse no value."""
_RANGES: Final = (
    ("minimum", "exclusiveMinimum", 1, -math.inf),
    ("maximum", "exclusiveMaximum", -1, -math.inf),
    ("minLength", "", 1, 0),
    ("maxLength", "", -1, -math.inf),
    ("minItems", "", 1, 0),
    ("maxItems", "", -1, -math.inf),
    ("minProperties", "", 1, 0),
    ("maxProperties", "", -1, -math.inf),
)
"""Keyword, the same without its bound, which way is tighter, and what its absence means."""
_WIDTHS: Final = {"int32": 1, "int64": 2, None: 3}
_OWN: Final = frozenset(
    ("type", "enum", "const", "format", "multipleOf", *(word for row in _RANGES for word in row[:2]))
)


def bound_changes(pair: Pair, way: Way) -> Iterator[Finding]:
    """A bound further in or further out."""
    for inclusive, exclusive, sign, absent in _RANGES:
        words = (inclusive, exclusive)
        old, new = (_tightness(schema, words, sign, absent) for schema in (pair.old, pair.new))
        if old != new:
            said = {name: _bound(schema, words) for name, schema in (("old", pair.old), ("new", pair.new))}
            change = "tightened" if new > old else "loosened"
            yield found(f"{way}-bound-{change}", pair.at, what=inclusive, **said)


def _tightness(schema: Node, words: tuple[str, str], sign: int, absent: float) -> tuple[float, int]:
    """Comparable: the greater, the tighter. For whole numbers `> 4` is `>= 5`."""
    inclusive, exclusive = words
    found_ = [(absent, 0)]
    if inclusive in schema:
        found_.append((sign * schema[inclusive], 0))
    if exclusive in schema:
        whole = "integer" in (types_of(schema) or ()) and "number" not in (types_of(schema) or ())
        found_.append((sign * schema[exclusive] + 1, 0) if whole else (sign * schema[exclusive], 1))
    return max(found_)


def _bound(schema: Node, words: tuple[str, str]) -> str:
    said = [
        f"{word} {schema[word]}" if word == words[1] else f"{schema[word]}"
        for word in words
        if word in schema
    ]
    return " and ".join(said) or "without end"


def format_changes(pair: Pair, way: Way) -> Iterator[Finding]:
    """Another format; of integers, a narrower or a wider one."""
    old, new = pair.old.get("format"), pair.new.get("format")
    if old == new:
        return
    said = {"old": old or "any", "new": new or "any"}
    if old in _WIDTHS and new in _WIDTHS:
        change = "tightened" if _WIDTHS[new] < _WIDTHS[old] else "loosened"
        yield found(f"{way}-bound-{change}", pair.at, what="format", **said)
    else:
        change = "changed" if old and new else "added" if new else "removed"
        yield found(f"{way}-format-{change}", pair.at, **said)


def constraint_changes(pair: Pair, way: Way) -> Iterator[Finding]:
    """Every other keyword: to add one refuses values, to take one away allows them."""
    old, new = _constraints(pair.old), _constraints(pair.new)
    for word in sorted({*old, *new}):
        if old.get(word) == new.get(word):
            continue
        said = {"what": word, "old": spoken(old.get(word)), "new": spoken(new.get(word))}
        if word == "multipleOf" and (change := _steps(old.get(word), new.get(word))):
            yield found(f"{way}-bound-{change}", pair.at, **said)
        else:
            change = "changed" if word in old and word in new else "added" if word in new else "removed"
            yield found(f"{way}-constraint-{change}", pair.at, **said)


def _constraints(schema: Node) -> dict[str, Node]:
    return {
        word: value
        for word, value in schema.items()
        if word not in STRUCTURE | _SAID | (_OWN - {"multipleOf"})
        and not word.startswith("x-")
        and (word, value) != ("uniqueItems", False)
    }


def _steps(old: float | None, new: float | None) -> str | None:
    if not old or not new:
        return None
    return "tightened" if new % old == 0 else "loosened" if old % new == 0 else None


def default_changes(pair: Pair, way: Way) -> Iterator[Finding]:
    """What is meant by leaving a value out; in an answer a default says nothing."""
    old, new = pair.old.get("default"), pair.new.get("default")
    if way is Way.REQUEST and old != new:
        yield found("request-default-changed", pair.at, old=spoken(old), new=spoken(new))
    if pair.new.get("deprecated") and not pair.old.get("deprecated"):
        yield found(f"{way}-deprecated", pair.at)
