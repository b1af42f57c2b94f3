"""Does the client that the Python world uses work against the practice Salesforce, unchanged?"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)
from simple_salesforce.login import SalesforceLogin

from sandbox.ids import salesforce_id
from tests.sandbox.salesforce.conftest import Org
from tests.sandbox.salesforce.small_world import an_account

T = TypeVar("T")


class Loopback(requests.Session):
    """Sends every request to the practice org, whatever https address the client made up."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._address = urlsplit(url)

    def request(self, method: str, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        asked = urlsplit(str(url))
        rewritten = asked._replace(scheme=self._address.scheme, netloc=self._address.netloc)
        return super().request(method, urlunsplit(rewritten), *args, **options)


async def _client(org: Org, token: str | None = None, **options: Any) -> Any:
    session = Loopback(org.url)
    session.headers["Sforce-Query-Options"] = "batchSize=200"
    host = urlsplit(org.url).netloc
    session_id = token or org.practice.keys.salesforce.access_token
    return Salesforce(session_id=session_id, instance=host, session=session, version="66.0", **options)


async def _apart(work: Callable[[], T]) -> T:
    """Run a blocking client beside the loop that serves it."""
    return await asyncio.to_thread(work)


@pytest.fixture
def crowded(org: Org) -> Org:
    """An org whose accounts need three pages."""
    org.world.accounts.update({number: an_account(number) for number in range(4, 451)})
    org.practice.changed()
    return org


async def test_it_lists_all_accounts_page_by_page(crowded: Org) -> None:
    client = await _client(crowded)
    listed = await _apart(lambda: client.query_all("SELECT Id, Name FROM Account ORDER BY Name"))
    assert (listed["totalSize"], listed["done"]) == (450, True)
    assert len({record["Id"] for record in listed["records"]}) == 450
    assert client.api_usage["api-usage"].used == 3


async def test_it_lists_and_reads_everything_the_seeded_company_has(org: Org) -> None:
    org.practice.reset(seed=7)
    client = await _client(org)
    in_crm = {number: one for number, one in org.world.accounts.items() if "crm" in one.systems}
    deals = [deal for deal in org.world.opportunities.values() if deal.account in in_crm]
    accounts = await _apart(lambda: list(client.query_all_iter("SELECT Id, Name FROM Account")))
    assert len(accounts) == len(in_crm) + sum("crm" in one.copies for one in in_crm.values()) > 200
    listed = await _apart(lambda: client.query_all("SELECT Id, Account.Name, Amount FROM Opportunity"))
    assert listed["totalSize"] == len(listed["records"]) == len(deals) > 200
    assert all(record["Account"]["Name"] for record in listed["records"])
    for record in accounts[::40]:
        assert (await _apart(partial(client.Account.get, record["Id"])))["Name"] == record["Name"]


async def test_it_iterates_all_opportunities_with_their_lines(org: Org) -> None:
    client = await _client(org)
    text = (
        "SELECT Id, Name, Account.Name, (SELECT TotalPrice FROM OpportunityLineItems) "
        "FROM Opportunity ORDER BY Name"
    )
    deals = await _apart(lambda: list(client.query_all_iter(text)))
    assert [deal["Name"] for deal in deals] == ["Deal 1", "Deal 2", "Deal 3"]
    assert deals[1]["OpportunityLineItems"]["records"][0]["TotalPrice"] == 9000


async def test_it_reads_rows_by_id_and_by_key_and_describes_their_object(org: Org) -> None:
    client = await _client(org)
    id = salesforce_id("Account", 1)
    row = await _apart(lambda: client.Account.get(id))
    assert row["Name"] == "Customer 1"
    by_key = await _apart(
        lambda: client.Account.get_by_custom_id("Global_Customer_Id__c", row["Global_Customer_Id__c"])
    )
    assert by_key["Id"] == id
    described = await _apart(client.Account.describe)
    assert described["name"] == "Account"
    assert len((await _apart(client.describe))["sobjects"]) >= 10
    assert await _apart(client.is_sandbox) is True
    assert (await _apart(client.limits))["DailyApiRequests"]["Max"] == 115_000


async def test_it_follows_changes(org: Org) -> None:
    now = org.practice.clock.now()
    org.world.accounts[2].changed = now.replace(second=0, microsecond=0)
    org.practice.changed()
    client = await _client(org)
    changed = await _apart(
        lambda: client.Account.updated(now.replace(second=0), now.replace(year=now.year + 1))
    )
    assert salesforce_id("Account", 2) in changed["ids"]
    deleted = await _apart(
        lambda: client.Account.deleted(now.replace(second=0), now.replace(year=now.year + 1))
    )
    assert deleted["deletedRecords"] == []


async def test_it_raises_its_own_errors_for_ours(org: Org) -> None:
    client = await _client(org)
    key = org.world.accounts[1].key
    org.world.accounts[4] = an_account(4, key=key)
    org.practice.changed()
    with pytest.raises(SalesforceMalformedRequest, match="No such column"):
        await _apart(lambda: client.query("SELECT Nope FROM Account"))
    with pytest.raises(SalesforceResourceNotFound):
        await _apart(lambda: client.Account.get("001000000000000AAA"))
    with pytest.raises(SalesforceMoreThanOneRecord):
        await _apart(lambda: client.Account.get_by_custom_id("Global_Customer_Id__c", key))
    stranger = await _client(org, token="nonsense")
    with pytest.raises(SalesforceExpiredSession):
        await _apart(lambda: stranger.query("SELECT Id FROM Account"))


async def test_it_signs_in_with_client_credentials(org: Org) -> None:
    keys = org.practice.keys.salesforce
    session = Loopback(org.url)

    def sign_in(secret: str) -> tuple[str, str]:
        found: tuple[str, str] = SalesforceLogin(
            consumer_key=keys.client_id, consumer_secret=secret, domain="practice.my", session=session
        )
        return found

    token, instance = await _apart(lambda: sign_in(keys.client_secret))
    assert instance == urlsplit(org.url).netloc
    client = await _client(org, token=token)
    assert (await _apart(lambda: client.query("SELECT COUNT() FROM Account")))["totalSize"] == 3
    with pytest.raises(SalesforceAuthenticationFailed, match="invalid client credentials"):
        await _apart(lambda: sign_in("wrong"))


async def test_it_writes_rows_one_by_one_and_together(org: Org) -> None:
    client = await _client(org)
    made = await _apart(lambda: client.Account.create({"Name": "New", "Support_Tier__c": "gold"}))
    assert made["success"] is True
    assert await _apart(lambda: client.Account.update(made["id"], {"Support_Tier__c": "team"})) == 204
    statuses = [
        await _apart(
            lambda: client.Task.upsert("Tieline_Key__c/run-1.step", {"Subject": "Call", "WhatId": made["id"]})
        )
        for _ in range(2)
    ]
    assert statuses == [201, 200]
    read = await _apart(lambda: client.Task.get_by_custom_id("Tieline_Key__c", "run-1.step"))
    assert (read["WhatId"], read["AccountId"]) == (made["id"], made["id"])
    records = [{"attributes": {"type": "Contact"}, "LastName": f"Moss {place}"} for place in range(3)]
    results = await _apart(
        lambda: client.restful(
            "composite/sobjects", method="POST", json={"allOrNone": True, "records": records}
        )
    )
    assert [one["success"] for one in results] == [True, True, True]
    found = await _apart(lambda: client.query("SELECT Id FROM Contact WHERE LastName LIKE 'Moss%'"))
    assert {one["Id"] for one in found["records"]} == {one["id"] for one in results}
    assert await _apart(lambda: client.Contact.delete(results[0]["id"])) == 204


async def test_it_tells_several_rows_of_one_key_apart_from_one(org: Org) -> None:
    client = await _client(org)
    key = org.world.accounts[1].key
    org.world.accounts[4] = an_account(4, key=key)
    org.practice.changed()
    with pytest.raises(SalesforceMoreThanOneRecord):
        await _apart(lambda: client.Account.upsert(f"Global_Customer_Id__c/{key}", {"Name": "Which?"}))


async def test_it_sees_deletions_and_refusals_of_writes(org: Org) -> None:
    client = await _client(org)
    start = org.practice.clock.now().replace(second=0)
    id = salesforce_id("Contact", 1)
    await _apart(lambda: client.Contact.delete(id))
    deleted = await _apart(lambda: client.Contact.deleted(start, start.replace(year=start.year + 1)))
    assert [one["id"] for one in deleted["deletedRecords"]] == [id]
    with pytest.raises(SalesforceResourceNotFound, match="ENTITY_IS_DELETED"):
        await _apart(lambda: client.Contact.update(id, {"LastName": "New"}))
    with pytest.raises(SalesforceMalformedRequest, match="REQUIRED_FIELD_MISSING"):
        await _apart(lambda: client.Account.create({}))
