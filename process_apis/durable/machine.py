"""What do we ask of the engine that remembers finished steps?"""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from process_apis.durable.written import Failure, Kept


class Life(StrEnum):
    """How the engine sees a run."""

    QUEUED = "queued"
    GOING = "going"
    OVER = "over"
    """It returned or raised: it goes again only when it is told to."""
    SPENT = "spent"
    """It was taken up too often without getting anywhere, as if it ended its node each time."""


class Recorded(Struct, frozen=True, kw_only=True):
    """One finished step; moments are milliseconds since 1970."""

    number: int
    name: str
    started_ms: int | None
    ended_ms: int | None
    kept: Kept | None
    failure: Failure | None


class StillGoing(Exception):
    """The run cannot be told to go again, because it has not stopped yet."""


class Stopped(Exception):
    """Tells the engine that a run did not come to its end; why stands in our own records."""


class Reservation(Protocol):
    """The place of one step in the order of its run."""

    @property
    def number(self) -> int: ...

    async def result(self, name: str, call: Callable[[], Awaitable[Kept | Failure]]) -> Kept | Failure:
        """What the step returned or raised when it was first finished; calls it when it never was."""
        ...


class Machine(Protocol):
    """The engine. Every method may be called by any node for any run."""

    @property
    def node(self) -> str:
        """The name of this node."""
        ...

    def take(self, flow: str, going: Callable[[str], Awaitable[None]]) -> None:
        """Learn a flow: `going` runs it by the run's id."""
        ...

    def reserve(self) -> Reservation:
        """The next place in the order of the run of this task. Never waits."""
        ...

    async def begin(self, flow: str, run: str) -> None:
        """Queue a run, unless it is there already."""
        ...

    async def again(self, run: str, step: int) -> None:
        """Queue a run that is over; steps from this number on are forgotten.

        Raises StillGoing, LookupError when there is no such run.
        """
        ...

    async def cancel(self, run: str) -> None:
        """Stop a run before its next step, or take it from the queue."""
        ...

    async def lives(self, runs: Sequence[str]) -> dict[str, Life]:
        """How these runs stand; those that are not there are left out."""
        ...

    async def going_on(self, node: str, limit: int) -> list[str]:
        """Runs that this node has under way."""
        ...

    async def lost(self) -> list[str]:
        """Runs that are written down as under way on this node, and are not, or not yet.

        The database was away when one was taken from the queue, or when it was to be written that it stopped.
        """
        ...

    async def take_over(self, runs: Sequence[str]) -> None:
        """Queue runs that are written down as under way on a node, and are not."""
        ...

    async def steps(self, run: str, limit: int) -> list[Recorded]:
        """The first finished steps of a run, in order."""
        ...

    async def forget(self, runs: Sequence[str]) -> None:
        """Forget runs and their steps."""
        ...


class _Slot:
    machine: Machine | None = None


def use(machine: Machine | None) -> None:
    """From now on this is the engine; None when it is closed."""
    _Slot.machine = machine


def machine() -> Machine:
    """The engine. Raises RuntimeError outside `standing`."""
    if _Slot.machine is None:
        raise RuntimeError("durable.standing is not entered")
    return _Slot.machine


def standing() -> bool:
    """Is there an engine?"""
    return _Slot.machine is not None
