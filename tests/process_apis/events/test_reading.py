"""Is what is in the log found, page by page, and shown as others expect it?"""

import json
from datetime import timedelta

import pytest

from canonical.events import CustomerGone
from canonical.identity import Kind
from process_apis import events
from process_apis.clock import FixedClock
from process_apis.errors import InvalidCursor, NotFound, TooMany
from process_apis.events import Filter, cloudevents
from process_apis.records import Store
from tests.builders import NOW, ref
from tests.process_apis.events.happenings import A, B, Told, delivering, paid, settled

GONE = CustomerGone(ref=ref("cus_1", Kind.BILLING))


async def found(filter: Filter) -> list[str]:
    return [one.source_id for one in (await events.query(filter, order="oldest")).items]


async def test_every_part_of_a_filter_narrows(either_store: Store, time: FixedClock) -> None:
    await events.append([paid("1"), paid("2", B), paid("3", data=GONE, source="zendesk")])
    time.forward(timedelta(hours=1))
    trace = "ab" * 16
    (_, last) = await events.append(
        [paid("4", None), paid("5", traceparent=f"00-{trace}-{'1' * 16}-01", at=NOW + timedelta(days=1))]
    )
    later = NOW + timedelta(minutes=30)
    for filter, names in (
        (Filter(), "12345"),
        (Filter(types=("customer.gone",)), "3"),
        (Filter(accounts=(B,)), "2"),
        (Filter(accounts=(A, B), types=("invoice.paid",)), "125"),
        (Filter(sources=("zendesk",)), "3"),
        (Filter(key="stripe|4"), ""),
        (Filter(trace=trace), "5"),
        (Filter(ids=(last,)), "5"),
        (Filter(since=later), "5"),
        (Filter(until=later), "1234"),
        (Filter(kept_since=later), "45"),
        (Filter(kept_until=later), "123"),
    ):
        assert await found(filter) == list(names), filter


async def test_pages_miss_none_in_either_order(either_store: Store) -> None:
    await events.append([paid(f"{n:02}", A if n % 2 else B) for n in range(25)])
    for order, expected in (("oldest", 1), ("newest", -1)):
        seen: list[str] = []
        cursor = None
        while True:
            page = await events.query(Filter(accounts=(A,)), cursor, 5, order=order)  # type: ignore[arg-type]
            assert len(page.items) <= 5
            seen += [one.source_id for one in page.items]
            await events.append([paid(f"later {len(seen)}", B)])
            if (cursor := page.next_cursor) is None:
                break
        assert seen == [f"{n:02}" for n in range(1, 25, 2)][::expected]


async def test_a_cursor_belongs_to_its_question(store: Store) -> None:
    await events.append([paid(f"{n}") for n in range(3)])
    cursor = (await events.query(Filter(), None, 1)).next_cursor
    with pytest.raises(InvalidCursor):
        await events.query(Filter(accounts=(A,)), cursor, 1)
    with pytest.raises(InvalidCursor):
        await events.query(Filter(), cursor, 1, order="oldest")


async def test_one_by_its_id(either_store: Store) -> None:
    (id,) = await events.append([paid("1")])
    assert (await events.event(id)).source_id == "1"
    with pytest.raises(NotFound):
        await events.event("evt_0")


async def test_a_filter_has_an_end(store: Store) -> None:
    with pytest.raises(TooMany):
        await events.query(Filter(ids=tuple(str(n) for n in range(401))))


async def test_an_event_that_this_release_cannot_decode_is_shown_without_its_data(
    either_store: Store,
) -> None:
    (of_another_release, _) = await events.append([paid("1"), paid("2")])
    await either_store.write("UPDATE event_log SET payload = ? WHERE source_id = '1'", [(b'{"type":"x"}',)])
    one, two = (await events.query(Filter(), order="oldest")).items
    assert (one.id, one.type, one.data, two.data is None) == (of_another_release, "invoice.paid", None, False)
    assert await events.event(of_another_release) == one
    assert json.loads(cloudevents.written(one)).keys().isdisjoint({"data", "datacontenttype"})
    async with delivering((told := Told()).subscriber()):
        await settled()
        foreseen = await events.replay(Filter(), "told", by="ann", why="?", dry_run=True)
    assert (told.names, [one.id for one in foreseen.sample]) == (["2"], [one.id, two.id])


async def test_outside_it_is_a_cloud_event_without_a_platforms_ids(store: Store) -> None:
    (id, _) = await events.append(
        [
            paid("in_1", traceparent=f"00-{'a' * 32}-{'b' * 16}-01", cause="evt_0"),
            paid("in_2", None),
        ]
    )
    one = await events.event(id)
    shown = json.loads(cloudevents.written(one, {"invoice": "inv_1"}))
    assert shown == {
        "specversion": "1.0",
        "id": id,
        "source": "/connections/stripe",
        "type": "tieline.invoice.paid",
        "time": "2026-03-15T12:00:00Z",
        "subject": A,
        "partitionkey": A,
        "datacontenttype": "application/json",
        "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
        "cause": "evt_0",
        "data": {"invoice": "inv_1"},
    }
    whole = json.loads(cloudevents.written(one))
    assert whole["data"]["type"] == "invoice.paid"
    (nobody,) = (await events.query(Filter(key="stripe|in_2"))).items or (None,)
    if nobody:
        assert "subject" not in json.loads(cloudevents.written(nobody))


async def test_a_cloud_event_whose_payload_is_gone_has_none(store: Store, time: FixedClock) -> None:
    (id,) = await events.append([paid("1")])
    time.forward(timedelta(days=31))
    await events.prune()
    shown = json.loads(cloudevents.written(await events.event(id)))
    assert "data" not in shown
    assert "datacontenttype" not in shown
