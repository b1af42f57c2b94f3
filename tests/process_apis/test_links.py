"""Does the cross-reference answer, keep and forget as it should?"""

import pytest
from msgspec.structs import replace

from canonical.caller import EVERYONE, AccountScope
from canonical.customer import AccountRecord
from canonical.identity import Kind, Page
from process_apis import links, systems
from process_apis.errors import InvalidCursor, NotFound
from process_apis.records import Store
from tests.builders import account_id, record
from tests.fakes import FakeBilling, World, connected

A, B, C, D = (account_id(id) for id in "ABCD")


def only(*ids: str, children: bool = False) -> AccountScope:
    return AccountScope(accounts=frozenset(ids), children=children)


@pytest.fixture
def family(world: World) -> World:
    """A is the parent of B, B of C; D is alone."""
    world.knows(record("A"), record("B", parent="A"), record("C", parent="B"), record("D"))
    return world


# The sweep


async def test_a_sweep_reads_every_page_of_every_connection(either_store: Store, world: World) -> None:
    world.knows(*[record(str(n)) for n in range(10)], *[record(f"b{n}", Kind.BILLING) for n in range(7)])
    seen: list[tuple[str, int]] = []
    report = await links.sweep(lambda name, count: seen.append((name, count)))
    assert (report.records, report.failed) == (17, ())
    assert ("salesforce", 10) in seen
    assert seen.index(("salesforce", 10)) < seen.index(("stripe", 3)), "the owner is read first"
    assert len(await links.accounts(EVERYONE, None, 100)) == 17


async def test_a_connection_that_fails_keeps_its_former_records(store: Store, world: World) -> None:
    world.knows(*[record(f"b{n}", Kind.BILLING) for n in range(7)], record("A"), record("B"))
    await links.sweep()
    world.billing.fails_after_pages = 1
    del world.billing.records[1]  # on the page that is still read, so nobody can know that it is gone
    del world.crm.records[1]
    report = await links.sweep()
    assert report.failed == ("stripe",)
    assert len(await links.accounts(EVERYONE, None, 100)) == 7 + 1
    world.billing.fails_after_pages = None
    assert (await links.sweep()).failed == ()
    assert len(await links.accounts(EVERYONE, None, 100)) == 6 + 1


async def test_accounts_of_a_connection_that_is_no_more_end_no_list(store: Store, world: World) -> None:
    ids = [f"{n:03}" for n in range(9)]
    world.knows(*[record(id) for id in ids], record("cus_1", Kind.BILLING), record("cus_2", Kind.BILLING))
    await links.sweep()
    systems.connect(connected((Kind.CRM, world.crm)))
    links.forget()
    for limit in range(1, 9):
        found = await links.accounts(EVERYONE, None, limit)
        assert [one.id for one in found] == sorted(account_id(id) for id in ids)[:limit]


async def test_two_connections_of_a_kind_are_two_places(store: Store, world: World) -> None:
    acquired = FakeBilling(
        "stripe_acquired", [record("b1", Kind.BILLING, connection="stripe_acquired", key=A)]
    )
    systems.connect(world.connections((Kind.BILLING, acquired)))
    world.knows(record("A"), record("b1", Kind.BILLING, key=A))
    await links.sweep()
    found = (await links.account(A, EVERYONE)).of(Kind.BILLING)
    assert [one.origin.ref.connection for one in found] == ["stripe", "stripe_acquired"]
    acquired.down = True
    assert (await links.sweep()).failed == ("stripe_acquired",)
    assert len((await links.account(A, EVERYONE)).of(Kind.BILLING)) == 2


async def test_a_list_that_never_ends_is_nonsense(store: Store, world: World) -> None:
    class Circle(FakeBilling):
        async def account_records(self, cursor: str | None = None) -> Page[AccountRecord]:
            return replace(await super().account_records(None), next="again")

    circle = Circle("circle", [record(f"b{n}", Kind.BILLING, connection="circle") for n in range(7)])
    systems.connect(world.connections((Kind.BILLING, circle)))
    assert (await links.sweep()).failed == ("circle",)


# One account, and who may know of it


async def test_an_unknown_account_and_one_outside_the_scope_are_missing_alike(
    store: Store, family: World
) -> None:
    await links.sweep()
    for id, scope in (
        (account_id("nobody"), EVERYONE),
        (D, only(A, children=True)),
        ("x", EVERYONE),
        (A, only()),
    ):
        with pytest.raises(NotFound) as missing:
            await links.account(id, scope)
        assert str(missing.value) == "account not found"


async def test_children_belong_to_the_scope_only_when_it_says_so(either_store: Store, family: World) -> None:
    await links.sweep()
    for id in (A, B, C):
        assert (await links.account(id, only(A, children=True))).id == id
    with pytest.raises(NotFound):
        await links.account(B, only(A))
    with pytest.raises(NotFound):
        await links.account(A, only(B, children=True))


async def test_parents_in_a_circle_end_nothing(store: Store, world: World) -> None:
    world.knows(
        record("A", parent="C"), record("B", parent="A"), record("C", parent="B"), record("D", parent="D")
    )
    await links.sweep()
    assert [one.id for one in await links.accounts(only(A, children=True), None, 10)] == [A, *sorted([B, C])]
    assert (await links.account(C, only(B, children=True))).id == C
    with pytest.raises(NotFound):
        await links.account(D, only(A, children=True))
    assert (await links.account(D, EVERYONE)).parent is None


async def test_the_direct_children_come_by_name(store: Store, world: World) -> None:
    world.knows(
        record("A"),
        record("B", parent="A", name="Z"),
        record("C", parent="A", name="Y"),
        record("D", parent="B"),
    )
    await links.sweep()
    assert [child.name for child in await links.children(A)] == ["Y", "Z"]
    assert await links.children(D) == ()


async def test_the_owner_says_who_the_parent_is(store: Store, world: World) -> None:
    world.knows(
        record("A"), record("B"), record("e1", Kind.ERP, key=A), record("e2", Kind.ERP, key=B, parent="e1"),
        record("e3", Kind.ERP, parent="e1"),
    )  # fmt: skip
    await links.sweep()
    alone = account_id("e3", Kind.ERP)
    assert (await links.account(B, EVERYONE)).parent is None, "the CRM knows B and names no parent"
    assert (await links.account(alone, EVERYONE)).parent == A
    assert [child.id for child in await links.children(A)] == [alone]


# Lists of accounts


async def test_own_accounts_come_first_then_their_children_page_by_page(
    either_store: Store, family: World
) -> None:
    await links.sweep()
    scope, seen, after = only(B, D, children=True), [], None
    while page := await links.accounts(scope, after, 1):
        after = page[-1].id
        seen.append(after)
    assert seen == [*sorted([B, D]), C]


async def test_everybody_sees_every_account_page_by_page(either_store: Store, world: World) -> None:
    world.knows(*[record(str(n)) for n in range(7)])
    await links.sweep()
    seen: list[str] = []
    while page := await links.accounts(EVERYONE, seen[-1] if seen else None, 3):
        assert len(page) <= 3
        seen += [account.id for account in page]
    assert seen == sorted(account_id(str(n)) for n in range(7))


async def test_an_own_account_that_no_system_knows_leaves_no_hole(store: Store, family: World) -> None:
    await links.sweep()
    ghost = "acc_00000000000000000000"  # sorts first
    assert [one.id for one in await links.accounts(only(ghost, A), None, 1)] == [A]


async def test_a_position_that_is_no_account_is_an_invalid_cursor(store: Store, family: World) -> None:
    with pytest.raises(InvalidCursor):
        await links.accounts(EVERYONE, "' OR 1=1", 10)


# Learning


async def test_a_record_that_was_learnt_is_found_and_changes_what_is_remembered(
    store: Store, family: World
) -> None:
    await links.sweep()
    assert (await links.account(A, EVERYONE)).name == "Customer A"
    new = record("A", name="Renamed"), record("new", Kind.SUPPORT, key=A), record("E")
    assert await links.learn(new) == (A, account_id("E"))
    account = await links.account(A, EVERYONE)
    assert (account.name, len(account.records)) == ("Renamed", 2)
    assert await links.learn([]) == ()
