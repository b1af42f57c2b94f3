"""Are several reads in one call answered as if they had been asked one by one?"""

from typing import Any

import pytest

from tests.sandbox.salesforce.conftest import DATA, Org


async def _composite(org: Org, asked: Any) -> tuple[int, Any]:
    response = await org.client.post(f"{org.url}{DATA}/composite/", json=asked, headers=org.signed_in({}))
    return response.status, await response.json()


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


async def test_a_write_inside_is_not_allowed_and_a_path_outside_is_not_found(org: Org) -> None:
    asked = [_read("write", "/sobjects/Account", "POST"), {"method": "GET", "url": "/elsewhere"}]
    _, answer = await _composite(org, {"compositeRequest": asked})
    assert [part["httpStatusCode"] for part in answer["compositeResponse"]] == [405, 404]


@pytest.mark.parametrize("asked", [[], {}, {"compositeRequest": [1]}, {"compositeRequest": [{}] * 26}])
async def test_what_is_no_list_of_reads_is_refused(org: Org, asked: Any) -> None:
    status, _ = await _composite(org, asked)
    assert status == 400


async def test_what_is_no_json_is_refused(org: Org) -> None:
    path = f"{org.url}{DATA}/composite"
    response = await org.client.post(path, data="{", headers=org.signed_in({}))
    assert (response.status, (await response.json())[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
