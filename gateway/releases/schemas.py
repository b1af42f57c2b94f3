"""What changed in what a schema promises, however deep?"""

from collections.abc import Callable, Iterator

from gateway.releases import bounds, values
from gateway.releases.pairs import Document, Node, Pair, named
from gateway.releases.rules import Finding, Way, found
from gateway.releases.unions import is_union, matched, union_changes, union_of

_HIDDEN = {Way.REQUEST: "readOnly", Way.RESPONSE: "writeOnly"}
"""What does not travel this way."""
_OPEN: tuple[Node, ...] = (True, {}, None)


class Schemas:
    """Compares schemas of two documents; each pair of places once for each way."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._seen: set[tuple[str, str, Way]] = set()

    def changes(self, pair: Pair, way: Way) -> Iterator[Finding]:
        """Everything that changed at this place and below it."""
        names = named(pair.old), named(pair.new)
        old, was = self._old.resolved(pair.old, pair.was)
        new, at = self._new.resolved(pair.new, pair.at)
        if all(names) and names[0] != names[1]:
            yield found(f"{way}-schema-renamed", pair.at, old=names[0], new=names[1])
        if (was, at, way) in self._seen:
            return
        self._seen.add((was, at, way))
        here = Pair(old, new, was, at)
        if is_union(old) or is_union(new):
            yield from self._of_union(pair, here, way)
        else:
            yield from self._of_one(here, way)

    def _of_union(self, pair: Pair, here: Pair, way: Way) -> Iterator[Finding]:
        old = union_of(self._old, pair.old, pair.was)
        new = union_of(self._new, pair.new, pair.at)
        alike = matched(old, new)
        yield from union_changes(old, new, alike, here.at, way)
        for same in alike.same:
            yield from self.changes(same, way)
        if is_union(here.old) and is_union(here.new):
            yield from self._of_one(here, way)
        else:
            yield from bounds.default_changes(here, way)

    def _of_one(self, here: Pair, way: Way) -> Iterator[Finding]:
        yield from values.type_changes(here, way)
        if values.strangers(here):
            return
        for look in _LOOKS:
            yield from look(here, way)
        yield from self._properties(here, way)
        yield from self._others(here, way)
        yield from self._items(here, way)

    def _properties(self, here: Pair, way: Way) -> Iterator[Finding]:
        pair = here.into("properties")
        old = {name: each for name, each in pair.old.items() if not _hidden(each, way)}
        new = {name: each for name, each in pair.new.items() if not _hidden(each, way)}
        gone, both, come = Pair(old, new, pair.was, pair.at).keys()
        for name in gone:
            yield found(_removed(here, way), pair.into(name).was)
        for name in come:
            yield found(_added(here, way, name), pair.into(name).at)
        for name in both:
            yield from _required(here, way, name)
            yield from self.changes(pair.into(name), way)

    def _others(self, here: Pair, way: Way) -> Iterator[Finding]:
        """The properties that are not named."""
        word = "additionalProperties"
        old, new = here.old.get(word), here.new.get(word)
        if (old is False) != (new is False):
            yield found(f"{way}-others-{'refused' if new is False else 'allowed'}", here.at)
        elif not (old in _OPEN and new in _OPEN) and old is not False:
            yield from self.changes(here.into(word), way)

    def _items(self, here: Pair, way: Way) -> Iterator[Finding]:
        if "items" in here.old or "items" in here.new:
            yield from self.changes(here.into("items"), way)
        old, new = here.old.get("prefixItems", []), here.new.get("prefixItems", [])
        for place in range(max(len(old), len(new))):
            one, other = (side[place] if place < len(side) else {} for side in (old, new))
            step = f"/prefixItems/{place}"
            yield from self.changes(Pair(one, other, here.was + step, here.at + step), way)


_LOOKS: tuple[Callable[[Pair, Way], Iterator[Finding]], ...] = (
    values.value_changes,
    bounds.bound_changes,
    bounds.format_changes,
    bounds.constraint_changes,
    bounds.default_changes,
)


def _hidden(schema: Node, way: Way) -> bool:
    return isinstance(schema, dict) and bool(schema.get(_HIDDEN[way]))


def _removed(here: Pair, way: Way) -> str:
    """A property that is not named any more is refused where no others are taken."""
    if way is Way.RESPONSE:
        return "response-property-removed"
    closed = here.new.get("additionalProperties") is False
    return "request-property-refused" if closed else "request-property-ignored"


def _added(here: Pair, way: Way, name: str) -> str:
    if way is Way.REQUEST:
        required = name in here.new.get("required", ()) and name not in here.old.get("required", ())
        return "request-required-property-added" if required else "request-property-added"
    closed = here.old.get("additionalProperties") is False
    return "response-unexpected-property" if closed else "response-property-added"


def _required(here: Pair, way: Way, name: str) -> Iterator[Finding]:
    was, now = (name in side.get("required", ()) for side in (here.old, here.new))
    if was != now:
        change = "now-required" if now else "now-optional"
        yield found(f"{way}-property-{change}", here.into("properties").into(name).at)
