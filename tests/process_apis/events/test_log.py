"""Is what happened kept once, for good, and with the state it belongs to?"""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
import pytest
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from process_apis import events, records
from process_apis.clock import FixedClock
from process_apis.errors import TooMany
from process_apis.events import Filter, log, rows
from process_apis.events.ids import born, sortable
from process_apis.records import Statement, Store, StoreUnavailable, Value, open_store
from tests.builders import NOW
from tests.process_apis.events.happenings import A, B, Told, delivering, paid, until

STATE = ("INSERT INTO entitlement_fill (connection, name, observed_at) VALUES (?, ?, ?)", [("a", "b", 1)])


async def all_of_it() -> tuple[events.LoggedEvent, ...]:
    return (await events.query(Filter(), order="oldest")).items


async def test_what_was_kept_is_in_the_log(either_store: Store) -> None:
    (id,) = await events.append([paid("in_1")])
    (one,) = await all_of_it()
    assert (one.id, one.source, one.source_id, one.type) == (id, "stripe", "in_1", "invoice.paid")
    assert (one.account, one.key, one.at, one.kept_at) == (A, A, NOW, NOW)
    assert one.data == paid("in_1").data
    assert one.hash == hashlib.sha256(msgspec.json.encode(one.data)).hexdigest()


async def test_the_same_happening_is_kept_once_and_has_its_first_id(either_store: Store) -> None:
    first = await events.append([paid("in_1"), paid("in_2")])
    again = await events.keep([paid("in_3"), paid("in_2"), paid("in_1")])
    assert again.ids[1:] == (first[1], first[0])
    assert again.new == {again.ids[0]}
    assert len(await all_of_it()) == 3


async def test_the_same_twice_in_one_call_is_one(either_store: Store) -> None:
    one, two = await events.append([paid("in_1"), paid("in_1")])
    assert one == two
    assert len(await all_of_it()) == 1


async def test_the_same_id_of_another_source_is_another_happening(either_store: Store) -> None:
    await events.append([paid("1"), paid("1", source="stripe_acquired")])
    assert len(await all_of_it()) == 2


async def test_state_and_event_are_written_together(either_store: Store) -> None:
    await events.append([paid("in_1")], along_with=[STATE])
    assert await either_store.rows("SELECT observed_at FROM entitlement_fill") == [(1,)]
    with pytest.raises(Exception, match=r"(?i)unique"):
        await events.append([paid("in_2")], along_with=[STATE])  # the state cannot be written
    assert [one.source_id for one in await all_of_it()] == ["in_1"]


async def test_statements_for_a_transaction_of_ones_own(either_store: Store) -> None:
    await either_store.write_all([STATE, *await events.statements([paid("in_1")])], durable=True)
    assert [one.source_id for one in await all_of_it()] == ["in_1"]


async def test_many_at_once_share_commits(either_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[int] = []
    write = either_store.write_all

    async def counted(statements: Sequence[Statement], *, durable: bool = False) -> tuple[int, ...]:
        assert durable
        commits.append(len(statements[-1][1]))
        return await write(statements, durable=durable)

    monkeypatch.setattr(either_store, "write_all", counted)
    ids = await asyncio.gather(*[events.append([paid(f"in_{n}")]) for n in range(300)])
    assert sum(commits) == 300
    assert len(commits) <= 10
    assert [one.id for one in await all_of_it()] == [id for (id,) in ids][:100]


async def test_a_second_delivery_among_many_is_told_its_first_id(either_store: Store) -> None:
    (first,) = await events.append([paid("in_7")])
    ids = await asyncio.gather(*[events.append([paid(f"in_{n}")]) for n in range(20)])
    assert ids[7] == (first,)
    assert len(set(ids)) == 20


async def test_one_that_cannot_be_written_keeps_nobody_else_from_it(either_store: Store) -> None:
    broken = paid("in_bad", cause="\ud800")  # no text of UTF-8
    ended = await asyncio.gather(
        *[events.append([one]) for one in (paid("in_1"), broken, paid("in_2"))], return_exceptions=True
    )
    assert isinstance(ended[1], UnicodeEncodeError)
    assert [one.source_id for one in await all_of_it()] == ["in_1", "in_2"]


async def test_a_store_that_is_away_is_told_and_nothing_is_kept(store: Store) -> None:
    class Away:
        async def rows(self, sql: str, *values: Value) -> list[tuple[Any, ...]]:
            return []

        async def write_all(self, statements: Sequence[Statement], *, durable: bool = False) -> Any:
            raise StoreUnavailable("gone")

        write = write_if = check = write_all

    records.use(Away())  # type: ignore[arg-type]
    with pytest.raises(StoreUnavailable):
        await asyncio.gather(*[events.append([paid(f"in_{n}")]) for n in range(5)])
    records.use(store)
    await events.append([paid("in_1")])
    assert len(await all_of_it()) == 1


async def test_too_many_at_once_are_refused(store: Store) -> None:
    with pytest.raises(TooMany):
        await events.append([paid(f"in_{n}") for n in range(log.AT_ONCE + 1)])


async def test_nothing_is_kept_of_nothing(store: Store) -> None:
    assert await events.append([]) == ()


async def test_an_event_belongs_to_the_present_trace_unless_it_says_otherwise(store: Store) -> None:
    context = SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=TraceFlags(1))
    other = f"00-{'1' * 32}-{'2' * 16}-01"
    with trace.use_span(NonRecordingSpan(context)):
        await events.append([paid("in_1"), paid("in_2", traceparent=other)])
    await events.append([paid("in_3")])
    assert [one.traceparent for one in await all_of_it()] == [
        f"00-{0xABC:032x}-{0xDEF:016x}-01",
        other,
        None,
    ]
    found = (await events.query(Filter(trace="1" * 32))).items
    assert [one.source_id for one in found] == ["in_2"]


def test_ids_sort_by_birth_and_tell_it() -> None:
    ids = [sortable("evt") for _ in range(20_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(len(id) == 24 for id in ids)
    assert 0 <= born(ids[-1]) - born(ids[0]) < 60


async def test_kept_at_follows_business_time(store: Store, time: FixedClock) -> None:
    time.forward(timedelta(days=31))
    await events.append([paid("in_1")])
    assert (await all_of_it())[0].kept_at == NOW + timedelta(days=31)


async def test_a_writer_that_commits_late_keeps_the_next_from_getting_ahead(postgres_url: str) -> None:
    """Postgres gives out numbers before it commits: who has read number 2 must not meet number 1 later."""
    sql, (row,) = rows.inserting([rows.row(sortable("evt"), paid("slow"), rows.Place(A, A), NOW)])
    async with open_store(postgres_url) as store:
        records.use(store)
        async with delivering(Told().subscriber("other"), (told := Told()).subscriber()):
            with psycopg.connect(postgres_url, options="-csearch_path=tieline") as slow:
                slow.execute(sql.replace("?", "%s").encode(), row)  # it has its number, and does not commit
                quick = asyncio.create_task(events.append([paid("quick", B)]))
                await asyncio.sleep(0.3)
                assert not quick.done(), "the quick one got ahead"
                slow.commit()
                await quick
            await until(lambda: len(told.events) == 2)
        assert told.names == ["slow", "quick"]
    records.use(None)


async def test_two_writers_who_take_turns_in_the_middle_of_transactions_lose_nothing(
    postgres_url: str,
) -> None:
    sql, _ = rows.inserting([])

    def write(name: str) -> None:
        with psycopg.connect(postgres_url, options="-csearch_path=tieline") as writer:
            for n in range(60):
                with writer.transaction():
                    for part in range(2):
                        one = paid(f"{name} {n}.{part}", name)
                        row = rows.row(sortable("evt"), one, rows.Place(name, name), NOW)
                        writer.execute(sql.replace("?", "%s").encode(), row)
                        writer.execute("SELECT pg_sleep(0.002)")

    async with open_store(postgres_url) as store:
        records.use(store)
        async with delivering((told := Told()).subscriber()):
            await asyncio.gather(*[asyncio.to_thread(write, name) for name in "AB"])
            await until(lambda: len(told.events) == 240)
        for name in "AB":
            expected = [f"{name} {n}.{part}" for n in range(60) for part in range(2)]
            assert [one for one in told.names if one.startswith(name)] == expected
    records.use(None)
