"""In which order do the objects of one kind stand, and which have a certain value?

Newest first, which is the order of every list of Stripe; of the same second, the one put last comes first.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from typing import Any

Json = dict[str, Any]


class Shelf:
    """Objects by id. Readers get the same dicts again and again and must not change them."""

    def __init__(self) -> None:
        self._objects: dict[str, Json] = {}
        self._places: dict[str, tuple[int, int]] = {}
        self._order: list[tuple[int, int, str]] = []
        self._indexes: dict[str, defaultdict[Any, set[str]]] = {}
        self._all: list[Json] | None = None
        self._put = 0

    def put(self, one: Json) -> None:
        """Put an object, or its newer self, in its place."""
        id = one["id"]
        before = self._objects.get(id)
        if before is None or before.get("created") != one.get("created"):
            self._stand(id, one.get("created"))
        for field, index in self._indexes.items():
            if before is not None:
                index[at(before, field)].discard(id)
            index[at(one, field)].add(id)
        self._objects[id] = one
        self._all = None

    def get(self, id: str) -> Json | None:
        return self._objects.get(id)

    def all(self) -> list[Json]:
        """All of them, newest first."""
        if self._all is None:
            self._all = [self._objects[id] for _, _, id in self._order]
        return self._all

    def having(self, field: str, value: object) -> list[Json]:
        """Those with this value at a dotted path, newest first; sorted by the field when first asked."""
        index = self._indexes.get(field)
        if index is None:
            index = self._indexes[field] = defaultdict(set)
            for id, one in self._objects.items():
                index[at(one, field)].add(id)
        found = sorted(index.get(value, ()), key=self._places.__getitem__)
        return [self._objects[id] for id in found]

    def _stand(self, id: str, created: int | None) -> None:
        if place := self._places.get(id):
            del self._order[bisect_left(self._order, (*place, id))]
        self._put += 1
        self._places[id] = (-(created or 0), -self._put)
        insort(self._order, (*self._places[id], id))


def at(one: Json, path: str) -> Any:
    """The value at a dotted path, none when any part of it is."""
    if "." not in path:
        return one.get(path)
    value: Any = one
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value
