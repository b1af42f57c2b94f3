"""What does the practice NetSuite say besides its records?"""

import pytest

from sandbox.kit.opening import opened
from sandbox.kit.serving import running
from sandbox.netsuite import NetSuite
from tests.sandbox.netsuite.conftest import Erp


async def test_the_concurrency_limits_can_be_asked_for(erp: Erp) -> None:
    limits = (await erp.client.get("/services/rest/system/v1/governanceLimits")).json()
    assert limits == {
        "accountConcurrencyLimit": 15,
        "accountUnallocatedConcurrencyLimit": 15,
        "integrationLimitType": "accountLimit",
    }


@pytest.mark.parametrize(
    ("fault", "status", "title", "code"),
    [
        ("rate_limited", 429, "Too Many Requests", "CONCURRENCY_LIMIT_EXCEEDED"),
        ("error_500", 500, "Internal Server Error", "UNEXPECTED_ERROR"),
        ("expired_token", 401, "Unauthorized", "INVALID_LOGIN"),
    ],
)
async def test_a_fault_speaks_in_netsuites_words(
    erp: Erp, fault: str, status: int, title: str, code: str
) -> None:
    await erp.client.post("/_sim/faults", json={"fault": fault, "calls": 1})
    response = await erp.get("/customer/1001")
    error = response.json()
    assert (response.status_code, error["status"], error["title"]) == (status, status, title)
    assert error["o:errorDetails"][0]["o:errorCode"] == code
    assert response.headers["Content-Type"] == "application/vnd.oracle.resource+json; type=error"
    assert (await erp.get("/customer/1001")).status_code == 200


async def test_an_expired_token_does_not_keep_anyone_from_a_new_one(erp: Erp) -> None:
    await erp.client.post("/_sim/faults", json={"fault": "expired_token"})
    assert (await erp.token()).status_code == 200


async def test_every_answer_has_an_operation_id(erp: Erp) -> None:
    first, second = await erp.get("/customer/1001"), await erp.get("/spaceship")
    assert first.headers["X-N-OperationId"] != second.headers["X-N-OperationId"]


async def test_unknown_paths_and_methods_are_refused_in_netsuites_words(erp: Erp) -> None:
    lost = await erp.client.get("/services/rest/nowhere")
    wrong = await erp.client.put("/services/rest/query/v1/suiteql")
    assert (lost.status_code, lost.json()["title"]) == (404, "Not Found")
    assert (wrong.status_code, wrong.json()["title"]) == (405, "Method Not Allowed")


async def test_the_whole_seeded_company_stands_in_the_books(stranger: Erp) -> None:
    practice = opened()
    practice.keys = stranger.practice.keys
    async with running(practice, (NetSuite,)) as urls:
        stranger.client.base_url = urls["netsuite"]
        await stranger.sign_in()
        in_erp = [account for account in practice.world.accounts.values() if "erp" in account.systems]
        twice = [account for account in in_erp if "erp" in account.copies]
        known = {account.number for account in in_erp}
        for type, expected in {
            "customer": len(in_erp) + len(twice),
            "salesOrder": sum(order.account in known for order in practice.world.orders.values()),
            "invoice": sum(one.account in known for one in practice.world.receivables.values()),
            "journalEntry": len(practice.world.postings),
        }.items():
            assert (await stranger.get(f"/{type}", limit="1")).json()["totalResults"] == expected > 0
        (row,) = await stranger.rows("SELECT SUM(debit) - SUM(credit) AS n FROM transactionaccountingline")
        assert row == {"n": "0"}
