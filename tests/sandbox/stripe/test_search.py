"""Does a search find what its query says, and refuse what it cannot read?"""

from typing import Any

import pytest

from sandbox.ids import stripe_id
from sandbox.stripe.errors import Refusal
from sandbox.stripe.search import parsed
from tests.sandbox.stripe.till import Till

AMY = {
    "email": "Amy@rocket.example",
    "name": "Rocket Rides",
    "phone": None,
    "created": 100,
    "metadata": {"gateway_id": "acc_1", 'od"d': "x"},
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("email:'amy@rocket.example'", True),
        ('email:"AMY@ROCKET.EXAMPLE"', True),
        ("email:'amy'", False),
        ("email~'amy'", True),
        ("-email~'amy'", False),
        ("metadata['gateway_id']:'acc_1'", True),
        ("metadata['gateway_id']:'acc_2'", False),
        (r"""metadata["od\"d"]:"x" """, True),
        ("-metadata['other']:null", False),
        ("metadata['other']:null", True),
        ("phone:null", True),
        ("created>99", True),
        ("created>100", False),
        ("created>=100 created<=100", True),
        ("name~'rocket' AND created<50", False),
        ("name~'rocket' and created>50", True),
        ("name:'nobody' OR created>50", True),
        ("name:'nobody' or created<50", False),
        ("name : 'rocket rides'", True),
    ],
)
def test_a_query_means_what_the_language_says(query: str, found: bool) -> None:
    assert parsed(query, "customers")(AMY) is found


@pytest.mark.parametrize(
    "query",
    [
        "",
        "email",
        "email:",
        "email:'open",
        "email='amy'",
        "email:'a' AND name:'b' OR created>1",
        "metadata:'x'",
        "(email:'a')",
    ],
)
def test_a_query_that_cannot_be_read_is_refused(query: str) -> None:
    with pytest.raises(Refusal, match="We were unable to parse your search query"):
        parsed(query, "customers")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("colour:'red'", "Field `colour` is an unsupported search field for resource `customers`"),
        ("email>'a'", "Operator `>` is not supported for field `email`"),
        ("metadata['a']~'abc'", "Operator `~` is not supported for field `metadata`"),
        ("email~'am'", "at least 3 characters"),
    ],
)
def test_a_query_for_what_is_not_searched_is_refused(query: str, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        parsed(query, "customers")


async def test_invoices_are_found_by_number_and_subscriptions_by_status(till: Till) -> None:
    invoice = till.invoice(status="open")
    found = await till.read("/v1/invoices/search", ("query", f"number:'{invoice.reference}'"))
    assert [one["id"] for one in found["data"]] == [stripe_id("invoice", invoice.number)]
    paused = await till.read("/v1/subscriptions/search", ("query", "status:'paused'"))
    assert {one["status"] for one in paused["data"]} == {"paused"}


async def test_a_search_pages_by_its_own_token(till: Till) -> None:
    asked = ("query", "created>0")
    first = await till.read("/v1/customers/search", asked, ("limit", "60"))
    second = await till.read("/v1/customers/search", asked, ("limit", "60"), ("page", first["next_page"]))
    assert (first["object"], first["has_more"]) == ("search_result", True)
    assert not {one["id"] for one in first["data"]} & {one["id"] for one in second["data"]}


async def test_the_last_page_of_a_search_has_no_next(till: Till) -> None:
    found = await till.read("/v1/customers/search", ("query", "name:'nobody'"), ("expand[]", "total_count"))
    assert (found["has_more"], found["next_page"], found["total_count"]) == (False, None, 0)


@pytest.mark.parametrize(
    "asked", [[("page", "x")], [("page", "bm8=")], [("limit", "0")], [("colour", "red")]]
)
async def test_a_wrong_parameter_of_a_search_is_a_400(till: Till, asked: list[Any]) -> None:
    assert (await till.refused("/v1/customers/search", ("query", "created>0"), *asked))[0] == 400


async def test_a_search_needs_a_query(till: Till) -> None:
    _, error = await till.refused("/v1/customers/search")
    assert (error["code"], error["param"]) == ("parameter_missing", "query")


async def test_a_lagging_search_misses_what_just_changed_while_lists_show_it(own_till: Till) -> None:
    _, told = await own_till.control("/fail-payment")
    await own_till.control("/faults", fault="search_lags")
    number = (await own_till.read(f"/v1/invoices/{told['invoice']}"))["number"]
    asked = ("query", f"number:'{number}'")
    assert (await own_till.read("/v1/invoices/search", asked))["data"] == []
    async with own_till.client.delete(f"{own_till.url}/_sim/faults"):
        found = await own_till.read("/v1/invoices/search", asked)
    assert [one["id"] for one in found["data"]] == [told["invoice"]]
