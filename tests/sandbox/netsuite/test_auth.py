"""Who gets into the practice NetSuite?"""

import time
from typing import Any

import httpx
import jwt
import pytest

from sandbox.kit.serving import running
from sandbox.netsuite import NetSuite
from tests.sandbox.netsuite.conftest import RECORD, Erp


async def test_a_signed_assertion_is_exchanged_for_a_token_of_an_hour(stranger: Erp) -> None:
    response = await stranger.token()
    answer = response.json()
    assert (response.status_code, answer["expires_in"], answer["token_type"]) == (200, "3600", "bearer")
    assert jwt.get_unverified_header(answer["access_token"])["alg"] == "PS256"


async def test_a_token_opens_the_records(stranger: Erp) -> None:
    assert (await stranger.get("/customer")).status_code == 401
    await stranger.sign_in()
    assert (await stranger.get("/customer")).status_code == 200


async def test_a_token_is_still_good_after_a_restart(erp: Erp) -> None:
    token = erp.client.headers["Authorization"]
    async with running(erp.practice, (NetSuite,)) as urls, httpx.AsyncClient() as client:
        again = await client.get(
            urls["netsuite"] + RECORD + "/customer/1001", headers={"Authorization": token}
        )
    assert again.status_code == 200


async def test_the_vendors_own_address_is_an_audience_too(stranger: Erp) -> None:
    aud = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token"
    assert (await stranger.token(stranger.assertion(aud=aud))).status_code == 200


@pytest.mark.parametrize("scope", [["restlets", "rest_webservices"], "restlets,rest_webservices"])
async def test_the_scope_may_be_a_list_or_a_text(stranger: Erp, scope: Any) -> None:
    assert (await stranger.token(stranger.assertion(scope=scope))).status_code == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"algorithm": "RS256"}, "invalid_client"),
        ({"kid": "another-certificate"}, "invalid_client"),
        ({"iss": "another-client"}, "invalid_client"),
        ({"aud": "https://elsewhere.example/token"}, "invalid_client"),
        ({"exp": int(time.time()) - 1}, "invalid_client"),
        ({"exp": int(time.time()) + 7200}, "invalid_client"),
        ({"iat": None}, "invalid_client"),
        ({"scope": "restlets"}, "invalid_scope"),
        ({"scope": 7}, "invalid_scope"),
    ],
)
async def test_a_wrong_assertion_gets_no_token(stranger: Erp, changes: dict[str, Any], code: str) -> None:
    response = await stranger.token(stranger.assertion(**changes))
    assert (response.status_code, response.json()["error"]) == (400, code)


async def test_an_assertion_of_another_key_gets_no_token(stranger: Erp) -> None:
    forged = jwt.encode({"iss": "x"}, "s" * 64, algorithm="HS256", headers={"kid": "x"})
    assert (await stranger.token(forged)).json()["error"] == "invalid_client"
    assert (await stranger.token("not a token")).json()["error"] == "invalid_client"


async def test_other_grants_are_refused(stranger: Erp) -> None:
    response = await stranger.token(grant_type="password")
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")
    response = await stranger.token(client_assertion_type="other")
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic YTpi"])
async def test_every_bad_token_gets_the_same_401(stranger: Erp, header: str) -> None:
    response = await stranger.client.get(RECORD + "/customer", headers={"Authorization": header})
    error = response.json()
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/vnd.oracle.resource+json; type=error"
    assert (error["title"], error["status"]) == ("Unauthorized", 401)
    assert error["o:errorDetails"][0]["o:errorCode"] == "INVALID_LOGIN"
    assert error["o:errorDetails"][0]["detail"].startswith("Invalid login attempt. For more details")


async def test_a_client_assertion_is_no_access_token(stranger: Erp) -> None:
    header = {"Authorization": f"Bearer {stranger.assertion()}"}
    assert (await stranger.client.get(RECORD + "/customer", headers=header)).status_code == 401
