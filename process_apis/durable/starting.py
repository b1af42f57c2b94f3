"""How does a run begin, and how is its end awaited?"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, Generic, TypeVar, TypeVarTuple, cast

import msgspec

from process_apis import clock
from process_apis.durable import ledger, machine, stepping, tracing
from process_apis.durable.declaring import FLOWS, Flow
from process_apis.durable.ends import Listening
from process_apis.durable.here import Going, going
from process_apis.durable.ledger import Written
from process_apis.durable.model import GIVEN_UP, LONGEST_ID, LONGEST_KEY, MOST_KEYS, About, State
from process_apis.durable.policy import ONCE, PLATFORM, Policy, Tried
from process_apis.errors import Abandoned, NeedsPerson, NotFound, NotYet, StillRunning

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Ts = TypeVarTuple("Ts")

LOOK_EVERY: Final = 0.1
LOOK_EVERY_AT_LAST: Final = 1.0
"""Seconds between two looks at a run that may go on another node, at first and at last."""


class Started(Generic[T_co]):
    """A run that was begun, now or before."""

    def __init__(self, id: str, flow: Flow[T_co, *tuple[Any, ...]]) -> None:
        self.id = id
        self._flow = flow

    async def outcome(self, within: float = 30.0) -> T_co:
        """Its outcome, awaited outside a flow for so many seconds.

        Raises StillRunning (also when it waits), NeedsPerson, Abandoned.
        """
        return self._flow.outcome(await _awaited(self.id, within))


async def start(flow: Flow[T, *Ts], *args: *Ts, id: str, about: About | None = None) -> Started[T]:
    """Begin a run of this flow, unless one of this id was begun before: then it is that one.

    The id comes from the business (`recovery:in_123`). In a flow this is a step of its own. Raises TypeError
    when the arguments are not those of the flow, ValueError for an id or keys that are too long.
    """
    about = _whole(id, about or About())
    written = flow.write(args)
    run = going.get()
    if run is None:
        await _begin(flow.name, id, written, about, None)
    else:
        await _step(
            run, f"start {flow.name}", lambda: _begin(flow.name, id, written, about, run.run), PLATFORM
        )
    return Started(id, cast("Flow[T, *tuple[Any, ...]]", flow))


async def run(flow: Flow[T, *Ts], *args: *Ts, id: str, about: About | None = None, within: float = 30.0) -> T:
    """Begin a run as `start` does, and await its outcome as `Started.outcome` does."""
    return await (await start(flow, *args, id=id, about=about)).outcome(within)


async def finished(started: Started[T]) -> T:
    """The outcome of another run, awaited in a flow: until then this run waits, which costs one row.

    Raises Abandoned when somebody gave the other one up, NotFound when there is none.
    """
    return started._flow.outcome(await ended(started.id))


async def ended(id: str) -> msgspec.Raw:
    """The outcome of another run as JSON, awaited in a flow, when only its id is known."""

    async def look() -> msgspec.Raw:
        found = await ledger.read(id)
        if found is None:
            raise NotFound("run")
        if found.state in GIVEN_UP:
            raise Abandoned(id, found.state)
        if not found.ended:
            raise NotYet(f"the end of {id}", ledger.waits_for_end(id))
        return msgspec.Raw(found.outcome or b"null")

    return cast("msgspec.Raw", await _step(_inside(), "finished", look, ONCE, msgspec.Raw))


async def until(at: datetime) -> None:
    """Wait in a flow until this moment of business time, which costs one row however long it is."""

    async def look() -> None:
        if clock.now() < at:
            raise NotYet(f"{at.isoformat()}", at=at.isoformat(), look_again=None)

    await _step(_inside(), "until", look, ONCE)


async def wake(waits_for: str) -> None:
    """Runs whose step raised `NotYet(..., waits_for)` look again now."""
    await ledger.wake(waits_for)


async def _begin(flow: str, id: str, written: bytes, about: About, parent: str | None) -> None:
    """First our own row, then the engine's: a run that only we know of is begun by the next mending."""
    await ledger.add(id, flow, written, about, parent)
    await machine.machine().begin(flow, id)


async def _step(
    run: Going, name: str, call: Callable[[], Awaitable[object]], policy: Policy, returns: Any = Any
) -> object:
    return await stepping.once(run, name, Tried(policy, name), call, returns)


def _inside() -> Going:
    if (run := going.get()) is None:
        raise RuntimeError("this is awaited in a flow only, between its steps")
    return run


def _whole(id: str, about: About) -> About:
    if not 0 < len(id) <= LONGEST_ID:
        raise ValueError(f"the id of a run has 1 to {LONGEST_ID} characters")
    if len(about.keys) > MOST_KEYS or any(not 0 < len(key) <= LONGEST_KEY for key in about.keys):
        raise ValueError(f"a run has at most {MOST_KEYS} keys of 1 to {LONGEST_KEY} characters")
    return about if about.trace else msgspec.structs.replace(about, trace=tracing.present())


async def _awaited(id: str, within: float) -> bytes:
    """Told by this process, or looked at in the records, since the run may go on any node."""
    loop = asyncio.get_running_loop()
    end, pause = loop.time() + within, LOOK_EVERY
    with Listening(id) as listening:
        while True:
            try:
                return _outcome(id, await ledger.read(id))
            except StillRunning:
                if (left := end - loop.time()) <= 0:
                    raise
            await listening.told(min(pause, left))
            pause = min(pause * 2, LOOK_EVERY_AT_LAST)


def _outcome(id: str, found: Written | None) -> bytes:
    if found is None:
        raise NotFound("run")
    if found.state in GIVEN_UP:
        raise Abandoned(id, found.state)
    if found.state is State.NEEDS_PERSON:
        raise NeedsPerson(id, found.needs or "")
    if not found.ended:
        raise StillRunning(id)
    return found.outcome or b"null"


def flow_of(name: str) -> Flow[Any, *tuple[Any, ...]]:
    """A flow of this house by its name. Raises NotFound when there is none any more."""
    if (found := FLOWS.get(name)) is None:
        raise NotFound("flow")
    return found
