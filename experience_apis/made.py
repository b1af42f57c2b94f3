"""What was made of a thing that is still the very same thing?"""

import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Made(Generic[A, B]):
    """Makes something of a thing, once as long as that very thing lives.

    For pure functions of things that never change and that somebody below keeps while they hold. What was
    made goes when the thing goes, so nothing here grows by itself. Weak references must be able to point to
    the thing (`weakref=True` of a Struct).
    """

    def __init__(self, make: Callable[[A], B]) -> None:
        self._make = make
        self._kept: dict[int, tuple[weakref.ref[Any], B]] = {}

    def __call__(self, thing: A) -> B:
        """What is made of this thing, the same object each time."""
        kept = self._kept.get(id(thing))
        if kept is not None and kept[0]() is thing:
            return kept[1]
        made, place = self._make(thing), id(thing)
        self._kept[place] = weakref.ref(thing, lambda gone: self._forget(place, gone)), made
        return made

    def __len__(self) -> int:
        return len(self._kept)

    def _forget(self, place: int, gone: "weakref.ref[Any]") -> None:
        # Another thing may stand at the same place by now.
        if (kept := self._kept.get(place)) is not None and kept[0] is gone:
            del self._kept[place]
