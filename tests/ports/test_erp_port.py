"""Does every ERP answer what the port promises, in the words all systems share?"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from canonical.customer import AccountRecord
from canonical.identity import Kind, Page
from canonical.money import Money
from sandbox.kit.opening import opened
from sandbox.kit.platform import Platform
from sandbox.kit.practice import Practice
from sandbox.kit.serving import running
from sandbox.netsuite import NetSuite
from sandbox.world import Account, Line, World
from system_apis.catalog import PLATFORMS
from system_apis.connections import Connections, ConnectionSettings, open_connections
from system_apis.errors import Busy, Missing, PlatformError, Unauthorised, Unavailable, Unreadable
from system_apis.ports import Erp, every

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEADLINE = 1.0


class Tried(NamedTuple):
    """A practice platform that fills the port, and how a connection to it is set up."""

    platform: type[Platform]
    config: Callable[[Practice], dict[str, Any]]


def netsuite(practice: Practice) -> dict[str, Any]:
    keys = practice.keys.netsuite
    return {
        "client_id": keys.client_id,
        "certificate_id": keys.certificate_id,
        "private_key": keys.private_key_pem,
    }


TRIED = {"netsuite": Tried(NetSuite, netsuite)}


class House(NamedTuple):
    """An ERP, the facts behind it, and a way to open one more connection to it."""

    erp: Erp
    practice: Practice
    name: str
    url: str

    @property
    def world(self) -> World:
        return self.practice.world

    def settings(self, **changed: Any) -> ConnectionSettings:
        config = {"base_url": self.url, **TRIED[self.name].config(self.practice), **changed}
        return ConnectionSettings(name="erp", platform=self.name, config=config)


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=sorted(TRIED))
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    practice = opened()
    async with running(practice, [TRIED[request.param].platform]) as urls:
        closed = House(None, practice, request.param, urls[request.param])  # type: ignore[arg-type]
        async with open_connections([closed.settings()], now) as connections:
            yield closed._replace(erp=connections.erp())


@pytest_asyncio.fixture(loop_scope="module")
async def troubled(house: House) -> AsyncIterator[House]:
    """The same over a connection of its own; whatever goes wrong is over afterwards."""
    async with open_connections([house.settings(deadline=DEADLINE)], now) as connections:
        yield house._replace(erp=connections.erp())
    house.practice.faults[house.name].clear()


def now() -> datetime:
    return datetime.now(UTC)


def known(world: World) -> list[Account]:
    return [account for account in world.accounts.values() if "erp" in account.systems]


def busiest(world: World, records: Iterable[Any]) -> Account:
    """The account in the ERP with the most of something."""
    count = Counter(record.account for record in records)
    return max(known(world), key=lambda account: count[account.number])


async def record_of(house: House, account: Account) -> AccountRecord:
    return (await house.erp.account_records_by_key(account.key))[0]


async def id_of(house: House, account: Account) -> str:
    return (await record_of(house, account)).origin.ref.id


def money(lines: Iterable[Line], currency: str) -> Money:
    return Money(minor=sum(line.quantity * line.unit_amount for line in lines), currency=currency)


async def test_every_erp_in_the_catalog_is_tried() -> None:
    assert {name for name, platform in PLATFORMS.items() if platform.kind is Kind.ERP} == set(TRIED)


async def test_every_customer_is_listed_once_and_one_that_was_entered_twice_twice(house: House) -> None:
    listed = [record async for record in every(house.erp.account_records)]
    expected = Counter(account.key for account in known(house.world) for _ in range(copies(account)))
    assert Counter(record.key for record in listed) == expected
    assert len({record.origin.ref.id for record in listed}) == len(listed)


def copies(account: Account) -> int:
    return 2 if "erp" in account.copies else 1


async def test_a_record_says_what_the_erp_says_of_the_customer(house: House) -> None:
    by_id = {r.origin.ref.id: r async for r in every(house.erp.account_records)}
    records = {record.key: record for record in reversed(by_id.values())}
    for account in known(house.world):
        record = records[account.key]
        assert record.name == account.said.get("erp", {}).get("name", account.name)
        assert (record.legal_entity, record.domain) == (account.entity, account.domain)
        assert record.origin.modified_at == account.changed
        parent = by_id[record.parent].key if record.parent else None
        assert parent == key_in_erp(house.world, account.parent)


def key_in_erp(world: World, number: int | None) -> str | None:
    """The key of a parent, if the ERP has one to point to."""
    parent = world.accounts.get(number) if number is not None else None
    return parent.key if parent and "erp" in parent.systems else None


async def test_one_record_is_the_one_that_is_listed(house: House) -> None:
    record = await record_of(house, known(house.world)[0])
    again = await house.erp.account_record(record.origin.ref.id)
    assert again.origin.ref == record.origin.ref
    assert (again.key, again.name, again.parent) == (record.key, record.name, record.parent)
    assert again.origin.observed_at > record.origin.observed_at
    assert again.origin.ref.kind is Kind.ERP
    assert again.origin.ref.connection == "erp"


async def test_a_key_that_nobody_carries_finds_nobody(house: House) -> None:
    assert await house.erp.account_records_by_key("acc_00000000000000000000") == ()


@pytest.mark.parametrize("id", ["987654321", "no-such-id", "", "..", "1' OR '1'='1", "ü"])
async def test_a_record_or_an_order_that_is_not_there_is_missing(house: House, id: str) -> None:
    for ask in (house.erp.account_record, house.erp.order):
        with pytest.raises(Missing):
            await ask(id)


async def test_orders_are_listed_over_several_pages_newest_first(house: House) -> None:
    account = busiest(house.world, house.world.orders.values())
    customer = await id_of(house, account)
    listed = [one async for one in every(lambda cursor: house.erp.orders(customer, cursor, 5))]
    expected = [order for order in house.world.orders.values() if order.account == account.number]
    assert len(expected) > 5
    assert sorted(one.number for one in listed) == sorted(order.reference for order in expected)
    assert all(first.ordered_on >= second.ordered_on for first, second in pairwise(listed))


async def test_an_order_says_what_was_sold_to_the_cent(house: House) -> None:
    by_number = {order.reference: order for order in house.world.orders.values()}
    some = {entity: busiest_of(house.world, entity) for entity in house.world.entities}
    for entity, account in some.items():
        for order in (await house.erp.orders(await id_of(house, account))).items:
            fact = by_number[order.number]
            assert (order.status, order.legal_entity) == (fact.status, entity)
            assert order.contract == house.world.contracts[fact.contract].reference
            assert order.ordered_on == fact.ordered_on
            assert order.total == money(fact.lines, fact.currency)
            assert [
                (one.sku, one.quantity, one.unit_price.minor, one.amount.minor) for one in order.lines
            ] == [
                (one.sku, one.quantity, one.unit_amount, one.quantity * one.unit_amount) for one in fact.lines
            ]


def busiest_of(world: World, entity: str) -> Account:
    return busiest(world, (order for order in world.orders.values() if order.entity == entity))


async def test_one_order_is_the_one_that_is_listed(house: House) -> None:
    account = busiest(house.world, house.world.orders.values())
    listed = (await house.erp.orders(await id_of(house, account))).items[0]
    one = await house.erp.order(listed.origin.ref.id)
    assert (one.number, one.customer, one.lines) == (listed.number, listed.customer, listed.lines)


async def test_receivables_are_listed_over_several_pages_newest_first(house: House) -> None:
    account = busiest(house.world, house.world.receivables.values())
    customer = await id_of(house, account)
    listed = [one async for one in every(lambda cursor: house.erp.receivables(customer, cursor, 50))]
    facts = {
        fact.reference: fact for fact in house.world.receivables.values() if fact.account == account.number
    }
    assert len(facts) > 100
    assert Counter(one.number for one in listed) == Counter(facts.keys())
    assert all(first.posted_on >= second.posted_on for first, second in pairwise(listed))
    for one in listed:
        fact = facts[one.number]
        assert one.total == Money(minor=fact.total, currency=fact.currency)
        assert one.open_amount == Money(minor=fact.open_amount, currency=fact.currency)
        assert (one.posted_on, one.due_on, one.period) == (fact.posted_on, fact.due_on, fact.period)
        assert (one.legal_entity, one.customer) == (fact.entity, customer)
        assert one.invoice


async def test_a_change_of_limit_on_the_way_loses_and_repeats_nothing(house: House) -> None:
    customer = await id_of(house, busiest(house.world, house.world.receivables.values()))
    whole = [one.number async for one in every(lambda cursor: house.erp.receivables(customer, cursor))]
    limits = iter([50, 20, 7, 100, *[30] * 100])
    mixed = [one.number async for one in every(lambda c: house.erp.receivables(customer, c, next(limits)))]
    assert mixed == whole


async def test_open_receivables_are_those_that_are_owed_oldest_due_first(house: House) -> None:
    owed = [fact for fact in house.world.receivables.values() if fact.open_amount]
    account = busiest(house.world, owed)
    customer = await id_of(house, account)
    listed = [one async for one in every(lambda cursor: house.erp.open_receivables(customer, cursor, 1))]
    facts = sorted(
        (fact for fact in owed if fact.account == account.number), key=lambda fact: (fact.due_on, fact.number)
    )
    assert [one.number for one in listed] == [fact.reference for fact in facts]
    assert facts


async def test_a_list_of_someone_nobody_knows_is_empty_or_missing(house: House) -> None:
    for ask in (house.erp.orders, house.erp.receivables, house.erp.open_receivables):
        assert await items_or_none(ask("987654321")) in ((), None)


async def items_or_none(asked: Any) -> tuple[Any, ...] | None:
    try:
        page: Page[Any] = await asked
    except Missing:
        return None
    return page.items


async def test_legal_entities_are_our_companies(house: House) -> None:
    found = {entity.code: entity for entity in await house.erp.legal_entities()}
    assert set(found) == set(house.world.entities)
    for code, fact in house.world.entities.items():
        entity = found[code]
        assert (entity.name, entity.country, entity.base_currency) == (fact.name, fact.country, fact.currency)
        assert entity.tax_registration == fact.tax_registration


async def test_a_customer_is_found_by_everything_the_erp_gives_out(house: House) -> None:
    order = next(
        one for one in house.world.orders.values() if "erp" in house.world.accounts[one.account].systems
    )
    account = house.world.accounts[order.account]
    receivable = next(one for one in house.world.receivables.values() if one.account == account.number)
    record = await record_of(house, account)
    ways = [record.name, record.name.upper(), record.email, record.domain, record.key]
    for words in [*ways, record.origin.ref.id, order.reference, receivable.reference]:
        assert words
        assert record.key in {found.key for found in await house.erp.find(words)}, words


@pytest.mark.parametrize(
    "words", ["no such customer", "O'Brien", "' OR '1'='1", "\\", '"', "--", "株式会社 404"]
)
async def test_words_that_mean_nobody_find_nobody(house: House, words: str) -> None:
    assert await house.erp.find(words) == ()


async def test_no_more_than_25_are_found(house: House) -> None:
    assert len(await house.erp.find("a")) == 25


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("down", Unavailable),
        ("slow", Unavailable),
        ("error_500", Unavailable),
        ("bad_body", Unreadable),
        ("redirect", Unreadable),
        ("rate_limited", Busy),
        ("expired_token", Unauthorised),
    ],
)
async def test_trouble_has_its_name_and_comes_inside_the_deadline(
    troubled: House, fault: str, error: type[PlatformError]
) -> None:
    troubled.practice.faults[troubled.name].add({"fault": fault})
    async with asyncio.timeout(DEADLINE + 0.5):
        with pytest.raises(error) as raised:
            await troubled.erp.account_records()
    assert raised.value.connection == "erp"


@pytest.mark.parametrize("fault", ["error_500", "down", "expired_token"])
async def test_trouble_that_is_over_at_once_is_not_noticed(troubled: House, fault: str) -> None:
    assert (await troubled.erp.account_records()).items
    troubled.practice.faults[troubled.name].add({"fault": fault, "calls": 1})
    assert (await troubled.erp.account_records()).items


async def test_a_secret_that_is_wrong_needs_a_person(house: House) -> None:
    wrong = house.settings(client_id="somebody else")
    async with open_connections([wrong], now) as connections:
        with pytest.raises(Unauthorised):
            await connections.erp().account_records()


async def test_health_follows_the_calls(troubled: House) -> None:
    async with open_connections([troubled.settings(deadline=DEADLINE)], now) as connections:
        await connections.erp().legal_entities()
        assert health(connections) == "ok"
        troubled.practice.faults[troubled.name].add({"fault": "bad_body"})
        with pytest.raises(Unreadable):
            await connections.erp().legal_entities()
        assert health(connections) == "degraded"


def health(connections: Connections) -> str:
    return connections.by_name("erp").health().state
