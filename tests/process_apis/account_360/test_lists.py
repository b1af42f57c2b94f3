"""Are lists walked page by page, and only by those who may?"""

from typing import Any

import pytest
from msgspec.structs import replace

from canonical.caller import EVERYONE, AccountScope, Caller
from canonical.identity import Kind, Prefix, derive
from process_apis import account_360, cursors, links
from process_apis.account_360 import CASES, INVOICES
from process_apis.account_360.lists import Series
from process_apis.errors import AccountNotNamed, InvalidCursor, NotFound
from process_apis.records import Store
from tests import builders as a
from tests.fakes import World
from tests.process_apis.account_360.conftest import ID

STRANGER = a.account_id("002")


async def walk(series: Series[Any], limit: int) -> list[str]:
    seen, cursor = [], None
    while True:
        page = await account_360.page(series, ID, EVERYONE, cursor, limit)
        seen += [record.origin.ref.id for record in page.items]
        if page.next_cursor is None:
            return seen
        cursor = page.next_cursor


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_every_record_of_every_copy_comes_once(customer: World, limit: int) -> None:
    customer.knows(a.record("cus_2", Kind.BILLING, key=ID))
    customer.billing.invoiced = [a.invoice(f"in_{n}", "cus_1") for n in range(7)]
    customer.billing.invoiced += [a.invoice(f"in_{n}", "cus_2") for n in range(7, 9)]
    await links.sweep()
    assert await walk(INVOICES, limit) == [f"in_{n}" for n in range(9)]


async def test_a_page_costs_one_call_however_long_the_list(customer: World) -> None:
    customer.billing.invoiced = [a.invoice(f"in_{n}", "cus_1") for n in range(50)]
    customer.billing.calls.clear()
    await account_360.page(INVOICES, ID, EVERYONE, None, 3)
    assert customer.billing.calls == ["invoices"]


async def test_a_cursor_shows_nothing_of_the_platform(customer: World) -> None:
    customer.billing.invoiced = [a.invoice(f"in_{n}", "cus_1") for n in range(5)]
    page = await account_360.page(INVOICES, ID, EVERYONE, None, 2)
    assert page.next_cursor
    assert "in_" not in page.next_cursor
    assert len(page.next_cursor) <= cursors.MAX_LENGTH


async def test_a_cursor_of_another_list_or_account_is_refused(customer: World) -> None:
    customer.billing.invoiced = [a.invoice(f"in_{n}", "cus_1") for n in range(5)]
    cursor = (await account_360.page(INVOICES, ID, EVERYONE, None, 2)).next_cursor
    asked: tuple[tuple[Series[Any], str], ...] = ((CASES, ID), (INVOICES, STRANGER))
    for series, account in asked:
        with pytest.raises(InvalidCursor):
            await account_360.page(series, account, EVERYONE, cursor, 2)


@pytest.mark.parametrize("forged", ["", "x", "ä", "A" * 500, "Z0FBQUFB"])
async def test_a_cursor_we_never_gave_is_refused(customer: World, forged: str) -> None:
    with pytest.raises(InvalidCursor):
        cursors.unseal("invoices", forged)


async def test_a_page_that_has_not_changed_has_the_same_cursor(customer: World) -> None:
    customer.billing.invoiced = [a.invoice(f"in_{n}", "cus_1") for n in range(5)]
    first, again = [await account_360.page(INVOICES, ID, EVERYONE, None, 2) for _ in range(2)]
    assert first == again
    assert first.next_cursor


async def test_a_changed_cursor_is_refused() -> None:
    cursors.seal_with(b"secret")
    cursor = cursors.seal("invoices", 1)
    changed = cursor[:9] + ("A" if cursor[9] != "A" else "B") + cursor[10:]
    with pytest.raises(InvalidCursor):
        cursors.unseal("invoices", changed)


async def test_one_invoice_is_found_by_its_id_even_after_the_database_was_lost(
    customer: World, store: Store
) -> None:
    customer.billing.invoiced = [a.invoice(f"in_{n}", "cus_1") for n in range(7)]
    id = derive(Prefix.INVOICE, customer.billing.invoiced[6].origin.ref)
    assert (await account_360.invoice(id, EVERYONE, ID)).origin.ref.id == "in_6"
    customer.billing.calls.clear()
    await account_360.invoice(id, EVERYONE)
    assert customer.billing.calls == ["invoice"]


async def test_an_invoice_of_an_account_outside_the_scope_is_missing_however_it_is_asked_for(
    customer: World,
) -> None:
    page = await account_360.page(INVOICES, ID, EVERYONE, None, 1)
    id = derive(Prefix.INVOICE, page.items[0].origin.ref)
    stranger = AccountScope(accounts=frozenset({STRANGER}))
    for account in (None, STRANGER, ID):
        with pytest.raises(NotFound):
            await account_360.invoice(id, stranger, account)


async def test_a_case_comes_with_its_comments(customer: World) -> None:
    id = derive(Prefix.CASE, customer.support.tickets[0].origin.ref)
    case, comments = await account_360.case(id, EVERYONE, ID)
    assert (case.number, [comment.body for comment in comments]) == ("7", ["out", "in"])


def test_a_caller_with_several_accounts_must_name_one() -> None:
    caller = Caller(
        subject="s",
        client="c",
        scopes=frozenset(),
        plan="default",
        scope=AccountScope(accounts=frozenset({ID, STRANGER})),
    )
    assert account_360.own(caller, ID) == ID
    with pytest.raises(AccountNotNamed):
        account_360.own(caller, None)


async def test_the_accounts_of_everyone_are_walked_in_pages(customer: World) -> None:
    first = await account_360.accounts(EVERYONE, None, 1)
    second = await account_360.accounts(EVERYONE, first.next_cursor, 1)
    assert {one.id for one in (*first.items, *second.items)} == {ID, STRANGER}
    assert second.next_cursor is None


async def showing(kind: str, id: str, scope: AccountScope, account: str | None = None) -> str:
    """The platform's id of what is shown under an id of ours."""
    if kind == "invoice":
        return (await account_360.invoice(id, scope, account)).origin.ref.id
    if kind == "case":
        return (await account_360.case(id, scope, account))[0].origin.ref.id
    return (await account_360.order(id, scope))[1].origin.ref.id


def moved(world: World, kind: str, customer: str | None) -> None:
    if kind == "invoice":
        world.billing.invoiced = [replace(one, customer=customer) for one in world.billing.invoiced]
    elif kind == "case":
        world.support.tickets = [replace(one, organization=customer) for one in world.support.tickets]
    else:
        world.erp.booked = [replace(one, customer=customer) for one in world.erp.booked]


MOVING = {
    "invoice": (Prefix.INVOICE, Kind.BILLING, "in_1"),
    "case": (Prefix.CASE, Kind.SUPPORT, "7"),
    "order": (Prefix.ORDER, Kind.ERP, "so_1"),
}


@pytest.fixture(params=MOVING)
async def movable(customer: World, request: pytest.FixtureRequest) -> tuple[str, str]:
    """A kind of record and the id under which it was shown to its account."""
    kind: str = request.param
    prefix, of, external = MOVING[kind]
    customer.knows(a.record("other", of, key=STRANGER))
    await links.sweep()
    (id,) = await links.remember(ID, prefix, [a.ref(external, of, kind)])
    assert await showing(kind, id, AccountScope(accounts=frozenset({ID}))) == external
    return kind, id


async def test_who_had_a_record_that_moved_reads_it_no_more(
    customer: World, movable: tuple[str, str]
) -> None:
    kind, id = movable
    moved(customer, kind, "other")
    for _ in range(2):
        for account in (None, ID):
            with pytest.raises(NotFound, match=f"^{kind} not found$"):
                await showing(kind, id, AccountScope(accounts=frozenset({ID})), account)


async def test_a_record_that_moved_is_found_under_its_new_account(
    customer: World, movable: tuple[str, str]
) -> None:
    kind, id = movable
    moved(customer, kind, "other")
    assert await showing(kind, id, EVERYONE) == MOVING[kind][2]
    assert (await links.resolve(id, AccountScope(accounts=frozenset({STRANGER})))).account_id == STRANGER
    if kind == "order":
        assert (await account_360.order(id, EVERYONE))[0] == STRANGER


async def test_a_record_that_moved_to_a_customer_we_never_saw_is_that_customers(
    customer: World, movable: tuple[str, str]
) -> None:
    kind, id = movable
    of = MOVING[kind][1]
    customer.knows(a.record("younger", of))
    moved(customer, kind, "younger")
    with pytest.raises(NotFound):
        await showing(kind, id, AccountScope(accounts=frozenset({ID})))
    assert (await links.resolve(id, EVERYONE)).account_id == a.account_id("younger", of)


@pytest.mark.parametrize("customers", [None, "gone"])
async def test_a_record_of_nobody_is_missing_to_everybody(
    customer: World, movable: tuple[str, str], customers: str | None
) -> None:
    kind, id = movable
    moved(customer, kind, customers)
    with pytest.raises(NotFound, match=f"^{kind} not found$"):
        await showing(kind, id, EVERYONE)


async def test_what_is_said_in_a_case_that_moved_is_not_even_asked_for(customer: World) -> None:
    id = derive(Prefix.CASE, customer.support.tickets[0].origin.ref)
    own = AccountScope(accounts=frozenset({ID}))
    await account_360.case(id, own, ID)
    moved(customer, "case", None)
    customer.support.calls.clear()
    with pytest.raises(NotFound):
        await account_360.case(id, own, ID)
    assert "comments" not in customer.support.calls
