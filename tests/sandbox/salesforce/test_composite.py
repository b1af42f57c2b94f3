"""Are several calls in one answered as if they had been asked one by one?"""

from typing import Any

import pytest

from sandbox.salesforce.composite import HALTED
from tests.sandbox.salesforce.conftest import DATA, Org


async def _composite(org: Org, asked: Any) -> tuple[int, Any]:
    response = await org.client.post(f"{org.url}{DATA}/composite/", json=asked, headers=org.signed_in({}))
    return response.status, await response.json()


def _write(method: str, reference: str, path: str, body: Any) -> dict[str, Any]:
    return {"method": method, "url": DATA + path, "referenceId": reference, "body": body}


def _read(reference: str, path: str, method: str = "GET") -> dict[str, str]:
    return {"method": method, "url": DATA + path, "referenceId": reference}


async def test_a_later_read_uses_what_an_earlier_one_found(org: Org) -> None:
    asked = [
        _read("deal", "/query/?q=SELECT+AccountId+FROM+Opportunity+WHERE+Name='Deal%202'"),
        _read("account", "/sobjects/Account/@{deal.records[0].AccountId}?fields=Name"),
    ]
    status, answer = await _composite(org, {"compositeRequest": asked})
    deal, account = answer["compositeResponse"]
    assert status == 200
    assert (deal["httpStatusCode"], deal["referenceId"]) == (200, "deal")
    assert account["body"]["Name"] == "Customer 2"


async def test_one_that_fails_leaves_the_others_unless_all_or_none(org: Org) -> None:
    asked = [_read("good", "/limits"), _read("bad", "/sobjects/Nope"), _read("lost", "/sobjects/@{bad.x}")]
    for all_or_none, codes in ((False, [200, 404, 400]), (True, [400, 404, 400])):
        _, answer = await _composite(org, {"allOrNone": all_or_none, "compositeRequest": asked})
        assert [part["httpStatusCode"] for part in answer["compositeResponse"]] == codes
    assert answer["compositeResponse"][0]["body"][0]["errorCode"] == "PROCESSING_HALTED"


async def test_a_wrong_method_inside_is_not_allowed_and_a_path_outside_is_not_found(org: Org) -> None:
    asked = [_read("write", "/sobjects/Account", "PUT"), {"method": "GET", "url": "/elsewhere"}]
    _, answer = await _composite(org, {"compositeRequest": asked})
    assert [part["httpStatusCode"] for part in answer["compositeResponse"]] == [405, 404]


async def test_at_most_five_of_them_ask_queries_or_write_collections(org: Org) -> None:
    asked = [_read(f"q{place}", "/query?q=SELECT+Id+FROM+Account") for place in range(6)]
    status, answer = await _composite(org, {"compositeRequest": asked})
    assert (status, answer[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")


async def test_later_writes_use_the_ids_of_earlier_ones(org: Org) -> None:
    asked = [
        _write("POST", "account", "/sobjects/Account", {"Name": "New"}),
        _write("POST", "contact", "/sobjects/Contact", {"LastName": "Moss", "AccountId": "@{account.id}"}),
        _read("read", "/sobjects/Contact/@{contact.id}?fields=LastName,AccountId"),
    ]
    _, answer = await _composite(org, {"allOrNone": True, "compositeRequest": asked})
    account, contact, read = answer["compositeResponse"]
    assert [part["httpStatusCode"] for part in (account, contact, read)] == [201, 201, 200]
    assert read["body"]["AccountId"] == account["body"]["id"]
    assert account["httpHeaders"]["Location"] == f"{DATA}/sobjects/Account/{account['body']['id']}"


@pytest.mark.parametrize(
    ("all_or_none", "codes", "there"), [(True, [400, 400, 400], 0), (False, [201, 400, 201], 2)]
)
async def test_all_or_none_takes_back_what_was_written(
    org: Org, all_or_none: bool, codes: list[int], there: int
) -> None:
    asked = [
        _write("POST", "first", "/sobjects/Account", {"Name": "Batch one"}),
        _write("POST", "bad", "/sobjects/Account", {"Website": "https://nameless.example"}),
        _write("PATCH", "last", "/sobjects/Account/Global_Customer_Id__c/acc_x", {"Name": "Batch two"}),
    ]
    _, answer = await _composite(org, {"allOrNone": all_or_none, "compositeRequest": asked})
    parts = answer["compositeResponse"]
    assert [part["httpStatusCode"] for part in parts] == codes
    assert parts[1]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert all_or_none == (parts[2]["body"] == [{"errorCode": "PROCESSING_HALTED", "message": HALTED}])
    assert [call.effect for call in org.practice.calls["salesforce"].since(None)] == [bool(there)]
    assert len(await org.names("WHERE Name LIKE 'Batch%'")) == there


@pytest.mark.parametrize("asked", [[], {}, {"compositeRequest": [1]}, {"compositeRequest": [{}] * 26}])
async def test_what_is_no_list_of_reads_is_refused(org: Org, asked: Any) -> None:
    status, _ = await _composite(org, asked)
    assert status == 400


async def test_what_is_no_json_is_refused(org: Org) -> None:
    path = f"{org.url}{DATA}/composite"
    response = await org.client.post(
        path, data="{", headers=org.signed_in({}) | {"Content-Type": "application/json"}
    )
    assert (response.status, (await response.json())[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
