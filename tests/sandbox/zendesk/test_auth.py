"""Does the practice Zendesk let in whom Zendesk would?"""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.zendesk.counter import Counter


def asked_by(counter: Counter, **change: str) -> dict[str, str]:
    keys = counter.practice.keys.zendesk
    asked = {"grant_type": "client_credentials", "client_id": keys.client_id, "scope": "read"}
    return asked | {"client_secret": keys.client_secret} | change


async def token(counter: Counter, path: str = "/oauth/tokens", **sent: Any) -> tuple[int, dict[str, Any]]:
    async with counter.client.post(counter.url + path, **sent) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("path", ["/oauth/tokens", "/oauth/tokens/", "/oauth/tokens.json"])
async def test_a_client_gets_a_token_that_lets_it_in(counter: Counter, path: str) -> None:
    status, given = await token(counter, path, json=asked_by(counter))
    assert (status, given["token_type"], given["scope"]) == (200, "bearer", "read")
    assert given["expires_in"] > 0
    assert (await counter.ask("tickets", Authorization=f"Bearer {given['access_token']}"))[0] == 200


async def test_the_token_may_be_asked_for_as_a_form(counter: Counter) -> None:
    assert (await token(counter, data=asked_by(counter)))[0] == 200


async def test_the_token_may_be_asked_for_in_chunks(counter: Counter) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        body = str(asked_by(counter)).replace("'", '"').encode()
        yield body[:20]
        yield body[20:]

    headers = {"Content-Type": "application/json"}
    assert (await token(counter, data=chunks(), headers=headers))[0] == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_client_gets_no_token(
    counter: Counter, change: dict[str, str], status: int, error: str
) -> None:
    answered, body = await token(counter, json=asked_by(counter, **change))
    assert (answered, body["error"]) == (status, error)


async def test_a_body_that_is_not_json_gets_no_token(counter: Counter) -> None:
    assert (await token(counter, data=b"[]", headers={"Content-Type": "application/json"}))[0] == 400


@pytest.mark.parametrize("header", ["", "Basic !!!", "Basic é", "Digest abc"])
async def test_no_credentials_are_a_401(counter: Counter, header: str) -> None:
    assert await counter.ask("tickets", Authorization=header) == (401, {"error": "Couldn't authenticate you"})


async def test_a_wrong_api_token_is_a_401(counter: Counter) -> None:
    wrong = base64.b64encode(f"{counter.practice.keys.zendesk.email}/token:wrong".encode()).decode()
    assert (await counter.ask("tickets", Authorization=f"Basic {wrong}"))[0] == 401


@pytest.mark.parametrize("value", ["", "abc", "9999999999.abc", "1.abc", "1.é", "٣.abc"])
async def test_a_token_that_was_never_given_is_invalid(counter: Counter, value: str) -> None:
    status, body = await counter.ask("tickets", Authorization=f"Bearer {value}")
    assert (status, body["error"]) == (401, "invalid_token")


async def test_a_token_is_not_older_than_it_says(counter: Counter) -> None:
    _, given = await token(counter, json=asked_by(counter))
    expiry, _, signature = given["access_token"].partition(".")
    longer = f"{int(expiry) + 9_999}.{signature}"
    assert (await counter.ask("tickets", Authorization=f"Bearer {longer}"))[0] == 401


async def test_while_tokens_are_refused_a_new_one_is_still_given(own_counter: Counter) -> None:
    await own_counter.control("/faults", fault="expired_token")
    assert (await token(own_counter, json=asked_by(own_counter)))[0] == 200
    status, body = await own_counter.ask("tickets")
    assert (status, body["error"]) == (401, "invalid_token")
