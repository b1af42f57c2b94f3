"""How does the practice NetSuite page and filter a list?"""

import pytest

from tests.sandbox.netsuite.conftest import Erp
from tests.sandbox.netsuite.erp_world import add_customers


async def test_a_list_shows_ids_and_links_only(erp: Erp) -> None:
    page = (await erp.get("/customer")).json()
    assert (page["count"], page["hasMore"], page["offset"], page["totalResults"]) == (4, False, 0, 4)
    assert page["items"][0] == {
        "links": [{"rel": "self", "href": f"{erp.url}/services/rest/record/v1/customer/1001"}],
        "id": "1001",
    }


async def test_following_next_reaches_every_record_once(erp: Erp) -> None:
    add_customers(erp.world, 2_300)
    erp.reopen()
    seen: list[str] = []
    href: str | None = "/services/rest/record/v1/customer?q=isInactive IS false"
    pages = 0
    while href:
        page = (await erp.client.get(href)).json()
        seen += [item["id"] for item in page["items"]]
        href = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
        assert page["hasMore"] == (href is not None)
        pages += 1
    assert (pages, len(seen), len(set(seen)), page["totalResults"]) == (3, 2_304, 2_304, 2_304)


async def test_a_page_past_the_end_is_empty(erp: Erp) -> None:
    page = (await erp.get("/customer", limit="2", offset="40")).json()
    assert (page["items"], page["count"], page["hasMore"], page["totalResults"]) == ([], 0, False, 4)


@pytest.mark.parametrize(
    ("limit", "offset"), [("0", "0"), ("1001", "0"), ("10", "15"), ("x", "0"), ("10", "-10"), ("²", "0")]
)
async def test_a_window_that_cannot_be_is_refused(erp: Erp, limit: str, offset: str) -> None:
    response = await erp.get("/customer", limit=limit, offset=offset)
    assert response.status_code == 400
    assert response.json()["o:errorDetails"][0]["o:errorCode"] == "INVALID_PARAMETER"


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ('companyName IS "customer 1"', [1001]),
        ("companyName IS 'Customer 1'", [1001]),
        ("companyName START_WITH Customer", [1001, 1002, 1004, 101004]),
        ('companyName CONTAIN "(ERP)"', [1004, 101004]),
        ('companyName END_WITH " Inc"', [101004]),
        ("companyName CONTAIN_NOT ERP", [1001, 1002]),
        ("email start_with ada", [1001]),
        ("parent ANY_OF [1001, 7]", [1002]),
        ("parent EMPTY", [1001, 1004, 101004]),
        ("parent EMPTY_NOT", [1002]),
        ("id GREATER 1002", [1004, 101004]),
        ("id BETWEEN [1002, 1004]", [1002, 1004]),
        ("id EQUAL 1001", [1001]),
        ("isInactive IS false AND balance GREATER_OR_EQUAL 105.01", [1001, 1002]),
        ("lastModifiedDate AFTER 2026-11-18", [1001]),
        ('lastModifiedDate ON_OR_AFTER "2026-11-18T00:00:00Z"', [1001, 1002]),
        ("lastModifiedDate BEFORE 11/17/2026", [1004, 101004]),
        ("lastModifiedDate ON 2026-11-19", [1001]),
        ("id EQUAL 1001 OR id EQUAL 1002 AND parent EMPTY", [1001]),
        ("(id EQUAL 1001 OR id EQUAL 1002) AND parent EMPTY_NOT", [1002]),
    ],
)
async def test_a_condition_selects(erp: Erp, q: str, found: list[int]) -> None:
    assert await erp.ids("customer", q) == found


async def test_transactions_are_filtered_too(erp: Erp) -> None:
    assert await erp.ids("invoice", 'status IS "Open" AND entity EQUAL 1001') == [2000002]
    assert await erp.ids("invoice", "tranDate ON_OR_AFTER 2026-09-02") == [2000002, 2000003]
    assert await erp.ids("creditMemo", 'tranId IS "x"') == []


@pytest.mark.parametrize(
    "q",
    [
        "",
        "companyName",
        "companyName IS",
        "companyName LIKES x",
        "shoeSize EQUAL 4",
        "companyName GREATER 4",
        "id EQUAL many",
        "id BETWEEN [1]",
        "id EQUAL [1, 2]",
        "isInactive IS perhaps",
        "lastModifiedDate AFTER yesterday",
        "(id EQUAL 1",
        "id EQUAL 1 AND",
        "(" * 1_200 + "id EQUAL 1" + ")" * 1_200,
    ],
)
async def test_a_condition_that_cannot_be_understood_is_refused(erp: Erp, q: str) -> None:
    response = await erp.get("/customer", q=q)
    (error,) = response.json()["o:errorDetails"]
    assert (response.status_code, error["o:errorCode"]) == (400, "INVALID_PARAMETER")
    assert error["detail"].startswith("Invalid search query. Detailed unprocessed description follows. ")


async def test_a_changed_world_is_seen_at_once(erp: Erp) -> None:
    erp.world.accounts[1].name = "Renamed"
    erp.reopen()
    assert await erp.ids("customer", "companyName IS Renamed") == [1001]
    assert await erp.rows("SELECT id FROM customer WHERE companyname = 'Renamed'") == [{"id": "1001"}]
