"""Can a customer be made and changed as with Stripe?"""

from typing import Any

import pytest

from sandbox.ids import stripe_id
from tests.sandbox.stripe.till import Till

NEW = {
    "name": "Nova",
    "email": "billing@nova.example",
    "address[line1]": "1 Way",
    "address[country]": "DE",
    "metadata[gateway_id]": "acc_nova",
    "tax_id_data[0][type]": "eu_vat",
    "tax_id_data[0][value]": "DE111",
}


async def test_a_new_customer_is_read_back_listed_and_found(own_till: Till) -> None:
    made = await own_till.done("/v1/customers", NEW)
    assert await own_till.read(f"/v1/customers/{made['id']}") == made
    assert (made["name"], made["metadata"], made["currency"]) == ("Nova", {"gateway_id": "acc_nova"}, None)
    assert (made["address"]["line1"], made["address"]["city"]) == ("1 Way", None)
    assert (await own_till.read("/v1/customers", ("limit", "1")))["data"] == [made]
    found = await own_till.read("/v1/customers/search", ("query", 'metadata["gateway_id"]:"acc_nova"'))
    assert found["data"] == [made]
    (tax_id,) = (await own_till.read(f"/v1/customers/{made['id']}/tax_ids"))["data"]
    assert (tax_id["type"], tax_id["value"]) == ("eu_vat", "DE111")
    assert await own_till.told(made["id"]) == ["customer.created"]


async def test_stripe_takes_the_same_customer_twice(own_till: Till) -> None:
    first, second = [await own_till.done("/v1/customers", NEW) for _ in range(2)]
    assert first["id"] != second["id"]


async def test_a_change_keeps_what_it_does_not_name_and_tells_what_was_before(own_till: Till) -> None:
    made = await own_till.done("/v1/customers", NEW)
    sent = {"metadata[erp]": "7", "address[city]": "Bonn", "email": ""}
    changed = await own_till.done(f"/v1/customers/{made['id']}", sent)
    assert changed["metadata"] == {"gateway_id": "acc_nova", "erp": "7"}
    assert (changed["address"]["line1"], changed["address"]["city"]) == ("1 Way", "Bonn")
    assert (changed["name"], changed["email"]) == ("Nova", None)
    (event,) = await own_till.events("customer.updated")
    assert event["data"]["object"] == changed
    assert event["data"]["previous_attributes"] == {
        "metadata": {"erp": None},
        "address": {"city": None},
        "email": "billing@nova.example",
    }


async def test_metadata_is_taken_away_by_key_and_as_a_whole(own_till: Till) -> None:
    made = await own_till.done("/v1/customers", {**NEW, "metadata[a]": "1"})
    changed = await own_till.done(f"/v1/customers/{made['id']}", {"metadata[a]": ""})
    assert changed["metadata"] == {"gateway_id": "acc_nova"}
    assert (await own_till.done(f"/v1/customers/{made['id']}", {"metadata": ""}))["metadata"] == {}


async def test_a_customer_of_the_seeded_company_is_changed_in_billing_only(own_till: Till) -> None:
    account = own_till.practice.world.accounts[own_till.invoice(status="paid").account]
    before = vars(account) | {"changed": None}
    id = stripe_id("customer", account.number)
    await own_till.done(f"/v1/customers/{id}", {"name": "Other", "metadata[x]": "y"})
    assert vars(account) | {"changed": None} == before
    shown = await own_till.read(f"/v1/customers/{id}")
    assert (shown["name"], shown["metadata"]["x"]) == ("Other", "y")
    assert shown["metadata"]["gateway_id"] == account.key


async def test_a_change_of_nothing_is_not_told(own_till: Till) -> None:
    made = await own_till.done("/v1/customers", NEW)
    await own_till.done(f"/v1/customers/{made['id']}", {"name": "Nova"})
    assert await own_till.told(made["id"]) == ["customer.created"]


@pytest.mark.parametrize(
    ("sent", "code", "param"),
    [
        ({"nome": "x"}, "parameter_unknown", "nome"),
        ({"address[street]": "x"}, "parameter_unknown", "address[street]"),
        ({"address": "x"}, None, "address"),
        ({"metadata[k]": "v" * 501}, None, "metadata"),
        ({"a[b][c][d][e][f]": "x"}, "parameter_unknown", "a[b][c][d][e][f]"),
        ({"tax_id_data[0][type]": "eu_vat"}, "parameter_missing", "tax_id_data[0][value]"),
        ({"expand[]": "default_currency"}, None, "expand"),
    ],
)
async def test_what_does_not_fit_is_refused_and_changes_nothing(
    own_till: Till, sent: dict[str, Any], code: str | None, param: str
) -> None:
    count = len(own_till.practice.world.accounts)
    status, body = await own_till.write("/v1/customers", sent)
    assert (status, body["error"].get("code"), body["error"]["param"]) == (400, code, param)
    assert len(own_till.practice.world.accounts) == count


async def test_a_customer_that_is_not_there_cannot_be_changed(own_till: Till) -> None:
    status, body = await own_till.write("/v1/customers/cus_none", {"name": "x"})
    assert (status, body["error"]["code"]) == (404, "resource_missing")
