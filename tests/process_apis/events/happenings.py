"""What happens in the tests of events, and who is told of it?"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from canonical.events import Event, EventData, InvoicePaid
from process_apis import events
from process_apis.events import Happening, Retry, Subscriber
from tests.builders import NOW, account_id, invoice

T = TypeVar("T")
A, B, C = (account_id(name) for name in "ABC")
QUICK = Retry(first=0.01, longest=0.05, attempts=3)


def paid(name: str, account: str | None = A, *, data: EventData | None = None, **said: Any) -> Happening:
    """An invoice of this name was paid."""
    said = {"source": "stripe", "at": NOW, **said}
    fact = data or InvoicePaid(invoice=invoice(name, "cus_1"))
    return Happening(source_id=name, data=fact, account=account, **said)


class Told:
    """A subscriber that remembers what it was given, and fails as it is told to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.tries: defaultdict[str, int] = defaultdict(int)
        self.fails: Callable[[Event, int], Exception | None] = lambda event, tries: None
        self.slow: Callable[[Event], float] = lambda event: 0.0
        self.gates: dict[str, asyncio.Event] = {}

    async def __call__(self, event: Event) -> None:
        self.tries[event.source_id] += 1
        await asyncio.sleep(self.slow(event))
        if gate := self.gates.get(event.source_id):
            await gate.wait()
        if error := self.fails(event, self.tries[event.source_id]):
            raise error
        self.events.append(event)

    @property
    def names(self) -> list[str]:
        """What was taken, in order."""
        return [event.source_id for event in self.events]

    def subscriber(self, name: str = "told", **said: Any) -> Subscriber:
        return Subscriber(name=name, receive=self, **{"retry": QUICK, **said})


@asynccontextmanager
async def delivering(*subscribers: Subscriber) -> AsyncIterator[None]:
    """They are told of everything until the end of the block."""
    stop = asyncio.Event()
    task = asyncio.create_task(events.deliver(subscribers, stop))
    try:
        names = {one.name for one in subscribers}
        while names - {one.name for one in await events.standings() if one.led}:
            assert not task.done(), task.exception()
            await asyncio.sleep(0.005)
        yield
    finally:
        stop.set()
        await task


async def until(true: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait until this is true; fail when it does not become so."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come to be"
        await asyncio.sleep(0.005)


async def eventually(look: Callable[[], Awaitable[T]], true: Callable[[T], Any], seconds: float = 10.0) -> T:
    """Look until it is so; fail when it does not become so."""
    ends = time.monotonic() + seconds
    while not true(found := await look()):
        assert time.monotonic() < ends, f"it did not come to be: {found}"
        await asyncio.sleep(0.01)
    return found


async def settled(subscriber: str = "told", seconds: float = 10.0) -> None:
    """Wait until nothing is left to be handed on to it."""
    ends = time.monotonic() + seconds
    while (one := (await events.standings(subscriber))[0]).events or one.held:
        assert time.monotonic() < ends, f"left: {one}"
        await asyncio.sleep(0.01)
