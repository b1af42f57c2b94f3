"""Does an agent find an account by whatever they have, whatever is down?"""

import pytest

from canonical.caller import EVERYONE, AccountScope
from canonical.identity import Kind, Prefix, derive
from process_apis import account_360, links
from process_apis.errors import NothingToSearch
from tests import builders as a
from tests.fakes import World
from tests.process_apis.account_360.conftest import ID


async def test_one_account_is_found_once_though_four_systems_find_it(customer: World) -> None:
    found = await account_360.search("Acme", EVERYONE)
    assert ([account.id for account in found.accounts], found.unanswered) == ([ID], ())


async def test_an_account_younger_than_our_last_look_is_learnt_from_who_finds_it(customer: World) -> None:
    customer.knows(a.record("003", name="Newcomer"))
    found = await account_360.search("newcomer", EVERYONE)
    assert [account.id for account in found.accounts] == [a.account_id("003")]


async def test_what_is_down_is_named_and_the_rest_answers(customer: World) -> None:
    customer.goes_down()
    found = await account_360.search("Acme", EVERYONE)
    assert [account.id for account in found.accounts] == [ID]
    assert found.unanswered == ("salesforce", "stripe", "zendesk", "netsuite")


async def test_a_slow_system_is_not_waited_for(customer: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("process_apis.account_360.searching.SEARCH_LIMIT", 0.05)
    customer.erp.slow = 5.0
    assert (await account_360.search("Acme", EVERYONE)).unanswered == ("netsuite",)


@pytest.mark.parametrize("id", ["cus_1", "org_1", "erp_1", "001"])
async def test_any_systems_id_leads_to_the_account(customer: World, id: str) -> None:
    assert [account.id for account in (await account_360.search(id, EVERYONE)).accounts] == [ID]


async def test_nobody_is_found_by_words_that_nobody_has(customer: World) -> None:
    assert (await account_360.search("zzzz", EVERYONE)).accounts == ()


@pytest.mark.parametrize("pasted", ["\tAcme\n", "\x00Acme", "cus_1\r\n", "\x1fcus_1\x7f"])
async def test_what_was_pasted_along_with_the_words_is_not_searched_for(customer: World, pasted: str) -> None:
    assert [account.id for account in (await account_360.search(pasted, EVERYONE)).accounts] == [ID]


@pytest.mark.parametrize("nothing", ["%%", "\x00\x00", "--", "'"])
async def test_no_system_is_asked_for_nothing(customer: World, nothing: str) -> None:
    customer.erp.slow = 30.0
    with pytest.raises(NothingToSearch):
        await account_360.search(nothing, EVERYONE)


async def test_the_kinds_of_all_answers_are_accounts(customer: World) -> None:
    found = await account_360.search("Acme", EVERYONE)
    assert found.accounts[0].presence[Kind.ERP] == "one"


def only(*ids: str, children: bool = False) -> AccountScope:
    return AccountScope(accounts=frozenset(ids), children=children)


@pytest.mark.parametrize("words", ["Acme", "cus_1", "001", ID])
async def test_what_is_outside_the_callers_scope_is_not_found(customer: World, words: str) -> None:
    assert [one.id for one in (await account_360.search(words, only(ID))).accounts] == [ID]
    for scope in (only(a.account_id("002"), children=True), only()):
        found = await account_360.search(words, scope)
        assert (found.accounts, found.unanswered) == ((), ())


async def test_children_are_found_by_whom_they_are_told_to(customer: World) -> None:
    customer.knows(a.record("003", name="Newcomer", parent="001"))
    for weather in ("", "down"):
        if weather:
            customer.goes_down()
        for scope, expected in ((only(ID, children=True), [a.account_id("003")]), (only(ID), [])):
            found = await account_360.search("newcomer", scope)
            assert [one.id for one in found.accounts] == expected


async def test_a_crowd_of_others_hides_no_account_of_the_callers(customer: World) -> None:
    """The number found is cut after it was seen whose they are, also when only our own table answers."""
    last = a.record("zzz", name="North")
    await links.learn([*(a.record(f"n{n}", name="North") for n in range(60)), last])
    own = derive(Prefix.ACCOUNT, last.origin.ref)
    customer.goes_down()
    assert [one.id for one in (await account_360.search("north", only(own))).accounts] == [own]
    assert len((await account_360.search("north", EVERYONE)).accounts) == 25
