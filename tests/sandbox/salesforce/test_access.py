"""Who is let in, how often, and what is said to the others?"""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.kit.credentials import SalesforceKeys
from sandbox.salesforce import Salesforce, auth
from sandbox.salesforce.errors import Refused
from tests.sandbox.salesforce.conftest import DATA, Org


@pytest.fixture
def form(org: Org) -> dict[str, str]:
    """A good client-credentials form."""
    keys = org.practice.keys.salesforce
    return {
        "grant_type": "client_credentials",
        "client_id": keys.client_id,
        "client_secret": keys.client_secret,
    }


async def _token(org: Org, data: Any, **options: Any) -> tuple[int, Any]:
    response = await org.client.post(f"{org.url}/services/oauth2/token", data=data, **options)
    return response.status, await response.json()


async def _limits(org: Org, authorization: str | None) -> aiohttp.ClientResponse:
    headers = {"Authorization": authorization} if authorization is not None else {}
    return await org.client.get(f"{org.url}{DATA}/limits", headers=headers)


async def test_a_token_by_form_opens_the_org_it_names(org: Org, form: dict[str, str]) -> None:
    status, granted = await _token(org, form)
    assert status == 200
    assert (granted["instance_url"], granted["token_type"]) == (org.url, "Bearer")
    assert granted["issued_at"].isdecimal()
    assert (await _limits(org, f"Bearer {granted['access_token']}")).status == 200


async def test_a_token_by_basic_and_in_chunks(org: Org, form: dict[str, str]) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"grant_type=client_"
        yield b"credentials"

    basic = aiohttp.encode_basic_auth(form["client_id"], form["client_secret"])
    headers = {"Authorization": basic, "Content-Type": "application/x-www-form-urlencoded"}
    status, granted = await _token(org, chunks(), headers=headers)
    assert status == 200
    assert (await _limits(org, f"Bearer {granted['access_token']}")).status == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client_id"),
        ({"client_id": "", "client_secret": ""}, "invalid_client_id"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_client_gets_no_token(
    org: Org, form: dict[str, str], change: dict[str, str], error: str
) -> None:
    status, answer = await _token(org, form | change)
    assert (status, answer["error"]) == (400, error)
    assert answer["error_description"]


@pytest.mark.parametrize("header", ["Basic !!!", "Basic dGVzdA==", "Basic /w=="])
async def test_a_broken_basic_header_gets_no_token(org: Org, header: str) -> None:
    status, answer = await _token(
        org, {"grant_type": "client_credentials"}, headers={"Authorization": header}
    )
    assert (status, answer["error"]) == (400, "invalid_client_id")


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "INVALID_AUTH_HEADER"),
        ("Basic eDp5", "INVALID_AUTH_HEADER"),
        ("Bearer", "INVALID_SESSION_ID"),
        ("Bearer nonsense", "INVALID_SESSION_ID"),
        ("Bearer 00DgL0000000001!1700000000000.nonsense", "INVALID_SESSION_ID"),
        ("Bearer 00DgL0000000001!.é", "INVALID_SESSION_ID"),
    ],
)
async def test_without_a_good_token_nothing_is_shown(org: Org, authorization: str | None, code: str) -> None:
    response = await _limits(org, authorization)
    (error,) = await response.json()
    assert (response.status, error["errorCode"]) == (401, code)


def test_a_token_outlives_a_restart_and_ends_with_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = SalesforceKeys("client", "secret", "session")
    form = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}
    token = auth.grant(keys, form, "", "http://org")["access_token"]
    auth.admit(SalesforceKeys("client", "secret", "session"), f"Bearer {token}")
    with pytest.raises(Refused, match="INVALID_SESSION_ID"):
        auth.admit(SalesforceKeys("client", "rotated", "session"), f"Bearer {token}")
    monkeypatch.setattr(auth, "LIFETIME", 0)
    with pytest.raises(Refused, match="INVALID_SESSION_ID"):
        auth.admit(keys, f"Bearer {token}")


async def test_every_answer_says_how_much_of_the_allowance_is_used(org: Org) -> None:
    uses = [(await org.get("/limits")).headers["Sforce-Limit-Info"] for _ in range(2)]
    assert uses == ["api-usage=1/115000", "api-usage=2/115000"]
    assert "Sforce-Limit-Info" in (await org.get("/nowhere")).headers
    answer = await (await org.get("/limits/")).json()
    assert answer == {"DailyApiRequests": {"Max": 115_000, "Remaining": 114_997}}


async def test_a_used_up_allowance_is_refused_until_a_day_has_passed(org: Org) -> None:
    platform = Salesforce(org.practice)
    platform.allowance.daily = 1
    now = org.practice.clock.now()
    platform.allowance.spend(now)
    with pytest.raises(Refused, match="REQUEST_LIMIT_EXCEEDED"):
        platform.allowance.spend(now)
    org.practice.clock.advance(86_400)
    platform.allowance.spend(org.practice.clock.now())


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("rate_limited", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("expired_token", 401, "INVALID_SESSION_ID"),
        ("error_500", 500, "UNKNOWN_EXCEPTION"),
    ],
)
async def test_a_fault_speaks_in_the_vendors_words(org: Org, fault: str, status: int, code: str) -> None:
    await org.client.post(f"{org.url}/_sim/faults", json={"fault": fault, "calls": 1})
    response = await org.get("/limits")
    (error,) = await response.json()
    assert (response.status, error["errorCode"]) == (status, code)
    assert "Retry-After" not in response.headers
    assert (await org.get("/limits")).status == 200


async def test_another_method_is_not_allowed_and_those_that_are_are_named(org: Org) -> None:
    response = await org.client.put(f"{org.url}{DATA}/sobjects/Account/", json={})
    (error,) = await response.json()
    assert (response.status, error["errorCode"]) == (405, "METHOD_NOT_ALLOWED")
    assert error["message"] == "HTTP Method 'PUT' not allowed. Allowed are GET,HEAD,POST"


@pytest.mark.parametrize(
    ("version", "status"), [("60.0", 200), ("68.0", 200), ("30.0", 404), ("69.0", 404), ("66", 404)]
)
async def test_versions_that_do_not_exist_are_not_found(org: Org, version: str, status: int) -> None:
    headers = org.signed_in({})
    assert (await org.client.get(f"{org.url}/services/data/v{version}/", headers=headers)).status == status


async def test_the_control_face_shows_the_rows(org: Org) -> None:
    shown = await (await org.client.get(f"{org.url}/_sim/state/Account")).json()
    assert "Customer 1" in str(shown)
    assert (await org.client.get(f"{org.url}/_sim/state/Nope")).status in {400, 404}
