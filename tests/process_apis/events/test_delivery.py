"""Does every subscriber get every event, in order within a key, whatever fails?"""

import asyncio
import random
import time as wall

import pytest

from canonical.events import CustomerGone, Event, InvoicePaid
from canonical.identity import Kind
from process_apis import events
from process_apis.events import Retry, Undeliverable, delivery, lanes, pump
from process_apis.records import Store, StoreUnavailable
from system_apis.errors import Busy, Refused, Unavailable
from tests.builders import ref
from tests.process_apis.events.happenings import A, B, C, Told, delivering, eventually, paid, settled, until


def of(told: Told, account: str) -> list[str]:
    return [event.source_id for event in told.events if event.account == account]


async def test_what_was_kept_before_and_what_comes_is_told_in_order(either_store: Store) -> None:
    await events.append([paid(f"before {n}") for n in range(10)])
    async with delivering((told := Told()).subscriber()):
        await until(lambda: len(told.events) == 10)
        for n in range(10):
            await events.append([paid(f"after {n}")])
        await until(lambda: len(told.events) == 20)
    assert told.names == [*[f"before {n}" for n in range(10)], *[f"after {n}" for n in range(10)]]
    assert told.events[0].data == paid("before 0").data


async def test_a_subscriber_goes_on_where_it_stood(either_store: Store) -> None:
    first, second = Told(), Told()
    await events.append([paid("1"), paid("2")])
    async with delivering(first.subscriber()):
        await until(lambda: len(first.events) == 2)
    await events.append([paid("3")])
    async with delivering(second.subscriber()):
        await until(lambda: second.events)
    assert second.names == ["3"]


async def test_a_new_subscriber_may_begin_with_the_next(either_store: Store) -> None:
    await events.append([paid("1")])
    async with delivering((told := Told()).subscriber(begin="next")):
        await settled()
        await events.append([paid("2")])
        await until(lambda: told.events)
    assert told.names == ["2"]


async def test_only_the_types_asked_for_are_told(either_store: Store) -> None:
    gone = CustomerGone(ref=ref("cus_1", Kind.BILLING))
    await events.append([paid("1"), paid("2", data=gone), paid("3")])
    some, all_of_them = Told(), Told()
    async with delivering(some.subscriber("some", types=(CustomerGone,)), all_of_them.subscriber("all")):
        await until(lambda: len(all_of_them.events) == 3 and some.events)
    assert some.names == ["2"]


async def test_a_failing_key_parks_its_own_later_events_and_nobody_elses(either_store: Store) -> None:
    told = Told()
    failing = True
    told.fails = lambda event, tries: Unavailable("crm") if failing and event.account == A else None
    async with delivering(told.subscriber()):
        await events.append([paid("a1", A), paid("b1", B), paid("a2", A), paid("b2", B)])
        await until(lambda: len(told.events) == 2)
        await events.append([paid("a3", A), paid("b3", B)])
        await until(lambda: len(told.events) == 3)
        assert of(told, B) == ["b1", "b2", "b3"]
        # a1, a2 and a3 are left, and one row says so
        await eventually(events.standings, lambda all: (all[0].held, all[0].events) == (1, 3))
        failing = False
        await settled()
    assert of(told, A) == ["a1", "a2", "a3"]
    assert told.tries["a2"] == told.tries["a3"] == 1


async def test_a_parked_key_is_remembered_by_whoever_leads_next(either_store: Store) -> None:
    first, second = Told(), Told()
    first.fails = lambda event, tries: Unavailable("crm") if event.source_id == "a2" else None
    await events.append([paid(f"a{n}", A) for n in range(5)])
    async with delivering(first.subscriber()):
        await until(lambda: first.tries["a2"])
    assert first.names == ["a0", "a1"]
    async with delivering(second.subscriber()):
        await until(lambda: len(second.events) == 3)
        await settled()
    assert second.names == ["a2", "a3", "a4"]


async def test_more_of_a_parked_key_than_are_read_at_once(either_store: Store) -> None:
    told, failing = Told(), True
    told.fails = lambda event, tries: Unavailable("crm") if failing else None
    names = [f"a{n}" for n in range(3 * lanes.OF_A_KEY + 7)]
    async with delivering(told.subscriber()):
        await events.append([paid(name) for name in names])
        await until(lambda: told.tries["a0"] > 1)
        await events.append([paid("last")])
        failing = False
        await settled()
    assert told.names == [*names, "last"]


async def test_a_poison_event_is_a_dead_letter_and_stops_nobody(either_store: Store) -> None:
    told = Told()
    told.fails = lambda event, tries: ZeroDivisionError("sk_live_secret") if event.source_id == "a2" else None
    async with delivering(told.subscriber()):
        await events.append([paid("a1"), paid("a2"), paid("a3"), paid("b1", B)])
        await settled()
    assert of(told, A) == ["a1", "a3"]
    assert told.tries["a2"] == 3
    (dead,) = (await events.dead_letters()).items
    assert (dead.subscriber, dead.error, dead.attempts, dead.state) == (
        "told",
        "ZeroDivisionError",
        3,
        "dead",
    )
    assert (dead.account, dead.type, dead.source) == (A, "invoice.paid", "stripe")
    assert "secret" not in dead.message
    assert 0 <= dead.age < 60


@pytest.mark.parametrize("error", [Refused("erp", "no such item"), Undeliverable("never")])
async def test_what_will_never_work_is_dead_at_once(either_store: Store, error: Exception) -> None:
    told = Told()
    told.fails = lambda event, tries: error
    async with delivering(told.subscriber()):
        await events.append([paid("a1")])
        await settled()
    (dead,) = (await events.dead_letters()).items
    assert (dead.attempts, dead.message) == (1, str(error))


async def test_many_dead_letters_of_one_kind_are_one_line_in_the_log(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told()
    told.fails = lambda event, tries: Refused("ledger", "no such item")
    async with delivering(told.subscriber("flooded")):
        await events.append([paid(f"{n}", f"acc_{n:020}") for n in range(300)])
        await settled("flooded")
    assert (await events.standings("flooded"))[0].dead == 300
    (line,) = [one for one in caplog.records if "dead letter" in one.getMessage()]
    assert "flooded" in line.getMessage()


async def test_what_may_pass_is_tried_for_longer_than_a_bug(store: Store) -> None:
    told = Told()
    told.fails = lambda event, tries: StoreUnavailable("gone") if tries < 12 else None
    async with delivering(told.subscriber(retry=Retry(first=0.01, longest=0.02, attempts=3))):
        await events.append([paid("a1")])
        await until(lambda: told.events)
    assert told.tries["a1"] == 12


async def test_a_busy_platform_is_left_alone_for_as_long_as_it_says(store: Store) -> None:
    told = Told()
    at: list[float] = []

    def busy(event: Event, tries: int) -> Exception | None:
        at.append(wall.monotonic())
        return Busy("crm", retry_after=0.5) if tries == 1 else None

    told.fails = busy
    async with delivering(told.subscriber()):
        await events.append([paid("a1")])
        await until(lambda: told.events)
    assert at[1] - at[0] >= 0.5


async def test_later_ones_wait_for_a_dead_letter_where_that_is_asked_for(either_store: Store) -> None:
    told = Told()
    told.fails = lambda event, tries: Refused("erp") if event.source_id == "a2" else None
    async with delivering(told.subscriber(after_dead="wait")):
        await events.append([paid("a1"), paid("a2"), paid("a3"), paid("b1", B)])
        await until(lambda: len(told.events) == 2)
        await events.append([paid("a4"), paid("b2", B)])
        await until(lambda: len(told.events) == 3)
        assert of(told, A) == ["a1"]
        (dead,) = (await events.dead_letters()).items
        await events.dismiss_dead(events.DeadFilter(ids=(dead.id,)), by="ann", why="not ours")
        await settled()
    assert of(told, A) == ["a1", "a3", "a4"]
    assert of(told, B) == ["b1", "b2"]


async def test_one_slow_key_keeps_the_others_from_nothing(either_store: Store) -> None:
    told = Told()
    gate = told.gates["slow"] = asyncio.Event()
    async with delivering(told.subscriber()):
        await events.append([paid("slow", A), paid("a2", A), paid("b1", B)])
        await until(lambda: of(told, B))
        for n in range(5):
            await events.append([paid(f"b2.{n}", B), paid(f"a3.{n}", A)])
            await until(lambda: len(of(told, B)) == 2 + n)  # noqa: B023
        assert of(told, A) == [], "still at the slow one"
        gate.set()
        await settled()
    assert of(told, A) == ["slow", "a2", *[f"a3.{n}" for n in range(5)]]
    assert told.tries["slow"] == 1


async def test_what_takes_too_long_has_failed(store: Store) -> None:
    told = Told()
    told.slow = lambda event: 5.0
    async with delivering(told.subscriber(seconds=0.05)):
        await events.append([paid("a1")])
        await settled()
    (dead,) = (await events.dead_letters()).items
    assert (dead.error, dead.message) == ("TimeoutError", "it took too long")


async def test_a_payload_that_this_version_does_not_read_is_a_dead_letter(either_store: Store) -> None:
    await events.append([paid("a1"), paid("a2")])
    await either_store.write("UPDATE event_log SET payload = ? WHERE source_id = 'a1'", [(b'{"type":"x"}',)])
    async with delivering((told := Told()).subscriber()):
        await settled()
    assert told.names == ["a2"]
    assert (await events.dead_letters()).items[0].message.endswith("reads")


async def test_one_who_fails_always_costs_the_others_nothing(store: Store) -> None:
    bad, good = Told(), Told()
    bad.fails = lambda event, tries: Unavailable("crm")
    async with delivering(bad.subscriber("bad", retry=Retry(first=60)), good.subscriber("good")):
        for n in range(20):
            await events.append([paid(f"{n}", random.choice([A, B, C]))])
            await until(lambda: len(good.events) == n + 1)  # noqa: B023
    bad_one, good_one = await events.standings()
    assert (bad_one.events, good_one.events) == (20, 0)


async def test_a_paused_subscriber_gets_nothing_and_misses_nothing(either_store: Store) -> None:
    async with delivering((told := Told()).subscriber()):
        await events.append([paid("a1")])
        await until(lambda: told.events)
        assert (await events.pause("told", by="ann", why="the ERP is being moved")).paused
        await events.append([paid("a2"), paid("a3")])
        await asyncio.sleep(0.3)
        assert told.names == ["a1"]
        (one,) = await events.standings()
        assert (one.events, one.paused) == (2, True)
        assert one.seconds > 0.2
        await events.resume("told", by="ann", why="moved")
        await until(lambda: len(told.events) == 3)
    assert told.names == ["a1", "a2", "a3"]
    assert [(one.actor, one.action) for one in (await events.acts("told")).items] == [
        ("ann", "resume"),
        ("ann", "pause"),
    ]


async def test_too_many_parked_keys_stop_new_ones_until_it_is_better(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "MOST_HELD", 5)
    monkeypatch.setattr(lanes, "BATCH", 3)
    monkeypatch.setattr(pump, "BATCH", 3)
    told, failing = Told(), True
    told.fails = lambda event, tries: Unavailable("crm") if failing else None
    async with delivering(told.subscriber()):
        await events.append([paid(f"{n}", f"acc_{n:020}") for n in range(40)])
        await until(lambda: len(told.tries) >= 5)
        await asyncio.sleep(0.3)
        assert len(told.tries) < 12
        failing = False
        await settled()
    assert sorted(told.names, key=int) == [str(n) for n in range(40)]


async def test_two_of_one_name_are_a_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="one name"):
        await events.deliver([Told().subscriber(), Told().subscriber()], asyncio.Event())


async def test_an_append_wakes_delivery_and_nobody_waits_for_a_look(
    either_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LISTEN_EVERY", 60.0)
    monkeypatch.setattr(pump, "LOOK_EVERY", 60.0)
    async with delivering((told := Told()).subscriber(types=(InvoicePaid,))):
        for n in range(20):
            await events.append([paid(f"{n}")])
            await until(lambda: len(told.events) == n + 1)  # noqa: B023


async def test_what_another_process_kept_is_seen_soon(either_store: Store) -> None:
    async with delivering((told := Told()).subscriber()):
        await either_store.write_all(await events.statements([paid("1")]))  # wakes nobody here
        await until(lambda: told.events)
