"""What does an invoice do in the practice NetSuite, and what do payments, credits and refunds do to it?"""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.netsuite.bodies import TODAY, applied, customer, invoice, line, payment
from tests.sandbox.netsuite.conftest import RECORD, Erp

TOO_MUCH = "Error while accessing a resource. You cannot apply more than the remaining amount."


async def balance(erp: Erp, id: str = "1001") -> float:
    """What the customer owes."""
    return float((await erp.get(f"/customer/{id}")).json()["balance"])


async def open_invoice(erp: Erp, eid: str = "in_1", *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return await erp.written(f"/invoice/eid:{eid}", invoice(*lines, **more), replace="item,taxDetails")


async def test_an_invoice_is_a_receivable_with_balanced_postings(erp: Erp) -> None:
    before = await balance(erp)
    made = await open_invoice(erp, "in_1", line(10, quantity=3), line(5.5), tax=2.66)
    assert (made["subtotal"], made["taxTotal"], made["total"]) == (35.5, 2.66, 38.16)
    assert (made["amountPaid"], made["amountRemaining"], made["status"]["id"]) == (0.0, 38.16, "Open")
    assert (made["tranId"], made["postingPeriod"]["refName"], made["dueDate"]) == (
        f"INV{int(made['id']) - 1_990_000}",
        "Nov 2026",
        "2026-12-18",
    )
    assert await erp.ledger(made["id"]) == {
        "1100": Decimal("38.16"),
        "2400": Decimal("-35.5"),
        "2200": Decimal("-2.66"),
    }
    assert await balance(erp) == pytest.approx(before + 38.16)
    assert await erp.rows(
        "SELECT t.type, t.foreigntotal, t.foreignamountunpaid, BUILTIN.DF(t.status) AS status, m.subsidiary"
        " FROM transaction t JOIN transactionline m ON m.transaction = t.id AND m.mainline = 'T'"
        " WHERE t.externalid = 'in_1'"
    ) == [
        {
            "type": "CustInvc",
            "foreigntotal": "38.16",
            "foreignamountunpaid": "38.16",
            "status": "Invoice : Open",
            "subsidiary": "1",
        }
    ]


async def test_the_lines_of_a_written_invoice_add_up_to_nothing(erp: Erp) -> None:
    made = await open_invoice(erp, "in_1", line(10, quantity=3), line(-5.5), tax=2)
    sums = "SELECT SUM(foreignamount) AS n, COUNT(*) AS lines FROM transactionline"
    assert await erp.rows(f"{sums} WHERE transaction = {made['id']}") == [{"n": "0", "lines": "4"}]


async def test_yen_have_no_decimals_and_are_rounded(erp: Erp) -> None:
    made = await open_invoice(erp, "in_1", line(1000.5), customer="1002")
    assert (made["total"], made["currency"]["refName"]) == (1001.0, "Japanese Yen")


async def test_a_payment_lowers_what_is_open_and_says_so(erp: Erp) -> None:
    before = await balance(erp)
    made = await open_invoice(erp)
    paid = await erp.written("/customerPayment/eid:py-1", payment(100, (made["id"], 40.0)))
    assert (paid["applied"], paid["unapplied"], paid["status"]["id"]) == (40.0, 60.0, "Not Deposited")
    invoiced = (await erp.get("/invoice/eid:in_1")).json()
    assert (invoiced["amountPaid"], invoiced["amountRemaining"], invoiced["status"]["id"]) == (
        40.0,
        60.0,
        "Open",
    )
    assert await erp.ledger(paid["id"]) == {"1050": Decimal(100), "1100": Decimal(-100)}
    assert await balance(erp) == before
    assert await erp.rows(
        "SELECT previousdoc, linktype, foreignamount FROM nexttransactionlinelink"
        f" WHERE nextdoc = {paid['id']}"
    ) == [{"previousdoc": made["id"], "linktype": "Payment", "foreignamount": "40"}]
    await erp.written("/customerPayment/eid:py-1", {"apply": applied((made["id"], 100.0))})
    invoiced = (await erp.get("/invoice/eid:in_1")).json()
    assert (invoiced["amountRemaining"], invoiced["status"]["id"]) == (0.0, "Paid In Full")


async def test_the_same_payment_twice_pays_once(erp: Erp) -> None:
    made = await open_invoice(erp)
    for _ in range(2):
        await erp.written("/customerPayment/eid:py-1", payment(60, (made["id"], 60.0)))
    assert (await erp.get("/invoice/eid:in_1")).json()["amountRemaining"] == 40.0


async def test_a_seeded_invoice_can_be_paid_too(erp: Erp) -> None:
    await erp.written("/customerPayment/eid:py-1", payment(105.01, ("2000002", 105.01)))
    rows = await erp.rows("SELECT foreignamountunpaid, status FROM transaction WHERE id = 2000002")
    assert rows == [{"foreignamountunpaid": "0", "status": "B"}]
    assert await balance(erp) == 0.0


@pytest.mark.parametrize(
    ("amount", "share", "path"), [(200, 100.01, "apply.items[0].amount"), (50, 60, "apply")]
)
async def test_nobody_applies_more_than_is_open_or_was_paid(
    erp: Erp, amount: float, share: float, path: str
) -> None:
    made = await open_invoice(erp)
    response = await erp.put("/customerPayment/eid:py-1", payment(amount, (made["id"], share)))
    assert erp.refusal(response) == (400, TOO_MUCH, "USER_ERROR", path)
    assert (await erp.get("/customerPayment/eid:py-1")).status_code == 404
    assert (await erp.get("/invoice/eid:in_1")).json()["amountRemaining"] == 100.0


async def test_nobody_pays_another_customers_invoice(erp: Erp) -> None:
    response = await erp.put("/customerPayment/eid:py-1", payment(10, ("2000003", 10)))
    assert erp.refusal(response)[2:] == ("USER_ERROR", "apply.items[0].doc")


async def test_a_deleted_payment_opens_the_invoice_again(erp: Erp) -> None:
    before = await balance(erp)
    made = await open_invoice(erp)
    await erp.written("/customerPayment/eid:py-1", payment(100, (made["id"], 100.0)))
    refused = await erp.client.delete(f"{RECORD}/invoice/{made['id']}")
    assert refused.status_code == 400
    assert (await erp.client.delete(f"{RECORD}/customerPayment/eid:py-1")).status_code == 204
    assert (await erp.get("/invoice/eid:in_1")).json()["amountRemaining"] == 100.0
    assert (await erp.client.delete(f"{RECORD}/invoice/{made['id']}")).status_code == 204
    assert await balance(erp) == before
    assert await erp.rows(f"SELECT id FROM transactionline WHERE transaction = {made['id']}") == []


async def test_a_credit_memo_lowers_what_is_open(erp: Erp) -> None:
    made = await open_invoice(erp, tax=7.0)
    memo = await erp.written(
        "/creditMemo/eid:cn_1",
        invoice(line(50), tax=3.5, apply=applied((made["id"], 53.5))),
    )
    assert (memo["total"], memo["applied"], memo["unapplied"], memo["status"]["id"]) == (
        53.5,
        53.5,
        0.0,
        "Fully Applied",
    )
    assert (await erp.get("/invoice/eid:in_1")).json()["amountRemaining"] == 53.5
    assert await erp.ledger(memo["id"]) == {
        "1100": Decimal("-53.5"),
        "2400": Decimal(50),
        "2200": Decimal("3.5"),
    }
    (row,) = await erp.rows("SELECT type, status FROM transaction WHERE externalid = 'cn_1'")
    assert row == {"type": "CustCred", "status": "B"}


async def test_a_refund_gives_back_what_a_credit_left_open(erp: Erp) -> None:
    before = await balance(erp)
    memo = await erp.written("/creditMemo/eid:cn_1", invoice(line(50)))
    assert await balance(erp) == pytest.approx(before - 50)
    refund = await erp.written(
        "/customerRefund/eid:re_1",
        {"customer": {"id": "1001"}, "tranDate": TODAY, "apply": applied((memo["id"], 50.0))},
    )
    assert (refund["total"], refund["unapplied"]) == (50.0, 0.0)
    assert await erp.ledger(refund["id"]) == {"1000": Decimal(-50), "1100": Decimal(50)}
    assert (await erp.get("/creditMemo/eid:cn_1")).json()["unapplied"] == 0.0
    assert await balance(erp) == before
    again = await erp.put(
        "/customerRefund/eid:re_2",
        {"customer": {"id": "1001"}, "tranDate": TODAY, "apply": applied((memo["id"], 1.0))},
    )
    assert erp.refusal(again)[1] == TOO_MUCH


async def test_a_refund_of_money_that_was_applied_leaves_it_owed_again(erp: Erp) -> None:
    before = await balance(erp)
    refund = await erp.written(
        "/customerRefund/eid:re_1", {"customer": {"id": "1001"}, "tranDate": TODAY, "total": 30}
    )
    assert (refund["total"], refund["unapplied"]) == (30.0, 30.0)
    assert await balance(erp) == pytest.approx(before + 30)


async def test_a_credit_that_was_refunded_cannot_be_applied_again(erp: Erp) -> None:
    made = await open_invoice(erp)
    memo = await erp.written("/creditMemo/eid:cn_1", invoice(line(50)))
    await erp.written(
        "/customerRefund/eid:re_1",
        {"customer": {"id": "1001"}, "tranDate": TODAY, "apply": applied((memo["id"], 20.0))},
    )
    over = await erp.put("/creditMemo/eid:cn_1", {"apply": applied((made["id"], 31.0))})
    assert erp.refusal(over)[1] == TOO_MUCH
    rest = await erp.written("/creditMemo/eid:cn_1", {"apply": applied((made["id"], 30.0))})
    assert (rest["applied"], rest["unapplied"]) == (50.0, 0.0)


async def test_an_invoice_cannot_become_less_than_was_paid_of_it(erp: Erp) -> None:
    made = await open_invoice(erp)
    await erp.written("/customerPayment/eid:py-1", payment(80, (made["id"], 80.0)))
    assert erp.refusal(await erp.put("/invoice/eid:in_1", invoice(line(70)), replace="item"))[1] == TOO_MUCH
    changed = await open_invoice(erp, "in_1", line(90))
    assert (changed["amountPaid"], changed["amountRemaining"]) == (80.0, 10.0)
    assert (await erp.ledger(made["id"]))["1100"] == Decimal(90)


async def test_a_seeded_invoice_that_is_corrected_posts_the_difference(erp: Erp) -> None:
    """What it did to the ledger before stands in the journal entry beside it."""
    await erp.client.post("/_sim/open-period", json={"entity": "US", "period": "2026-09"})
    tax = {"items": [{"taxDetailsReference": "1", "taxAmount": 5}]}
    corrected = {"taxDetailsOverride": True, "taxDetails": tax}
    assert (await erp.patch("/invoice/2000002", corrected)).status_code == 204
    rows = await erp.rows("SELECT foreigntotal, foreignamountunpaid FROM transaction WHERE id = 2000002")
    assert rows == [{"foreigntotal": "105", "foreignamountunpaid": "105"}]
    assert await erp.ledger("2000002") == {"1100": Decimal("-0.01"), "2200": Decimal("0.01")}


async def test_a_mark_on_a_receivable_changes_no_figure(erp: Erp) -> None:
    mark = {
        "custbody_tieline_dunning": "attempt 2 failed",
        "memo": "call them",
        "custbody_tieline_run": "run_1",
    }
    assert (await erp.patch("/invoice/2000002", mark)).status_code == 204
    assert await erp.rows(
        "SELECT memo, custbody_tieline_dunning AS dunning, custbody_tieline_run AS run, foreigntotal"
        " FROM transaction WHERE id = 2000002"
    ) == [{"memo": "call them", "dunning": "attempt 2 failed", "run": "run_1", "foreigntotal": "105.01"}]
    assert await erp.ledger("2000002") == {}
    await erp.patch("/invoice/2000002", {"custbody_tieline_dunning": None})
    assert "custbody_tieline_dunning" not in (await erp.get("/invoice/2000002")).json()


async def test_a_customer_has_the_subsidiaries_that_are_theirs(erp: Erp) -> None:
    foreign = invoice(subsidiary={"id": "3"})
    assert erp.refusal(await erp.put("/invoice/eid:in_1", foreign)) == (
        400,
        "Error while accessing a resource. Invalid subsidiary reference key 3 for entity 1001.",
        "INVALID_KEY_OR_REF",
        "subsidiary",
    )
    shared = {"entity": {"id": "1001"}, "subsidiary": {"id": "3"}}
    assert (await erp.post("/customerSubsidiaryRelationship", shared)).status_code == 204
    assert (await erp.put("/invoice/eid:in_1", foreign)).status_code == 204
    assert await erp.rows(
        "SELECT subsidiary, isprimarysub FROM customersubsidiaryrelationship WHERE entity = 1001 ORDER BY id"
    ) == [{"subsidiary": "1", "isprimarysub": "T"}, {"subsidiary": "3", "isprimarysub": "F"}]
    assert (await erp.post("/customerSubsidiaryRelationship", shared)).status_code == 400


async def test_a_customer_has_the_currencies_that_are_theirs(erp: Erp) -> None:
    in_euro = invoice(currency={"id": "4"})
    assert erp.refusal(await erp.put("/invoice/eid:in_1", in_euro))[1:3] == (
        "Error while accessing a resource. Invalid currency reference key 4 for entity 1001.",
        "INVALID_KEY_OR_REF",
    )
    await erp.patch("/customer/1001", {"currencyList": {"items": [{"currency": {"id": "4"}}]}})
    made = await erp.written("/invoice/eid:in_1", in_euro)
    assert made["currency"]["refName"] == "Euro"


@pytest.mark.parametrize(
    "body",
    [
        invoice() | {"item": {"items": []}},
        invoice({"quantity": 1, "rate": 5}),
        invoice({"item": {"externalId": "TL-TEAM"}}),
        invoice(line(-5)),
        {key: value for key, value in invoice(tax=5).items() if key != "taxDetailsOverride"},
        invoice(
            taxDetailsOverride=True, taxDetails={"items": [{"taxDetailsReference": "9", "taxAmount": 1}]}
        ),
    ],
)
async def test_an_invoice_that_says_too_little_or_nonsense_is_refused(erp: Erp, body: dict[str, Any]) -> None:
    assert (await erp.put("/invoice/eid:in_1", body)).status_code == 400
    assert (await erp.get("/invoice/eid:in_1")).status_code == 404


async def test_an_order_becomes_an_invoice_once(erp: Erp) -> None:
    order = {
        "entity": {"id": "1001"},
        "otherRefNum": "C-7",
        "item": {"items": [line(10, quantity=4)]},
        "tranDate": TODAY,
    }
    made = await erp.written("/salesOrder/eid:so-7", order)
    assert (made["total"], made["orderStatus"]["refName"]) == (40.0, "Pending Fulfillment")
    assert await erp.ledger(made["id"]) == {}
    path = f"/salesOrder/{made['id']}/!transform/invoice"
    response = await erp.post(path, {"externalId": "in_7", "tranDate": TODAY})
    assert response.status_code == 204
    billed = (await erp.client.get(response.headers["Location"])).json()
    assert (billed["total"], billed["otherRefNum"], billed["createdFrom"]["id"]) == (40.0, "C-7", made["id"])
    assert (await erp.get("/salesOrder/eid:so-7")).json()["orderStatus"]["refName"] == "Billed"
    assert (await erp.post(path, {})).status_code == 400
    assert (await erp.client.delete(f"{RECORD}/salesOrder/eid:so-7")).status_code == 400
    await erp.client.delete(response.headers["Location"])
    assert (await erp.client.delete(f"{RECORD}/salesOrder/eid:so-7")).status_code == 204


async def test_an_order_can_be_closed(erp: Erp) -> None:
    await erp.written("/salesOrder/eid:so-7", {"entity": {"id": "1001"}, "item": {"items": [line()]}})
    closed = await erp.written("/salesOrder/eid:so-7", {"orderStatus": {"id": "H"}})
    assert closed["status"]["refName"] == "Closed"
    (row,) = await erp.rows("SELECT status FROM transaction WHERE externalid = 'so-7'")
    assert row == {"status": "H"}


async def test_a_new_customer_can_be_invoiced_at_once(erp: Erp) -> None:
    await erp.put("/customer/eid:acc_new", customer())
    body = invoice() | {"entity": {"externalId": "acc_new"}}
    made = await erp.written("/invoice/eid:in_1", body)
    assert (made["entity"]["refName"], made["dueDate"]) == ("Wren & Co", TODAY)
    assert (await erp.get("/customer/eid:acc_new")).json()["balance"] == 100.0
