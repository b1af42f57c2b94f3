"""Are single rows and changes read as the REST API guide says?"""

from typing import Any

import pytest

from sandbox.ids import salesforce_id
from tests.sandbox.salesforce.conftest import DATA, Org
from tests.sandbox.salesforce.small_world import an_account

FIRST = salesforce_id("Account", 1)


async def _error(org: Org, path: str, **options: Any) -> tuple[int, str]:
    response = await org.get(path, **options)
    (error,) = await response.json()
    return response.status, error["errorCode"]


@pytest.mark.parametrize("written", [FIRST, FIRST[:15], FIRST + "/"])
async def test_a_row_is_found_by_its_id(org: Org, written: str) -> None:
    row = await (await org.get(f"/sobjects/Account/{written}")).json()
    assert row["attributes"] == {"type": "Account", "url": f"{DATA}/sobjects/Account/{FIRST}"}
    assert (row["Id"], row["Name"], row["Industry"]) == (FIRST, "Customer 1", None)
    assert row["BillingAddress"]["city"] == row["BillingCity"] == "Portland"


async def test_a_row_has_only_the_fields_asked_for_and_its_id(org: Org) -> None:
    row = await (await org.get(f"/sobjects/account/{FIRST}", params={"fields": "name, billingcity"})).json()
    assert list(row) == ["attributes", "Name", "BillingCity", "Id"]
    assert await _error(org, f"/sobjects/Account/{FIRST}?fields=Name,Nope") == (400, "INVALID_FIELD")


@pytest.mark.parametrize(
    "path",
    [
        f"/sobjects/Account/{salesforce_id('Account', 9)}",
        f"/sobjects/Contact/{FIRST}",
        f"/sobjects/Nope/{FIRST}",
        "/sobjects/Account/nonsense",
        "/sobjects/Nope",
        "/sobjects/Nope/describe",
        "/sobjects/Account/Global_Customer_Id__c/acc_none",
        "/sobjects/Account/Name/Customer",
        "/nowhere",
    ],
)
async def test_what_is_not_there_is_not_found(org: Org, path: str) -> None:
    assert await _error(org, path) == (404, "NOT_FOUND")


async def test_a_row_is_found_by_the_key_another_system_gave_it(org: Org) -> None:
    key = org.world.accounts[1].key
    row = await (await org.get(f"/sobjects/Account/Global_Customer_Id__c/{key}")).json()
    assert row["Id"] == FIRST
    assert (await org.get(f"/sobjects/Account/Id/{FIRST}")).status == 200


async def test_a_key_that_two_rows_have_answers_both_paths(org: Org) -> None:
    key = org.world.accounts[1].key
    org.world.accounts[4] = an_account(4, key=key)
    org.practice.changed()
    response = await org.get(f"/sobjects/Account/Global_Customer_Id__c/{key}")
    assert response.status == 300
    ids = [FIRST, salesforce_id("Account", 4)]
    assert await response.json() == [f"{DATA}/sobjects/Account/{id}" for id in ids]


async def test_a_row_that_did_not_change_is_not_sent_again(org: Org) -> None:
    path = f"/sobjects/Account/{FIRST}"
    headers = (await org.get(path)).headers
    unchanged = [
        {"If-Modified-Since": headers["Last-Modified"]},
        {"If-None-Match": headers["ETag"]},
    ]
    for condition in unchanged:
        response = await org.get(path, headers=condition)
        assert (response.status, await response.read()) == (304, b"")
    changed = {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}
    assert (await org.get(path, headers=changed)).status == 200
    stale = [{"If-Unmodified-Since": changed["If-Modified-Since"]}, {"If-Match": '"other"'}]
    assert [(await org.get(path, headers=one)).status for one in stale] == [412, 412]


async def test_updated_has_the_rows_from_start_up_to_end_by_the_minute(org: Org) -> None:
    now = org.practice.clock.now()
    org.world.accounts[1].changed = now.replace(second=0, microsecond=0)
    org.practice.changed()
    minute = f"{now:%Y-%m-%dT%H:%M}"
    path = "/sobjects/Account/updated/"
    asked = {"start": f"{minute}:59+00:00", "end": "2099-01-01T00:00:00Z"}
    answer = await (await org.get(path, params=asked)).json()
    assert answer["ids"] == [FIRST]
    assert answer["latestDateCovered"] >= f"{minute}:00.000+0000"
    before = {"start": "2020-01-01T00:00:00Z", "end": f"{minute}:00Z"}
    assert FIRST not in (await (await org.get(path, params=before)).json())["ids"]


async def test_updated_looks_back_thirty_days(org: Org) -> None:
    asked = {"start": "2020-01-01T00:00:00Z", "end": "2099-01-01T00:00:00Z"}
    await org.get("/sobjects/Account")
    org.world.accounts[1].changed = org.practice.clock.now()
    org.practice.changed()
    path = "/sobjects/Account/updated"
    assert FIRST in (await (await org.get(path, params=asked)).json())["ids"]
    org.practice.clock.advance(31 * 86_400)
    assert FIRST not in (await (await org.get(path, params=asked)).json())["ids"]


@pytest.mark.parametrize(
    "span",
    [
        {},
        {"start": "2026-01-01T00:00:00Z"},
        {"start": "yesterday", "end": "today"},
        {"start": "0001-01-01T00:00:00+14:00", "end": "2026-01-01T00:00:00Z"},
        {"start": "2026-01-01T00:00:01Z", "end": "2026-01-01T00:00:59Z"},
    ],
)
async def test_a_span_that_is_none_is_refused(org: Org, span: dict[str, str]) -> None:
    for kind in ("updated", "deleted"):
        path = f"/sobjects/Account/{kind}/"
        assert await _error(org, path, params=span) == (400, "INVALID_REPLICATION_DATE")


async def test_nothing_was_deleted_before_anybody_wrote(org: Org) -> None:
    asked = {"start": "2026-01-01T00:00:00Z", "end": "2026-01-02T00:00:00Z"}
    answer = await (await org.get("/sobjects/Account/deleted/", params=asked)).json()
    assert answer["deletedRecords"] == []
    assert answer["latestDateCovered"] == "2026-01-02T00:00:00.000+0000"


async def test_describe_names_every_field_of_a_row(org: Org) -> None:
    described = await (await org.get("/sobjects/Opportunity/describe/")).json()
    row = await (await org.get(f"/sobjects/Opportunity/{salesforce_id('Opportunity', 1)}")).json()
    assert {field["name"] for field in described["fields"]} == set(row) - {"attributes"}
    contract = next(field for field in described["fields"] if field["name"] == "ContractId")
    assert (contract["relationshipName"], contract["referenceTo"]) == ("Contract", ["Contract"])
    assert [child["relationshipName"] for child in described["childRelationships"]] == [
        "OpportunityLineItems",
        "Tasks",
    ]


async def test_the_org_lists_its_objects_resources_and_versions(org: Org) -> None:
    objects = (await (await org.get("/sobjects")).json())["sobjects"]
    assert {"Account", "Contact", "Opportunity", "Contract"} <= {one["name"] for one in objects}
    basics = await (await org.get("/sobjects/Account/")).json()
    assert basics["objectDescribe"]["keyPrefix"] == "001"
    assert (await (await org.get("/")).json())["query"] == f"{DATA}/query"
    versions = await (await org.client.get(org.url + "/services/data")).json()
    assert {"label": "Spring '26", "url": DATA, "version": "66.0"} in versions
    assert versions[-1]["label"] == "Winter '27"
