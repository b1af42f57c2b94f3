"""Can an operator see, retry, correct and dismiss what was not delivered?"""

import msgspec
import pytest

from canonical.events import Event, InvoicePaid
from process_apis import events
from process_apis.errors import InvalidCursor, NotFound
from process_apis.events import DeadFilter, Filter, Retry, Settled, Subscriber, WrongPayload
from process_apis.records import Store
from system_apis.errors import Refused, Unavailable
from tests.builders import invoice
from tests.process_apis.events.happenings import A, B, C, Told, delivering, eventually, paid, settled, until


class Broken(Told):
    """Refuses everything until it is repaired."""

    def __init__(self) -> None:
        super().__init__()
        self.repaired = False
        self.fails = lambda event, tries: None if self.repaired else Refused("erp", f"no {event.source_id}")


async def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for one in (await events.dead_letters(DeadFilter())).items:
        found[one.state] = found.get(one.state, 0) + 1
    return found


async def test_one_is_retried_after_a_repair(either_store: Store) -> None:
    told = Broken()
    async with delivering(told.subscriber()):
        await events.append([paid("1"), paid("2")])
        await settled()
        told.repaired = True
        (one, _) = sorted((await events.dead_letters()).items, key=lambda one: one.message)
        done = await events.retry_dead(DeadFilter(ids=(one.id,)), by="ann", why="repaired")
        assert done.count == 1
        await eventually(states, lambda found: found == {"delivered": 1, "dead": 1})
    assert told.names == ["1"]
    assert (await events.dead_letter(one.id)).state == "delivered"
    (act,) = (await events.acts(one.id)).items
    assert (act.actor, act.action, act.reason) == ("ann", "retry", "repaired")


async def test_exactly_those_that_are_meant_are_retried_in_their_order(either_store: Store) -> None:
    told, other = Broken(), Broken()
    async with delivering(told.subscriber(), other.subscriber("other")):
        await events.append([paid(f"{n}", [A, B, C][n % 3]) for n in range(300)])
        await settled()
        await settled("other")
        told.repaired = other.repaired = True
        meant = DeadFilter(subscriber="told", account=B, error="Refused")
        dry = await events.retry_dead(meant, by="ann", why="look", dry_run=True)
        assert (dry.count, len(dry.sample), dry.dry_run) == (100, 10, True)
        assert told.events == []
        assert (await events.retry_dead(meant, by="ann", why="repaired")).count == 100
        delivered = await eventually(
            lambda: events.dead_letters(DeadFilter(state="delivered"), limit=500),
            lambda page: len(page.items) == 100,
        )
    assert told.names == [f"{n}" for n in range(1, 300, 3)]
    assert other.events == []
    assert {(one.subscriber, one.account) for one in delivered.items} == {("told", B)}
    assert len((await events.dead_letters(DeadFilter(state="dead"), limit=1_000)).items) == 500


async def test_a_retry_that_fails_again_is_dead_again(either_store: Store) -> None:
    told = Broken()
    async with delivering(told.subscriber()):
        await events.append([paid("1")])
        await settled()
        (one,) = (await events.dead_letters()).items
        await events.retry_dead(DeadFilter(subscriber="told"), by="ann", why="perhaps")
        await until(lambda: told.tries["1"] == 2)
        again = await eventually(lambda: events.dead_letter(one.id), lambda now: now.state == "dead")
    assert (again.attempts, again.state) == (2, "dead")
    assert again.died_at > one.died_at
    assert again.failed_at == one.failed_at


async def test_a_retry_has_patience_with_what_may_pass(either_store: Store) -> None:
    told = Broken()
    async with delivering(told.subscriber(retry=Retry(first=0.01, longest=0.02))):
        await events.append([paid("1")])
        await settled()
        told.fails = lambda event, tries: Unavailable("erp") if tries < 4 else None
        await events.retry_dead(DeadFilter(), by="ann", why="perhaps")
        await until(lambda: told.events)
    assert told.tries["1"] == 4


async def test_a_corrected_payload_is_an_event_of_its_own_for_this_subscriber(either_store: Store) -> None:
    told, other = Broken(), Told()
    told.fails = lambda event, tries: Refused("erp") if event.source == "stripe" else None
    async with delivering(told.subscriber(), other.subscriber("other")):
        await events.append([paid("1"), paid("2", B)])
        await settled()
        one = next(one for one in (await events.dead_letters()).items if one.account == A)
        right = InvoicePaid(invoice=invoice("1", "cus_1", minor=9_999))
        corrected = await events.correct_dead(
            one.id, msgspec.json.encode(right), by="ann", why="a cent too many"
        )
        await until(lambda: told.events)
        await events.append([paid("3", C)])
        await until(lambda: len(other.events) == 3)
    event = told.events[0]
    assert (event.id, event.data, event.cause) == (corrected.corrected_by, right, one.event)
    assert (event.source, event.account, event.key) == ("tieline", A, A)
    assert [event.source_id for event in other.events] == ["1", "2", "3"]
    assert (await events.dead_letter(one.id)).state == "delivered"
    assert (await events.query(Filter(sources=("tieline",)))).items[0].id == event.id


async def test_a_payload_that_this_release_cannot_decode_is_corrected(either_store: Store) -> None:
    await events.append([paid("1")])
    await either_store.write("UPDATE event_log SET payload = ?", [(b'{"type":"x"}',)])
    async with delivering((told := Told()).subscriber()):
        await settled()
        (one,) = (await events.dead_letters()).items
        assert one.message == "its payload is none that this version of the house reads"
        right = paid("1").data
        await events.correct_dead(one.id, msgspec.json.encode(right), by="ann", why="a field was renamed")
        await until(lambda: told.events)
    assert (told.events[0].data, told.events[0].cause) == (right, one.event)


async def test_a_correction_releases_the_keys_that_wait_for_it(either_store: Store) -> None:
    told = Told()
    told.fails = lambda event, tries: Refused("erp") if event.source_id == "2" else None
    async with delivering(told.subscriber(after_dead="wait")):
        await events.append([paid("1"), paid("2"), paid("3")])
        await until(lambda: told.tries["2"])
        page = await eventually(events.dead_letters, lambda page: page.items)
        await events.correct_dead(
            page.items[0].id, msgspec.json.encode(paid("x").data), by="ann", why="right"
        )
        await until(lambda: len(told.events) == 3)
    assert [name.partition("|")[0] for name in told.names] == ["1", "correction", "3"]


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"invoice": {}}', b'{"type": "customer.gone"}', b"\xff"])
async def test_a_payload_that_does_not_fit_is_refused(store: Store, payload: bytes) -> None:
    async with delivering(Broken().subscriber()):
        await events.append([paid("1")])
        await settled()
    (one,) = (await events.dead_letters()).items
    with pytest.raises(WrongPayload, match=r"invoice\.paid"):
        await events.correct_dead(one.id, payload, by="ann", why="right")
    assert (await events.dead_letter(one.id)).state == "dead"


async def test_what_is_dismissed_stays_so(either_store: Store) -> None:
    told = Broken()
    async with delivering(told.subscriber()):
        await events.append([paid("1"), paid("2", B)])
        await settled()
        done = await events.dismiss_dead(DeadFilter(account=A), by="ann", why="a test")
        assert done.count == 1
        told.repaired = True
        again = await events.retry_dead(DeadFilter(subscriber="told"), by="bob", why="all")
        assert again.count == 1
        await until(lambda: told.events)
    assert told.names == ["2"]
    (one,) = (await events.dead_letters(DeadFilter(state="dismissed"))).items
    with pytest.raises(Settled, match="dismissed"):
        await events.correct_dead(one.id, b"{}", by="ann", why="right")
    assert one.settled_at is not None


async def test_pages_of_dead_letters_miss_none_and_belong_to_their_question(either_store: Store) -> None:
    async with delivering(Broken().subscriber()):
        await events.append([paid(f"{n}", f"acc_{n:020}") for n in range(25)])
        await settled()
    seen: list[str] = []
    cursor = None
    while True:
        page = await events.dead_letters(DeadFilter(state="dead"), cursor, 10)
        seen += [one.event for one in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert len(seen) == len(set(seen)) == 25
    first = await events.dead_letters(DeadFilter(state="dead"), None, 10)
    with pytest.raises(InvalidCursor):
        await events.dead_letters(DeadFilter(state="dismissed"), first.next_cursor)


async def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await events.dead_letter("dead_0")
    with pytest.raises(NotFound):
        await events.pause("nobody", by="ann", why="?")


async def test_a_subscriber_that_is_a_plain_function_will_do(store: Store) -> None:
    got: list[str] = []

    async def receive(event: Event) -> None:
        got.append(event.id)

    async with delivering(Subscriber(name="plain", receive=receive)):
        (id,) = await events.append([paid("1")])
        await until(lambda: got)
    assert got == [id]
