"""Do related objects come along when, and only when, they are asked for?"""

import pytest

from tests.sandbox.stripe.till import Till, id_of


async def test_the_payments_of_an_invoice_come_with_their_charge(till: Till) -> None:
    invoice = till.invoice(status="paid")
    one = await till.read(
        f"/v1/invoices/{id_of(invoice)}",
        ("expand[]", "payments"),
        ("expand[]", "payments.data.payment.payment_intent"),
    )
    paid = [payment for payment in one["payments"]["data"] if payment["status"] == "paid"]
    intent = paid[0]["payment"]["payment_intent"]
    assert (intent["status"], intent["amount_received"]) == ("succeeded", invoice.total)
    again = await till.read(f"/v1/payment_intents/{intent['id']}", ("expand[]", "latest_charge"))
    assert (again["latest_charge"]["object"], again["latest_charge"]["paid"]) == ("charge", True)


async def test_lists_expand_below_data(till: Till) -> None:
    found = await till.read(
        "/v1/subscriptions",
        ("expand[]", "data.customer"),
        ("expand[1]", "data.items.data.price"),
        ("expand[]", "data.latest_invoice"),
        ("limit", "100"),
    )
    assert {one["customer"]["object"] for one in found["data"]} == {"customer"}
    assert {one["latest_invoice"]["object"] for one in found["data"] if one["latest_invoice"]} == {"invoice"}


async def test_the_product_of_a_single_subscription_comes_along(till: Till) -> None:
    id = (await till.read("/v1/subscriptions", ("limit", "1")))["data"][0]["id"]
    one = await till.read(f"/v1/subscriptions/{id}", ("expand[]", "items.data.price.product"))
    assert all(item["price"]["product"]["object"] == "product" for item in one["items"]["data"])


async def test_an_expansion_leaves_no_trace_in_later_answers(till: Till) -> None:
    path = f"/v1/invoices/{id_of(till.invoice(status='open'))}"
    before = await till.read(path)
    await till.read(path, ("expand[]", "customer"), ("expand[]", "parent.subscription_details.subscription"))
    assert await till.read(path) == before


async def test_a_customer_brings_its_subscriptions_on_request(till: Till) -> None:
    found = await till.read("/v1/customers", ("expand[]", "data.subscriptions"), ("limit", "100"))
    brought = [sub for one in found["data"] for sub in one["subscriptions"]["data"]]
    assert brought
    assert "canceled" not in {one["status"] for one in brought}


@pytest.mark.parametrize(
    ("path", "expand", "message"),
    [
        ("/v1/invoices", "metadata", "This property cannot be expanded (metadata). You may want to try"),
        ("/v1/invoices", "data.colour", "This property cannot be expanded (colour)."),
        ("/v1/invoices", "data", "This property cannot be expanded (data)."),
        ("/v1/credit_notes", "data.colour", "This property cannot be expanded (colour)."),
        ("/v1/invoices", "data.payments.data.payment.payment_intent", "You cannot expand more than 4 levels"),
        ("/v1/subscriptions", "data.items.data.price.product", "You cannot expand more than 4 levels"),
    ],
)
async def test_what_cannot_be_expanded_is_a_400(till: Till, path: str, expand: str, message: str) -> None:
    status, error = await till.refused(path, ("expand[]", expand))
    assert (status, error["type"]) == (400, "invalid_request_error")
    assert error["message"].startswith(message)


async def test_expand_needs_to_be_a_list(till: Till) -> None:
    status, error = await till.refused("/v1/invoices", ("expand", "data.customer"))
    assert (status, error["message"], error["param"]) == (400, "Invalid array", "expand")
