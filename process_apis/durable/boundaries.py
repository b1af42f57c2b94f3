"""Where could a run be cut in two?

For tests that kill a node at every such place. Nobody watches a house that serves.
"""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct


class Boundary(Struct, frozen=True, kw_only=True):
    """A place between two steps of a run: `before` a step is asked, or `after` its result was recorded.

    A step whose result was recorded in an earlier life of the run passes neither.
    """

    run: str
    flow: str
    step: str
    number: int
    when: Literal["before", "after"]


class _Slot:
    watcher: Callable[[Boundary], None] | None = None


def watch(watcher: Callable[[Boundary], None] | None) -> None:
    """From now on this is told of every boundary, on the event loop; None when nobody is."""
    _Slot.watcher = watcher


def watched() -> bool:
    """Does anybody watch?"""
    return _Slot.watcher is not None


def passed(boundary: Boundary) -> None:
    """A run is at this boundary."""
    if _Slot.watcher is not None:
        _Slot.watcher(boundary)
