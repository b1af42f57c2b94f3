"""Do lists page, filter and refuse as Stripe's do?"""

import pytest

from sandbox.ids import stripe_id
from tests.sandbox.stripe.till import Till, id_of


async def test_a_page_has_ten_objects_unless_asked_otherwise(till: Till) -> None:
    assert len((await till.read("/v1/customers"))["data"]) == 10
    assert len((await till.read("/v1/customers", ("limit", "100")))["data"]) == 100


async def test_pages_join_without_gap_or_repetition(till: Till) -> None:
    whole = [one["id"] for one in (await till.read("/v1/invoices", ("limit", "100")))["data"]]
    first = await till.read("/v1/invoices", ("limit", "37"))
    rest = await till.read("/v1/invoices", ("limit", "63"), ("starting_after", first["data"][-1]["id"]))
    assert [one["id"] for one in first["data"] + rest["data"]] == whole


async def test_the_last_page_has_no_more(till: Till) -> None:
    found = await till.read("/v1/products", ("limit", "100"))
    last = await till.read("/v1/products", ("starting_after", found["data"][-1]["id"]))
    assert (found["has_more"], last["data"], last["has_more"]) == (False, [], False)


@pytest.mark.parametrize(
    ("asked", "code", "param"),
    [
        (("limit", "0"), None, "limit"),
        (("limit", "101"), None, "limit"),
        (("limit", "ten"), "parameter_invalid_integer", "limit"),
        (("starting_after", "in_none"), "resource_missing", "starting_after"),
        (("customer", "cus_none"), "resource_missing", "customer"),
        (("status", "late"), None, "status"),
        (("colour", "red"), "parameter_unknown", "colour"),
        (("created[since]", "1"), "parameter_unknown", "created[since]"),
        (("created[gte]", "monday"), "parameter_invalid_integer", "created[gte]"),
    ],
)
async def test_a_wrong_parameter_is_a_400_that_names_it(
    till: Till, asked: tuple[str, str], code: str | None, param: str
) -> None:
    status, error = await till.refused("/v1/invoices", asked)
    assert (status, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)


async def test_an_unknown_parameter_is_named_in_stripes_words(till: Till) -> None:
    _, error = await till.refused("/v1/customers", ("colour", "red"))
    assert error["message"] == "Received unknown parameter: colour"


async def test_both_directions_at_once_are_refused(till: Till) -> None:
    id = id_of(till.invoice(status="paid"))
    status, _ = await till.refused("/v1/invoices", ("starting_after", id), ("ending_before", id))
    assert status == 400


async def test_subscriptions_leave_out_the_canceled_unless_asked(till: Till) -> None:
    usual = await till.read("/v1/subscriptions", ("limit", "100"))
    canceled = await till.read("/v1/subscriptions", ("status", "canceled"))
    assert "canceled" not in {one["status"] for one in usual["data"]}
    assert {one["status"] for one in canceled["data"]} == {"canceled"}


async def test_invoices_of_a_customer_are_those_of_the_world(till: Till) -> None:
    invoice = till.invoice(status="open")
    customer = stripe_id("customer", invoice.account)
    found = await till.read("/v1/invoices", ("customer", customer), ("limit", "100"))
    world = till.practice.world.invoices.values()
    assert {one["id"] for one in found["data"]} == {
        id_of(one) for one in world if one.account == invoice.account
    }


async def test_created_bounds_include_and_exclude(till: Till) -> None:
    at = (await till.read("/v1/invoices", ("limit", "20")))["data"][-1]["created"]
    later = await till.read("/v1/invoices", ("created[gt]", str(at)), ("limit", "100"))
    since = await till.read("/v1/invoices", ("created[gte]", str(at)), ("limit", "100"))
    before = await till.read("/v1/invoices", ("created[lt]", str(at)))
    assert min(one["created"] for one in later["data"]) > at
    assert min(one["created"] for one in since["data"]) == at
    assert max(one["created"] for one in before["data"]) < at


async def test_the_items_of_a_subscription_need_the_subscription(till: Till) -> None:
    _, error = await till.refused("/v1/subscription_items")
    assert (error["code"], error["param"]) == ("parameter_missing", "subscription")
    one = (await till.read("/v1/subscriptions"))["data"][0]
    items = await till.read("/v1/subscription_items", ("subscription", one["id"]))
    assert {item["id"] for item in items["data"]} == {item["id"] for item in one["items"]["data"]}


async def test_the_lines_of_an_invoice_page_in_their_order(till: Till) -> None:
    invoice = next(one for one in till.practice.world.invoices.values() if len(one.lines) > 1)
    path = f"/v1/invoices/{id_of(invoice)}/lines"
    first = await till.read(path, ("limit", "1"))
    second = await till.read(path, ("limit", "1"), ("starting_after", first["data"][0]["id"]))
    amounts = [page["data"][0]["pricing"]["price_details"]["product"] for page in (first, second)]
    assert (first["has_more"], amounts) == (True, [line.sku for line in invoice.lines[:2]])


async def test_products_can_be_asked_by_a_list_of_ids(till: Till) -> None:
    found = await till.read("/v1/products", ("ids[]", "TL-TEAM"), ("ids[]", "TL-API"))
    assert {one["id"] for one in found["data"]} == {"TL-TEAM", "TL-API"}


async def test_a_running_subscription_entitles_to_the_features_of_its_products(till: Till) -> None:
    world = till.practice.world
    running = next(one for one in world.subscriptions.values() if one.status == "active")
    asked = ("customer", stripe_id("customer", running.account))
    found = await till.read("/v1/entitlements/active_entitlements", asked, ("limit", "100"))
    features = {name for line in running.lines for name in world.products[line.sku].features}
    assert features <= {one["lookup_key"] for one in found["data"]}


async def test_a_paused_subscription_entitles_to_nothing(till: Till) -> None:
    world = till.practice.world
    running = {one.account for one in world.subscriptions.values() if one.status in ("active", "trialing")}
    paused = next(
        one for one in world.subscriptions.values() if one.status == "paused" and one.account not in running
    )
    asked = ("customer", stripe_id("customer", paused.account))
    assert (await till.read("/v1/entitlements/active_entitlements", asked))["data"] == []


async def test_tax_ids_stand_below_their_customer(till: Till) -> None:
    account = next(one for one in till.practice.world.accounts.values() if one.country == "DE")
    found = await till.read(f"/v1/customers/{stripe_id('customer', account.number)}/tax_ids")
    assert [(one["type"], one["value"]) for one in found["data"]] == [("eu_vat", account.tax_id)]
