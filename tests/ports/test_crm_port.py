"""Does every CRM tell of accounts, people, deals and contracts as they are?"""

from datetime import timedelta
from functools import partial

import pytest

from canonical.customer import Segment
from canonical.identity import Kind
from system_apis.errors import Missing, Refused
from system_apis.ports import every
from tests.ports.town import NOBODY, Standing, comes_from, lines_of, of_kind, sold

pytestmark = pytest.mark.parametrize("system", of_kind(Kind.CRM), indirect=True)


async def test_an_account_says_what_the_crm_owns_of_it(system: Standing) -> None:
    for number, account in list(system.known().items())[::13]:
        found = await system.port.account(system.id("account", number))
        assert found.segment is Segment(account.segment)
        assert found.owner == account.owner
        assert found.tax_id == account.tax_id
        assert found.payment_terms_days == account.payment_terms_days
        address = found.billing_address
        assert (address.street, address.city, address.country) == (
            account.street,
            account.city,
            account.country,
        )
        assert found.record.domain == account.domain
        assert found.record.attributes["tier"] == account.tier
        assert found.record.origin.modified_at is not None
        assert account.changed - found.record.origin.modified_at < timedelta(milliseconds=1)


async def test_an_unknown_account_is_missing(system: Standing) -> None:
    with pytest.raises(Missing):
        await system.port.account(system.id("account", NOBODY))


async def test_the_children_of_an_account_are_those_that_name_it_as_their_parent(system: Standing) -> None:
    parents = {one.parent for one in system.known().values()} & set(system.known())
    assert parents
    for number in [*list(parents)[:10], NOBODY]:
        id = system.id("account", number or 0)
        found = [record async for record in every(partial(system.port.children, id))]
        expected = {system.id("account", n) for n, one in system.known().items() if one.parent == number}
        assert {record.origin.ref.id for record in found} == expected
        assert all(record.parent == id for record in found)


async def test_the_people_of_every_account_are_read_by_name(system: Standing) -> None:
    for number in list(system.known())[:40]:
        id = system.id("account", number)
        page = await system.port.contacts(id)
        people = [one for one in system.world.people.values() if one.account == number]
        assert {one.origin.ref.id for one in page.items} == {
            system.id("contact", one.number) for one in people
        }
        assert [one.name for one in page.items] == sorted((one.name for one in page.items), key=str.lower)
        by_email = {one.email: one for one in page.items}
        for person in people:
            told = by_email[person.email]
            assert told.name == f"{person.first_name} {person.last_name}"
            assert told.role == person.role


async def test_a_long_list_of_people_is_walked_page_by_page(system: Standing) -> None:
    crowd = [one for one in system.world.people.values() if one.account == _crowded(system)]
    id = system.id("account", crowd[0].account)
    for limit in (1, 7, 50, 200):
        found = [one.origin.ref.id async for one in every(partial(system.port.contacts, id, limit=limit))]
        assert sorted(found) == sorted(system.id("contact", one.number) for one in crowd)
        page = await system.port.contacts(id, limit=limit)
        assert len(page.items) == min(limit, len(crowd))


async def test_every_contract_is_read_with_the_lines_of_its_won_deal(system: Standing) -> None:
    world = system.world
    expected = {
        system.id("contract", one.number): one
        for one in world.contracts.values()
        if one.account in system.known()
    }
    found = [one async for one in every(partial(system.port.contracts, None, limit=60))]
    assert sorted(one.origin.ref.id for one in found) == sorted(expected)
    for told in found:
        contract = expected[told.origin.ref.id]
        deal = world.opportunities[contract.opportunity]
        assert told.number == contract.reference
        assert told.account == system.id("account", contract.account)
        assert (told.start, told.end, told.signed_on) == (contract.start, contract.end, contract.signed_on)
        assert told.status == contract.status
        assert told.legal_entities == (contract.entity,)
        assert [sold(line) for line in told.lines] == lines_of(deal.lines, deal.currency)


async def test_the_contracts_of_one_account_are_its_own_newest_first(system: Standing) -> None:
    account = max(system.known(), key=lambda number: _signed(system, number))
    page = await system.port.contracts(system.id("account", account), limit=1)
    walk = every(partial(system.port.contracts, system.id("account", account), limit=1))
    found = [one async for one in walk]
    assert len(page.items) == 1
    assert len(found) == _signed(system, account) > 1
    assert [one.signed_on for one in found] == sorted((one.signed_on for one in found), reverse=True)


async def test_deals_are_told_with_their_lines_and_the_contract_they_led_to(system: Standing) -> None:
    world = system.world
    for number in list(system.known())[::4]:
        expected = {
            system.id("opportunity", one.number): one
            for one in world.opportunities.values()
            if one.account == number
        }
        page = await system.port.opportunities(system.id("account", number))
        assert {one.origin.ref.id for one in page.items} == set(expected)
        days = [one.close_date for one in page.items]
        assert days == sorted(days, reverse=True)
        for told in page.items:
            deal = expected[told.origin.ref.id]
            contract = world.contracts.get(deal.contract or 0)
            assert comes_from(told.origin, system.platform, system.id("opportunity", deal.number))
            assert (told.name, told.stage, told.won) == (deal.name, deal.stage, deal.won)
            assert told.contract == (contract.reference if contract else None)
            assert [sold(line) for line in told.lines] == lines_of(deal.lines, deal.currency)


async def test_a_customer_is_found_by_all_ids_and_numbers_a_crm_gives_out(system: Standing) -> None:
    world = system.world
    contract = next(one for one in world.contracts.values() if one.account in system.known())
    person = next(one for one in world.people.values() if one.account == contract.account)
    id = system.id("account", contract.account)
    words = [
        id,
        id[:15],
        system.id("contract", contract.number),
        system.id("opportunity", contract.opportunity),
        system.id("contact", person.number),
        contract.reference,
        world.accounts[contract.account].domain,
        world.accounts[contract.account].name.lower(),
        f"  {person.email} ",
    ]
    for one in words:
        assert id in {record.origin.ref.id for record in await system.port.find(one)}, one


@pytest.mark.parametrize(
    "words", ["%", "_", "100%", " ", "", "\\", "\n", "Sable%", "S_ble", "001000000000000"]
)
async def test_wildcards_and_quotes_are_only_words(system: Standing, words: str) -> None:
    assert await system.port.find(words) == ()


@pytest.mark.parametrize("cursor", ["", "x", "|", "a|b|c", "') OR Id != ('", "../sobjects/User"])
async def test_a_cursor_of_somebody_elses_making_leads_nowhere(system: Standing, cursor: str) -> None:
    account = system.id("account", next(iter(system.known())))
    for ask in (
        system.port.account_records(cursor),
        system.port.contracts(account, cursor),
        system.port.opportunities(account, cursor),
    ):
        with pytest.raises((Refused, Missing)):
            await ask


def _signed(system: Standing, account: int) -> int:
    return sum(one.account == account for one in system.world.contracts.values())


def _crowded(system: Standing) -> int:
    """The account with the most people."""
    people = [one.account for one in system.world.people.values()]
    return max(system.known(), key=people.count)
