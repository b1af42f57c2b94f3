"""What do the four practice platforms have in common while they run? (world, clock, keys, faults, calls)"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from sandbox import personas
from sandbox.kit.calls import ANSWERING, CallLog
from sandbox.kit.changes import Changes, Touched
from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import Keys
from sandbox.kit.faults import Faults
from sandbox.kit.keeping import Company, Keeper
from sandbox.kit.passing import Passing
from sandbox.kit.webhooks import Webhooks
from sandbox.making import make_world
from sandbox.personas import Personas
from sandbox.world import World

T = TypeVar("T")


class Practice:
    """One practice company. `faults`, `calls` and `webhooks` are by platform name; all else is shared.

    With a `keeper` the company is as it was left, and what changes is kept.
    """

    def __init__(
        self, seed: int, anchor: datetime, clock: BusinessClock, keys: Keys, keeper: Keeper | None = None
    ) -> None:
        self.anchor = anchor
        self.clock = clock
        self.keys = keys
        self.faults: defaultdict[str, Faults] = defaultdict(Faults)
        self.calls: defaultdict[str, CallLog] = defaultdict(CallLog)
        self.webhooks: defaultdict[str, Webhooks] = defaultdict(Webhooks)
        self.passing = Passing(clock)
        self.changes = Changes()
        self._keeper = keeper
        self._memories: dict[str, Any] = {}
        kept = keeper.load(anchor) if keeper else None
        self._kept: dict[str, msgspec.Raw] = kept.memories if kept else {}
        self._people = kept.people if kept else None
        self._numbers = kept.numbers if kept else {}
        self.world: World = kept.world if kept else make_world(seed, anchor)

    def changed(self, **touched: Iterable[int]) -> None:
        """Say that the world is no longer what it was, and that the call being answered made it so.

        Naming what was touched, `changed(invoices=[7], payments=[9])`, lets a rendering be brought up to date
        instead of made anew; without names anything may have changed.
        """
        self.world.version += 1
        self.changes.note(self.world.version, touched or None)
        if call := ANSWERING.get():
            call.effect = True
        self.remember()

    def memory(self, platform: str, kind: type[T]) -> T:
        """What one platform remembers beside the world (keys it has seen, its own list of events).

        `kind` is a dataclass or Struct that msgspec can encode and that can be made without arguments. Ask
        for it each time: after a reset it is a new one. After changing it, say `remember()`.
        """
        if platform not in self._memories:
            kept = self._kept.pop(platform, None)
            self._memories[platform] = kind() if kept is None else msgspec.msgpack.decode(kept, type=kind)
        memory: T = self._memories[platform]
        return memory

    def next_number(self, table: str) -> int:
        """A number that no record of this table of the world has, or had before a reset.

        Ids are made of numbers: whoever remembers an id from before must not meet it on another record.
        """
        taken = getattr(self.world, table, {})
        if table not in self._numbers:
            self._numbers[table] = max(taken, default=0)
        number = self._numbers[table] + 1
        while number in taken:
            number += 1
        self._numbers[table] = number
        return number

    def remember(self) -> None:
        """Say that there is something to keep over a restart."""
        if self._keeper:
            self._keeper.touch()

    def people(self) -> Personas:
        """Whose customers the people of the demonstration are: decided when the world was made."""
        if self._people is None:
            fresh = self.world if self.world.version == 0 else make_world(self.world.seed, self.anchor)
            self._people = personas.people(fresh)
        return self._people

    def reset(self, seed: int | None = None) -> None:
        """The world as it was made (from another seed if given), no faults, no calls, clock on wall time.

        Messages that wait to be sent are forgotten; where they go to stays.
        """
        version = self.world.version
        self.world = make_world(self.world.seed if seed is None else seed, self.anchor)
        # Never a version that was seen before: a rendering of the old world must not pass for this one.
        self.world.version = version + 1
        self._people = None
        self._memories, self._kept = {}, {}
        self.changes.note(self.world.version, None)
        self.clock.reset()
        for faults in self.faults.values():
            faults.clear()
        for calls in self.calls.values():
            calls.clear()
        for webhooks in self.webhooks.values():
            webhooks.clear()
        if self._keeper:
            self._keeper.write(self._company())

    async def keep(self) -> None:
        """Keep what changes, until cancelled; nothing to do without a keeper."""
        if self._keeper:
            await self._keeper.keep(self._company)

    def _company(self) -> Company:
        encoded = {
            name: msgspec.Raw(msgspec.msgpack.encode(memory)) for name, memory in self._memories.items()
        }
        return Company(self.world, self._people, {**self._kept, **encoded}, self._numbers)


class Kept(Generic[T]):
    """A rendering of the world, made once per version of it: `kept()` gives the current one.

    Changes outside its `tables` leave it as it is; `update`, when there is one, brings it up to date with the
    records that were touched. Both hold as far as changes are named (`Practice.changed`).
    """

    def __init__(
        self,
        practice: Practice,
        render: Callable[[World], T],
        *,
        tables: Collection[str] | None = None,
        update: Callable[[T, Touched], None] | None = None,
    ) -> None:
        self._practice = practice
        self._render = render
        self._tables = tables
        self._update = update
        self._made: tuple[int, T] | None = None

    def __call__(self) -> T:
        world = self._practice.world
        if self._made is None:
            self._made = (world.version, self._render(world))
        elif self._made[0] != world.version:
            self._made = (world.version, self._current(*self._made))
        return self._made[1]

    def _current(self, version: int, made: T) -> T:
        """What was made of an older version, if it may stay or can be brought up to date; else a new one."""
        touched = self._practice.changes.since(version)
        if touched is not None and self._tables is not None and not touched.keys() & set(self._tables):
            return made
        if touched is None or self._update is None:
            return self._render(self._practice.world)
        self._update(made, touched)
        return made
