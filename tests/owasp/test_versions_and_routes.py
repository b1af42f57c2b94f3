"""API9: is everything that can be asked documented and catalogued, and gone when its time is over?"""

import re
import subprocess
import sys
from datetime import timedelta

import msgspec
import pytest

from gateway.contracts import DOCUMENTS
from gateway.errors import VersionEnded
from gateway.published import PUBLISHED
from gateway.versions import Versions, wall
from tests.owasp.house import Front
from tests.owasp.promised import Promised, promised

ROUTE = re.compile(r"^  ([A-Z]+)\s+(\S+)\s+(\S.*)$", re.MULTILINE)
DOCUMENTED = {(one.method, one.path) for one in promised()}
OLD = (
    "/v1/account /api/v1/accounts /portal/account /portal/v0/account /portal/v3/account /agent/v2/accounts "
    "/beta/portal/v2/account /internal/accounts /operations/v1/nowhere"
).split()
ENDING = [one for one in promised() if any(a.deprecation and a.document == one.document for a in PUBLISHED)]


class TestImproperInventoryManagement:
    """API9: nothing is there that nobody knows of, and nothing that should be gone."""

    def test_what_is_routed_is_what_is_documented_with_the_same_scopes(self) -> None:
        command = [sys.executable, "-m", "gateway", "routes"]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        routed = {(method, path): set(scopes.split()) for method, path, scopes in ROUTE.findall(listed)}
        assert routed == {(one.method, one.path): set(one.scopes) for one in promised()}

    def test_what_is_catalogued_is_what_is_documented_and_what_is_committed(self, front: Front) -> None:
        listed = front.ask(None, "/.well-known/api-catalog").json()["linkset"][1:]
        described = {one["service-desc"][0]["href"].removeprefix(front.known["base_url"]) for one in listed}
        assert described == {f"/openapi/{file.name}" for file in DOCUMENTS.glob("*.json")}
        for path in described:
            served = front.ask(None, path).json()
            committed = msgspec.json.decode((DOCUMENTS / path.rpartition("/")[2]).read_bytes())
            assert served["paths"].keys() == committed["paths"].keys()
            assert all("x-internal" in server for server in served["servers"])

    def test_a_method_that_is_not_documented_is_not_there(self, front: Front) -> None:
        """Asked of the house itself, which names the methods of every path."""
        for path in {one.path for one in promised()}:
            some = next(one for one in promised() if one.path == path)
            allowed = front.http.options(some.asked()[0]).headers["allow"].split(", ")
            known = {method for method, where in DOCUMENTED if where == path}
            assert set(allowed) - {"HEAD", "OPTIONS"} == known, path

    @pytest.mark.parametrize("path", OLD)
    def test_what_is_in_no_document_is_missing_for_everybody(self, front: Front, path: str) -> None:
        for name in (None, "agent", "portal_parent", "operator", "internal"):
            assert front.ask(name, path).status_code == 404

    @pytest.mark.parametrize("operation", ENDING, ids=lambda one: one.name)
    def test_a_version_on_its_way_out_says_so_and_ends(self, front: Front, operation: Promised) -> None:
        path, query = operation.asked()
        answer = front.ask("portal_parent", path, params=query)
        assert {"deprecation", "sunset", "link"} <= answer.headers.keys()
        now = Versions(PUBLISHED, wall)
        now.check(path)
        years = timedelta(days=4000)
        with pytest.raises(VersionEnded):
            Versions(PUBLISHED, lambda: wall() + years).check(path)
