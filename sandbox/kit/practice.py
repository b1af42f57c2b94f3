"""What do the four practice platforms have in common while they run? (world, clock, keys, faults, calls)"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Final, Generic, TypeVar, get_args

from sandbox.kit.calls import CallLog
from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import Keys
from sandbox.kit.faults import Faults
from sandbox.making import make_world
from sandbox.world import System, World

SYSTEMS: Final[tuple[System, ...]] = get_args(System)
T = TypeVar("T")


class Practice:
    """One practice company. `faults` and `calls` are by platform name; everything else is shared."""

    def __init__(self, seed: int, anchor: datetime, clock: BusinessClock, keys: Keys) -> None:
        self.anchor = anchor
        self.clock = clock
        self.keys = keys
        self.faults: defaultdict[str, Faults] = defaultdict(Faults)
        self.calls: defaultdict[str, CallLog] = defaultdict(CallLog)
        self.world: World = make_world(seed, anchor)

    def changed(self, *systems: System) -> None:
        """Say that the facts behind these systems' records changed (of all, without any): they render anew.

        A system that keeps its own rendering true while it is written to says only that something happened,
        with `wrote`.
        """
        self.world.version += 1
        self.world.remade.update(dict.fromkeys(systems or SYSTEMS, self.world.version))

    def wrote(self) -> None:
        """Say that a system was written to, and shows it already."""
        self.world.version += 1

    def reset(self, seed: int | None = None) -> None:
        """The world as it was made (from another seed if given), no faults, no calls, clock on wall time."""
        version = self.world.version
        self.world = make_world(self.world.seed if seed is None else seed, self.anchor)
        # Never a version that was seen before: a rendering of the old world must not pass for this one.
        self.world.version = version
        self.changed()
        self.clock.reset()
        for faults in self.faults.values():
            faults.clear()
        for calls in self.calls.values():
            calls.clear()


class Kept(Generic[T]):
    """A rendering of the whole world, made once per version of it: `kept()` gives the current one.

    With a `system` it is made anew only when the facts behind that system's records changed.
    """

    def __init__(
        self, practice: Practice, render: Callable[[World], T], system: System | None = None
    ) -> None:
        self._practice = practice
        self._render = render
        self._system = system
        self._made: tuple[int, T] | None = None

    def __call__(self) -> T:
        world = self._practice.world
        version = world.version if self._system is None else world.remade.get(self._system, 0)
        if self._made is None or self._made[0] != version:
            self._made = (version, self._render(world))
        return self._made[1]
