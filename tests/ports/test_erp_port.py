"""Does every ERP tell of our companies, of orders and of what is owed as they are, to the cent?"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from canonical.customer import AccountRecord, Address
from canonical.identity import Kind, Page
from canonical.money import Money
from sandbox.world import Account, Receivable
from system_apis.errors import Missing
from system_apis.ports import every
from tests.ports.town import NOBODY, Standing, comes_from, lines_of, of_kind, sold

pytestmark = pytest.mark.parametrize("system", of_kind(Kind.ERP), indirect=True)


def busiest(system: Standing, records: Iterable[Any]) -> int:
    """The account in the ERP with the most of something."""
    count = Counter(record.account for record in records)
    return max(system.known(), key=lambda number: count[number])


def owed_by(system: Standing, number: int) -> dict[str, Receivable]:
    """An account's receivables by their ids."""
    all_of_them = system.world.receivables.values()
    return {system.id("receivable", one.number): one for one in all_of_them if one.account == number}


async def test_a_record_says_what_the_erp_says_of_the_customer(system: Standing) -> None:
    records = {record.origin.ref.id: record async for record in every(system.port.account_records)}
    for number, account in system.known().items():
        record = records[system.id("account", number)]
        assert (record.name, record.domain) == (system.said(account, "name", account.name), account.domain)
        assert record.origin.modified_at == account.changed
        assert record.parent == parent_of(system, account)
    assert any(record.parent for record in records.values())


def parent_of(system: Standing, account: Account) -> str | None:
    """The id of the parent, if the ERP has one to point to."""
    return system.id("account", account.parent) if account.parent in system.known() else None


async def test_legal_entities_are_our_companies(system: Standing) -> None:
    found = {entity.code: entity for entity in await system.port.legal_entities()}
    assert set(found) == set(system.world.entities)
    for code, fact in system.world.entities.items():
        entity = found[code]
        assert (entity.name, entity.country, entity.base_currency) == (fact.name, fact.country, fact.currency)
        assert entity.tax_registration == fact.tax_registration
        assert comes_from(entity.origin, system.platform, system.id("entity", fact.number))


async def test_orders_are_listed_over_several_pages_newest_first(system: Standing) -> None:
    number = busiest(system, system.world.orders.values())
    id = system.id("account", number)
    listed = [one async for one in every(lambda cursor: system.port.orders(id, cursor, 5))]
    facts = [one for one in system.world.orders.values() if one.account == number]
    assert len(facts) > 5
    assert Counter(one.origin.ref.id for one in listed) == Counter(
        system.id("order", one.number) for one in facts
    )
    assert all(first.ordered_on >= second.ordered_on for first, second in pairwise(listed))


async def test_an_order_says_what_was_sold_in_every_currency(system: Standing) -> None:
    seen = set()
    for fact in system.world.orders.values():
        if fact.account not in system.known() or (fact.currency, fact.status) in seen:
            continue
        seen.add((fact.currency, fact.status))
        order = await system.port.order(system.id("order", fact.number))
        assert (order.number, order.customer) == (fact.reference, system.id("account", fact.account))
        assert (order.status, order.legal_entity) == (fact.status, fact.entity)
        assert order.contract == system.world.contracts[fact.contract].reference
        assert order.ordered_on == fact.ordered_on
        assert [sold(line) for line in order.lines] == lines_of(fact.lines, fact.currency)
        assert order.total == sum_of(order.lines, fact.currency)
    assert {currency for currency, _ in seen} == {"USD", "EUR", "JPY"}


def sum_of(lines: Iterable[Any], currency: str) -> Money:
    return Money(minor=sum(line.amount.minor for line in lines), currency=currency)


async def test_one_order_is_the_one_that_is_listed(system: Standing) -> None:
    id = system.id("account", busiest(system, system.world.orders.values()))
    for listed in (await system.port.orders(id)).items:
        alone = await system.port.order(listed.origin.ref.id)
        assert comes_from(alone.origin, system.platform, listed.origin.ref.id)
        assert (alone.number, alone.total, alone.lines) == (listed.number, listed.total, listed.lines)


async def test_receivables_are_listed_over_several_pages_newest_first(system: Standing) -> None:
    number = busiest(system, system.world.receivables.values())
    id = system.id("account", number)
    listed = [one async for one in every(lambda cursor: system.port.receivables(id, cursor, 50))]
    facts = owed_by(system, number)
    assert len(facts) > 100
    assert Counter(one.origin.ref.id for one in listed) == Counter(facts.keys())
    assert all(first.posted_on >= second.posted_on for first, second in pairwise(listed))
    for one in listed:
        fact = facts[one.origin.ref.id]
        assert (one.number, one.customer, one.legal_entity) == (fact.reference, id, fact.entity)
        assert one.total == Money(minor=fact.total, currency=fact.currency)
        assert one.open_amount == Money(minor=fact.open_amount, currency=fact.currency)
        assert (one.posted_on, one.due_on, one.period) == (fact.posted_on, fact.due_on, fact.period)


async def test_a_receivable_names_the_invoice_that_it_copies(system: Standing) -> None:
    number = busiest(system, system.world.receivables.values())
    listed = (await system.port.receivables(system.id("account", number))).items
    invoices = {one.origin.ref.id: one.invoice for one in listed}
    assert all(invoice and invoice.startswith("in_") for invoice in invoices.values())
    assert len(set(invoices.values())) == len(invoices)


async def test_an_amount_that_the_erp_booked_wrongly_is_shown_as_it_booked_it(system: Standing) -> None:
    [trouble] = [one for one in system.world.trouble if one.code == "amount_differs"]
    facts = owed_by(system, trouble.account)
    wrong = [
        id for id, one in facts.items() if abs(one.total - system.world.invoices[one.invoice].total) == 1
    ]
    assert wrong
    listed = every(lambda cursor: system.port.receivables(system.id("account", trouble.account), cursor))
    totals = {one.origin.ref.id: one.total.minor async for one in listed}
    assert [totals[id] for id in wrong] == [facts[id].total for id in wrong]


async def test_a_change_of_limit_on_the_way_loses_and_repeats_nothing(system: Standing) -> None:
    id = system.id("account", busiest(system, system.world.receivables.values()))
    whole = [one.number async for one in every(lambda cursor: system.port.receivables(id, cursor))]
    limits = iter([50, 20, 7, 100, *[30] * 100])
    mixed = [one.number async for one in every(lambda c: system.port.receivables(id, c, next(limits)))]
    assert mixed == whole


async def test_open_receivables_are_those_that_are_owed_oldest_due_first(system: Standing) -> None:
    owed = [one for one in system.world.receivables.values() if one.open_amount]
    number = busiest(system, owed)
    id = system.id("account", number)
    listed = [one async for one in every(lambda cursor: system.port.open_receivables(id, cursor, 1))]
    facts = {key: one for key, one in owed_by(system, number).items() if one.open_amount}
    assert facts
    assert Counter(one.origin.ref.id for one in listed) == Counter(facts.keys())
    assert [one.due_on for one in listed] == sorted(one.due_on for one in facts.values())


async def test_a_list_of_someone_nobody_knows_is_empty_or_missing(system: Standing) -> None:
    id = system.id("account", NOBODY)
    for ask in (system.port.orders, system.port.receivables, system.port.open_receivables):
        assert await items_or_none(ask(id)) in ((), None)


async def items_or_none(asked: Any) -> tuple[Any, ...] | None:
    try:
        page: Page[Any] = await asked
    except Missing:
        return None
    return page.items


@pytest.mark.parametrize("id", ["no-such-id", "", "..", "1' OR '1'='1", "ü", "9" * 30])
async def test_what_cannot_be_an_id_is_missing(system: Standing, id: str) -> None:
    for ask in (system.port.order, system.port.orders, system.port.receivables, system.port.open_receivables):
        with pytest.raises(Missing):
            await ask(id)


async def test_an_unknown_order_is_missing(system: Standing) -> None:
    with pytest.raises(Missing):
        await system.port.order(system.id("order", NOBODY))


async def test_a_customer_is_found_by_the_numbers_and_names_that_the_erp_gives_out(system: Standing) -> None:
    order = next(one for one in system.world.orders.values() if one.account in system.known())
    facts = owed_by(system, order.account)
    record: AccountRecord = await system.port.account_record(system.id("account", order.account))
    invoice = (await system.port.receivables(record.origin.ref.id)).items[0].invoice
    numbers = [order.reference, next(iter(facts.values())).reference, invoice, record.key, record.email]
    contacts = [one.email for one in system.world.people.values() if one.account == order.account]
    for words in (*numbers, *contacts, record.domain, record.name.upper(), record.name[2:-1].lower()):
        assert words
        found = {one.origin.ref.id for one in await system.port.find(words)}
        assert record.origin.ref.id in found, words


async def test_billing_details_are_those_of_the_erp_with_the_day_of_the_first_order(system: Standing) -> None:
    moved = next(one.account for one in system.world.trouble if one.code == "billing_address_differs")
    seen = set()
    for number, account in system.known().items():
        if number != moved and (account.entity, account.tax_id is None) in seen:
            continue
        seen.add((account.entity, account.tax_id is None))
        details = await system.port.billing_details(system.id("account", number))
        assert comes_from(details.origin, system.platform, system.id("account", number))
        assert details.origin.modified_at == account.changed
        assert details.billing_address == Address(
            street=system.said(account, "street", account.street),
            city=system.said(account, "city", account.city),
            postal_code=system.said(account, "postal_code", account.postal_code),
            country=account.country,
        )
        assert (details.payment_terms_days, details.tax_id) == (account.payment_terms_days, account.tax_id)
        assert details.tax_exempt is False
        assert details.first_ordered_on == first_ordered_on(system, number)
    assert seen >= {("US", True), ("US", False), ("DE", False), ("JP", False)}


def first_ordered_on(system: Standing, number: int) -> date | None:
    """The day of an account's first order in the world, if there was one."""
    days = [one.ordered_on for one in system.world.orders.values() if one.account == number]
    return min(days, default=None)


async def test_billing_details_of_someone_nobody_knows_are_missing(system: Standing) -> None:
    for id in (system.id("account", NOBODY), "no-such-id", "1' OR '1'='1"):
        with pytest.raises(Missing):
            await system.port.billing_details(id)
