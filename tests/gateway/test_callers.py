"""Is nobody believed who should not be, and everybody who should?"""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from canonical.caller import Caller
from gateway.issuer import EmbeddedIssuer
from tests.gateway.hostile import HOSTILE, Forge
from tests.gateway.things import Visit

PATH = "/things/v1/things/x"
SHAPE = {"type", "title", "status", "code", "instance", "trace_id"}


@pytest.fixture
def forge(issuer: EmbeddedIssuer) -> Forge:
    return Forge(issuer)


async def test_a_token_made_by_the_forge_as_the_issuer_would_is_believed(visit: Visit, forge: Forge) -> None:
    door = await visit(None)
    for token in (forge.good, forge.token(), forge.token(aud=["https://a.example", forge.claims["aud"]])):
        assert (await door.get(PATH, headers={"authorization": f"Bearer {token}"})).status_code == 200


async def test_every_hostile_token_is_refused_in_the_same_words(visit: Visit, forge: Forge) -> None:
    door = await visit(None)
    told = {name: await _told(door, f"Bearer {make(forge)}".rstrip()) for name, make in HOSTILE.items()}
    assert len(told) >= 60
    assert {name: answer for name, answer in told.items() if answer != told["alg none"]} == {}
    assert told["alg none"][:2] == (401, "invalid_token")


async def _told(door: httpx.AsyncClient, authorization: str) -> tuple[object, ...]:
    answer = await door.get(PATH, headers={"authorization": authorization})
    problem = answer.json()
    assert problem.keys() == SHAPE
    return answer.status_code, problem["code"], problem["title"], answer.headers["www-authenticate"]


@pytest.mark.parametrize("scheme", ["Basic", "Digest", "Token", "BearerX"])
async def test_another_scheme_is_refused_like_a_bad_token(visit: Visit, forge: Forge, scheme: str) -> None:
    answer = await _told(await visit(None), f"{scheme} {forge.good}")
    assert answer[:2] == (401, "invalid_token")


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
async def test_the_case_of_the_scheme_does_not_matter(visit: Visit, forge: Forge, scheme: str) -> None:
    door = await visit(None)
    assert (await door.get(PATH, headers={"authorization": f"{scheme} {forge.good}"})).status_code == 200


async def test_two_tokens_are_refused(visit: Visit, forge: Forge) -> None:
    door = await visit(None)
    twice = [("authorization", f"Bearer {forge.good}")] * 2
    assert (await door.get(PATH, headers=twice)).status_code == 401


async def test_a_token_and_a_key_are_ambiguous(visit: Visit) -> None:
    answer = await (await visit()).get(PATH, headers={"x-api-key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (400, "ambiguous_credentials")


async def test_a_token_in_the_query_is_no_credential(visit: Visit, forge: Forge) -> None:
    answer = await (await visit(None)).get(f"{PATH}?access_token={forge.good}")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_nobody_is_asked_who_they_are(visit: Visit) -> None:
    answer = await (await visit(None)).get(PATH)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == 'Bearer realm="tieline"'
    assert "ratelimit" not in answer.headers


async def test_a_missing_scope_is_named(visit: Visit) -> None:
    answer = await (await visit()).get("/things/v1/secret")
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="operations:read"' in answer.headers["www-authenticate"]


async def test_an_operation_that_names_no_scope_is_for_nobody(visit: Visit) -> None:
    assert (await (await visit()).get("/things/v1/forgotten")).status_code == 403
    assert (await (await visit(None)).get("/things/v1/forgotten")).status_code == 401


def _verifier(caller: Caller) -> Callable[[str], Awaitable[Caller | None]]:
    async def verify(key: str) -> Caller | None:
        return caller if key == "the-right-key" else None

    return verify


async def test_a_key_is_as_good_as_a_token(visit: Visit, keyholder: Caller) -> None:
    door = await visit(None, verify_key=_verifier(keyholder))
    answer = await door.get(PATH, headers={"x-api-key": "the-right-key"})
    assert answer.json() == {"name": "x", "of": "partner"}


@pytest.mark.parametrize("key", ["", "the-right-key2", "wrong", "k" * 600, "\xff"])
async def test_a_wrong_key_is_refused_like_a_bad_token(visit: Visit, keyholder: Caller, key: str) -> None:
    door = await visit(None, verify_key=_verifier(keyholder))
    answer = await door.get(PATH, headers={b"x-api-key": key.encode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_a_key_is_refused_where_no_keys_are_known(visit: Visit) -> None:
    answer = await (await visit(None)).get(PATH, headers={"x-api-key": "the-right-key"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_a_bad_token_is_refused_at_a_public_door_too(visit: Visit) -> None:
    answer = await (await visit(None)).get("/docs", headers={"authorization": "Bearer x.y.z"})
    assert answer.status_code == 401
