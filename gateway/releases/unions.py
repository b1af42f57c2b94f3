"""Which alternatives of a union are gone, which are new, and which are the same in both?"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gateway.releases.pairs import Document, Node, Pair, named
from gateway.releases.rules import Finding, Way, found
from gateway.releases.values import spoken, types_of

_WORDS = ("oneOf", "anyOf")
_SCALARS = frozenset(("string", "integer", "number", "boolean"))


class Alternative(NamedTuple):
    """One way to be: its schema, where it is, and what tells it apart from the others."""

    schema: Node
    pointer: str
    component: str | None
    tag: str | None
    scalar: str | None

    @property
    def name(self) -> str:
        """As a sentence calls it."""
        return self.tag or self.component or self.scalar or spoken(self.schema)


class Union(NamedTuple):
    """All alternatives of a schema; one that is no union is its only alternative."""

    alternatives: list[Alternative]
    nullable: bool
    told_by: str | None


def is_union(schema: Node) -> bool:
    """Whether a schema is one of several."""
    return any(word in schema for word in _WORDS)


def union_of(document: Document, schema: Node, pointer: str) -> Union:
    """The alternatives of a schema. One that is no union is its only alternative, reference and all."""
    whole, place = document.resolved(schema, pointer)
    if is_union(whole):
        schema, pointer = whole, place
    discriminator = schema.get("discriminator", {})
    told_by = discriminator.get("propertyName")
    tags = {leads.rpartition("/")[2]: tag for tag, leads in discriminator.get("mapping", {}).items()}
    found_, nullable = [], False
    for one, where in _parts(schema, pointer):
        resolved, _ = document.resolved(one, where)
        types = types_of(resolved) or frozenset()
        nullable |= "null" in types
        if types == {"null"}:
            continue
        component = named(one)
        tag = tags.get(component or "") or _tag(resolved, told_by)
        scalar = next(iter(types - {"null"}), None) if types - {"null"} <= _SCALARS else None
        found_.append(Alternative(_not_null(one), where, component, tag, scalar))
    return Union(found_, nullable, told_by)


def _parts(schema: Node, pointer: str) -> Iterator[tuple[Node, str]]:
    if not is_union(schema):
        yield schema, pointer
    for word in _WORDS:
        for place, one in enumerate(schema.get(word, ())):
            yield one, f"{pointer}/{word}/{place}"


def _tag(schema: Node, told_by: str | None) -> str | None:
    constant: str | None = schema.get("properties", {}).get(told_by, {}).get("const")
    return constant


def _not_null(schema: Node) -> Node:
    """Null is a matter of the union as a whole."""
    types = schema.get("type")
    if not isinstance(types, list) or "null" not in types:
        return schema
    return {**schema, "type": [each for each in types if each != "null"]}


class Matched(NamedTuple):
    """Alternatives of both sides, paired, and those without a counterpart."""

    same: list[Pair]
    gone: list[Alternative]
    come: list[Alternative]


_Likeness = Callable[[Alternative], Any]
_LIKENESSES: tuple[_Likeness, ...] = (
    lambda one: one.component,
    lambda one: one.tag,
    lambda one: one.scalar,
    lambda one: None if one.component else spoken(one.schema),
)
"""What makes two alternatives the same, the surest first; None: it cannot be told this way."""


def matched(old: Union, new: Union) -> Matched:
    """Pair what is alike; a single one left on each side is the same, unless tags say otherwise."""
    same, gone, come = [], list(old.alternatives), list(new.alternatives)
    for likeness in _LIKENESSES:
        for one in list(gone):
            other = next((it for it in come if likeness(it) == likeness(one) is not None), None)
            if other is not None:
                same.append(_pair(one, other))
                gone.remove(one)
                come.remove(other)
    if len(gone) == len(come) == 1 and not (gone[0].tag and come[0].tag):
        same.append(_pair(gone.pop(), come.pop()))
    return Matched(same, gone, come)


def _pair(old: Alternative, new: Alternative) -> Pair:
    return Pair(old.schema, new.schema, old.pointer, new.pointer)


def union_changes(old: Union, new: Union, left: Matched, at: str, way: Way) -> Iterator[Finding]:
    """Null, what tells the alternatives apart, and those that are gone or new."""
    if old.nullable != new.nullable:
        taken = {Way.REQUEST: "null-taken", Way.RESPONSE: "null-given"}[way]
        refused = {Way.REQUEST: "null-refused", Way.RESPONSE: "null-gone"}[way]
        yield found(f"{way}-{taken if new.nullable else refused}", at)
    if old.told_by != new.told_by and len(old.alternatives) > 1 and len(new.alternatives) > 1:
        change = "changed" if old.told_by and new.told_by else "added" if new.told_by else "removed"
        yield found(f"{way}-discriminator-{change}", at, old=old.told_by, new=new.told_by)
    for one in left.gone:
        yield found(f"{way}-alternative-removed", at, what=one.name)
    opened = "alternative-added" if old.told_by or way is Way.REQUEST else "union-opened"
    for one in left.come:
        yield found(f"{way}-{opened}", at, what=one.name)
