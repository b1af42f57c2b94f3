"""What do the four practice platforms have in common while they run? (world, clock, keys, faults, calls)"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from sandbox.kit.calls import CallLog
from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import Keys
from sandbox.kit.faults import Faults
from sandbox.making import make_world
from sandbox.world import World

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

    def changed(self) -> None:
        """Say that the world is no longer what it was, so that renderings are made anew."""
        self.world.version += 1

    def reset(self, seed: int | None = None) -> None:
        """The world as it was made (from another seed if given), no faults, no calls, clock on wall time."""
        version = self.world.version
        self.world = make_world(self.world.seed if seed is None else seed, self.anchor)
        # Never a version that was seen before: a rendering of the old world must not pass for this one.
        self.world.version = version + 1
        self.clock.reset()
        for faults in self.faults.values():
            faults.clear()
        for calls in self.calls.values():
            calls.clear()


class Kept(Generic[T]):
    """A rendering of the whole world, made once per version of it: `kept()` gives the current one."""

    def __init__(self, practice: Practice, render: Callable[[World], T]) -> None:
        self._practice = practice
        self._render = render
        self._made: tuple[int, T] | None = None

    def __call__(self) -> T:
        world = self._practice.world
        if self._made is None or self._made[0] != world.version:
            self._made = (world.version, self._render(world))
        return self._made[1]
