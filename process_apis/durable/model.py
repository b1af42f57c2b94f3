"""What is a run, and what is it about?"""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

MOST_KEYS: Final = 20
LONGEST_KEY: Final = 200
LONGEST_ID: Final = 200

Key = Annotated[str, Meta(min_length=1, max_length=LONGEST_KEY)]


class State(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    """Under way, or in the queue."""
    WAITING = "waiting"
    """For a platform that is down, another run or a moment; it goes on by itself."""
    NEEDS_PERSON = "needs_person"
    """It cannot go on by itself: somebody does what it needs, then restarts or dismisses it."""
    DONE = "done"
    UNDONE = "undone"
    """It took back what it had done, and said so."""
    DISMISSED = "dismissed"
    """Somebody decided that it need not be finished."""
    CANCELLED = "cancelled"
    """Somebody stopped it under way."""


ENDED: Final = frozenset({State.DONE, State.UNDONE, State.DISMISSED, State.CANCELLED})
GIVEN_UP: Final = frozenset({State.DISMISSED, State.CANCELLED})


class About(Struct, frozen=True, kw_only=True):
    """What a run is about, so that people find it: an account, and business keys (invoice id, its number).

    `trace` is the W3C traceparent of whatever began it, taken from the present span when not given;
    `cause` names the event or person behind it.
    """

    account: str | None = None
    keys: Annotated[tuple[Key, ...], Meta(max_length=MOST_KEYS)] = ()
    trace: str | None = None
    cause: str | None = None


class Undone(Struct, frozen=True, kw_only=True, tag=True):
    """An outcome: what was done is taken back. A run that ends in this, or in a kind of it, is `undone`."""

    reason: str


class Pace(Struct, frozen=True, kw_only=True):
    """How often and how long a node waits, all in seconds of wall time.

    A node that was not heard of for `silent` is dead. `due` is between two looks for waiting runs that are
    due, `queue` between two looks into the queue, `mend` and `purge` between two of the leading node's.
    """

    first_wait: float = 3.0
    """Between a run that stopped and its next try; doubled each time up to `longest_wait`."""
    longest_wait: float = 300.0
    heartbeat: float = 1.0
    silent: float = 5.0
    due: float = 0.5
    queue: float = 0.25
    mend: float = 5.0
    purge: float = 60.0
