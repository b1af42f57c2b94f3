"""Can an invoice be finalised, paid, given up, credited and refunded as with Stripe?"""

import pytest

from sandbox.ids import stripe_id
from tests.sandbox.stripe.till import Json, Till, id_of


async def opened(till: Till) -> Json:
    """An open invoice that nobody tried to collect yet, with tax in it when there is one."""
    found = (await till.read("/v1/invoices", ("status", "open"), ("limit", "100")))["data"]
    return next(one for one in found if not one["attempted"])


async def paid(till: Till) -> Json:
    """A paid invoice with tax in it."""
    found = (await till.read("/v1/invoices", ("status", "paid"), ("limit", "100")))["data"]
    return next(one for one in found if one["total_taxes"])


async def intent_of(till: Till, invoice: Json) -> str:
    (payment,) = (await till.read("/v1/invoice_payments", ("invoice", invoice["id"])))["data"]
    intent: str = payment["payment"]["payment_intent"]
    return intent


async def test_a_draft_is_finalised_once(own_till: Till) -> None:
    draft = own_till.invoice(status="draft")
    path = f"/v1/invoices/{id_of(draft)}"
    done = await own_till.done(path + "/finalize", {"auto_advance": "false"})
    assert (done["status"], done["number"]) == ("open", draft.reference)
    assert await own_till.told(id_of(draft)) == ["invoice.finalized", "invoice.updated"]
    status, body = await own_till.write(path + "/finalize")
    assert status == 400
    assert "already finalized" in body["error"]["message"]


async def test_an_open_invoice_is_paid_once(own_till: Till) -> None:
    invoice = await opened(own_till)
    path = f"/v1/invoices/{invoice['id']}"
    done = await own_till.done(path + "/pay")
    assert (done["status"], done["amount_paid"]) == ("paid", invoice["amount_due"])
    (payment,) = (await own_till.read("/v1/invoice_payments", ("invoice", invoice["id"])))["data"]
    assert (payment["status"], payment["amount_paid"]) == ("paid", invoice["amount_due"])
    assert await own_till.told(payment["id"]) == ["invoice_payment.paid"]
    assert (await own_till.write(path + "/pay"))[1]["error"]["message"] == "Invoice is already paid"


async def test_paid_out_of_band_there_is_no_charge(own_till: Till) -> None:
    invoice = await opened(own_till)
    done = await own_till.done(f"/v1/invoices/{invoice['id']}/pay", {"paid_out_of_band": "true"})
    assert (done["status"], done["attempt_count"]) == ("paid", 0)
    assert (await own_till.read("/v1/invoice_payments", ("invoice", invoice["id"])))["data"] == []


async def test_a_card_that_fails_is_a_402_with_the_charge(own_till: Till) -> None:
    _, failed = await own_till.control("/fail-payment", decline_code="expired_card")
    status, body = await own_till.write(f"/v1/invoices/{failed['invoice']}/pay")
    error = body["error"]
    assert (status, error["type"], error["code"]) == (402, "card_error", "card_declined")
    assert error["decline_code"] == "expired_card"
    assert error["payment_intent"]["status"] == "requires_payment_method"
    again = await own_till.read(f"/v1/invoices/{failed['invoice']}")
    assert (again["status"], again["attempt_count"]) == ("open", 2)
    assert (await own_till.events("invoice.payment_failed"))[0]["data"]["object"] == again


@pytest.mark.parametrize(
    ("action", "status", "event"),
    [
        ("void", "void", "invoice.voided"),
        ("mark_uncollectible", "uncollectible", "invoice.marked_uncollectible"),
    ],
)
async def test_an_open_invoice_is_given_up(own_till: Till, action: str, status: str, event: str) -> None:
    invoice = await opened(own_till)
    done = await own_till.done(f"/v1/invoices/{invoice['id']}/{action}")
    assert (done["status"], done["amount_remaining"]) == (status, invoice["amount_due"])
    assert (await own_till.told(invoice["id"]))[-2:] == [event, "invoice.updated"]
    assert (await own_till.write(f"/v1/invoices/{id_of(own_till.invoice(status='paid'))}/{action}"))[0] == 400


async def test_a_credit_takes_off_an_open_invoice_and_void_puts_it_on_again(own_till: Till) -> None:
    invoice = await opened(own_till)
    sent = {"invoice": invoice["id"], "amount": "1000", "reason": "order_change", "memo": "sorry"}
    note = await own_till.done("/v1/credit_notes", sent)
    assert (note["type"], note["pre_payment_amount"], note["post_payment_amount"]) == ("pre_payment", 1000, 0)
    assert note["number"] == f"{invoice['number']}-CN-01"
    less = await own_till.read(f"/v1/invoices/{invoice['id']}")
    assert less["amount_remaining"] == invoice["amount_due"] - 1000
    assert less["pre_payment_credit_notes_amount"] == 1000
    assert less["total"] == invoice["total"]
    assert (await own_till.read("/v1/credit_notes", ("invoice", invoice["id"])))["data"] == [note]
    voided = await own_till.done(f"/v1/credit_notes/{note['id']}/void")
    assert voided["status"] == "void"
    assert (await own_till.read(f"/v1/invoices/{invoice['id']}"))["amount_due"] == invoice["amount_due"]
    assert await own_till.told(note["id"]) == ["credit_note.created", "credit_note.voided"]


async def test_a_credit_for_all_of_it_pays_an_open_invoice(own_till: Till) -> None:
    invoice = await opened(own_till)
    await own_till.done("/v1/credit_notes", {"invoice": invoice["id"], "amount": str(invoice["total"])})
    after = await own_till.read(f"/v1/invoices/{invoice['id']}")
    assert (after["status"], after["amount_due"], after["amount_paid"]) == ("paid", 0, 0)


async def test_a_credit_of_a_paid_invoice_says_how_the_money_goes_back(own_till: Till) -> None:
    invoice = await paid(own_till)
    sent = {"invoice": invoice["id"], "amount": "500"}
    status, body = await own_till.write("/v1/credit_notes", sent)
    assert (status, body["error"]["param"]) == (400, "refund_amount")
    note = await own_till.done("/v1/credit_notes", {**sent, "refund_amount": "300", "credit_amount": "200"})
    assert (note["type"], note["post_payment_amount"]) == ("post_payment", 500)
    tax = invoice["total_taxes"][0]["amount"]
    assert note["total_taxes"][0]["amount"] == round(500 * tax / invoice["total"])
    (back,) = note["refunds"]
    refund = await own_till.read(f"/v1/refunds/{back['refund']}")
    assert (refund["amount"], refund["payment_intent"]) == (300, await intent_of(own_till, invoice))
    over = {**sent, "amount": str(invoice["total"]), "refund_amount": str(invoice["total"])}
    assert (await own_till.write("/v1/credit_notes", over))[0] == 400


async def test_credited_lines_carry_their_tax(own_till: Till) -> None:
    invoice = await paid(own_till)
    line, tax = invoice["lines"]["data"][0], invoice["total_taxes"][0]["amount"]
    whole = line["amount"] + round(line["amount"] * tax / invoice["subtotal"])
    sent = {
        "invoice": invoice["id"],
        "lines[0][type]": "invoice_line_item",
        "lines[0][invoice_line_item]": line["id"],
        "out_of_band_amount": str(whole),
    }
    note = await own_till.done("/v1/credit_notes", sent)
    assert note["total"] == whole
    assert note["lines"]["data"][0]["invoice_line_item"] == line["id"]
    assert note["lines"]["data"][0]["taxes"] == note["total_taxes"]
    assert (await own_till.read(f"/v1/credit_notes/{note['id']}/lines"))["data"] == note["lines"]["data"]


async def test_refunds_go_up_to_what_was_paid(own_till: Till) -> None:
    invoice = await paid(own_till)
    intent, amount = await intent_of(own_till, invoice), invoice["amount_paid"]
    part = await own_till.done("/v1/refunds", {"payment_intent": intent, "amount": "100"})
    assert (part["status"], part["amount"], part["currency"]) == ("succeeded", 100, invoice["currency"])
    charge = await own_till.read(f"/v1/charges/{part['charge']}")
    assert (charge["amount_refunded"], charge["refunded"]) == (100, False)
    status, body = await own_till.write("/v1/refunds", {"charge": part["charge"], "amount": str(amount)})
    assert (status, body["error"]["param"]) == (400, "amount")
    rest = await own_till.done("/v1/refunds", {"charge": part["charge"]})
    assert rest["amount"] == amount - 100
    assert (await own_till.read(f"/v1/charges/{part['charge']}"))["refunded"] is True
    status, body = await own_till.write("/v1/refunds", {"charge": part["charge"]})
    assert (status, body["error"]["code"]) == (400, "charge_already_refunded")
    assert await own_till.told(part["charge"]) == ["charge.refunded", "charge.updated"] * 2
    assert (await own_till.events("refund.created"))[0]["data"]["object"]["id"] == rest["id"]


async def test_a_refund_leaves_the_erp_as_it_was(own_till: Till) -> None:
    world = own_till.practice.world
    invoice = own_till.invoice(status="paid")
    before = [vars(one).copy() for one in world.payments.values()]
    shown = await own_till.read(f"/v1/invoices/{id_of(invoice)}")
    await own_till.done("/v1/refunds", {"payment_intent": await intent_of(own_till, shown)})
    assert [vars(one) for one in world.payments.values()] == before
    assert (await own_till.read(f"/v1/invoices/{id_of(invoice)}"))["status"] == "paid"


async def test_a_dispute_takes_the_money_and_gives_it_back_when_it_is_won(own_till: Till) -> None:
    _, told = await own_till.control("/dispute")
    path = f"/v1/disputes/{told['dispute']}"
    charge = await own_till.read(f"/v1/charges/{told['charge']}")
    assert charge["disputed"] is True
    assert (await own_till.write("/v1/refunds", {"charge": told["charge"]}))[0] == 400
    await own_till.done(path, {"evidence[uncategorized_text]": "they used it", "submit": "true"})
    assert (await own_till.read(path))["status"] == "under_review"
    assert (await own_till.control("/close-dispute", dispute=told["dispute"], outcome="won"))[0] == 200
    won = await own_till.read(path)
    assert (won["status"], won["evidence"]["uncategorized_text"]) == ("won", "they used it")
    fee = won["balance_transactions"][0]["fee"]
    assert [one["net"] for one in won["balance_transactions"]] == [-won["amount"] - fee, won["amount"]]
    assert await own_till.told(told["dispute"]) == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]
    assert (await own_till.control("/close-dispute", dispute=told["dispute"], outcome="won"))[0] == 400


async def test_a_dispute_can_be_accepted(own_till: Till) -> None:
    invoice = await paid(own_till)
    _, told = await own_till.control("/dispute", invoice=invoice["id"])
    assert told["invoice"] == invoice["id"]
    assert (await own_till.done(f"/v1/disputes/{told['dispute']}/close"))["status"] == "lost"


async def test_a_payout_is_the_sum_of_its_movements_and_takes_each_once(own_till: Till) -> None:
    invoice = await paid(own_till)
    intent = await intent_of(own_till, invoice)
    await own_till.done("/v1/refunds", {"payment_intent": intent, "amount": "100"})
    await own_till.control("/dispute")
    status, made = await own_till.control("/payout")
    assert status == 200
    assert {one["currency"] for one in made["data"]} == {"usd", "eur", "jpy"}
    for told in made["data"]:
        payout = await own_till.read(f"/v1/payouts/{told['payout']}", ("expand[]", "balance_transaction"))
        asked = (("payout", told["payout"]), ("limit", "100"))
        found = (await own_till.read("/v1/balance_transactions", *asked))["data"]
        own = [one for one in found if one["source"] == told["payout"]]
        assert [one["net"] for one in own] == [-payout["amount"]] == [payout["balance_transaction"]["net"]]
        others = [one for one in found if one not in own]
        if not (await own_till.read("/v1/balance_transactions", *asked))["has_more"]:
            assert sum(one["net"] for one in others) == payout["amount"]
            assert len(others) == told["transactions"]
        assert all(one["net"] == one["amount"] - one["fee"] for one in others)
        assert payout["status"] == "pending"
    assert (await own_till.control("/payout"))[0] == 400
    await own_till.wait(3 * 86_400)
    assert (await own_till.read(f"/v1/payouts/{made['data'][0]['payout']}"))["status"] == "paid"
    assert await own_till.told(made["data"][0]["payout"]) == [
        "payout.created",
        "payout.paid",
        "payout.updated",
    ]


async def test_a_payout_that_the_bank_sends_back_is_in_the_balance_again(own_till: Till) -> None:
    await paid(own_till)
    _, made = await own_till.control("/payout")
    id, amount = made["data"][0]["payout"], made["data"][0]["amount"]
    await own_till.wait(3 * 86_400)
    assert (await own_till.control("/return-payout", payout=id))[0] == 200
    payout = await own_till.read(f"/v1/payouts/{id}", ("expand[]", "failure_balance_transaction"))
    assert (payout["status"], payout["failure_code"]) == ("failed", "account_closed")
    back = payout["failure_balance_transaction"]
    assert (back["type"], back["reporting_category"]) == ("payout_failure", "payout_reversal")
    assert (back["net"], back["source"]) == (amount, id)
    assert (await own_till.told(id))[-2:] == ["payout.failed", "payout.updated"]
    _, again = await own_till.control("/payout", currency=made["data"][0]["currency"])
    asked = (("payout", again["data"][0]["payout"]), ("limit", "100"))
    collected = (await own_till.read("/v1/balance_transactions", *asked))["data"]
    assert back["id"] in {one["id"] for one in collected}
    for wrong in (id, "po_nobody", None):
        assert (await own_till.control("/return-payout", payout=wrong))[0] == 400


async def test_a_movement_brings_what_it_came_from(own_till: Till) -> None:
    asked = (("type", "charge"), ("limit", "1"), ("expand[]", "data.source"))
    (one,) = (await own_till.read("/v1/balance_transactions", *asked))["data"]
    assert (one["source"]["object"], one["source"]["balance_transaction"]) == ("charge", one["id"])


async def test_many_objects_are_made_in_one_call(own_till: Till) -> None:
    before = len(own_till.practice.world.invoices)
    status, told = await own_till.control("/bill", count=300)
    assert status == 200
    assert sum(told["made"].values()) >= 300
    assert set(told["invoices"]) == {
        "paid",
        "open",
        "credited",
        "refunded",
        "credited after it was paid",
    }
    assert len(own_till.practice.world.invoices) == before + told["made"]["invoice"]
    for count in (0, True, "9", 10**6):
        assert (await own_till.control("/bill", count=count))[0] == 400


async def test_yen_have_no_minor_part(own_till: Till) -> None:
    japanese = next(one for one in own_till.practice.world.invoices.values() if one.currency == "JPY")
    shown = await own_till.read(f"/v1/invoices/{id_of(japanese)}")
    assert (shown["currency"], shown["total"]) == ("jpy", japanese.total)
    assert shown["customer"] == stripe_id("customer", japanese.account)
