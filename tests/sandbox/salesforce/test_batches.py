"""Does the practice Salesforce write up to 200 rows in one call as Salesforce does?"""

from typing import Any

import pytest

from sandbox.ids import salesforce_id
from tests.sandbox.salesforce.conftest import Org

PATH = "/composite/sobjects"


def _account(**values: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Account"}, **values}


async def _written(
    org: Org, method: str, path: str, records: list[Any], *, all_or_none: bool = False
) -> list[Any]:
    status, results = await org.send(method, path, {"allOrNone": all_or_none, "records": records})
    assert status == 200, results
    return list(results)


async def test_each_record_has_its_own_result_in_order(org: Org) -> None:
    first, bad, last = await _written(
        org, "POST", PATH, [_account(Name="One"), _account(), _account(Name="Two")]
    )
    assert (first["success"], first["errors"], last["success"]) == (True, [], True)
    assert bad["success"] is False
    assert bad["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert bad["errors"][0]["fields"] == ["Name"]
    assert await org.names("WHERE Name IN ('One', 'Two')") == ["One", "Two"]


async def test_all_or_none_leaves_nothing_when_one_fails(org: Org) -> None:
    records = [_account(Name="One"), _account()]
    first, bad = await _written(org, "POST", PATH, records, all_or_none=True)
    assert first["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert bad["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert await org.names("WHERE Name = 'One'") == []
    assert [call.effect for call in org.practice.calls["salesforce"].since(None)] == [False, False]


async def test_rows_are_changed_and_deleted_together(org: Org) -> None:
    ids = [salesforce_id("Account", number) for number in (1, 2, 99)]
    records = [_account(id=id, Support_Tier__c="gold") for id in ids]
    results = await _written(org, "PATCH", PATH, records)
    assert [one["success"] for one in results] == [True, True, False]
    assert results[2]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"
    assert len(await org.names("WHERE Support_Tier__c = 'gold'")) == 2
    contacts = ",".join(salesforce_id("Contact", number) for number in (1, 2, 3))
    status, results = await org.send("DELETE", PATH, params={"ids": contacts, "allOrNone": "true"})
    assert (status, [one["success"] for one in results]) == (200, [True, True, True])
    assert (await org.query("SELECT COUNT() FROM Contact"))["totalSize"] == 0


async def test_an_upsert_says_which_rows_are_new(org: Org) -> None:
    path = f"{PATH}/Account/Global_Customer_Id__c"
    records = [
        _account(Global_Customer_Id__c="acc_00000000000000000001", Name="Renamed"),
        _account(Global_Customer_Id__c="acc_new", Name="New"),
        _account(Global_Customer_Id__c="acc_new", Name="Again"),
        _account(Name="Keyless"),
    ]
    changed, made, again, keyless = await _written(org, "PATCH", path, records)
    assert (changed["created"], made["created"]) == (False, True)
    assert again["errors"][0]["statusCode"] == "DUPLICATE_VALUE"
    assert keyless["errors"][0]["statusCode"] == "MISSING_ARGUMENT"
    assert await org.names("WHERE Name IN ('Renamed', 'New', 'Again', 'Keyless')") == ["Renamed", "New"]


async def test_many_rows_written_together_share_their_moment(org: Org) -> None:
    records = [_account(Name=f"Many {place}") for place in range(200)]
    assert all(one["success"] for one in await _written(org, "POST", PATH, records))
    found = await org.query("SELECT SystemModstamp FROM Account WHERE Name LIKE 'Many%'")
    assert found["totalSize"] == 200
    assert len({record["SystemModstamp"] for record in found["records"]}) == 1


@pytest.mark.parametrize("body", [{}, {"records": {}}, {"records": [1]}, {"records": [{}] * 201}, []])
async def test_what_is_no_list_of_records_is_refused(org: Org, body: Any) -> None:
    assert (await org.send("POST", PATH, body))[0] == 400
