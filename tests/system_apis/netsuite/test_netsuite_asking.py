"""Does the NetSuite adapter ask as NetSuite wants to be asked, and believe only what it can read?"""

import json
from urllib.parse import parse_qs

import pytest

from system_apis.errors import Missing, Refused, Unreadable
from tests.system_apis.netsuite.books import asking, rows
from tests.system_apis.scripted import Heard

ORDER = {
    "id": "7",
    "tranid": "SO7",
    "entity": "1001",
    "trandate": "2026-09-01",
    "currency": "EUR",
    "foreigntotal": "10.50",
    "status": "B",
}
CUSTOMER = {"id": "1001", "entityid": "C1", "companyname": "Acme"}
INVOICE = {name: value for name, value in ORDER.items() if name != "status"}


def query(call: Heard) -> str:
    return str(json.loads(call.body)["q"])


async def test_a_query_is_posted_transient_with_a_bearer_token_from_a_signed_form() -> None:
    async with asking(rows(CUSTOMER)) as (erp, script):
        await erp.account_record("1001")
    [call], [token] = script.heard, script.tokens
    assert (call.method, call.path) == ("POST", "/services/rest/query/v1/suiteql")
    assert (call.headers["Prefer"], call.headers["Authorization"]) == ("transient", "Bearer token-1")
    form = parse_qs(token.body)
    assert form["grant_type"] == ["client_credentials"]
    assert form["client_assertion"][0].count(".") == 2


async def test_a_name_with_a_quote_cannot_change_the_question() -> None:
    async with asking(rows()) as (erp, script):
        assert await erp.find("O'Brien' OR '1'='1") == ()
    assert "'O''Brien'' OR ''1''=''1'" in query(script.heard[0])
    assert script.heard[0].query["limit"] == "25"


@pytest.mark.parametrize("id", ["", "abc", "1 OR 1=1", "../1", "1" * 40])
async def test_what_can_be_no_id_is_missing_without_a_call(id: str) -> None:
    async with asking() as (erp, script):
        for asked in (
            erp.account_record,
            erp.order,
            erp.orders,
            erp.billing_details,
            erp.receivables,
            erp.open_receivables,
        ):
            with pytest.raises(Missing):
                await asked(id)
    assert script.heard == []


async def test_customers_are_walked_by_the_last_id_so_that_no_list_is_too_long() -> None:
    async with asking(rows(CUSTOMER, more=True), rows({**CUSTOMER, "id": 1002})) as (erp, script):
        first = await erp.account_records()
        last = await erp.account_records(first.next)
    assert (first.next, last.next) == ("1001", None)
    assert "c.id > 0 " in query(script.heard[0])
    assert "c.id > 1001 " in query(script.heard[1])
    assert [call.query for call in script.heard] == [{"limit": "1000", "offset": "0"}] * 2


async def test_after_a_change_of_limit_the_offset_is_still_a_multiple_of_it() -> None:
    async with asking(*[rows(INVOICE, more=True)] * 4) as (erp, script):
        cursor = None
        for limit in (50, 20, 20, 100):
            cursor = (await erp.receivables("1001", cursor, limit)).next
    windows = [(int(call.query["offset"]), int(call.query["limit"])) for call in script.heard]
    assert windows == [(0, 50), (50, 10), (60, 20), (80, 20)]
    assert cursor == "100"


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.0", "1" * 10])
async def test_a_cursor_that_is_none_of_ours_is_refused_without_a_call(cursor: str) -> None:
    async with asking() as (erp, script):
        with pytest.raises(Refused):
            await erp.orders("1001", cursor)
    assert script.heard == []


async def test_the_lines_of_all_orders_of_a_page_come_with_one_more_question() -> None:
    line = {"transaction": "7", "sku": "S", "quantity": -1, "rate": 10.5, "foreignamount": -10.5}
    other = {**ORDER, "id": 6, "tranid": "SO6"}
    async with asking(rows(ORDER, other), rows(line)) as (erp, script):
        page = await erp.orders("1001")
    assert "l.transaction IN (7, 6)" in query(script.heard[1])
    assert [len(order.lines) for order in page.items] == [1, 0]


async def test_lines_that_fill_more_than_a_page_are_all_read() -> None:
    line = {"transaction": 7, "sku": "S", "quantity": -1, "rate": 1, "foreignamount": -1}
    async with asking(rows(ORDER), rows(*[line] * 1000, more=True), rows(line)) as (erp, script):
        order = await erp.order("7")
    assert len(order.lines) == 1001
    assert [call.query["offset"] for call in script.heard] == ["0", "0", "1000"]


async def test_no_lines_are_asked_for_when_there_are_no_orders() -> None:
    async with asking(rows()) as (erp, script):
        assert (await erp.orders("1001")).items == ()
    assert len(script.heard) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"foreigntotal": "10.505"},
        {"foreigntotal": None},
        {"status": "Q"},
        {"trandate": "9/1/2026"},
        {"tranid": None},
        {"modified": "yesterday"},
    ],
)
async def test_a_row_that_we_cannot_read_is_unreadable_and_not_guessed(wrong: dict[str, object]) -> None:
    async with asking(rows({**ORDER, **wrong}), rows()) as (erp, _):
        with pytest.raises(Unreadable):
            await erp.orders("1001")


async def test_columns_that_we_do_not_know_are_let_pass() -> None:
    async with asking(rows({**CUSTOMER, "custentity_colour": "red"})) as (erp, _):
        assert (await erp.account_record("1001")).name == "Acme"


async def test_the_tax_numbers_of_legal_entities_come_from_their_records() -> None:
    subsidiary = {"id": "2", "name": "GmbH", "country": "DE", "currency": "EUR", "externalid": "DE"}
    record = {"id": "2", "taxRegistration": {"items": [{"taxRegistrationNumber": "DE1"}]}}
    async with asking(rows(subsidiary), record) as (erp, script):
        [entity] = await erp.legal_entities()
    assert (entity.code, entity.tax_registration) == ("DE", "DE1")
    assert script.heard[1].path == "/services/rest/record/v1/subsidiary/2"
    assert script.heard[1].query == {"expandSubResources": "true"}


async def test_billing_details_come_with_one_question() -> None:
    row = {"id": "1001", "addr1": "1 New Quay", "days": 30, "taxable": "T", "first_ordered": "2026-01-20"}
    async with asking(rows(row)) as (erp, script):
        details = await erp.billing_details("1001")
    assert (details.billing_address.street, details.payment_terms_days) == ("1 New Quay", 30)
    [call] = script.heard
    assert "b.defaultbilling = 'T'" in query(call)
    assert "WHERE c.id = 1001 " in query(call)


@pytest.mark.parametrize("wrong", [{"days": "14.5"}, {"first_ordered": "1/20/2026"}])
async def test_billing_details_that_we_cannot_read_are_unreadable(wrong: dict[str, object]) -> None:
    async with asking(rows({"id": "1001", **wrong})) as (erp, _):
        with pytest.raises(Unreadable):
            await erp.billing_details("1001")


async def test_billing_details_of_a_customer_that_is_not_there_are_missing() -> None:
    async with asking(rows()) as (erp, _):
        with pytest.raises(Missing):
            await erp.billing_details("1001")
