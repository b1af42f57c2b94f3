"""Is the order of a customer's events kept, also when its account is known only later, or changes?"""

import pytest

from canonical.billing import Payout
from canonical.events import PayoutPaid
from canonical.identity import Kind, Prefix, derive
from canonical.money import Money
from process_apis import events, links
from process_apis.events import Filter, Happening, keys, rows
from process_apis.events.ids import sortable
from process_apis.records import Row, Store, Value
from process_apis.records.lately import Lately
from system_apis.errors import Unavailable
from tests.builders import NOW, account_id, origin, record, ref
from tests.fakes import World
from tests.process_apis.events.happenings import A, Told, delivering, paid, settled, until

STRIPE = ref("cus_1", Kind.BILLING)
ZENDESK = ref("org_1", Kind.SUPPORT)


def of(name: str, customer: object = STRIPE) -> Happening:
    return paid(name, None, customer=customer)


async def known(*seen: object) -> None:
    """Records are seen, and nobody remembers whose they were before."""
    await links.learn(seen)  # type: ignore[arg-type]
    keys.forget()


async def places() -> list[tuple[str | None, str]]:
    return [(one.account, one.key) for one in (await events.query(Filter(), order="oldest")).items]


async def test_the_key_is_the_account_of_the_customers_record(either_store: Store, world: World) -> None:
    await known(record("A"), record("cus_1", Kind.BILLING, key=A))
    await events.append([of("1")])
    assert await places() == [(A, A)]


async def test_without_an_account_it_is_the_record(either_store: Store, world: World) -> None:
    await events.append([of("1")])
    assert await places() == [(None, "billing|stripe|cus_1")]


async def test_what_comes_right_after_a_customer_got_its_account_has_it(
    either_store: Store, world: World
) -> None:
    await events.append([of("1")])
    await links.learn([record("A"), record("cus_1", Kind.BILLING, key=A)])
    await events.append([of("2"), of("3")])
    assert await places() == [(None, "billing|stripe|cus_1"), (A, A), (A, A)]


async def test_the_accounts_of_a_batch_are_read_in_one_question_and_then_remembered(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await links.learn([record("A"), *[record(f"cus_{n}", Kind.BILLING, key=A) for n in range(300)]])
    asked: list[str] = []
    read = store.rows

    async def counted(sql: str, *values: Value) -> list[Row]:
        asked.append(sql)
        return list(await read(sql, *values))

    monkeypatch.setattr(store, "rows", counted)
    many = [of(f"{n}", ref(f"cus_{n}", Kind.BILLING)) for n in range(300)]
    assert {one.account for one in await keys.places(many)} == {A}
    assert len(asked) == 1
    await keys.places(many)
    assert len(asked) == 1
    for _ in range(2):
        await keys.places([*many, *[of("x", ref(f"new_{n}", Kind.BILLING)) for n in range(50)]])
    assert len(asked) == 3, "who has no account yet is asked for again"


async def test_an_account_is_given_also_when_memory_lost_it_meanwhile(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await links.learn([record("A"), record("cus_1", Kind.BILLING, key=A)])
    monkeypatch.setattr(keys, "_accounts", Lately[str, str](1, 0.0))
    await events.append([of("1")])
    assert await places() == [(A, A)]


async def test_a_record_of_the_crm_is_an_account_also_before_we_have_seen_it(store: Store) -> None:
    await events.append([of("1", ref("001"))])
    assert await places() == [(account_id("001"), account_id("001"))]


async def test_what_is_about_no_customer_is_kept_in_order_by_its_own_record(store: Store) -> None:
    eur = Money(minor=1, currency="EUR")
    payout = Payout(
        net=eur,
        gross=eur,
        fees=eur,
        arrives_on=NOW.date(),
        lines=(),
        at=NOW,
        origin=origin("po_1", Kind.BILLING),
    )
    await events.append([paid("1", None, data=PayoutPaid(payout=payout))])
    assert await places() == [(None, "billing|stripe|po_1")]


async def test_a_parked_event_from_before_the_account_was_known_holds_those_after(
    either_store: Store, world: World
) -> None:
    told, failing = Told(), True
    told.fails = lambda event, tries: (
        Unavailable("crm") if failing and event.source_id in ("1", "support 1") else None
    )
    async with delivering(told.subscriber()):
        await events.append([of("1"), of("2"), of("support 1", ZENDESK)])
        await until(lambda: told.tries["1"] > 1 and told.tries["support 1"])
        await known(record("A"), record("cus_1", Kind.BILLING, key=A), record("org_1", Kind.SUPPORT, key=A))
        await events.append([of("3"), of("support 2", ZENDESK), paid("ours", A), paid("other", None)])
        await until(lambda: "other" in told.names)
        assert told.names == ["other"]
        failing = False
        await settled()
    stripe = [name for name in told.names if name in "123"]
    support = [name for name in told.names if name.startswith("support")]
    assert (stripe, support) == (["1", "2", "3"], ["support 1", "support 2"])
    assert told.names.index("ours") > told.names.index("3")
    assert [key for _, key in await places()][:4] == [
        "billing|stripe|cus_1",
        "billing|stripe|cus_1",
        "support|zendesk|org_1",
        A,
    ]


async def test_a_node_that_does_not_know_the_account_yet_changes_no_order(
    either_store: Store, world: World
) -> None:
    """It looked for the account before another node learned it, and keeps the event after."""
    told, failing = Told(), True
    told.fails = lambda event, tries: Unavailable("crm") if failing and event.source_id == "1" else None
    async with delivering(told.subscriber()):
        await known(record("A"), record("cus_1", Kind.BILLING, key=A))
        await events.append([of("1")])
        await until(lambda: told.tries["1"])
        late = rows.row(sortable("evt"), of("2"), rows.Place(None, "billing|stripe|cus_1"), NOW)
        await either_store.write_all([rows.inserting([late])])
        await events.append([paid("other", None)])
        await until(lambda: told.events)
        assert told.names == ["other"]
        failing = False
        await settled()
    assert told.names == ["other", "1", "2"]


async def test_a_customer_that_another_account_claims_keeps_its_order(
    either_store: Store, world: World
) -> None:
    alone = derive(Prefix.ACCOUNT, STRIPE)
    told, failing = Told(), True
    told.fails = lambda event, tries: Unavailable("crm") if failing and event.source_id == "1" else None
    async with delivering(told.subscriber()):
        await known(record("cus_1", Kind.BILLING))
        await events.append([of("1")])
        await until(lambda: told.tries["1"])
        await known(record("A"), record("cus_1", Kind.BILLING, key=A))
        await events.append([of("2")])
        await known(record("cus_1", Kind.BILLING))  # and back again
        await events.append([of("3"), paid("other", None)])
        await until(lambda: told.events)
        failing = False
        await settled()
    assert told.names == ["other", "1", "2", "3"]
    assert [key for _, key in await places()][:3] == [alone, A, alone]


@pytest.mark.parametrize("order", [0, 1])
async def test_keys_become_one_in_any_order_and_however_often(
    either_store: Store, world: World, order: int
) -> None:
    await known(record("A"), record("cus_1", Kind.BILLING, key=A), record("org_1", Kind.SUPPORT, key=A))
    for _ in range(3):
        keys.forget()
        await events.append([of("1"), of("2", ZENDESK)][:: 1 if order else -1])
        keys.forget()
    roots = await either_store.rows("SELECT DISTINCT root FROM event_key")
    assert roots == [(A,)]
