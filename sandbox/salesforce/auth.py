"""Is this caller let in?

Client credentials only (REST API guide, "OAuth 2.0 Client Credentials Flow"); the JWT bearer flow needs a
certificate that the practice keys do not have. Tokens carry their own proof, so that they outlive a restart.
"""

import base64
import binascii
import hmac
import time
from typing import Any, Final

from sandbox.ids import salesforce_id
from sandbox.kit.credentials import SalesforceKeys
from sandbox.salesforce.errors import Refused
from sandbox.salesforce.row import INTEGRATION_USER

# Session timeout of a new org, in seconds of wall time ("Session Settings").
LIFETIME: Final = 2 * 60 * 60
ORGANIZATION: Final = salesforce_id("Organization", 1)


class NoToken(Exception):
    """The token endpoint's refusal: OAuth `error` and `error_description`."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


def grant(keys: SalesforceKeys, form: dict[str, str], authorization: str, base_url: str) -> dict[str, Any]:
    """The token answer for a form and an `Authorization` header; `base_url` is this org's own address.

    Raises `NoToken` for another grant type, an unknown client or a wrong secret.
    """
    if form.get("grant_type") != "client_credentials":
        raise NoToken("unsupported_grant_type", "grant type not supported")
    client_id, secret = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
    if not _same(client_id, keys.client_id):
        raise NoToken("invalid_client_id", "client identifier invalid")
    if not _same(secret, keys.client_secret):
        raise NoToken("invalid_client", "invalid client credentials")
    issued = str(time.time_ns() // 1_000_000)
    identity = f"{base_url}/id/{ORGANIZATION}/{INTEGRATION_USER}"
    return {
        "access_token": f"{ORGANIZATION[:15]}!{issued}.{_proof(keys, issued)}",
        "signature": base64.b64encode(_digest(keys, identity + issued)).decode(),
        "scope": "api",
        "token_format": "opaque",
        "instance_url": base_url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued,
    }


def admit(keys: SalesforceKeys, authorization: str | None) -> None:
    """Let the caller in or raise `Refused`: no usable header, or a token that is not (or no longer) ours."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() not in {"bearer", "oauth"}:
        raise Refused(401, "INVALID_AUTH_HEADER", "INVALID_AUTH_HEADER")
    if not (_same(token, keys.access_token) or _fresh(keys, token)):
        raise Refused(401, "INVALID_SESSION_ID", "Session expired or invalid")


def _fresh(keys: SalesforceKeys, token: str) -> bool:
    issued, _, proof = token.partition("!")[2].partition(".")
    if not _same(proof, _proof(keys, issued)):
        return False
    return time.time() - int(issued) / 1000 < LIFETIME


def _proof(keys: SalesforceKeys, issued: str) -> str:
    return base64.urlsafe_b64encode(_digest(keys, "token" + issued)).decode().rstrip("=")


def _digest(keys: SalesforceKeys, text: str) -> bytes:
    return hmac.digest(keys.client_secret.encode(), text.encode(), "sha256")


def _basic(authorization: str) -> tuple[str, str] | None:
    """Client id and secret of a Basic header, or none when it is not one."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret


def _same(given: str, wanted: str) -> bool:
    # Header bytes that are no UTF-8 arrive as surrogates.
    return hmac.compare_digest(given.encode(errors="surrogateescape"), wanted.encode())
