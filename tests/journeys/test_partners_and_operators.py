"""Do partners and operators get what is theirs over the front door, and no more?"""

from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from gateway.client_commands import clients as commands
from tests.journeys.conftest import Demo


def accounts_of(demo: Demo, name: str) -> list[str]:
    known: list[str] = demo.known["people"][name]["accounts"]
    return known


def check(demo: Demo, name: str, checks: list[dict[str, str]]) -> httpx.Response:
    return demo.http.post(
        "/partners/v1/entitlement-checks", json={"checks": checks}, headers=demo.proof(name)
    )


def operate(demo: Demo, method: str, path: str, name: str = "operator", **more: Any) -> httpx.Response:
    return demo.http.request(method, f"/operations/v1{path}", headers=demo.proof(name), **more)


def listed(demo: Demo) -> list[dict[str, Any]]:
    clients: list[dict[str, Any]] = operate(demo, "GET", "/clients", params={"limit": 100}).json()["data"]
    return clients


def uses(demo: Demo, **asked: Any) -> dict[tuple[str, str, str], int]:
    found: dict[tuple[str, str, str], int] = {}
    cursor: str | None = None
    while True:
        page = operate(
            demo, "GET", "/usage", params={**asked, **({"cursor": cursor} if cursor else {})}
        ).json()
        found |= {(one["client"], one["api"], one["operation"]): one["calls"] for one in page["data"]}
        if (cursor := page["next_cursor"]) is None:
            return found


def test_each_partner_lists_its_own_accounts_page_by_page(demo: Demo) -> None:
    for name in ("partner", "partner_2"):
        seen: list[str] = []
        path: str | None = "/partners/v1/accounts?limit=2"
        while path:
            answer = demo.ask(name, path)
            seen += [one["account"] for one in answer.json()["data"]]
            path = answer.links.get("next", {}).get("url")
        assert sorted(seen) == sorted(accounts_of(demo, name))


def test_a_partner_asks_what_its_customer_may_use(demo: Demo) -> None:
    account = accounts_of(demo, "partner")[0]
    answer = demo.ask("partner", f"/partners/v1/accounts/{account}/entitlements/dashboards")
    assert answer.status_code == 200
    assert set(answer.json()) == {
        "account", "feature", "decision", "reason", "tier", "sla", "valid_until", "fallback", "facts",
    }  # fmt: skip
    assert (answer.json()["account"], answer.json()["feature"]) == (account, "dashboards")


def test_anothers_account_looks_like_one_that_there_is_not(demo: Demo) -> None:
    foreign, nobody = accounts_of(demo, "partner_2")[0], "acc_00000000000000000000"
    answers = [
        demo.ask("partner", f"/partners/v1/accounts/{account}/entitlements/sso").json()
        for account in (foreign, nobody)
    ]
    for answer in answers:
        for differs in ("instance", "trace_id"):
            del answer[differs]
    assert answers[0] == answers[1]
    assert answers[0]["status"] == 404


def test_a_batch_says_in_place_which_accounts_are_missing(demo: Demo) -> None:
    own, foreign = accounts_of(demo, "partner")[0], accounts_of(demo, "partner_2")[0]
    answer = check(demo, "partner", [{"account": one, "feature": "sso"} for one in (own, foreign, own)])
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert [(one["account"], one["found"], one["decision"] is None) for one in data] == [
        (own, True, False),
        (foreign, False, True),
        (own, True, False),
    ]


@pytest.mark.parametrize(("count", "status"), [(0, 422), (1, 200), (100, 200), (101, 422)])
def test_a_batch_has_at_least_one_and_at_most_a_hundred_checks(demo: Demo, count: int, status: int) -> None:
    account = accounts_of(demo, "partner")[0]
    assert check(demo, "partner", [{"account": account, "feature": "sso"}] * count).status_code == status


def test_a_partner_sees_no_money_and_no_other_consumers_view(demo: Demo) -> None:
    account = accounts_of(demo, "partner")[0]
    for path in (
        "/portal/v2/invoices",
        "/portal/v1/account",
        f"/agent/v1/accounts/{account}",
        "/operations/v1/clients",
    ):
        assert demo.ask("partner", path).status_code == 403, path
    for path in (f"/partners/v1/accounts/{account}", f"/partners/v1/accounts/{account}/invoices"):
        assert demo.ask("partner", path).status_code == 404, path


def test_an_operator_sees_how_each_connection_is_doing(demo: Demo) -> None:
    demo.fault("zendesk", "down")
    demo.ask("agent", f"/agent/v1/accounts/{demo.account('portal_parent')}")
    found = {one["name"]: one for one in operate(demo, "GET", "/connections").json()["data"]}
    assert list(found) == ["netsuite", "salesforce", "stripe", "zendesk"]
    assert {(name, one["kind"]) for name, one in found.items()} == {
        ("netsuite", "erp"), ("salesforce", "crm"), ("stripe", "billing"), ("zendesk", "support"),
    }  # fmt: skip
    zendesk = found["zendesk"]
    assert zendesk["state"] in ("degraded", "down")
    assert (zendesk["last_error"], zendesk["last_failure"] is None) == ("Unavailable", False)
    assert found["stripe"]["state"] == "ok"
    assert 0 < found["salesforce"]["quota"]["left"] <= found["salesforce"]["quota"]["limit"]


def test_a_client_is_made_rotated_and_revoked_and_its_keys_follow(demo: Demo) -> None:
    account = accounts_of(demo, "partner")[0]
    asked = {"name": "Journey", "scopes": ["partner:read"], "accounts": [account]}
    made = operate(demo, "POST", "/clients", json=asked)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    client, first = made.json()["client"]["id"], made.json()["key"]
    assert operate(demo, "POST", "/clients", json=asked).status_code == 409

    def status(key: str) -> int:
        return demo.http.get("/partners/v1/accounts", headers={"X-API-Key": key}).status_code

    assert status(first) == 200
    rotated = operate(demo, "POST", f"/clients/{client}/rotations")
    second = rotated.json()["key"]
    assert (rotated.status_code, status(first), status(second)) == (201, 200, 200)
    listed = operate(demo, "GET", "/clients")
    assert first not in listed.text
    assert second not in listed.text
    (shown,) = [one for one in listed.json()["data"] if one["id"] == client]
    assert [key["expires_at"] is None for key in shown["keys"]] == [True, False]
    assert shown["last_used_at"] is not None
    for _ in range(2):
        revoked = operate(demo, "DELETE", f"/clients/{client}")
        assert (revoked.status_code, revoked.content) == (204, b"")
    assert (status(first), status(second)) == (401, 401)
    assert operate(demo, "POST", f"/clients/{client}/rotations").status_code == 404


def test_nobody_raises_themselves_by_a_client_of_their_own(demo: Demo) -> None:
    for scopes in (["operations:approve"], ["operations:write", "partner:read"], ["root"], []):
        made = operate(demo, "POST", "/clients", json={"name": "Climber", "scopes": scopes})
        assert made.status_code == 422, scopes
    more = {"name": "Climber", "scopes": ["partner:read"], "everyone": True}
    assert operate(demo, "POST", "/clients", json=more).status_code == 422
    for scope in ("system:crm:read", "system:erp:write"):
        made = operate(demo, "POST", "/clients", json={"name": "Climber", "scopes": ["partner:read", scope]})
        assert (made.status_code, made.json()["code"]) == (403, "not_given_here"), scope


def test_nobody_raises_themselves_by_a_new_key_of_a_client_that_may_more(demo: Demo) -> None:
    config = str(demo.data / "tieline.toml")
    rights = ["--scope", "agent:read", "--everyone"]
    made = CliRunner().invoke(commands, ["create", "Our own", *rights, "--config", config])
    assert made.exit_code == 0, made.output
    (client,) = [one for one in listed(demo) if one["name"] == "Our own"]
    refused = operate(demo, "POST", f"/clients/{client['id']}/rotations")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_given_here")
    assert [one["keys"] for one in listed(demo) if one["name"] == "Our own"] == [client["keys"]]


@pytest.mark.parametrize("name", ["approver", "agent", "internal", "partner", "portal_parent"])
def test_only_who_may_write_changes_clients(demo: Demo, name: str) -> None:
    body = {"name": "Nobody", "scopes": ["partner:read"]}
    assert operate(demo, "POST", "/clients", name, json=body).status_code == 403
    assert operate(demo, "DELETE", "/clients/cli_00000000000000000000", name).status_code == 403
    reads = operate(demo, "GET", "/clients", name).status_code
    assert reads == (200 if name == "approver" else 403)


def test_who_still_uses_the_version_on_its_way_out_is_known(demo: Demo) -> None:
    before = uses(demo, deprecated="true")
    for path in ("/portal/v1/account", "/portal/v1/invoices", "/portal/v1/invoices", "/portal/v2/account"):
        demo.ask("portal_parent", path)
    after = uses(demo, deprecated="true")
    new = {use: calls - before.get(use, 0) for use, calls in after.items() if calls != before.get(use, 0)}
    assert new == {
        ("demo", "portal.v1", "ShowAccount"): 1,
        ("demo", "portal.v1", "ListInvoices"): 2,
    }
    assert ("demo", "portal.v2", "ShowAccount") in uses(demo, client="demo", deprecated="false")


def test_a_partners_use_is_shown_under_its_name(demo: Demo) -> None:
    demo.ask("partner", "/partners/v1/accounts")
    data = operate(demo, "GET", "/usage", params={"limit": 100}).json()["data"]
    assert "partner" in {one["client_name"] for one in data if one["api"] == "partners.v1"}


def test_a_client_cannot_have_a_plan_that_there_is_not(demo: Demo) -> None:
    asked = {"name": "no plan", "plan": "unheard-of", "scopes": ["partner:read"]}
    answer = demo.http.post("/operations/v1/clients", headers=demo.proof("operator"), json=asked)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/plan"
    assert "there is no plan unheard-of; there are: default, limited" in error["detail"]
    listed = demo.ask("operator", "/operations/v1/clients?limit=100").json()["data"]
    assert "no plan" not in {one["name"] for one in listed}


def test_a_batch_of_our_own_programs_counts_as_ten_calls_too(demo: Demo) -> None:
    def left(answer: httpx.Response) -> int:
        return int(answer.headers["RateLimit"].split("r=")[1].split(";")[0])

    account = demo.account("portal_small")
    before = left(demo.ask("internal", f"/process/entitlement/v1/accounts/{account}/entitlements/sso"))
    checks = {"checks": [{"account": account, "feature": "sso"}]}
    batch = demo.http.post("/process/entitlement/v1/checks", headers=demo.proof("internal"), json=checks)
    assert before - left(batch) == 10
