"""Can a customer see anything that is not theirs, by any id, in any place?"""

import pytest

from tests.journeys.conftest import Demo

LISTS = ("account", "subscriptions", "invoices", "payments", "entitlements", "cases")


@pytest.fixture(scope="module")
def theirs(standing_demo: Demo) -> dict[str, str]:
    """What belongs to `portal_parent`, as ids that another customer may have got hold of."""
    demo = standing_demo
    return {
        kind: demo.ask("portal_parent", f"/portal/v2/{kind}").json()["data"][0]["id"]
        for kind in ("invoices", "cases")
    } | {
        "account": demo.account("portal_parent"),
        "child": demo.ask("portal_parent", "/portal/v2/accounts").json()["data"][1]["account"],
        "order": demo.ask("portal_parent", "/portal/v2/account").json()["parts"]["orders"]["data"][0]["id"],
    }


@pytest.mark.parametrize("of", ["account", "child"])
@pytest.mark.parametrize("path", LISTS)
def test_another_customers_account_is_missing_in_every_list(
    demo: Demo, theirs: dict[str, str], path: str, of: str
) -> None:
    answer = demo.ask("portal_small", f"/portal/v2/{path}?account={theirs[of]}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("of", ["nobody", "account", "child"])
@pytest.mark.parametrize("kind", ["invoices", "cases"])
def test_another_customers_record_is_missing_by_its_id(
    demo: Demo, theirs: dict[str, str], kind: str, of: str
) -> None:
    query = "" if of == "nobody" else f"?account={theirs[of]}"
    answer = demo.ask("portal_small", f"/portal/v2/{kind}/{theirs[kind]}{query}")
    assert answer.status_code == 404


@pytest.mark.parametrize("kind", ["subscriptions", "invoices", "payments", "cases"])
def test_another_customers_cursor_is_refused(demo: Demo, kind: str) -> None:
    cursor = demo.ask("portal_parent", f"/portal/v2/{kind}?limit=1").json()["next_cursor"]
    if cursor is None:
        pytest.skip(f"{kind}: the parent has only one, so there is no cursor to steal")
    answer = demo.ask("portal_small", f"/portal/v2/{kind}?limit=1&cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


def test_the_missing_and_the_foreign_look_alike(demo: Demo, theirs: dict[str, str]) -> None:
    foreign = demo.ask("portal_small", f"/portal/v2/account?account={theirs['account']}").json()
    missing = demo.ask("portal_small", "/portal/v2/account?account=acc_00000000000000000000").json()
    assert {k: v for k, v in foreign.items() if k != "trace_id"} == {
        k: v for k, v in missing.items() if k != "trace_id"
    }


def test_a_parent_sees_its_children_and_a_child_sees_no_parent(demo: Demo, theirs: dict[str, str]) -> None:
    assert demo.ask("portal_parent", f"/portal/v2/account?account={theirs['child']}").status_code == 200
    listed = demo.ask("portal_parent", "/portal/v2/accounts").json()["data"]
    assert listed[0]["account"] == theirs["account"]
    assert {one["parent"] for one in listed[1:]} <= {one["account"] for one in listed}
    alone = demo.ask("portal_small", "/portal/v2/accounts").json()["data"]
    assert [one["account"] for one in alone] == [demo.account("portal_small")]


FOREIGN_FLOORS = [
    "/agent/v1/accounts?query=acme",
    "/agent/v1/accounts/{account}",
    "/agent/v1/accounts/{account}/timeline",
    "/agent/v1/accounts/{account}/entitlements/sso",
    "/agent/v1/orders/{order}",
    "/process/account-360/v1/accounts/{account}",
    "/process/entitlement/v1/accounts/{account}/entitlements/sso",
    "/system/crm/v1/salesforce/accounts",
    "/system/billing/v1/stripe/customers",
    "/system/support/v1/zendesk/organizations",
    "/system/erp/v1/netsuite/legal-entities",
]


@pytest.mark.parametrize("path", FOREIGN_FLOORS)
@pytest.mark.parametrize("who", ["portal_parent", "partner", "operator"])
def test_an_api_for_others_is_not_for(demo: Demo, theirs: dict[str, str], path: str, who: str) -> None:
    answer = demo.ask(who, path.format(**theirs))
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")


@pytest.mark.parametrize("path", [*FOREIGN_FLOORS, *(f"/portal/v2/{path}" for path in LISTS)])
def test_nobody_gets_nothing(demo: Demo, theirs: dict[str, str], path: str) -> None:
    answer = demo.ask(None, path.format(**theirs))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_an_agents_token_opens_no_portal(demo: Demo) -> None:
    assert demo.ask("agent", "/portal/v2/account").status_code == 403


def test_a_sixth_call_in_a_minute_waits_when_five_are_allowed(demo: Demo) -> None:
    answers = [demo.ask("limited", "/portal/v2/accounts") for _ in range(6)]
    last = answers[-1]
    assert (last.status_code, last.json()["code"]) == (429, "rate_limited")
    assert 0 < int(last.headers["retry-after"]) <= 60
    assert last.headers["ratelimit-policy"] == '"default";q=5;w=60'


def test_an_agents_program_finds_the_accounts_it_was_given_and_no_other(demo: Demo) -> None:
    own, foreign = demo.account("portal_small"), demo.account("portal_parent")
    asked = {"name": "Desk", "scopes": ["agent:read"], "accounts": [own]}
    made = demo.http.post("/operations/v1/clients", json=asked, headers=demo.proof("operator")).json()

    def found(account: str, **proof: str) -> list[str]:
        answer = demo.http.get(f"/agent/v1/accounts?query={account}", headers=proof)
        assert answer.status_code == 200
        return [one["account"] for one in answer.json()["data"]]

    assert found(own, **{"X-API-Key": made["key"]}) == [own]
    assert found(foreign, **{"X-API-Key": made["key"]}) == []
    assert found(foreign, **demo.proof("agent")) == [foreign]
