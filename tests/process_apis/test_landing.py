"""Does a write land once, whatever is lost, killed or asked for twice?"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from canonical.identity import ExternalRef, Kind
from process_apis import landing, records
from process_apis.errors import NotFound, Undecided
from process_apis.landing import Write, land
from process_apis.records import Store, StoreUnavailable
from system_apis.errors import OutcomeUnknown, Refused, Unavailable
from system_apis.writes import Written

AT_ONCE = timedelta()
LONG = timedelta(hours=1)


@dataclass
class Desk:
    """A platform on which opening a case twice makes two, whatever key is given.

    `weather` is what happens to each call, in turn: it is lost before or after the case was opened, refused,
    or the house is killed meanwhile. None: nothing.
    """

    weather: list[str | None] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    looks: int = 0
    blind: bool = False

    async def open(self, key: str) -> Written:
        weather = self.weather.pop(0) if self.weather else None
        if weather == "refused":
            raise Refused("desk", "no such organisation")
        if weather == "not sent":
            raise Unavailable("desk", "could not connect")
        if weather == "lost before":
            raise OutcomeUnknown("desk", "cut")
        if weather == "killed before":
            raise asyncio.CancelledError
        self.cases.append(key)
        if weather == "lost after":
            raise OutcomeUnknown("desk", "cut")
        if weather == "killed after":
            raise asyncio.CancelledError
        return Written(ref=ref(len(self.cases)), created=True)

    async def look(self, key: str) -> ExternalRef | None:
        self.looks += 1
        if self.blind:
            raise Unavailable("desk", "down")
        return next((ref(n) for n, one in enumerate(self.cases, 1) if one == key), None)


def ref(id: int) -> ExternalRef:
    return ExternalRef(kind=Kind.SUPPORT, connection="desk", object="ticket", id=str(id))


def case(desk: Desk, key: str = "recovery-in_1", settles: timedelta = AT_ONCE) -> Write:
    return Write(
        connection="desk",
        key=key,
        what="a case",
        send=lambda: desk.open(key),
        look=lambda: desk.look(key),
        settles=settles,
    )


@pytest.fixture
def memory(either_store: Store) -> Store:
    records.use(either_store)
    return either_store


async def until_it_is_said(attempt: Callable[[], Awaitable[Written]], tries: int = 10) -> Written:
    """As a step does it, and a house that is started again: until there is an answer."""
    for _ in range(tries):
        try:
            return await attempt()
        except (OutcomeUnknown, Unavailable, asyncio.CancelledError):
            continue
    raise AssertionError("never said")


async def test_a_write_is_done_once_and_answered_from_our_notes_after(memory: Store) -> None:
    desk = Desk()
    first = await land(case(desk))
    assert (first.ref, first.created) == (ref(1), True)
    assert await land(case(desk)) == first
    assert (len(desk.cases), desk.looks) == (1, 0)


@pytest.mark.parametrize(
    "weather",
    [
        ["lost after"],
        ["lost before"],
        ["killed after"],
        ["killed before"],
        ["not sent"],
        ["lost before", "lost after"],
        ["killed before", "lost before", "not sent", "killed after"],
        ["not sent", "killed after"],
    ],
    ids=", ".join,
)
async def test_it_lands_once_in_every_weather(memory: Store, weather: list[str | None]) -> None:
    desk = Desk(list(weather))
    written = await until_it_is_said(lambda: land(case(desk)))
    assert written.ref == ref(1)
    assert desk.cases == ["recovery-in_1"]
    assert await land(case(desk)) == written


async def test_what_was_lost_is_looked_up_at_once(memory: Store) -> None:
    desk = Desk(["lost after"])
    assert (await land(case(desk, settles=LONG))).ref == ref(1)
    assert (len(desk.cases), desk.looks) == (1, 1)


@pytest.mark.parametrize("weather", ["lost before", "killed before"])
async def test_what_may_still_arrive_is_not_tried_again_yet(memory: Store, weather: str) -> None:
    desk = Desk([weather])
    with pytest.raises((OutcomeUnknown, asyncio.CancelledError)):
        await land(case(desk, settles=LONG))
    with pytest.raises(OutcomeUnknown, match="may still arrive"):
        await land(case(desk, settles=LONG))
    assert desk.cases == []
    desk.cases.append("recovery-in_1")
    assert (await land(case(desk, settles=LONG))).ref == ref(1)


async def test_a_platform_that_goes_on_without_us_is_waited_for_from_when_we_stopped_waiting(
    memory: Store,
) -> None:
    """Its answer took as long as we wait: what it still does comes after that, not after the sending."""
    desk = Desk()

    async def slow() -> Written:
        await asyncio.sleep(0.3)
        raise OutcomeUnknown("desk", "out of time")

    with pytest.raises(OutcomeUnknown):
        await land(replace(case(desk, settles=timedelta(seconds=0.3)), send=slow))
    with pytest.raises(OutcomeUnknown, match="may still arrive"):
        await land(case(desk, settles=timedelta(seconds=0.3)))
    desk.cases.append("recovery-in_1")
    assert (await land(case(desk))).ref == ref(1)


async def test_what_was_refused_leaves_nothing_to_look_up(memory: Store) -> None:
    desk = Desk(["refused", "not sent"])
    with pytest.raises(Refused):
        await land(case(desk, settles=LONG))
    with pytest.raises(Unavailable):
        await land(case(desk, settles=LONG))
    assert (await land(case(desk, settles=LONG))).created is True
    assert desk.looks == 0


async def test_without_a_look_nothing_is_tried_again(memory: Store) -> None:
    desk = Desk(["killed after"])
    with pytest.raises(asyncio.CancelledError):
        await land(case(desk))
    desk.blind = True
    for _ in range(3):
        with pytest.raises(Unavailable):
            await land(case(desk))
    desk.blind = False
    assert (await land(case(desk))).ref == ref(1)
    assert len(desk.cases) == 1


async def test_many_at_once_make_one(memory: Store) -> None:
    desk = Desk()

    async def attempt() -> Written:
        return await until_it_is_said(lambda: land(case(desk, settles=LONG)), tries=1000)

    written = await asyncio.gather(*(attempt() for _ in range(20)))
    assert {one.ref for one in written} == {ref(1)}
    assert desk.cases == ["recovery-in_1"]


async def test_another_key_is_another_write(memory: Store) -> None:
    desk = Desk()
    await land(case(desk, "a"))
    await land(case(desk, "b"))
    assert desk.cases == ["a", "b"]


def keyed(desk: Desk, promised: timedelta | None) -> Write:
    """On a platform that finds nothing again; it may promise for a while to do the same key once."""

    async def send() -> Written:
        if promised and "k" in desk.cases:
            return Written(ref=ref(1))
        return await desk.open("k")

    return Write(connection="desk", key="k", what="a charge", send=send, promised=promised)


@pytest.mark.parametrize("weather", ["lost before", "lost after", "killed before", "killed after"])
async def test_a_platform_that_promises_once_by_key_is_asked_again(memory: Store, weather: str) -> None:
    desk = Desk([weather])
    assert (await until_it_is_said(lambda: land(keyed(desk, LONG)))).ref == ref(1)
    assert desk.cases == ["k"]


@pytest.mark.parametrize("promised", [None, AT_ONCE])
async def test_when_neither_can_be_told_a_person_is_asked(memory: Store, promised: timedelta | None) -> None:
    desk = Desk(["lost after"])
    with pytest.raises(OutcomeUnknown):
        await land(keyed(desk, promised))
    for _ in range(2):
        with pytest.raises(Undecided, match="look there for k"):
            await land(keyed(desk, promised))
    assert desk.cases == ["k"]
    (open,) = await landing.unsettled(datetime.now(UTC) + timedelta(seconds=1))
    assert (open.connection, open.key, open.what, open.tries) == ("desk", "k", "a charge", 1)

    await landing.decide("desk", "k", ref(1))
    assert (await land(keyed(desk, promised))).ref == ref(1)
    assert await landing.unsettled(datetime.now(UTC) + timedelta(seconds=1)) == ()


async def test_a_person_may_say_that_it_never_arrived(memory: Store) -> None:
    desk = Desk(["lost before"])
    with pytest.raises(OutcomeUnknown):
        await land(keyed(desk, None))
    await landing.decide("desk", "k", None)
    assert (await land(keyed(desk, None))).created is True
    with pytest.raises(NotFound):  # what is done stays done, whatever somebody says later
        await landing.decide("desk", "k", None)
    assert (await land(keyed(desk, None))).ref == ref(1)
    assert desk.cases == ["k"]


async def test_what_is_old_is_let_go_and_what_is_open_is_not(memory: Store) -> None:
    desk = Desk([None, "lost before"])
    await land(case(desk, "done"))
    with pytest.raises(OutcomeUnknown):
        await land(keyed(desk, None))
    await landing.forget(datetime.now(UTC) + timedelta(seconds=1))
    with pytest.raises(Undecided):
        await land(keyed(desk, None))
    assert (await land(case(desk, "done"))).created is True


class Away:
    """Our own database, away."""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        async def away(*_: object, **__: object) -> None:
            raise StoreUnavailable("away")

        return away


async def test_nothing_is_written_that_could_not_be_noted(memory: Store) -> None:
    desk = Desk()
    records.use(Away())  # type: ignore[arg-type]
    with pytest.raises(StoreUnavailable):
        await land(case(desk))
    records.use(memory)
    assert desk.cases == []
