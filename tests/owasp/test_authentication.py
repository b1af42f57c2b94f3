"""API2: is nobody taken for somebody, at any of the APIs?"""

import base64
import hashlib
from collections.abc import Mapping, Sequence

import httpx
import pytest

from gateway.published import PUBLISHED
from tests.gateway.hostile import HOSTILE, Forge
from tests.owasp.house import Front
from tests.owasp.promised import Promised, promised

READS = [
    next(one for one in promised() if one.document == api.document and one.method == "GET")
    for api in PUBLISHED
]
"""One operation of each document: who is asked stands before all of them alike."""
EACH = pytest.mark.parametrize("read", READS, ids=lambda one: one.document)


@pytest.fixture(scope="module")
def hostile(front: Front) -> dict[str, str]:
    """Every token of the table, made with this house's own key."""
    forge = Forge(front.issuer, front.every_scope)
    return {name: make(forge) for name, make in HOSTILE.items()}


def asked(
    front: Front, read: Promised, headers: Mapping[str, str] | Sequence[tuple[str, str]], **more: str
) -> httpx.Response:
    path, query = read.asked()
    return front.http.request(read.method, path, params={**query, **more}, headers=headers)


class TestBrokenAuthentication:
    """A credential is whole, ours, in time and in its place, or there is none."""

    @EACH
    def test_no_hostile_token_opens_anything(
        self, front: Front, hostile: dict[str, str], read: Promised
    ) -> None:
        good = Forge(front.issuer, front.every_scope).token()
        assert asked(front, read, {"Authorization": f"Bearer {good}"}).status_code not in (401, 403)
        told = {
            name: asked(front, read, {"Authorization": f"Bearer {token}".rstrip()})
            for name, token in hostile.items()
        }
        assert len(told) >= 60
        assert {
            name: (answer.status_code, answer.json()["code"])
            for name, answer in told.items()
            if (answer.status_code, answer.json()["code"]) != (401, "invalid_token")
        } == {}

    @EACH
    def test_a_credential_in_another_place_is_none(self, front: Front, read: Promised) -> None:
        token = Forge(front.issuer, front.every_scope).token()
        for headers in (
            {"X-API-Key": token},
            {"Cookie": f"token={token}"},
            {"Proxy-Authorization": f"Bearer {token}"},
        ):
            assert asked(front, read, headers).status_code == 401, headers.keys()
        basic = base64.b64encode(f"agent:{token}".encode()).decode()
        for said in (token, f"Basic {basic}", f"Token {token}", f"Bearer{token}", f"Bearer {token} x"):
            assert asked(front, read, {"Authorization": said}).status_code == 401, said[:10]
        for name in ("access_token", "token", "api_key"):
            assert asked(front, read, {}, **{name: token}).status_code in (400, 401)

    @EACH
    def test_two_credentials_are_one_too_many(self, front: Front, read: Promised) -> None:
        token = Forge(front.issuer, front.every_scope).token()
        key = front.people["partner"]["api_key"]
        both = asked(front, read, {"Authorization": f"Bearer {token}", "X-API-Key": key})
        assert (both.status_code, both.json()["code"]) == (400, "ambiguous_credentials")
        twice = [("Authorization", f"Bearer {token}")] * 2
        assert asked(front, read, twice).status_code in (400, 401)

    def test_a_key_that_is_nearly_right_is_wrong(self, front: Front) -> None:
        good = front.people["partner"]["api_key"]
        for made in (
            good[:-1],
            f"{good}x",
            good.swapcase(),
            good.rpartition("_")[0],
            hashlib.sha256(good.encode()).hexdigest(),
            "",
            f"{good} {good}",
            good.replace("tlk_", "tlk_%", 1),
        ):
            answer = front.http.get("/partners/v1/accounts", headers={"X-API-Key": made})
            assert answer.status_code == 401, made
            assert good not in answer.text
