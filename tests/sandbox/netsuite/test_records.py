"""What does the practice NetSuite say of one record?"""

import pytest

from sandbox.ids import stripe_id
from tests.sandbox.netsuite.conftest import Erp

KEY = "acc_00000000000000000001"


async def test_a_customer_is_read_by_its_internal_id(erp: Erp) -> None:
    customer = (await erp.get("/customer/1001")).json()
    assert customer["companyName"] == "Customer 1"
    assert customer["externalId"] == KEY
    assert customer["subsidiary"]["refName"] == "Practice Inc"
    assert customer["currency"]["id"] == "1"
    assert customer["balance"] == 105.01
    assert customer["lastModifiedDate"] == "2026-11-19T00:00:00Z"
    assert customer["links"] == [{"rel": "self", "href": f"{erp.url}/services/rest/record/v1/customer/1001"}]


async def test_a_customer_is_read_by_the_id_others_gave_it(erp: Erp) -> None:
    assert (await erp.get(f"/customer/eid:{KEY}")).json()["id"] == "1001"


async def test_a_child_points_to_its_parent(erp: Erp) -> None:
    parent = (await erp.get("/customer/1002")).json()["parent"]
    assert (parent["id"], parent["refName"]) == ("1001", "Customer 1")
    assert "parent" not in (await erp.get("/customer/1001")).json()


async def test_a_customer_shows_where_its_invoices_go_on_which_terms_and_under_which_tax_number(
    erp: Erp,
) -> None:
    account = erp.world.accounts[1]
    account.tax_id = "12-3456789"
    account.said = {"erp": {"street": "1 New Quay"}}
    erp.reopen()
    customer = (await erp.get("/customer/1001", expandSubResources="true")).json()
    [entry], [registration] = customer["addressBook"]["items"], customer["taxRegistration"]["items"]
    assert (entry["defaultBilling"], entry["addr1"], entry["city"]) == (True, "1 New Quay", account.city)
    assert (customer["terms"]["refName"], customer["taxable"]) == ("Net 30", True)
    assert customer["defaultTaxReg"]["refName"] == registration["taxRegistrationNumber"] == "12-3456789"
    assert "defaultTaxReg" not in (await erp.get("/customer/1002")).json()


async def test_an_account_that_the_erp_does_not_know_is_not_there(erp: Erp) -> None:
    response = await erp.get("/customer/1003")
    error = response.json()
    assert response.status_code == 404
    assert error["type"] == "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5"
    assert error["o:errorDetails"] == [
        {
            "detail": "The record instance does not exist. Provide a valid record instance ID.",
            "o:errorCode": "NONEXISTENT_ID",
        }
    ]


async def test_a_customer_that_is_there_twice_has_two_records_of_one_key(erp: Erp) -> None:
    assert await erp.ids("customer", 'externalId IS "acc_00000000000000000004"') == [1004, 101004]
    assert (await erp.get("/customer/1004")).json()["companyName"] == "Customer Four (ERP)"
    assert (await erp.get("/customer/101004")).json()["companyName"] == "Customer Four (ERP) Inc"


async def test_an_order_shows_its_contract_and_its_lines(erp: Erp) -> None:
    order = (await erp.get("/salesOrder/eid:so-00000001", expandSubResources="true")).json()
    assert (order["tranId"], order["otherRefNum"], order["total"]) == ("SO10001", "00000001", 100.0)
    assert order["orderStatus"] == {"id": "G", "refName": "Billed"}
    (line,) = order["item"]["items"]
    assert (line["item"]["refName"], line["quantity"], line["rate"]) == ("TL-TEAM", 10, 10.0)


async def test_an_invoice_carries_the_erps_own_figures(erp: Erp) -> None:
    invoice = (await erp.get(f"/invoice/eid:{stripe_id('invoice', 2)}")).json()
    assert (invoice["tranId"], invoice["total"], invoice["amountRemaining"]) == ("INV10002", 105.01, 105.01)
    assert (invoice["status"]["id"], invoice["postingPeriod"]["refName"]) == ("Open", "Sep 2026")


async def test_yen_have_no_decimals(erp: Erp) -> None:
    invoice = (await erp.get("/invoice/2000003")).json()
    assert (invoice["total"], invoice["amountPaid"], invoice["currency"]["refName"]) == (
        10500.0,
        6000.0,
        "Japanese Yen",
    )


async def test_a_payment_says_which_invoice_it_paid(erp: Erp) -> None:
    path = f"/customerPayment/eid:py-{stripe_id('payment_intent', 3)}"
    payment = (await erp.get(path, expandSubResources="true")).json()
    (applied,) = payment["apply"]["items"]
    assert (payment["payment"], payment["unapplied"]) == (6000.0, 0.0)
    assert (applied["doc"]["id"], applied["amount"]) == ("2000003", 6000.0)


async def test_a_failed_payment_is_not_in_the_erp(erp: Erp) -> None:
    assert (await erp.get("/customerPayment/3000002")).status_code == 404


async def test_a_journal_entry_is_balanced(erp: Erp) -> None:
    lines = (await erp.get("/journalEntry/4000001", expandSubResources="true")).json()["line"]["items"]
    assert (
        sum(line.get("debit", 0) for line in lines) == sum(line.get("credit", 0) for line in lines) == 105.0
    )


async def test_a_period_is_closed_when_every_subsidiary_has_closed_it(erp: Erp) -> None:
    assert (await erp.get("/accountingPeriod/301")).json()["closed"] is True
    assert (await erp.get("/accountingPeriod/303")).json()["closed"] is False


async def test_a_sublist_is_a_link_that_leads_to_its_lines(erp: Erp) -> None:
    item = (await erp.get("/salesOrder/1000001")).json()["item"]
    assert set(item) == {"links"}
    page = (await erp.client.get(item["links"][0]["href"])).json()
    line = (await erp.client.get(page["items"][0]["links"][0]["href"])).json()
    assert (page["totalResults"], line["amount"]) == (1, 100.0)
    assert (await erp.get("/salesOrder/1000001/item/2")).status_code == 404
    assert (await erp.get("/salesOrder/1000001/nothing")).status_code == 404


async def test_only_the_fields_asked_for_are_shown(erp: Erp) -> None:
    customer = (await erp.get("/customer/1001", fields="companyName,email")).json()
    assert set(customer) == {"links", "companyName", "email"}
    response = await erp.get("/customer/1001", fields="companyName,shoeSize")
    assert response.status_code == 400
    assert response.json()["o:errorDetails"][0]["o:errorQueryParam"] == "fields"


async def test_choices_can_be_simple(erp: Erp) -> None:
    invoice = (await erp.get("/invoice/2000001", simpleEnumFormat="true")).json()
    assert invoice["status"] == "Paid In Full"


@pytest.mark.parametrize(
    "type", ["subsidiary", "currency", "serviceSaleItem", "accountingPeriod", "contact", "account", "term"]
)
async def test_every_set_up_record_of_a_list_can_be_read(erp: Erp, type: str) -> None:
    items = (await erp.get(f"/{type}")).json()["items"]
    assert items
    for item in items:
        assert (await erp.client.get(item["links"][0]["href"])).json()["id"] == item["id"]


async def test_the_case_of_a_type_and_a_slash_at_the_end_do_not_matter(erp: Erp) -> None:
    assert (await erp.get("/salesorder/1000001/")).json()["tranId"] == "SO10001"


@pytest.mark.parametrize("id", ["0", "-1", "abc", "9" * 60, "eid:", "eid:nobody"])
async def test_an_id_that_is_none_finds_nothing(erp: Erp, id: str) -> None:
    assert (await erp.get(f"/customer/{id}")).status_code == 404


async def test_a_type_that_is_none_does_not_exist(erp: Erp) -> None:
    response = await erp.get("/spaceship")
    assert response.status_code == 404
    assert response.json()["o:errorDetails"][0]["detail"] == "Record type 'spaceship' does not exist."


async def test_the_control_face_shows_whole_records(erp: Erp) -> None:
    shown = (await erp.client.get("/_sim/state/invoice?id=2000001")).json()["data"]
    assert [invoice["tranId"] for invoice in shown] == ["INV10001"]
    assert (await erp.client.get("/_sim/state/spaceship")).status_code == 400
