"""Does the adapter say what Salesforce expects, and read what only real orgs say?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest
from aiohttp import web

from system_apis.errors import Busy, Locked, Missing, PlatformError, Unavailable
from system_apis.health import Quota
from system_apis.salesforce import Config, connect
from system_apis.salesforce.adapter import SalesforceCrm
from system_apis.salesforce.refusals import refusal, usage
from tests.system_apis.elsewhere import NOW, behaving

ROW = {
    "Id": "001",
    "Name": "Acme",
    "ParentId": None,
    "Owner": None,
    "Website": None,
    **{f"Billing{part}": None for part in ("Street", "City", "State", "PostalCode", "Country")},
    "LastModifiedDate": "2026-03-01T09:30:00.000+0000",
    **{f"{name}__c": None for name in ("Global_Customer_Id", "Legal_Entity", "Segment", "Support_Tier")},
    **{f"{name}__c": None for name in ("Subscription_Status", "Risk_Flag", "Payment_Terms", "Tax_Id")},
}


class Org:
    """An org that has one page of accounts after another, and remembers what it was asked."""

    def __init__(self, pages: int, *rows: Any) -> None:
        self.pages = pages
        self.rows = rows
        self.asked: list[web.Request] = []
        self.forms: list[Any] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/services/oauth2/token":
            self.forms.append(dict(await request.post()))
            # The address it names is not where we were told to go.
            return web.json_response({"access_token": "t", "instance_url": "https://elsewhere.invalid"})
        self.asked.append(request)
        left = self.pages - len(self.asked)
        more = {"nextRecordsUrl": f"/services/data/v66.0/query/01gA-{len(self.asked)}"} if left > 0 else {}
        return web.json_response({"totalSize": 9, "done": left <= 0, "records": self.rows, **more})


@asynccontextmanager
async def asking(org: Org, **config: Any) -> AsyncIterator[SalesforceCrm]:
    async with behaving(org) as url:
        crm = connect("crm", Config(base_url=url, client_id="me", client_secret="s3", **config), lambda: NOW)
        try:
            yield crm
        finally:
            await crm.aclose()


async def test_a_list_is_walked_by_locators_of_the_configured_host() -> None:
    org = Org(3, ROW)
    async with asking(org, batch=200, api_version="67.0") as crm:
        first = await crm.account_records()
        second = await crm.account_records(first.next)
        third = await crm.account_records(second.next)
    assert [request.path for request in org.asked] == [
        "/services/data/v67.0/query",
        "/services/data/v67.0/query/01gA-1",
        "/services/data/v67.0/query/01gA-2",
    ]
    assert {request.headers["Sforce-Query-Options"] for request in org.asked} == {"batchSize=200"}
    assert third.next is None


async def test_a_cursor_cannot_leave_the_query_path() -> None:
    org = Org(1)
    async with asking(org) as crm:
        await crm.account_records("../sobjects/User/005?fields=Email")
    assert org.asked[0].raw_path == "/services/data/v66.0/query/..%2Fsobjects%2FUser%2F005%3Ffields%3DEmail"


async def test_the_token_is_asked_with_the_client_credentials() -> None:
    org = Org(1)
    async with asking(org) as crm:
        await crm.account_records()
    assert org.forms == [{"grant_type": "client_credentials", "client_id": "me", "client_secret": "s3"}]
    assert org.asked[0].headers["Authorization"] == "Bearer t"


async def test_an_org_with_one_currency_is_not_asked_for_codes() -> None:
    for currency, asked in (("USD", False), (None, True)):
        org = Org(1)
        async with asking(org, currency=currency) as crm:
            assert await crm._reading.lines("Id != null") == ()
        assert ("CurrencyIsoCode" in org.asked[0].query["q"]) is asked


async def test_the_lines_of_a_contract_are_those_of_deals_that_were_won() -> None:
    contract = {
        **{"Id": "800", "ContractNumber": "1", "AccountId": "001", "Status": "Activated"},
        **dict.fromkeys(("StartDate", "EndDate", "CustomerSignedDate", "CompanySignedDate")),
        **{"CreatedDate": "2026-03-01T09:30:00.000+0000", "LastModifiedDate": ROW["LastModifiedDate"]},
        "Legal_Entity__c": "US",
    }
    line = {
        **{"OpportunityId": "006", "Opportunity": {"ContractId": "800"}, "ProductCode": "SKU"},
        **{"Product2": None, "Description": None, "Quantity": 1.0, "CurrencyIsoCode": "USD"},
        **{"UnitPrice": 10.10, "TotalPrice": 10.10},
    }
    org = Org(1, contract | line)
    async with asking(org) as crm:
        page = await crm.contracts("001")
    assert [one.amount.minor for one in page.items[0].lines] == [1010]
    assert "Opportunity.ContractId IN ('800') AND Opportunity.IsWon = true" in org.asked[1].query["q"]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, "REQUEST_LIMIT_EXCEEDED", Busy),
        (400, "UNABLE_TO_LOCK_ROW", Locked),
        (400, "INVALID_QUERY_FILTER_OPERATOR", Missing),
        (503, "SERVER_UNAVAILABLE", Unavailable),
        (400, "MALFORMED_QUERY", None),
    ],
)
def test_a_code_says_more_than_a_status(status: int, code: str, error: type[PlatformError] | None) -> None:
    body = msgspec.json.encode([{"message": "Ms Personal Data", "errorCode": code}])
    said = refusal("crm")(status, httpx.Headers(), body)
    assert (type(said) if said else None) is error
    assert "Personal" not in str(said)


def test_an_error_page_is_left_to_its_status() -> None:
    assert refusal("crm")(502, httpx.Headers(), b"<html>") is None


@pytest.mark.parametrize(
    ("header", "quota"),
    [
        ("api-usage=10018/100000", Quota(used=10018, limit=100000)),
        ("api-usage=1/2; per-app-api-usage=17/250(appName=x)", Quota(used=1, limit=2)),
        ("per-app-api-usage=17/250(appName=x)", None),
        ("", None),
    ],
)
def test_usage_is_that_of_the_whole_org(header: str, quota: Quota | None) -> None:
    assert usage(httpx.Headers({"Sforce-Limit-Info": header})) == quota


async def test_changes_are_asked_for_again_a_quarter_of_an_hour_behind_an_old_cursor_too() -> None:
    org = Org(1)
    objects = ("Account", "Contact", "Opportunity", "Contract")
    places = {object: "2026-11-23T11:00:00.000+0000|" for object in objects}
    async with asking(org) as crm:
        changes = await crm.changes(msgspec.json.encode(places).decode(), NOW)
        assert not changes.more
        assert await crm.changes(changes.cursor, NOW) == changes
    asked = [request.query["q"] for request in org.asked[:8]]
    for object in objects:
        until = [q.split("SystemModstamp <= ")[1].split()[0] for q in asked if f" FROM {object} " in q]
        assert until == ["2026-11-23T11:59:50Z", "2026-11-23T11:45:00Z"]
    assert all("SystemModstamp > 2026-11-23T11:00:00.000Z" in q for q in asked)
