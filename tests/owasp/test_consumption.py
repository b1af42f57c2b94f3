"""API4: does nobody get more of the house than their share, with one request or with many?"""

import gzip
import time
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import Demo
from tests.owasp.house import Front
from tests.owasp.promised import Promised, promised

BODIES = [one for one in promised() if one.example is not None]
LISTS = [one for one in promised() if one.takes("limit")]
WORDS = [(one, each.name) for one in promised() for each in one.parameters if each.place == "query"]
JSON = {"content-type": "application/json"}
MEGABYTE = 1_048_576
SOON = 2.0
"""Seconds; a refusal takes milliseconds, but the machine that tests may be busy."""


def sent(front: Front, operation: Promised, body: bytes, **headers: str) -> httpx.Response:
    """A body as somebody who may call; refused in time, whatever it is."""
    name = next(name for name in front.people if operation.scopes <= front.scopes(name))
    path, _ = operation.asked()
    began = time.monotonic()
    answer = front.http.request(
        operation.method, path, content=body, headers={**front.proof(name), **JSON, **headers}
    )
    assert time.monotonic() - began < SOON
    return answer


def asked(front: Front, operation: Promised, **query: Any) -> httpx.Response:
    name = next(name for name in front.people if operation.scopes <= front.scopes(name))
    path, more = operation.asked()
    return front.http.request(
        operation.method, path, params={**more, **query}, json=operation.body, headers=front.proof(name)
    )


class TestUnrestrictedResourceConsumption:
    """API4: everything that a caller makes larger has an end."""

    @pytest.mark.parametrize("operation", BODIES, ids=lambda one: one.name)
    def test_a_body_has_a_size_a_depth_and_no_disguise(self, front: Front, operation: Promised) -> None:
        assert sent(front, operation, b" " * (MEGABYTE + 1)).status_code == 413
        for deep in (b"[" * 500_000, b'{"a":' * 100_000):
            assert sent(front, operation, deep).status_code in (400, 422)
        assert sent(front, operation, b'{"a":' + b"9" * 1_000_000 + b"}").status_code in (400, 422)
        many = b"{" + b",".join(b'"%d":0' % number for number in range(90_000)) + b"}"
        assert sent(front, operation, many).status_code == 422
        # What is packed is not unpacked: it is no JSON, however small or large it would become.
        for packed in (gzip.compress(b"{}"), gzip.compress(bytes(64 * MEGABYTE))):
            assert sent(front, operation, packed, **{"content-encoding": "gzip"}).status_code in (
                400,
                415,
                422,
            )

    @pytest.mark.parametrize("operation", LISTS, ids=lambda one: one.name)
    def test_a_page_has_an_end(self, front: Front, operation: Promised) -> None:
        for limit in ("101", "1000000", "0", "-1", "9" * 400, "1e3", "0x10", " 7"):
            assert asked(front, operation, limit=limit).status_code == 422, limit

    @pytest.mark.parametrize(("operation", "name"), WORDS, ids=lambda one: getattr(one, "name", one))
    def test_a_word_has_an_end(self, front: Front, operation: Promised, name: str) -> None:
        """Also where a pattern could be made to try for ever."""
        for word in ("a" * 6_000, "a-" * 3_000 + "!", "." * 6_000):
            began = time.monotonic()
            assert asked(front, operation, **{name: word}).status_code in (400, 422)
            assert time.monotonic() - began < SOON

    def test_a_head_has_an_end(self, front: Front) -> None:
        proof = front.proof("agent")
        for more in ({f"x-{number}": "1" for number in range(200)}, {"x-large": "x" * 100_000}):
            answer = front.http.get("/agent/v1/accounts?query=acme", headers={**proof, **more})
            assert answer.status_code == 431
        assert front.http.get("/agent/v1/accounts/" + "x" * 10_000, headers=proof).status_code == 431
        many = "&".join(f"a{number}=1" for number in range(1_000))
        assert front.http.get(f"/agent/v1/accounts?{many}", headers=proof).status_code == 400

    def test_a_batch_has_an_end(self, front: Front) -> None:
        check = {"account": front.people["partner"]["accounts"][0], "feature": "sso"}
        for path, name in (
            ("/partners/v1/entitlement-checks", "partner"),
            ("/process/entitlement/v1/checks", "internal"),
        ):
            told = front.http.post(path, json={"checks": [check] * 5_000}, headers=front.proof(name))
            assert told.status_code == 422

    def test_a_plan_has_an_end_and_says_how_long_to_wait(self, limited: Demo) -> None:
        """Also with another token of the same person, and with another operation."""
        answers = [
            limited.ask("limited", f"/portal/v2/{path}")
            for path in ("accounts", "invoices", "cases", "payments", "accounts", "nowhere", "invoices")
        ]
        assert answers[-1].status_code == 429
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        assert {"ratelimit", "ratelimit-policy"} <= answers[-1].headers.keys()
