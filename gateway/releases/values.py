"""Does a schema take more or fewer types and listed values than it did?"""

import json
from collections.abc import Iterator
from typing import Final

from gateway.releases.pairs import Node, Pair
from gateway.releases.rules import Finding, Way, found

_KINDS: Final = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"))


def spoken(value: Node) -> str:
    """A value as a sentence shows it."""
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def types_of(schema: Node) -> frozenset[str] | None:
    """The types a schema takes; None: every type."""
    said = schema.get("type")
    if said is None:
        values = values_of(schema)
        return None if values is None else frozenset(_kind(value) for value in values)
    types = frozenset([said] if isinstance(said, str) else said)
    values = values_of(schema)
    return types - {"null"} if values is not None and None not in values else types


def _kind(value: Node) -> str:
    if value is None:
        return "null"
    return next((kind for python, kind in _KINDS if isinstance(value, python)), "object")


def values_of(schema: Node) -> list[Node] | None:
    """The values a schema lists; None: it lists none."""
    if "const" in schema:
        return [schema["const"]]
    listed: list[Node] | None = schema.get("enum")
    return listed


def type_changes(pair: Pair, way: Way) -> Iterator[Finding]:
    """Another type, more or fewer types, null taken or refused."""
    old, new = types_of(pair.old), types_of(pair.new)
    if old == new:
        return
    said = {"old": _listed(old), "new": _listed(new)}
    if old is not None and new is not None:
        if ("null" in old) != ("null" in new):
            yield found(_null(way, "null" in new), pair.at)
        old, new = _values_only(old), _values_only(new)
    lost, gained = _covers(new, old), _covers(old, new)
    if lost and gained:
        yield found(f"{way}-type-changed", pair.at, **said)
    elif lost:
        yield found(f"{way}-type-narrowed", pair.at, **said)
    elif gained:
        yield found(f"{way}-type-widened", pair.at, **said)


def strangers(pair: Pair) -> bool:
    """Whether the two have no type in common: then nothing else of them can be compared."""
    old, new = types_of(pair.old), types_of(pair.new)
    if old is None or new is None or not _values_only(old) or not _values_only(new):
        return False
    return not {_wide(each) for each in _values_only(old)} & {_wide(each) for each in _values_only(new)}


def _wide(kind: str) -> str:
    return "number" if kind == "integer" else kind


def _values_only(types: frozenset[str]) -> frozenset[str]:
    return types - {"null"}


def _covers(whole: frozenset[str] | None, part: frozenset[str] | None) -> bool:
    """Whether `part` has types that `whole` has not; an integer is a number."""
    if whole is None or whole == part:
        return False
    if part is None:
        return True
    return bool(part - whole - ({"integer"} if "number" in whole else set()))


def _listed(types: frozenset[str] | None) -> str:
    return "any type" if types is None else " or ".join(sorted(types)) or "nothing"


def _null(way: Way, now: bool) -> str:
    names = {Way.REQUEST: ("null-refused", "null-taken"), Way.RESPONSE: ("null-gone", "null-given")}
    return f"{way}-{names[way][now]}"


def value_changes(pair: Pair, way: Way) -> Iterator[Finding]:
    """More or fewer listed values."""
    old, new = _spoken_values(pair.old), _spoken_values(pair.new)
    if old == new:
        return
    if old is None or new is None:
        change = "enumeration-added" if old is None else "enumeration-opened"
        yield found(f"{way}-{change}", pair.at, what=", ".join(sorted(new or old or ())))
    elif way is Way.RESPONSE and not old & new:
        yield found("response-values-replaced", pair.at, what=", ".join(sorted(new)))
    else:
        if gone := sorted(old - new):
            yield found(f"{way}-values-removed", pair.at, what=", ".join(gone))
        if come := sorted(new - old):
            yield found(f"{way}-values-added", pair.at, what=", ".join(come))


def _spoken_values(schema: Node) -> set[str] | None:
    """Null among the values is a matter of types."""
    values = values_of(schema)
    return None if values is None else {spoken(value) for value in values if value is not None}
