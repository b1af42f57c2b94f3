"""Does a subscription begin, change, pause, go on and end as with Stripe?"""

from typing import Any

import pytest

from tests.sandbox.stripe.till import Json, Till

DAY = 86_400
EXPANDED: dict[str, Any] = {"expand[]": "latest_invoice"}


async def customer(till: Till) -> str:
    made: str = (await till.done("/v1/customers", {"name": "Nova", "address[country]": "DE"}))["id"]
    return made


async def price(till: Till, sku: str = "TL-BUSINESS", currency: str = "eur", interval: str = "month") -> Json:
    found = await till.read("/v1/prices", ("product", sku), ("currency", currency), ("active", "true"))
    return next(one for one in found["data"] if one["recurring"]["interval"] == interval)


async def subscribed(till: Till, quantity: int = 10, **more: Any) -> Json:
    sent = {
        "customer": await customer(till),
        "items[0][price]": (await price(till))["id"],
        "items[0][quantity]": str(quantity),
        "metadata[run]": "q2c:1",
        **more,
    }
    return await till.done("/v1/subscriptions", sent)


async def invoices(till: Till, subscription: Json) -> list[Json]:
    return list((await till.read("/v1/invoices", ("subscription", subscription["id"])))["data"])


async def test_by_card_the_first_invoice_is_paid_at_once(own_till: Till) -> None:
    one = await subscribed(own_till, **EXPANDED)
    unit = (await price(own_till))["unit_amount"]
    assert (one["status"], one["metadata"], one["collection_method"]) == (
        "active",
        {"run": "q2c:1"},
        "charge_automatically",
    )
    invoice = one["latest_invoice"]
    assert (invoice["status"], invoice["billing_reason"]) == ("paid", "subscription_create")
    assert (invoice["amount_paid"], invoice["amount_remaining"], invoice["due_date"]) == (10 * unit, 0, None)
    assert (await own_till.read(f"/v1/subscriptions/{one['id']}"))["latest_invoice"] == invoice["id"]
    assert await own_till.told(one["id"]) == ["customer.subscription.created"]
    assert await own_till.told(invoice["id"]) == [
        "invoice.created",
        "invoice.finalized",
        "invoice.updated",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]
    period = one["items"]["data"][0]
    assert 28 * DAY <= period["current_period_end"] - period["current_period_start"] <= 31 * DAY


async def test_by_due_date_the_first_invoice_is_a_draft_for_an_hour(own_till: Till) -> None:
    one = await subscribed(own_till, collection_method="send_invoice", days_until_due="14")
    (invoice,) = await invoices(own_till, one)
    assert (one["status"], invoice["status"], invoice["number"]) == ("active", "draft", None)
    await own_till.wait(3_700)
    (invoice,) = await invoices(own_till, one)
    assert invoice["status"] == "open"
    assert invoice["due_date"] - invoice["status_transitions"]["finalized_at"] == 14 * DAY


async def test_a_subscription_grants_its_features_until_it_ends(own_till: Till) -> None:
    one = await subscribed(own_till)
    asked = ("customer", one["customer"])
    assert (await own_till.read("/v1/entitlements/active_entitlements", asked))["data"]
    status, ended = await own_till.delete(f"/v1/subscriptions/{one['id']}")
    assert (status, ended["status"]) == (200, "canceled")
    assert (await own_till.read("/v1/entitlements/active_entitlements", asked))["data"] == []
    assert (await own_till.told(one["id"]))[-1] == "customer.subscription.deleted"
    assert (await own_till.delete(f"/v1/subscriptions/{one['id']}"))[0] == 404


async def test_more_seats_are_prorated_with_the_next_invoice(own_till: Till) -> None:
    one = await subscribed(own_till, quantity=10)
    item, unit = one["items"]["data"][0], (await price(own_till))["unit_amount"]
    half = (item["current_period_start"] + item["current_period_end"]) // 2
    await own_till.wait(half - own_till.practice.clock.now().timestamp())
    path, sent = f"/v1/subscriptions/{one['id']}", {"items[0][id]": item["id"], "items[0][quantity]": "20"}
    changed = await own_till.done(path, {**sent, "proration_date": str(half)})
    assert [(i["id"], i["quantity"]) for i in changed["items"]["data"]] == [(item["id"], 20)]
    event = (await own_till.events("customer.subscription.updated"))[0]
    assert event["data"]["object"] == changed
    assert event["data"]["previous_attributes"]["items"]["data"][0]["quantity"] == 10
    await own_till.wait(item["current_period_end"] - half + 3_700)
    newest = (await invoices(own_till, one))[0]
    back, rest, whole = newest["lines"]["data"]
    assert whole["amount"] == 20 * unit
    assert abs(back["amount"] + 10 * unit // 2) <= 1
    assert abs(rest["amount"] - 20 * unit // 2) <= 1
    assert [line["parent"]["subscription_item_details"]["proration"] for line in newest["lines"]["data"]] == [
        True,
        True,
        False,
    ]
    assert (newest["status"], newest["total"]) == ("paid", sum(one["amount"] for one in (back, rest, whole)))


async def test_an_upgrade_can_be_billed_at_once(own_till: Till) -> None:
    one = await subscribed(own_till, quantity=10)
    item = one["items"]["data"][0]
    sent = {"items[0][id]": item["id"], "items[0][quantity]": "20", "proration_behavior": "always_invoice"}
    await own_till.done(f"/v1/subscriptions/{one['id']}", sent)
    newest, first = await invoices(own_till, one)
    assert (newest["billing_reason"], newest["status"]) == ("subscription_update", "paid")
    assert abs(newest["total"] - first["total"]) < first["total"] // 1000


async def test_an_item_can_come_go_and_get_another_price_and_ids_stay(own_till: Till) -> None:
    one = await subscribed(own_till)
    path, first = f"/v1/subscriptions/{one['id']}", one["items"]["data"][0]["id"]
    extra = (await price(own_till, "TL-ANALYTICS"))["id"]
    two = await own_till.done(path, {"items[0][price]": extra, "proration_behavior": "none"})
    second = two["items"]["data"][1]["id"]
    left = await own_till.done(path, {"items[0][id]": first, "items[0][deleted]": "true"})
    assert [item["id"] for item in left["items"]["data"]] == [second]
    status, body = await own_till.write(path, {"items[0][id]": second, "items[0][deleted]": "true"})
    assert (status, body["error"]["param"]) == (400, "items")
    status, body = await own_till.write(path, {"items[0][id]": first, "items[0][quantity]": "2"})
    assert (status, body["error"]["param"]) == (400, "items[0][id]")


async def test_from_months_to_years_a_new_period_is_billed_at_once(own_till: Till) -> None:
    one = await subscribed(own_till)
    item, yearly = one["items"]["data"][0], await price(own_till, interval="year")
    sent = {"items[0][id]": item["id"], "items[0][price]": yearly["id"]}
    changed = await own_till.done(f"/v1/subscriptions/{one['id']}", sent)
    period = changed["items"]["data"][0]
    assert period["current_period_end"] - period["current_period_start"] in (365 * DAY, 366 * DAY)
    newest = (await invoices(own_till, one))[0]
    assert (newest["status"], newest["billing_reason"]) == ("paid", "subscription_update")
    assert len(newest["lines"]["data"]) == 2


async def test_a_price_of_ones_own_is_made_inline(own_till: Till) -> None:
    sent = {
        "customer": await customer(own_till),
        "items[0][price_data][currency]": "jpy",
        "items[0][price_data][product]": "TL-BUSINESS",
        "items[0][price_data][unit_amount]": "1234",
        "items[0][price_data][recurring][interval]": "year",
        "items[0][quantity]": "3",
    }
    one = await own_till.done("/v1/subscriptions", sent)
    assert one["items"]["data"][0]["price"]["unit_amount"] == 1234
    (invoice,) = await invoices(own_till, one)
    assert (invoice["currency"], invoice["total"]) == ("jpy", 3702)


async def test_it_ends_with_its_period_when_told_so(own_till: Till) -> None:
    one = await subscribed(own_till)
    path = f"/v1/subscriptions/{one['id']}"
    leaving = await own_till.done(path, {"cancel_at_period_end": "true"})
    assert leaving["cancel_at"] == one["items"]["data"][0]["current_period_end"]
    assert (await own_till.done(path, {"cancel_at_period_end": "false"}))["cancel_at"] is None
    await own_till.done(path, {"cancel_at_period_end": "true"})
    await own_till.wait(32 * DAY)
    ended = await own_till.read(path)
    assert (ended["status"], ended["ended_at"]) == ("canceled", leaving["cancel_at"])
    assert len(await invoices(own_till, one)) == 1


async def test_paused_and_resumed_it_keeps_what_was_not_used(own_till: Till) -> None:
    one = await subscribed(own_till)
    path = f"/v1/subscriptions/{one['id']}"
    paused = await own_till.done(path + "/pause")
    assert (paused["status"], paused["status_details"]["paused"]["type"]) == ("paused", "subscription")
    await own_till.wait(29 * DAY)
    resumed = await own_till.done(path + "/resume", {"billing_cycle_anchor": "now"})
    assert (resumed["status"], resumed["status_details"]) == ("active", None)
    newest, first = await invoices(own_till, one)
    assert len(newest["lines"]["data"]) == 2
    assert newest["total"] < first["total"] // 100
    assert [type for type in await own_till.told(one["id"]) if "updated" not in type] == [
        "customer.subscription.created",
        "customer.subscription.paused",
        "customer.subscription.resumed",
    ]
    status, body = await own_till.write(path + "/resume")
    assert (status, body["error"]["type"]) == (400, "invalid_request_error")


async def test_while_it_is_paused_no_period_is_billed(own_till: Till) -> None:
    one = await subscribed(own_till)
    await own_till.done(f"/v1/subscriptions/{one['id']}/pause")
    await own_till.wait(70 * DAY)
    assert len(await invoices(own_till, one)) == 1


async def test_the_older_pause_keeps_the_status_and_the_drafts(own_till: Till) -> None:
    one = await subscribed(own_till)
    path = f"/v1/subscriptions/{one['id']}"
    held = await own_till.done(path, {"pause_collection[behavior]": "keep_as_draft"})
    assert (held["status"], held["pause_collection"]["behavior"]) == ("active", "keep_as_draft")
    await own_till.wait(33 * DAY)
    newest = (await invoices(own_till, one))[0]
    assert (newest["status"], newest["auto_advance"]) == ("draft", False)
    assert (await own_till.done(path, {"pause_collection": ""}))["pause_collection"] is None
    await own_till.wait(1)
    assert (await invoices(own_till, one))[0]["status"] == "paid"


async def test_a_trial_is_billed_when_it_ends(own_till: Till) -> None:
    one = await subscribed(own_till, trial_period_days="14")
    assert (one["status"], one["latest_invoice"]) == ("trialing", None)
    await own_till.wait(14 * DAY + 3_700)
    after = await own_till.read(f"/v1/subscriptions/{one['id']}")
    (invoice,) = await invoices(own_till, one)
    assert (after["status"], invoice["status"]) == ("active", "paid")
    assert after["items"]["data"][0]["current_period_start"] == one["trial_end"]


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({"customer": "cus_none"}, "customer"),
        ({"items[0][price]": "price_none"}, "items[0][price]"),
        ({"items[0][quantity]": "many"}, "items[0][quantity]"),
        ({"collection_method": "send_invoice"}, "days_until_due"),
        ({"currency": "usd"}, "items"),
        ({"coupon": "x"}, "coupon"),
    ],
)
async def test_a_subscription_that_cannot_be_is_refused(
    own_till: Till, sent: dict[str, str], param: str
) -> None:
    good = {"customer": await customer(own_till), "items[0][price]": (await price(own_till))["id"]}
    count = len(own_till.practice.world.subscriptions)
    status, body = await own_till.write("/v1/subscriptions", {**good, **sent})
    assert (status, body["error"]["param"]) == (400, param)
    assert len(own_till.practice.world.subscriptions) == count


async def test_a_customer_has_one_currency(own_till: Till) -> None:
    one = await subscribed(own_till)
    usd = (await price(own_till, currency="usd"))["id"]
    status, body = await own_till.write(
        "/v1/subscriptions", {"customer": one["customer"], "items[0][price]": usd}
    )
    assert status == 400
    assert "combine currencies" in body["error"]["message"]
