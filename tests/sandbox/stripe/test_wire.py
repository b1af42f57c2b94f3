"""Does the practice Stripe let in, refuse and answer as Stripe does?"""

import base64

import pytest

from tests.sandbox.stripe.till import Till, id_of


async def test_the_key_may_come_as_basic_user_name(till: Till) -> None:
    basic = base64.b64encode(f"{till.practice.keys.stripe.api_key}:".encode()).decode()
    assert (await till.ask("/v1/customers", Authorization=f"Basic {basic}"))[0] == 200


async def test_a_wrong_key_is_a_401_that_shows_its_end_only(till: Till) -> None:
    status, body = await till.ask("/v1/customers", Authorization="Bearer sk_test_secretsecretABCD")
    assert status == 401
    assert body["error"]["message"] == "Invalid API Key provided: sk_test_********ABCD"


async def test_a_wrong_key_of_any_letters_is_a_401(till: Till) -> None:
    assert (await till.ask("/v1/customers", Authorization="Bearer sk_é"))[0] == 401


@pytest.mark.parametrize("header", ["", "Bearer ", "Basic !!!", "Basic é", "Digest abc"])
async def test_no_key_is_a_401_that_says_how_to_send_one(till: Till, header: str) -> None:
    status, body = await till.ask("/v1/customers", Authorization=header)
    assert (status, body["error"]["type"]) == (401, "invalid_request_error")
    assert body["error"]["message"].startswith("You did not provide an API key.")


async def test_every_answer_has_a_request_id_of_its_own_and_the_version(till: Till) -> None:
    headers = {"Authorization": f"Bearer {till.practice.keys.stripe.api_key}"}
    seen = set()
    for path in ("/v1/customers", "/v1/customers/cus_none", "/v1/nothing"):
        async with till.client.get(till.url + path, headers=headers) as answer:
            seen.add(answer.headers["Request-Id"])
            assert answer.headers["Stripe-Version"] == "2026-10-28.endive"
    assert len(seen) == 3
    assert all(id.startswith("req_") for id in seen)


async def test_an_older_version_is_taken_and_a_malformed_one_refused(till: Till) -> None:
    assert (await till.ask("/v1/products", **{"Stripe-Version": "2025-03-31.basil"}))[0] == 200
    assert (await till.ask("/v1/products", **{"Stripe-Version": "latest"}))[0] == 400


async def test_an_unknown_path_is_an_unrecognized_url(till: Till) -> None:
    status, error = await till.refused("/v1/customers/")
    assert status == 404
    assert error["message"].startswith("Unrecognized request URL (GET: /v1/customers/).")


async def test_another_method_is_another_url(till: Till) -> None:
    headers = {"Authorization": f"Bearer {till.practice.keys.stripe.api_key}"}
    async with till.client.post(f"{till.url}/v1/products", headers=headers) as answer:
        assert answer.status == 404
        assert "(POST: /v1/products)" in (await answer.json())["error"]["message"]


async def test_a_subscription_has_its_period_on_the_items_only(till: Till) -> None:
    one = (await till.read("/v1/subscriptions", ("limit", "1")))["data"][0]
    assert "current_period_end" not in one
    assert one["items"]["data"][0]["current_period_end"] > one["items"]["data"][0]["current_period_start"]


async def test_a_paused_subscription_says_since_when(till: Till) -> None:
    paused = (await till.read("/v1/subscriptions", ("status", "paused")))["data"]
    assert paused
    assert all(one["status_details"]["paused"]["transitioned_at"] > one["created"] for one in paused)


async def test_an_invoice_names_its_subscription_under_parent(till: Till) -> None:
    invoice = till.invoice(status="paid")
    one = await till.read(f"/v1/invoices/{id_of(invoice)}")
    assert not {"subscription", "charge", "payment_intent", "payments"} & set(one)
    assert one["parent"]["subscription_details"]["subscription"].startswith("sub_")
    assert sum(line["amount"] for line in one["lines"]["data"]) == one["subtotal"] == invoice.subtotal
    assert sum(tax["amount"] for tax in one["total_taxes"]) == invoice.tax


async def test_a_draft_has_no_number(till: Till) -> None:
    drafts = (await till.read("/v1/invoices", ("status", "draft")))["data"]
    assert drafts
    assert {one["number"] for one in drafts} == {None}


async def test_the_taxes_of_the_lines_add_up_to_the_invoice(till: Till) -> None:
    for one in (await till.read("/v1/invoices", ("limit", "100")))["data"]:
        of_lines = sum(tax["amount"] for line in one["lines"]["data"] for tax in line["taxes"])
        assert of_lines == sum(tax["amount"] for tax in one["total_taxes"])


@pytest.mark.parametrize("kind", ["credit_notes", "disputes", "refunds", "payouts"])
async def test_what_the_company_does_not_have_is_an_empty_list(till: Till, kind: str) -> None:
    found = await till.read(f"/v1/{kind}")
    assert found == {"object": "list", "data": [], "has_more": False, "url": f"/v1/{kind}"}


async def test_a_server_error_asks_not_to_be_retried(own_till: Till) -> None:
    await own_till.control("/faults", fault="error_500", calls=1)
    async with own_till.client.get(f"{own_till.url}/v1/customers") as answer:
        assert (answer.status, answer.headers["stripe-should-retry"]) == (500, "false")
        assert (await answer.json())["error"]["type"] == "api_error"


async def test_a_rate_limit_has_a_reason_and_no_retry_after(own_till: Till) -> None:
    await own_till.control("/faults", fault="rate_limited", calls=1)
    async with own_till.client.get(f"{own_till.url}/v1/customers") as answer:
        assert answer.status == 429
        assert answer.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
        assert "Retry-After" not in answer.headers


async def test_the_state_of_an_object_is_what_a_read_shows(till: Till) -> None:
    id = id_of(till.invoice(status="open"))
    async with till.client.get(f"{till.url}/_sim/state/invoice?id={id}") as answer:
        held = (await answer.json())["data"]
    assert held == [await till.read(f"/v1/invoices/{id}")]
