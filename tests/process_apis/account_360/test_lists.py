"""Are lists walked page by page, and only by those who may?"""

from typing import Any

import pytest

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
