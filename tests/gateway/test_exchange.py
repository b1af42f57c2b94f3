"""Does a client get a token for its key, and nobody for anything else?"""

import base64
from collections.abc import Callable

import httpx
import pytest
from msgspec.structs import replace

from canonical.caller import AccountScope, Caller
from gateway.exchange import Exchange
from gateway.issuer import EmbeddedIssuer
from tests.gateway.things import ACCOUNT, Visit

ID, KEY = "cli_reseller", "tlk_the_key_of_the_reseller"
ASKED = {"grant_type": "client_credentials", "client_id": ID, "client_secret": KEY}
RESELLER = Caller(
    subject=ID,
    client=ID,
    scopes=frozenset({"portal:read", "portal:write"}),
    plan="tiny",
    scope=AccountScope(accounts=frozenset({ACCOUNT}), children=True),
)


async def verify(key: str) -> Caller | None:
    return RESELLER if key == KEY else None


@pytest.fixture
def exchange(issuer: EmbeddedIssuer) -> Exchange:
    return Exchange(verify=verify, issuer=issuer, seconds=60)


def basic(id: str, secret: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'{id}:{secret}'.encode()).decode()}"}


async def test_a_token_for_a_key_opens_what_the_key_does(visit: Visit, exchange: Exchange) -> None:
    door = await visit(None, exchange=exchange)
    answer = await door.post("/oauth/token", data=ASKED)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    token = answer.json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 60)
    assert token["scope"] == "portal:read portal:write"
    shown = await door.get(
        "/things/v1/things/x", headers={"authorization": f"Bearer {token['access_token']}"}
    )
    assert shown.json() == {"name": "x", "of": ID}
    assert shown.headers["ratelimit-policy"] == '"default";q=3;w=1'  # the plan of the client


async def test_the_secret_may_come_as_basic(visit: Visit, exchange: Exchange) -> None:
    door = await visit(None, exchange=exchange)
    form = {"grant_type": "client_credentials"}
    assert (await door.post("/oauth/token", data=form, headers=basic(ID, KEY))).status_code == 200
    refused = await door.post("/oauth/token", data=form, headers=basic(ID, "wrong"))
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.headers["www-authenticate"] == 'Basic realm="tieline"'


async def test_a_token_may_be_for_less_and_never_for_more(visit: Visit, exchange: Exchange) -> None:
    door = await visit(None, exchange=exchange)
    less = await door.post("/oauth/token", data={**ASKED, "scope": "portal:write"})
    assert less.json()["scope"] == "portal:write"
    bearer = {"authorization": f"Bearer {less.json()['access_token']}"}
    assert (await door.get("/things/v1/things/x", headers=bearer)).status_code == 403
    more = await door.post("/oauth/token", data={**ASKED, "scope": "portal:read operations:write"})
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


Form = dict[str, str]
WRONG: list[tuple[Callable[[Form], Form], int, str]] = [
    (lambda form: {**form, "client_secret": "wrong"}, 401, "invalid_client"),
    (lambda form: {**form, "client_id": "cli_another"}, 401, "invalid_client"),
    (lambda form: {**form, "client_secret": "é"}, 401, "invalid_client"),
    (lambda form: {"grant_type": form["grant_type"]}, 401, "invalid_client"),
    (lambda form: {**form, "grant_type": "password"}, 400, "unsupported_grant_type"),
    (lambda form: {**form, "grant_type": ""}, 400, "invalid_request"),
    (lambda form: {}, 400, "invalid_request"),
    (lambda form: {**form, **{f"more{n}": "x" for n in range(20)}}, 400, "invalid_request"),
    (lambda form: {**form, "more": "x" * 9_000}, 400, "invalid_request"),
]


@pytest.mark.parametrize(("change", "status", "error"), WRONG)
async def test_what_is_wrong_is_said_as_oauth_says_it(
    visit: Visit, exchange: Exchange, change: Callable[[Form], Form], status: int, error: str
) -> None:
    door = await visit(None, exchange=exchange)
    answer = await door.post("/oauth/token", data=change(ASKED))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"grant_type=client_credentials&grant_type=client_credentials", {}),
        (b"grant_type=%ff", {}),
        (b"\xff\xfe", {}),
        (b"{}", {"content-type": "application/json"}),
        (b"grant_type=client_credentials&client_secret=x", basic(ID, KEY)),
    ],
)
async def test_a_form_that_can_be_read_two_ways_or_none_is_refused(
    visit: Visit, exchange: Exchange, content: bytes, headers: dict[str, str]
) -> None:
    door = await visit(None, exchange=exchange)
    given = httpx.Headers({"content-type": "application/x-www-form-urlencoded", **headers})
    answer = await door.post("/oauth/token", content=content, headers=given)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("said", ["Basic %%%", "Basic", "Bearer abc", "Basic " + "/" * 8])
async def test_odd_credentials_are_refused(visit: Visit, exchange: Exchange, said: str) -> None:
    door = await visit(None, exchange=exchange)
    form = {"grant_type": "client_credentials"}
    answer = await door.post("/oauth/token", data=form, headers={"authorization": said})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_client_with_more_accounts_than_a_token_can_name_calls_with_its_key(
    visit: Visit, issuer: EmbeddedIssuer
) -> None:
    many = AccountScope(accounts=frozenset(f"acc_{number:020}" for number in range(300)))

    async def of_many(key: str) -> Caller | None:
        return replace(RESELLER, scope=many)

    door = await visit(None, exchange=Exchange(verify=of_many, issuer=issuer, seconds=60))
    refused = await door.post("/oauth/token", data=ASKED)
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")
    assert "call with the key" in refused.json()["error_description"]


async def test_guessing_is_limited_by_address(visit: Visit, exchange: Exchange) -> None:
    door = await visit(None, exchange=exchange, anonymous="2/minute")
    wrong = {**ASKED, "client_secret": "wrong"}
    statuses = [(await door.post("/oauth/token", data=wrong)).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


async def test_where_no_tokens_are_made_there_is_no_such_place(visit: Visit) -> None:
    door = await visit(None)
    assert (await door.post("/oauth/token", data=ASKED)).status_code == 404
