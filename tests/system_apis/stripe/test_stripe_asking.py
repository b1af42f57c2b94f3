"""Does the adapter say what Stripe expects, and read what a small account never says?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest
from aiohttp import web

from system_apis.errors import Missing, PlatformError, Refused, Unavailable, Unreadable
from system_apis.stripe import Config, connect
from system_apis.stripe.adapter import StripeBilling
from system_apis.stripe.finding import place_of, quoted, searches
from system_apis.stripe.refusals import refusal
from tests.system_apis.elsewhere import NOW, behaving


class Till:
    """Answers by path, and remembers what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {f"/v1/{path.replace('__', '/')}": answer for path, answer in answers.items()}
        self.asked: list[web.Request] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        answer = self.answers[request.path]
        return web.json_response(answer(request) if callable(answer) else answer)


@asynccontextmanager
async def asking(till: Till, **config: Any) -> AsyncIterator[StripeBilling]:
    async with behaving(till) as url:
        billing = connect("billing", Config(base_url=url, api_key="sk_test_1", **config), lambda: NOW)
        try:
            yield billing
        finally:
            await billing.aclose()


def listed(*data: Any, more: bool = False) -> dict[str, Any]:
    return {"object": "list", "data": list(data), "has_more": more}


def line(number: int) -> dict[str, Any]:
    return {
        "id": f"il_{number}",
        "amount": number,
        "currency": "eur",
        "description": None,
        "quantity": 1,
        "pricing": None,
    }


def invoice(lines: dict[str, Any]) -> dict[str, Any]:
    times = {"finalized_at": None, "paid_at": None}
    nothing: dict[str, Any] = {
        "parent": None,
        "due_date": None,
        "next_payment_attempt": None,
        "total_taxes": [],
    }
    money = {"currency": "eur", "total": 6, "amount_paid": 0, "amount_remaining": 6}
    rest = {"id": "in_1", "number": None, "customer": "cus_1", "status": "draft", "created": 0}
    return {**rest, **money, **nothing, "status_transitions": times, "attempt_count": 0, "lines": lines}


async def test_every_call_carries_the_key_and_the_version_and_the_account() -> None:
    till = Till(customers=listed())
    async with asking(till, account="acct_1") as billing:
        await billing.account_records()
    sent = till.asked[0].headers
    assert sent["Authorization"] == "Bearer sk_test_1"
    assert sent["Stripe-Version"] == "2026-10-28.endive"
    assert sent["Stripe-Account"] == "acct_1"


async def test_the_lines_of_a_long_invoice_are_read_to_their_end() -> None:
    def further(request: web.Request) -> dict[str, Any]:
        behind = int(request.query["starting_after"].removeprefix("il_"))
        return listed(line(behind + 1), more=behind < 4)

    till = Till(invoices__in_1=invoice(listed(line(1), line(2), more=True)), invoices__in_1__lines=further)
    async with asking(till) as billing:
        told = await billing.invoice("in_1")
    assert [one.amount.minor for one in told.lines] == [1, 2, 3, 4, 5]


async def test_all_states_of_subscriptions_are_asked_for() -> None:
    till = Till(subscriptions=listed())
    async with asking(till) as billing:
        await billing.subscriptions("cus_1", cursor="sub_9", limit=1000)
    asked = dict(till.asked[0].query)
    assert asked == {"customer": "cus_1", "status": "all", "limit": "100", "starting_after": "sub_9"}


async def test_a_status_that_came_after_us_is_unreadable_and_not_guessed() -> None:
    odd = {**invoice(listed()), "status": "haunted"}
    async with asking(Till(invoices__in_1=odd)) as billing:
        with pytest.raises(Unreadable) as caught:
            await billing.invoice("in_1")
    assert "haunted" not in str(caught.value)


async def test_a_deleted_customer_is_missing_although_stripe_still_answers() -> None:
    till = Till(customers__cus_1={"id": "cus_1", "object": "customer", "deleted": True})
    async with asking(till) as billing:
        with pytest.raises(Missing):
            await billing.account_record("cus_1")
        assert await billing.find("cus_1") == ()


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (404, {"code": "resource_missing", "param": "id"}, Missing),
        (400, {"code": "resource_missing", "param": "customer"}, Missing),
        (400, {"code": "resource_missing", "param": "starting_after"}, Refused),
        (424, {}, Unavailable),
        (400, {"code": "parameter_invalid_empty"}, None),
    ],
)
def test_a_code_says_more_than_a_status(
    status: int, error: dict[str, str], expected: type[PlatformError] | None
) -> None:
    body = msgspec.json.encode({"error": {"message": "Ms Personal Data", **error}})
    said = refusal("billing")(status, httpx.Headers(), body)
    assert (type(said) if said else None) is expected
    assert "Personal" not in str(said)


@pytest.mark.parametrize(
    ("words", "place"),
    [("cus_1", "customers"), ("in_1", "invoices"), ("py_1", "charges"), ("inv_1", None), ("a cus_1", None)],
)
def test_an_id_says_where_it_is_read(words: str, place: str | None) -> None:
    assert place_of(words) == place


def test_words_are_searched_where_they_could_be() -> None:
    assert [one.path for one in searches("a@b.example")] == ["customers", "customers/search"]
    assert [one.path for one in searches("Acme")] == ["customers/search"]
    assert [one.path for one in searches("TL-0001")] == ["customers/search", "invoices/search"]
    assert next(searches("ab")).params == {"query": 'name:"ab"'}


def test_quotes_in_words_do_not_end_them() -> None:
    assert quoted('a" OR name~"b\\') == '"a\\" OR name~\\"b\\\\"'
