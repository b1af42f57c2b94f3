"""Is a platform's message proven, kept once, and only then acknowledged?"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from canonical.events import InvoicePaid, Notice, Unrecognised
from process_apis import events, records, systems
from process_apis.clock import FixedClock
from process_apis.errors import InvalidCursor, NotFound
from process_apis.events import Filter, PastRetention, Settled, noticed, quarantine
from process_apis.records import Store, StoreUnavailable
from system_apis.errors import Forged, Stale
from system_apis.messages import Acknowledgement
from tests.builders import NOW
from tests.process_apis.events.happenings import Told, delivering, until
from tests.process_apis.events.platform import SECRET, THANKS, Platform, notice


@pytest.fixture
def platform(time: FixedClock) -> Iterator[Platform]:
    """We are connected to one platform."""
    one = Platform()
    systems.connect(one.connections())
    yield one
    systems.disconnect()


async def kept() -> list[str]:
    return [one.source_id for one in (await events.query(Filter(), order="oldest")).items]


async def test_a_message_is_kept_and_thanked_for_in_the_platforms_own_way(
    either_store: Store, platform: Platform
) -> None:
    assert await events.receive("stripe", platform.message("evt_1", "evt_2")) == THANKS
    (one, two) = (await events.query(Filter(), order="oldest")).items
    assert (one.source, one.source_id, one.data) == ("stripe", "evt_1", notice("evt_1").data)
    assert one.key == two.key == "billing|stripe|cus_1"


async def test_a_second_delivery_is_thanked_for_and_not_kept_again(
    either_store: Store, platform: Platform
) -> None:
    message = platform.message("evt_1")
    for _ in range(3):
        assert await events.receive("stripe", message) == THANKS
    await events.receive("stripe", platform.message("evt_1", "evt_2"))
    assert await kept() == ["evt_1", "evt_2"]


async def test_the_same_message_many_times_at_once_is_kept_once(
    either_store: Store, platform: Platform
) -> None:
    message = platform.message("evt_1")
    answers = await asyncio.gather(*[events.receive("stripe", message) for _ in range(50)])
    assert answers == [THANKS] * 50
    assert await kept() == ["evt_1"]


async def test_a_forged_or_altered_message_is_refused_and_not_kept(store: Store, platform: Platform) -> None:
    message = platform.message("evt_1")
    altered = msgspec.structs.replace(message, body=message.body.replace(b"evt_1", b"evt_2"))
    unsigned = msgspec.structs.replace(message, headers={})
    for bad in (altered, unsigned):
        with pytest.raises(Forged):
            await events.receive("stripe", bad)
    assert await kept() == []
    assert (await events.quarantined("")).items == ()


async def test_a_message_that_was_recorded_and_sent_much_later_is_refused(
    store: Store, platform: Platform, time: FixedClock
) -> None:
    message = platform.message("evt_1")
    time.forward(timedelta(minutes=6))
    with pytest.raises(Stale):
        await events.receive("stripe", msgspec.structs.replace(message, at=time.now()))
    assert await kept() == []


async def test_a_connection_that_we_do_not_have_is_not_found(store: Store, platform: Platform) -> None:
    with pytest.raises(NotFound, match="connection not found"):
        await events.receive("nobody", platform.message("evt_1"))


async def test_types_that_nobody_reads_are_kept_and_counted(either_store: Store, platform: Platform) -> None:
    await events.receive("stripe", platform.message("unknown_tax.1", "unknown_tax.2", "unknown_cash.1"))
    await events.receive("stripe", platform.message("unknown_tax.1"))
    assert [(one.source, one.name, one.count) for one in await events.unread()] == [
        ("stripe", "unknown_tax", 2),
        ("stripe", "unknown_cash", 1),
    ]


async def test_a_message_that_nobody_can_read_is_thanked_for_and_put_aside(
    either_store: Store, platform: Platform
) -> None:
    platform.reads = False
    message = platform.message("evt_1")
    assert await events.receive("stripe", message) == Acknowledgement()
    await events.receive("stripe", message)
    (one,) = (await events.quarantined()).items
    assert (one.connection, one.reason, one.body) == ("stripe", "a new kind of message", message.body)
    assert (one.times, one.size, one.state) == (2, len(message.body), "held")
    assert await kept() == []


async def test_what_proved_a_message_is_not_to_be_read_in_the_database(
    either_store: Store, platform: Platform
) -> None:
    platform.reads = False
    message = msgspec.structs.replace(platform.message("evt_1"), secret=SECRET.decode())
    await events.receive("stripe", message)
    ((sealed,),) = await either_store.rows("SELECT sealed FROM quarantined_message")
    assert message.headers["signature"] not in sealed
    assert SECRET.decode() not in sealed


async def test_after_a_fix_it_is_read_again_as_it_came_then(
    either_store: Store, platform: Platform, time: FixedClock
) -> None:
    platform.reads = False
    await events.receive("stripe", platform.message("evt_1"))
    (one,) = (await events.quarantined()).items
    time.forward(timedelta(days=2))  # its signature would be stale today
    assert (await events.read_again(one.id, by="ann", why="perhaps")).state == "held"
    platform.reads = True
    again = await events.read_again(one.id, by="ann", why="fixed")
    assert (again.state, again.body) == ("read", None)
    assert await kept() == ["evt_1"]
    with pytest.raises(Settled):
        await events.read_again(one.id, by="ann", why="again")
    assert [act.action for act in (await events.acts(one.id)).items] == ["read again", "read again, in vain"]


@pytest.mark.parametrize("place", ["evt_1:unread", "evt_1"])
async def test_what_the_list_told_of_it_meanwhile_does_not_keep_it_from_being_told(
    either_store: Store, platform: Platform, place: str
) -> None:
    """A release before this one kept that in the message's own place: such rows are in logs."""
    unread = Notice(source_id=place, at=NOW, customer=None, data=Unrecognised(name="invoice.paid"))
    platform.reads = False
    await events.receive("stripe", platform.message("evt_1"))
    (before,) = await events.append([noticed("stripe", unread)])
    platform.reads = True
    async with delivering((told := Told()).subscriber(types=(InvoicePaid,))):
        (one,) = (await events.quarantined()).items
        assert (await events.read_again(one.id, by="ann", why="fixed")).state == "read"
        await until(lambda: told.events)
    assert (told.names, told.events[0].data) == (["evt_1"], notice("evt_1").data)
    assert (await events.event(before)).data == unread.data
    assert await events.append([noticed("stripe", notice("evt_1"))]) == (told.events[0].id,)


async def test_two_messages_whose_place_was_taken_are_both_told(
    either_store: Store, platform: Platform
) -> None:
    platform.reads = False
    await events.receive("stripe", platform.message("evt_1", "evt_2", "unknown_cash.1"))
    await events.append(
        [
            noticed("stripe", Notice(source_id=id, at=NOW, customer=None, data=Unrecognised(name="x")))
            for id in ("evt_1", "evt_1:unread", "evt_2", "unknown_cash.1")
        ]
    )
    platform.reads = True
    (one,) = (await events.quarantined()).items
    assert (await events.read_again(one.id, by="ann", why="fixed")).state == "read"
    found = (await events.query(Filter(), order="oldest")).items
    assert [one.source_id for one in found if isinstance(one.data, InvoicePaid)] == ["evt_1", "evt_2"]
    assert [one.source_id for one in found].count("unknown_cash.1") == 1
    assert len(found) == 6


async def test_what_nobody_needs_is_dismissed(either_store: Store, platform: Platform) -> None:
    platform.reads = False
    await events.receive("stripe", platform.message("evt_1"))
    (one,) = (await events.quarantined()).items
    done = await events.dismiss(one.id, by="ann", why="a test of theirs")
    assert (done.state, done.body) == ("dismissed", None)
    assert (await events.quarantined()).items == ()
    with pytest.raises(Settled):
        await events.dismiss(one.id, by="ann", why="again")
    with pytest.raises(NotFound):
        await events.dismiss("qua_0", by="ann", why="?")


async def test_the_quarantine_is_bounded(
    either_store: Store, platform: Platform, time: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "MOST", 5)
    monkeypatch.setattr(quarantine, "LARGEST", 60)
    platform.reads = False
    for n in range(8):
        time.forward(timedelta(seconds=1))
        await events.receive("stripe", platform.message(f"evt_{n}"))
    found = (await events.quarantined()).items
    assert len(found) == 5
    assert b"evt_7" in (found[0].body or b"")
    assert all(len(one.body or b"") == 60 < one.size for one in found)
    with pytest.raises(PastRetention):
        await events.read_again(found[0].id, by="ann", why="whole?")


async def test_pages_of_the_quarantine(either_store: Store, platform: Platform, time: FixedClock) -> None:
    platform.reads = False
    for n in range(5):
        await events.receive("stripe", platform.message(f"evt_{n}"))
    first = await events.quarantined(limit=3)
    second = await events.quarantined(cursor=first.next_cursor, limit=3)
    assert len({one.id for one in (*first.items, *second.items)}) == 5
    assert second.next_cursor is None
    with pytest.raises(InvalidCursor):
        await events.quarantined("dismissed", cursor=first.next_cursor)


async def test_with_our_database_away_nothing_is_acknowledged_and_nothing_half_kept(
    store: Store, platform: Platform
) -> None:
    class Away:
        async def rows(self, *of: object, **how: object) -> list[tuple[object, ...]]:
            raise StoreUnavailable("gone")

        write = write_all = write_if = check = rows

    message = platform.message("evt_1", "evt_2")
    records.use(Away())  # type: ignore[arg-type]
    with pytest.raises(StoreUnavailable):
        await events.receive("stripe", message)
    platform.reads = False
    with pytest.raises(StoreUnavailable):
        await events.receive("stripe", message)
    records.use(store)
    assert await kept() == []
    platform.reads = True
    assert await events.receive("stripe", message) == THANKS
    assert await kept() == ["evt_1", "evt_2"]


async def test_a_message_is_told_to_subscribers_with_its_customer(
    either_store: Store, platform: Platform
) -> None:
    async with delivering((told := Told()).subscriber()):
        await events.receive("stripe", platform.message("evt_1"))
        await until(lambda: told.events)
    assert told.events[0].data == notice("evt_1").data
