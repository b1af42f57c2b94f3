"""Does whoever is no platform get anything in where platforms post? (these routes are in no document)"""

import hashlib
import hmac
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.owasp.house import Front
from tests.owasp.promised import promised

PLATFORMS = ("salesforce", "stripe", "zendesk", "netsuite")
EVENT = b'{"id":"evt_hostile","object":"event","type":"invoice.paid","created":1,"data":{"object":{}}}'

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "JSON": EVENT,
    "not JSON": b"{",
    "null": b"null",
    "binary": bytes(range(256)) * 40,
    "zeros": bytes(10_000),
    "no UTF-8": b"\xff\xfe\xfa",
    "nested without end": b"[" * 200_000,
    "objects nested without end": b'{"data":' * 100_000,
    "XML": b"<?xml version='1.0'?><notifications/>",
    "XML that swells": b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><x>&j;</x>",
    "XML that reads a file": b"<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><x>&f;</x>",
    "XML nested without end": b"<a>" * 100_000,
}
TYPES = (
    "application/json",
    "text/xml; charset=utf-8",
    "text/plain",
    "application/x-www-form-urlencoded",
    "x",
    "",
)


@pytest.fixture(autouse=True)
def nothing_came_in(front: Front) -> Iterator[None]:
    """Whatever is tried: no more is in quarantine afterwards than before."""
    before = _quarantined(front)
    yield
    assert _quarantined(front) == before


def _quarantined(front: Front) -> list[Any]:
    kept: list[Any] = front.ask("operator", "/operations/v1/quarantine?limit=100").json()["data"]
    return kept


def addresses(front: Front) -> list[str]:
    """Every place where a message without a good proof ends as one that is forged."""
    return [f"/webhooks/{name}" for name in PLATFORMS] + [
        f"/webhooks/{name}/{secret}" for name in PLATFORMS for secret in ("x", "x" * 200, "%00", "null")
    ]


@pytest.mark.parametrize("body", list(BODIES))
def test_what_nobody_signed_is_refused_whatever_it_is(front: Front, body: str) -> None:
    told = {
        (answer.status_code, answer.json()["code"])
        for path in addresses(front)
        for type_ in (TYPES if body in ("JSON", "XML", "nothing") else TYPES[:2])
        for answer in (front.http.post(path, content=BODIES[body], headers={"content-type": type_}),)
    }
    assert told == {(400, "not_proven")}


@pytest.mark.parametrize("body", list(BODIES))
@pytest.mark.parametrize(
    "path", ["/webhooks/nobody", "/webhooks/nobody/secret", "/webhooks/x%2fy", "/webhooks/%00"]
)
def test_a_connection_that_there_is_not_is_missing(front: Front, path: str, body: str) -> None:
    answer = front.http.post(path, content=BODIES[body])
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path", ["/webhooks", "/webhooks/", "/webhooks/stripe/a/b", f"/webhooks/{'x' * 300}"]
)
def test_an_address_that_is_none_is_refused(front: Front, path: str) -> None:
    assert front.http.post(path, content=EVENT).status_code in (404, 422)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/webhooks/stripe", "/webhooks/salesforce/secret"])
def test_nothing_but_a_post_is_taken(front: Front, path: str, method: str) -> None:
    answer = front.http.request(method, path)
    assert answer.status_code == (204 if method == "OPTIONS" else 405)
    assert set(answer.headers["allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("name", PLATFORMS)
def test_ten_megabytes_are_not_read(front: Front, name: str) -> None:
    answer = front.http.post(f"/webhooks/{name}", content=b" " * 10_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    assert front.http.post(f"/webhooks/{name}", content=pieces()).status_code == 413


def _proof(secret: str, body: bytes, moment: int) -> str:
    signature = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signature}"


def _hostile_proofs(secret: str) -> dict[str, str]:
    now = int(time.time())
    good = _proof(secret, EVENT, now)
    return {
        "another secret": _proof("whsec_of_a_stranger", EVENT, now),
        "no secret": _proof("", EVENT, now),
        "of another body": _proof(secret, EVENT + b" ", now),
        "too old": _proof(secret, EVENT, now - 3600),
        "of the future": _proof(secret, EVENT, now + 3600),
        "another moment": good.replace(f"t={now}", f"t={now - 1}"),
        "no moment": good.partition(",")[2],
        "two moments": f"t={now - 1},{good}",
        "a moment that is none": good.replace(f"t={now}", "t=now"),
        "a moment beyond all": good.replace(f"t={now}", f"t={'9' * 400}"),
        "another scheme": good.replace("v1=", "v0="),
        "no signature": f"t={now},v1=",
        "a thousand guesses": f"t={now}," + ",".join(f"v1={n:064x}" for n in range(300)),
        "words": "let me in",
        "nothing": "",
    }


@pytest.mark.parametrize("name", list(_hostile_proofs("")))
def test_a_proof_that_is_none_is_refused(front: Front, name: str) -> None:
    secret = front.known["platforms"]["stripe"]["webhook_secret"]
    proof = _hostile_proofs(secret)[name]
    answer = front.http.post("/webhooks/stripe", content=EVENT, headers={"stripe-signature": proof})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_proven")
    assert secret not in answer.text


class TestUnrestrictedAccessToSensitiveBusinessFlows:
    """API6: what starts a flow starts it once, and nobody starts more than their share."""

    def test_a_message_that_is_sent_again_is_kept_once(self, front: Front) -> None:
        secret = front.known["platforms"]["stripe"]["webhook_secret"]
        body = (
            b'{"id":"evt_replayed","object":"event","api_version":"2026-10-28.endive","livemode":false,'
            b'"created":%d,"type":"unheard.of","pending_webhooks":0,"data":{"object":{"object":"x"}}}'
        ) % int(time.time())
        seen = []
        for _ in range(5):  # also with a new signature: who has the message need not have the old one
            proof = {"stripe-signature": _proof(secret, body, int(time.time()))}
            assert front.http.post("/webhooks/stripe", content=body, headers=proof).status_code < 300
            listed = front.ask("operator", "/operations/v1/events?source=stripe&limit=100").json()["data"]
            seen.append(len(listed))
        assert seen[0] > 0
        assert len(set(seen)) == 1

    def test_what_moves_money_or_sells_asks_for_a_key_of_the_callers(self) -> None:
        """Of portal, agents and partners; a batch of questions changes nothing."""
        for one in promised():
            changes = {scope for scope in one.scopes if scope.endswith((":write", ":finance"))}
            if changes and one.method == "POST" and not one.document.startswith("operations"):
                assert one.takes("Idempotency-Key"), one.name

    def test_a_batch_counts_as_the_calls_that_it_is(self, front: Front) -> None:
        account = front.people["partner"]["accounts"][0]
        checks = {"checks": [{"account": account, "feature": "sso"}]}

        def left(answer: Any) -> int:
            return int(answer.headers["RateLimit"].split("r=")[1].split(";")[0])

        one = front.ask("partner", f"/partners/v1/accounts/{account}/entitlements/sso")
        batch = front.http.post(
            "/partners/v1/entitlement-checks", json=checks, headers=front.proof("partner")
        )
        assert left(one) - left(batch) == 10

    def test_nobody_does_something_to_the_house_without_saying_why(self, front: Front) -> None:
        acts = [one for one in promised() if one.path.endswith(("dismissals", "retries", "replays"))]
        for one in acts:
            path, _ = one.asked()
            answer = front.http.post(path, json={}, headers=front.proof("operator"))
            if one.method == "POST":
                assert (answer.status_code, "reason" in answer.text) == (422, True), one.name
        assert len(acts) >= 5
