"""What does a node do that dies wherever it is told to? Run as a program, by the tests of deaths.

What its suppliers did stands in a file: one line for each time a step asked, one for each effect, by its key,
and one for each result that was kept. `die` says where: `before`, `in` or `after` a step. At the first such
place where no life died yet, this one does, by SIGKILL.
"""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from process_apis import durable, records
from process_apis.durable import Undo, Undone, boundaries
from process_apis.durable.boundaries import Boundary
from process_apis.records import open_store
from system_apis.errors import PlatformError, Refused
from tests.process_apis.durable.house import QUICK


class Line(Struct, frozen=True):
    """One thing that happened: a step `asked`, an effect was `made`, a result `kept`, a life `died`."""

    what: str
    name: str
    run: str = ""


class Told(Struct, frozen=True):
    """What this life is told to do."""

    url: str
    folder: str
    world: str
    orders: list[str]
    die: tuple[str, ...] = ()
    node: str | None = None
    linger: str | None = None


class World:
    """The suppliers. Appended to in one write each, so a death leaves whole lines."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def lines(self) -> list[Line]:
        if not self._file.exists():
            return []
        return [msgspec.json.decode(line, type=Line) for line in self._file.read_bytes().splitlines()]

    def write(self, line: Line) -> None:
        with self._file.open("ab", buffering=0) as file:
            file.write(msgspec.json.encode(line) + b"\n")

    def make(self, key: str) -> None:
        """An effect is made once for each key, as a platform with idempotency keys does."""
        if Line("made", key) not in self.lines():
            self.write(Line("made", key))


class Life:
    """This life: its world, whether it is to die, and what keeps one step waiting."""

    world: World
    die: tuple[str, ...] = ()
    linger: str | None = None


def die_once(place: str) -> None:
    """The first life that comes to this place ends here."""
    if place.startswith(Life.die) and Line("died", place) not in Life.world.lines():
        Life.world.write(Line("died", place))
        os.kill(os.getpid(), signal.SIGKILL)


async def _work(step: str) -> str:
    run = durable.here().run
    Life.world.write(Line("asked", step, run))
    Life.world.make(durable.key())
    die_once(f"in {step}")
    if Life.linger == step:
        await asyncio.Event().wait()
    return f"{step} of {run}"


@durable.step
async def reserve() -> str:
    return await _work("reserve")


@durable.step
async def charge() -> str:
    return await _work("charge")


@durable.step
async def ship() -> str:
    await _work("ship")
    raise Refused("carrier", "too heavy")


@durable.step
async def refund() -> str:
    return await _work("refund")


@durable.step
async def release() -> str:
    return await _work("release")


@durable.step
async def tell() -> str:
    return await _work("tell")


@durable.flow("mortal-telling")
async def telling(order: str) -> str:
    return f"{order}: {await tell()}"


@durable.flow("mortal-sale")
async def sale(order: str) -> Undone:
    """A child, an error, and an undo: every kind of step there is."""
    child = await durable.start(telling, order, id=f"telling:{order}")
    undo = Undo()
    try:
        undo.by(release)
        await reserve()
        undo.by(refund)
        await charge()
        await ship()
    except PlatformError as error:
        await undo.all()
        return Undone(reason=f"{error.detail}, {await durable.finished(child)}")
    raise AssertionError("the carrier says no")


def watcher(at: Boundary) -> None:
    if at.when == "after":
        Life.world.write(Line("kept", at.step, at.run))
    die_once(f"{at.when} {at.step}")


async def live(told: Told) -> None:
    Life.world, Life.die, Life.linger = World(Path(told.world)), told.die, told.linger
    boundaries.watch(watcher)
    async with open_store(told.url) as store:
        records.use(store)
        async with durable.standing(told.url, Path(told.folder), node=told.node, pace=QUICK):
            started = [await durable.start(sale, order, id=f"sale:{order}") for order in told.orders]
            print("begun", flush=True)
            if told.linger:
                await asyncio.Event().wait()
            outcomes = [await one.outcome(within=60.0) for one in started]
            print(msgspec.json.encode(outcomes).decode(), flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(live(msgspec.json.decode(sys.argv[1], type=Told)))
