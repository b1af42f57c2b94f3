"""Does each record find its account, whichever way it comes?"""

from itertools import permutations

import pytest

from canonical.caller import EVERYONE
from canonical.customer import AccountRecord
from canonical.identity import Kind
from process_apis import links
from process_apis.errors import NotFound
from process_apis.links import Presence
from process_apis.links.identity import folded, folded_domain
from process_apis.records import Store
from tests.builders import account_id, record
from tests.fakes import World

KEY = "acc_000000000000000000ke"
A, B = account_id("A"), account_id("B")


async def linked(id: str) -> dict[Kind, list[str]]:
    """The external ids of an account's records by kind."""
    account = await links.account(id, EVERYONE)
    return {kind: [one.origin.ref.id for one in account.of(kind)] for kind in Kind if account.of(kind)}


async def test_records_join_by_the_key_that_was_written_into_all_of_them(
    either_store: Store, world: World
) -> None:
    world.knows(record("A", key=KEY), record("b1", Kind.BILLING, key=KEY), record("e1", Kind.ERP, key=KEY))
    await links.sweep()
    assert await linked(A) == {Kind.CRM: ["A"], Kind.BILLING: ["b1"], Kind.ERP: ["e1"]}
    with pytest.raises(NotFound):  # the key is no id of its own when the CRM's record has one
        await links.account(KEY, EVERYONE)


async def test_records_join_by_the_id_that_comes_from_the_crm(either_store: Store, world: World) -> None:
    world.knows(record("A"), record("b1", Kind.BILLING, key=A), record("s1", Kind.SUPPORT, key=A))
    await links.sweep()
    assert await linked(A) == {Kind.CRM: ["A"], Kind.BILLING: ["b1"], Kind.SUPPORT: ["s1"]}


async def test_records_that_the_crm_does_not_know_join_by_their_shared_key(
    store: Store, world: World
) -> None:
    world.knows(record("b1", Kind.BILLING, key=KEY, name="Orphan"), record("e1", Kind.ERP, key=KEY))
    await links.sweep()
    assert await linked(KEY) == {Kind.BILLING: ["b1"], Kind.ERP: ["e1"]}


@pytest.mark.parametrize("key", [None, "", "CUST-7", "acc_short", "acc_UPPERCASE00000000000"])
async def test_without_a_well_formed_key_each_stands_alone(
    store: Store, world: World, key: str | None
) -> None:
    world.knows(record("b1", Kind.BILLING, key=key), record("e1", Kind.ERP, key=key))
    await links.sweep()
    assert await linked(account_id("b1", Kind.BILLING)) == {Kind.BILLING: ["b1"]}
    assert await linked(account_id("e1", Kind.ERP)) == {Kind.ERP: ["e1"]}


async def test_a_customer_that_exists_twice_in_one_system_is_shown_twice(store: Store, world: World) -> None:
    world.knows(
        record("A", key=KEY), record("b1", Kind.BILLING, key=KEY), record("b2", Kind.BILLING, key=KEY)
    )
    await links.sweep()
    account = await links.account(A, EVERYONE)
    assert account.presence == {
        Kind.CRM: Presence.ONE,
        Kind.BILLING: Presence.SEVERAL,
        Kind.SUPPORT: Presence.NONE,
        Kind.ERP: Presence.NONE,
    }


THREE = (record("A", key=KEY), record("b1", Kind.BILLING, key=KEY), record("e1", Kind.ERP, key=A))


@pytest.mark.parametrize("order", list(permutations(THREE)))
async def test_the_order_in_which_records_come_does_not_matter(
    store: Store, world: World, order: tuple[AccountRecord, ...]
) -> None:
    for one in order:
        await links.learn([one])
    assert await linked(A) == {Kind.CRM: ["A"], Kind.BILLING: ["b1"], Kind.ERP: ["e1"]}


async def test_a_record_whose_key_changes_moves(either_store: Store, world: World) -> None:
    world.knows(record("A"), record("B"), record("b1", Kind.BILLING, key=A))
    await links.sweep()
    assert await linked(B) == {Kind.CRM: ["B"]}
    assert await links.learn([record("b1", Kind.BILLING, key=B)]) == (B,)
    assert await linked(A) == {Kind.CRM: ["A"]}
    assert await linked(B) == {Kind.CRM: ["B"], Kind.BILLING: ["b1"]}


async def test_records_follow_when_the_crm_record_they_belong_to_goes(store: Store, world: World) -> None:
    world.knows(record("A", key=KEY), record("b1", Kind.BILLING, key=KEY))
    await links.sweep()
    world.crm.records.clear()
    await links.sweep()
    assert await linked(KEY) == {Kind.BILLING: ["b1"]}
    with pytest.raises(NotFound):
        await links.account(A, EVERYONE)


async def test_the_owner_names_the_account_and_the_erp_does_when_there_is_none(
    store: Store, world: World
) -> None:
    world.knows(
        record("A", key=KEY, name="Renamed in the CRM"),
        record("b1", Kind.BILLING, key=KEY, name="Old name", legal_entity="DE"),
        record("e2", Kind.ERP, key="acc_000000000000000000e2", name="In the ERP"),
        record("b2", Kind.BILLING, key="acc_000000000000000000e2", name="In billing"),
    )
    await links.sweep()
    account = await links.account(A, EVERYONE)
    assert (account.name, account.legal_entity) == ("Renamed in the CRM", "DE")
    assert (await links.account("acc_000000000000000000e2", EVERYONE)).name == "In the ERP"


async def test_the_same_name_and_domain_twice_in_the_crm_may_be_one_customer(
    either_store: Store, world: World
) -> None:
    world.knows(
        record("A", name="Example GmbH", domain="example.com"),
        record("B", name="EXAMPLE  Inc.", domain="www.Example.com"),
        record("C", name="Example GmbH", domain="example.org"),
        record("D", name="Example GmbH"),
    )
    await links.sweep()
    found = {id: (await links.account(account_id(id), EVERYONE)).possible_duplicates for id in "ABCD"}
    assert found == {"A": (B,), "B": (A,), "C": (), "D": ()}


@pytest.mark.parametrize(
    "name",
    ["Example", "EXAMPLE", " Ex ample ", "Example Inc", "Example, Inc.", "Example GmbH", "example k.k.",
     "Example Co., Ltd.", "株式会社Example", "Example 株式会社", "\uff25xample"],
)  # fmt: skip
def test_case_spaces_and_legal_form_do_not_make_another_name(name: str) -> None:
    assert folded(name) == "example"


def test_what_makes_another_name_stays() -> None:
    assert (
        len({folded(name) for name in ("Example", "Example 2", "Inc Example", "Exämple", "Limited", "Inc.")})
        == 6
    )


def test_a_domain_is_compared_without_case_and_www() -> None:
    assert folded_domain(" WWW.Example.COM. ") == "example.com"
    assert folded_domain("") is None
