"""API8: does no answer tell of the inside, also when all goes wrong, and is every one marked as safe?"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.journeys.conftest import PLATFORMS
from tests.owasp.belongings import Belongings, of_kind
from tests.owasp.house import Front
from tests.owasp.promised import Promised, promised

READS = [one for one in promised() if one.method == "GET"]
FAULTS = ("down", "error_500", "bad_body", "redirect", "rate_limited", "expired_token")
INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|0x[0-9a-f]{6}|Error\(|Exception|aiohttp|httpx|msgspec|sqlite|"
    r"SELECT |litestar|granian|dbos|localhost|[Cc]onnect(ion)? (refused|reset)",
)
"""What only somebody inside should read."""
OPEN = ("/livez", "/readyz", "/docs", "/versions", "/.well-known/api-catalog", "/.well-known/jwks.json")
ANSWERS = {
    "/portal/v2/accounts": 200,
    "/portal/v2/invoices/inv_00000000000000000000": 404,
    "/portal/v2/invoices?limit=x": 422,
    "/portal/v2/invoices?x=1": 400,
    "/agent/v1/accounts?query=acme": 403,
    "/nowhere": 404,
    "/portal/v2/../../etc/passwd": 404,
}


NO_DOORS = (
    "/metrics /debug /schema /openapi.json /_sim/faults /.env /.git/config /admin /static/ "
    "/docs/../../tieline.toml /openapi/..%2f..%2ftieline.toml /openapi/portal.v2.json/../x"
).split()


@pytest.fixture(scope="module")
def secrets(front: Front) -> frozenset[str]:
    """Every secret of the house, and where its platforms stand."""
    held = {file.read_text().strip() for file in (front.data / "secrets").iterdir()}
    addresses = {urlsplit(one["base_url"]).netloc for one in front.known["platforms"].values()}
    return frozenset(one for one in held | addresses if len(one) > 8) | {str(front.data)}


@pytest.fixture(params=FAULTS)
def failing(request: pytest.FixtureRequest, front: Front, belongings: Belongings) -> Iterator[str]:
    """A house of which every platform is in the same trouble, after all was well once."""
    assert belongings.mine("portal_parent")
    for platform in PLATFORMS:
        front.fault(platform, request.param)
    yield request.param
    front.mend()
    front.well()


def told(front: Front, belongings: Belongings, operation: Promised) -> list[httpx.Response]:
    """The operation as everybody who may call it."""
    answers = []
    for name in front.people:
        if operation.scopes <= front.scopes(name):
            things = belongings.mine(name if name in belongings.callers else "portal_parent")
            values = {
                one.name: of_kind(things, one.prefix)[0]
                for one in operation.parameters
                if one.prefix and one.place == "path" and of_kind(things, one.prefix)
            }
            path, query = operation.asked(values)
            answers.append(front.http.get(path, params=query, headers=front.proof(name)))
    return answers


class TestSecurityMisconfiguration:
    """API8: errors are ours, headers are there, and doors that are not meant are shut."""

    def test_failing_platforms_are_told_in_our_words(
        self, front: Front, belongings: Belongings, secrets: frozenset[str], failing: str
    ) -> None:
        seen = set()
        for operation in READS:
            for answer in told(front, belongings, operation):
                seen.add(answer.status_code)
                where = f"{operation.name}: {answer.text[:500]}"
                assert answer.status_code != 500, where
                assert not any(secret in answer.text for secret in secrets), where
                if answer.is_error:
                    assert answer.headers["content-type"] == "application/problem+json", where
                    assert INSIDE.search(answer.text) is None, where
                    assert answer.json().keys() <= PROBLEM, where
        assert seen & {502, 503}, f"{failing} reached nobody"

    @pytest.mark.parametrize("path", [*ANSWERS, *OPEN])
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "TRACE", "DELETE"])
    def test_every_answer_is_marked_and_says_nothing_of_who_made_it(
        self, front: Front, path: str, method: str
    ) -> None:
        answer = front.http.request(method, path, headers=front.proof("portal_parent"))
        if method == "GET":
            assert answer.status_code == ANSWERS.get(path, 200)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "request-id" in answer.headers
        assert not answer.headers.keys() & {"x-powered-by", "via", "set-cookie", "x-debug"}
        assert not re.search(r"\d", answer.headers.get("server", "")), "no version to look up holes for"
        if answer.is_error:
            assert answer.headers["cache-control"] == "no-store"
            assert INSIDE.search(answer.text) is None
        elif path in ANSWERS:
            assert answer.headers["cache-control"].startswith(("private", "no-store"))

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:5173.evil.example"])
    def test_no_strange_page_may_ask(self, front: Front, origin: str) -> None:
        asks = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        for path in ANSWERS:
            for method in ("OPTIONS", "GET"):
                answer = front.http.request(method, path, headers={**front.proof("portal_parent"), **asks})
                assert not [name for name in answer.headers if name.startswith("access-control-allow")]

    def test_strangers_are_told_nothing_of_how_it_is(self, front: Front) -> None:
        front.fault("zendesk", "down")
        try:
            front.ask("agent", f"/agent/v1/accounts/{front.account('portal_parent')}")
            assert front.ask(None, "/readyz").json().keys() == {"status"}
            assert "details" in front.ask("operator", "/readyz").json()
        finally:
            front.mend()
            front.well()

    @pytest.mark.parametrize("path", NO_DOORS)
    def test_there_is_no_door_that_is_not_meant(self, front: Front, path: str) -> None:
        for name in (None, "operator"):
            assert front.ask(name, path).status_code == 404

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
    def test_what_is_secret_is_readable_by_its_owner_only(self, front: Front) -> None:
        files = [*(front.data / "secrets").iterdir(), front.data / "issuer" / "issuer-keys.json"]
        files += [*(front.data / "as").iterdir(), front.data / "demo.json"]
        assert {oct(_mode(file)) for file in files} == {"0o600"}


PROBLEM = {"type", "title", "status", "code", "detail", "instance", "errors", "trace_id"}


def _mode(file: Path) -> int:
    return file.stat().st_mode & 0o777
