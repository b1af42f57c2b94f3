"""Does every system tell of its customers as the business knows them?"""

import pytest

from canonical.identity import Kind
from sandbox.ids import COPY
from system_apis.catalog import PLATFORMS
from system_apis.errors import Missing
from system_apis.ports import every
from tests.ports.town import NOBODY, Standing, comes_from

pytestmark = pytest.mark.parametrize("system", PLATFORMS, indirect=True)


async def test_every_customer_is_read_once_over_all_pages(system: Standing) -> None:
    found = [record.origin.ref.id async for record in every(system.port.account_records)]
    assert len(found) == len(set(found))
    assert set(found) == system.account_ids()


async def test_the_list_of_customers_has_several_pages_and_says_when_it_ends(system: Standing) -> None:
    system.needs("several pages of customers")
    first = await system.port.account_records()
    assert first.next is not None
    assert len(first.items) < len(system.account_ids())


async def test_one_page_is_in_flight_at_a_time(system: Standing) -> None:
    before = system.asked()
    async for _ in every(system.port.account_records):
        break
    assert system.asked() == before + 1


async def test_a_customer_is_read_by_id_with_its_name_key_and_legal_entity(system: Standing) -> None:
    for number, account in list(system.known().items())[::20]:
        id = system.id("account", number)
        record = await system.port.account_record(id)
        assert comes_from(record.origin, system.platform, id)
        assert record.kind is system.kind
        assert record.name == system.said(account, "name", account.name)
        assert record.key == account.key
        assert record.legal_entity == account.entity


async def test_a_list_and_a_single_read_say_the_same(system: Standing) -> None:
    listed = (await system.port.account_records()).items[7]
    alone = await system.port.account_record(listed.origin.ref.id)
    assert (alone.name, alone.key, alone.parent, alone.attributes) == (
        listed.name,
        listed.key,
        listed.parent,
        listed.attributes,
    )


@pytest.mark.parametrize("id", ["nonsense", "", "..", "a/b", "'; --", "x" * 300])
async def test_what_cannot_be_an_id_is_missing(system: Standing, id: str) -> None:
    with pytest.raises(Missing):
        await system.port.account_record(id)


async def test_an_unknown_customer_is_missing(system: Standing) -> None:
    with pytest.raises(Missing):
        await system.port.account_record(system.id("account", NOBODY))


async def test_a_key_finds_its_customer_and_an_unknown_one_nobody(system: Standing) -> None:
    number, account = next(iter(system.known().items()))
    found = await system.port.account_records_by_key(account.key)
    assert [record.origin.ref.id for record in found] == [system.id("account", number)]
    assert await system.port.account_records_by_key("acc_00000000000000000000") == ()


@pytest.mark.parametrize("key", ["'", '"', "\\", "a' OR Name != '", 'x" OR email~"example', "100%"])
async def test_a_key_is_only_ever_a_key(system: Standing, key: str) -> None:
    assert await system.port.account_records_by_key(key) == ()


async def test_a_customer_that_exists_twice_under_one_key_is_shown_twice(system: Standing) -> None:
    if system.kind is not Kind.BILLING:
        pytest.skip("only billing holds a customer twice under one key")
    number, account = next((n, one) for n, one in system.known().items() if system.kind.value in one.copies)
    found = await system.port.account_records_by_key(account.key)
    twice = {system.id("account", number), system.id("account", number + COPY)}
    assert {record.origin.ref.id for record in found} == twice


async def test_a_customer_is_found_by_name_email_and_id(system: Standing) -> None:
    for number, account in list(system.known().items())[3::60]:
        id = system.id("account", number)
        person = next(one for one in system.world.people.values() if one.account == number)
        for words in (account.name, id, *([person.email] if system.kind is not Kind.ERP else [])):
            found = {record.origin.ref.id for record in await system.port.find(words)}
            if words == person.email and system.kind is Kind.BILLING:
                billed = (await system.port.account_record(id)).email
                found = {record.origin.ref.id for record in await system.port.find(billed)}
            assert id in found, words


NOBODYS = ["Zzyzx Nowhere", "a'b", 'q"uo\\te', "' OR '1'='1", "zz@nowhere.example"]


@pytest.mark.parametrize("words", NOBODYS)
async def test_words_that_nobody_has_find_nobody(system: Standing, words: str) -> None:
    assert await system.port.find(words) == ()


async def test_no_more_than_twenty_five_are_found(system: Standing) -> None:
    found = await system.port.find("example" if system.kind is Kind.BILLING else "Sable")
    assert 0 < len(found) <= 25
