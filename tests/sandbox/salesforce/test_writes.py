"""Does the practice Salesforce make, change, delete and upsert rows as Salesforce does?"""

import asyncio
from collections import Counter
from typing import Any

import aiohttp
import pytest

from sandbox.ids import salesforce_id
from tests.sandbox.salesforce.conftest import DATA, Org
from tests.sandbox.salesforce.small_world import an_account

ACCOUNT, CONTACT, DEAL = (salesforce_id(kind, 1) for kind in ("Account", "Contact", "Opportunity"))
KEYED = "/sobjects/Task/Tieline_Key__c"


async def _refusal(org: Org, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
    """Status and code of a call that must be refused."""
    status, said = await org.send(method, path, body, **options)
    assert status >= 400, said
    (error,) = said
    return status, error["errorCode"]


async def test_a_new_row_has_what_was_written_and_what_follows_from_it(org: Org) -> None:
    body = {
        "Subject": "Call",
        "Status": "Completed",
        "Priority": "High",
        "WhatId": DEAL,
        "ActivityDate": "2026-12-01",
    }
    status, made = await org.send("POST", "/sobjects/Task/", body)
    assert (status, made["success"], made["errors"]) == (201, True, [])
    row = await org.row("Task", made["id"])
    assert {name: row[name] for name in body} == body
    assert (row["IsClosed"], row["IsHighPriority"], row["AccountId"]) == (True, True, ACCOUNT)
    assert row["OwnerId"] == row["CreatedById"] == salesforce_id("User", 1)
    assert row["SystemModstamp"] == row["LastModifiedDate"] == row["CreatedDate"]
    assert row["SystemModstamp"].endswith(".000+0000")


async def test_a_changed_row_keeps_the_rest(org: Org) -> None:
    before = await org.row("Account", ACCOUNT)
    body = {
        "Risk_Flag__c": True,
        "Risk_Since__c": "2026-11-25T10:00:00Z",
        "Entitlement_Until__c": "2027-01-31",
        "BillingCity": "Salem",
    }
    assert await org.send("PATCH", f"/sobjects/Account/{ACCOUNT[:15]}", body) == (204, None)
    after = await org.row("Account", ACCOUNT)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == body.keys() | {"BillingAddress", "SystemModstamp", "LastModifiedDate"}
    assert after["Risk_Since__c"] == "2026-11-25T10:00:00.000+0000"
    assert after["BillingAddress"]["city"] == "Salem"
    assert (await org.query("SELECT Id FROM Account WHERE Risk_Flag__c = true"))["totalSize"] == 1


async def test_a_stage_decides_whether_a_deal_is_won(org: Org) -> None:
    body = {
        "Name": "New deal",
        "StageName": "Prospecting",
        "CloseDate": "2026-12-31",
        "AccountId": ACCOUNT,
        "Amount": 500,
    }
    _, made = await org.send("POST", "/sobjects/Opportunity", body)
    deal = await org.row("Opportunity", made["id"])
    assert (deal["IsClosed"], deal["IsWon"], deal["Probability"], deal["FiscalQuarter"]) == (
        False,
        False,
        10.0,
        4,
    )
    await org.send("PATCH", f"/sobjects/Opportunity/{made['id']}", {"StageName": "Closed Won", "Amount": 600})
    deal = await org.row("Opportunity", made["id"])
    assert (deal["IsClosed"], deal["IsWon"], deal["Probability"], deal["ForecastCategory"]) == (
        True,
        True,
        100.0,
        "Closed",
    )
    assert deal["Amount"] == 600


async def test_the_amount_of_a_deal_with_lines_is_what_they_come_to(org: Org) -> None:
    before = (await org.row("Opportunity", DEAL))["Amount"]
    assert (await org.send("PATCH", f"/sobjects/Opportunity/{DEAL}", {"Amount": 1, "NextStep": "Sign"}))[
        0
    ] == 204
    deal = await org.row("Opportunity", DEAL)
    assert (deal["Amount"], deal["NextStep"]) == (before, "Sign")


async def test_a_parent_is_found_by_its_key(org: Org) -> None:
    body = {"LastName": "Moss", "Account": {"Global_Customer_Id__c": "acc_00000000000000000002"}}
    _, made = await org.send("POST", "/sobjects/Contact", body)
    assert (await org.row("Contact", made["id"]))["AccountId"] == salesforce_id("Account", 2)
    body["Account"] = {"Global_Customer_Id__c": "acc_nobody"}
    assert await _refusal(org, "POST", "/sobjects/Contact", body) == (400, "INVALID_FIELD")


async def test_an_upsert_makes_one_row_and_then_changes_it(org: Org) -> None:
    status, made = await org.send("PATCH", f"{KEYED}/run-1.step", {"Subject": "Call", "WhatId": ACCOUNT})
    assert (status, made["created"]) == (201, True)
    status, changed = await org.send("PATCH", f"{KEYED}/RUN-1.step", {"Status": "Completed"})
    assert (status, changed) == (200, made | {"created": False})
    row = await org.row("Task", made["id"])
    assert (row["Subject"], row["Status"], row["Tieline_Key__c"]) == ("Call", "Completed", "run-1.step")
    _, found = await org.send("GET", f"{KEYED}/run-1.step")
    assert found["Id"] == made["id"]


async def test_before_version_46_an_upsert_says_nothing_of_what_it_did(org: Org) -> None:
    path = f"{org.url}/services/data/v45.0{KEYED}/old"
    for status in (201, 204):
        async with org.client.patch(path, json={"Subject": "Call"}, headers=org.signed_in({})) as answer:
            assert answer.status == status
            assert b"created" not in await answer.read()


async def test_an_upsert_that_may_only_change_makes_nothing(org: Org) -> None:
    asked = {"updateOnly": "true"}
    assert await _refusal(org, "PATCH", f"{KEYED}/none", {"Subject": "Call"}, params=asked) == (
        404,
        "NOT_FOUND",
    )
    assert (await org.query("SELECT COUNT() FROM Task"))["totalSize"] == 0


async def test_an_upsert_whose_key_has_several_rows_names_them_and_changes_none(org: Org) -> None:
    key = org.world.accounts[1].key
    org.world.accounts[4] = an_account(4, key=key)
    org.practice.changed()
    status, paths = await org.send(
        "PATCH", f"/sobjects/Account/Global_Customer_Id__c/{key}", {"Name": "Which?"}
    )
    assert status == 300
    assert {path.rpartition("/")[2] for path in paths} == {
        salesforce_id("Account", number) for number in (1, 4)
    }
    assert await org.names("WHERE Name = 'Which?'") == []


@pytest.mark.parametrize("repeated", [{"Tieline_Key__c": "run-1"}, {"Id": ACCOUNT}, {"id": ACCOUNT}])
async def test_an_upsert_does_not_take_what_its_path_says_again(org: Org, repeated: dict[str, str]) -> None:
    refused = await _refusal(org, "PATCH", f"{KEYED}/run-1", {"Subject": "Call"} | repeated)
    assert refused == (400, "INVALID_FIELD")


async def test_fifty_upserts_at_once_make_one_row(org: Org) -> None:
    answers = await asyncio.gather(
        *(org.send("PATCH", f"{KEYED}/run-1", {"Subject": f"Call {place}"}) for place in range(50))
    )
    assert Counter(status for status, _ in answers) == {201: 1, 200: 49}
    assert len({said["id"] for _, said in answers}) == 1
    assert (await org.query("SELECT COUNT() FROM Task"))["totalSize"] == 1


async def test_a_write_whose_answer_is_cut_off_is_done_once(org: Org) -> None:
    await org.control("/faults", fault="commit_then_cut", calls=1)
    with pytest.raises(aiohttp.ClientError):
        await org.send("PATCH", f"{KEYED}/run-1", {"Subject": "Call"})
    assert (await org.query("SELECT COUNT() FROM Task"))["totalSize"] == 1
    assert (await org.send("PATCH", f"{KEYED}/run-1", {"Subject": "Call"}))[1]["created"] is False


async def test_a_write_that_is_cut_off_before_is_not_done(org: Org) -> None:
    await org.control("/faults", fault="cut_before", calls=1)
    with pytest.raises(aiohttp.ClientError):
        await org.send("POST", "/sobjects/Account", {"Name": "Never"})
    assert await org.names("WHERE Name = 'Never'") == []
    cut, _ = org.practice.calls["salesforce"].since(None)
    assert (cut.status, cut.effect) == (None, False)


async def test_a_locked_row_is_refused_for_now(org: Org) -> None:
    await org.control("/faults", fault="locked_row", calls=1)
    assert (await org.get("/limits")).status == 200
    path = f"/sobjects/Account/{ACCOUNT}"
    assert await _refusal(org, "PATCH", path, {"Name": "New"}) == (400, "UNABLE_TO_LOCK_ROW")
    assert (await org.send("PATCH", path, {"Name": "New"}))[0] == 204


async def test_a_deleted_row_is_gone_but_for_those_who_ask_for_deleted_ones(org: Org) -> None:
    before = org.practice.clock.now().replace(second=0, microsecond=0)
    path = f"/sobjects/Contact/{CONTACT}"
    assert await org.send("DELETE", path) == (204, None)
    for method, body in (("GET", None), ("PATCH", {"LastName": "New"}), ("DELETE", None)):
        assert await _refusal(org, method, path, body) == (404, "ENTITY_IS_DELETED")
    text = f"SELECT Id, IsDeleted FROM Contact WHERE Id = '{CONTACT}'"
    assert (await org.query(text))["totalSize"] == 0
    _, everything = await org.send("GET", "/queryAll", params={"q": text})
    assert [one["IsDeleted"] for one in everything["records"]] == [True]
    asked = {"start": before.isoformat(), "end": before.replace(year=before.year + 1).isoformat()}
    _, deleted = await org.send("GET", "/sobjects/Contact/deleted/", params=asked)
    assert [one["id"] for one in deleted["deletedRecords"]] == [CONTACT]
    _, updated = await org.send("GET", "/sobjects/Contact/updated/", params=asked)
    assert updated["ids"] == []


async def test_a_customer_who_bought_cannot_be_deleted_another_goes_with_all_it_has(org: Org) -> None:
    assert await _refusal(org, "DELETE", f"/sobjects/Account/{ACCOUNT}") == (400, "DELETE_FAILED")
    _, account = await org.send("POST", "/sobjects/Account", {"Name": "Prospect"})
    _, contact = await org.send("POST", "/sobjects/Contact", {"LastName": "Moss", "AccountId": account["id"]})
    _, task = await org.send("POST", "/sobjects/Task", {"Subject": "Call", "WhoId": contact["id"]})
    assert (await org.send("DELETE", f"/sobjects/Account/{account['id']}"))[0] == 204
    for kind, one in (("Contact", contact), ("Task", task)):
        assert await _refusal(org, "GET", f"/sobjects/{kind}/{one['id']}") == (404, "ENTITY_IS_DELETED")


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("Account", {}, "REQUIRED_FIELD_MISSING"),
        ("Opportunity", {"Name": "x", "StageName": "Prospecting"}, "REQUIRED_FIELD_MISSING"),
        ("Account", {"Name": "x", "Nope": 1}, "INVALID_FIELD"),
        ("Account", {"Name": "x", "ParentId": salesforce_id("Account", 99)}, "INVALID_CROSS_REFERENCE_KEY"),
        ("Account", {"Name": "x", "ParentId": CONTACT}, "MALFORMED_ID"),
        ("Account", {"Name": "x", "ParentId": "nobody"}, "MALFORMED_ID"),
        ("Account", {"Name": "x", "Global_Customer_Id__c": "ACC_00000000000000000001"}, "DUPLICATE_VALUE"),
        ("Account", {"Name": "x" * 256}, "STRING_TOO_LONG"),
        ("Account", {"Name": 5}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "x", "Risk_Flag__c": "true"}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "x", "Risk_Flag__c": None}, "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        ("Account", {"Name": "x", "Entitlement_Until__c": "2027-02-30"}, "JSON_PARSER_ERROR"),
        ("Account", {"Name": "x", "IsDeleted": True}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Opportunity", {"IsWon": True}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Task", {"Status": "Someday"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Task", [], "JSON_PARSER_ERROR"),
        ("User", {"LastName": "x"}, "INVALID_TYPE_FOR_OPERATION"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_there(
    org: Org, kind: str, body: Any, code: str
) -> None:
    before = (await org.query(f"SELECT COUNT() FROM {kind}"))["totalSize"]
    assert await _refusal(org, "POST", f"/sobjects/{kind}", body) == (400, code)
    assert (await org.query(f"SELECT COUNT() FROM {kind}"))["totalSize"] == before


async def test_what_must_be_there_cannot_be_taken_away(org: Org) -> None:
    status, (error,) = await org.send("PATCH", f"/sobjects/Account/{ACCOUNT}", {"Name": None})
    assert (status, error["errorCode"], error["fields"]) == (400, "REQUIRED_FIELD_MISSING", ["Name"])
    assert (await org.row("Account", ACCOUNT))["Name"] == "Customer 1"


async def test_a_deleted_row_cannot_be_pointed_at(org: Org) -> None:
    await org.send("DELETE", f"/sobjects/Contact/{CONTACT}")
    refused = await _refusal(org, "POST", "/sobjects/Task", {"Subject": "Call", "WhoId": CONTACT})
    assert refused == (400, "ENTITY_IS_DELETED")


async def test_a_row_that_changed_meanwhile_is_not_overwritten(org: Org) -> None:
    path = f"/sobjects/Account/{ACCOUNT}"
    tag = (await org.get(path)).headers["ETag"]
    assert (await org.send("PATCH", path, {"Name": "First"}, headers={"If-Match": tag}))[0] == 204
    refused = await _refusal(org, "PATCH", path, {"Name": "Second"}, headers={"If-Match": tag})
    assert refused == (412, "PRECONDITION_FAILED")


async def test_a_body_that_is_no_json_is_not_taken(org: Org) -> None:
    path = f"{org.url}{DATA}/sobjects/Account"
    async with org.client.post(path, data={"Name": "x"}, headers=org.signed_in({})) as answer:
        assert (answer.status, (await answer.json())[0]["errorCode"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_write_needs_a_token_and_is_counted(org: Org) -> None:
    async with org.client.post(f"{org.url}{DATA}/sobjects/Account", json={"Name": "x"}) as answer:
        assert answer.status == 401
    response = await org.client.post(
        f"{org.url}{DATA}/sobjects/Account", json={"Name": "x"}, headers=org.signed_in({})
    )
    assert (response.status, response.headers["Sforce-Limit-Info"]) == (201, "api-usage=1/115000")


async def test_what_was_written_is_there_after_facts_changed_and_gone_after_a_reset(org: Org) -> None:
    _, made = await org.send("POST", "/sobjects/Account", {"Name": "New"})
    await org.send("PATCH", f"/sobjects/Account/{ACCOUNT}", {"Support_Tier__c": "gold"})
    await org.send("DELETE", f"/sobjects/Contact/{CONTACT}")
    org.world.accounts[4] = an_account(4)
    org.practice.changed()
    assert await org.names("") == ["Customer 1", "Customer 2", "Customer 3", "Customer 4", "New"]
    assert (await org.row("Account", ACCOUNT))["Support_Tier__c"] == "gold"
    assert (await org.query("SELECT COUNT() FROM Contact"))["totalSize"] == 2
    await org.control("/reset")
    assert await _refusal(org, "GET", f"/sobjects/Account/{made['id']}") == (404, "NOT_FOUND")


async def test_what_changes_is_listed_to_the_minute(org: Org) -> None:
    now = org.practice.clock.now()
    start = now.replace(second=0, microsecond=0)
    await org.send("PATCH", f"/sobjects/Account/{ACCOUNT}", {"Name": "New"})
    asked = {"start": start.isoformat(), "end": now.replace(year=now.year + 1).isoformat()}
    _, answer = await org.send("GET", "/sobjects/Account/updated/", params=asked)
    assert answer["ids"] == [ACCOUNT]
    assert answer["latestDateCovered"][:16] == org.practice.clock.now().isoformat()[:16]
