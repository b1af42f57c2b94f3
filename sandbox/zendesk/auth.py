"""Who may call the practice Zendesk, and how does a client get its token?

OAuth client credentials (`POST /oauth/tokens`, JSON or form) are the primary way; Basic with
`email/token:API_TOKEN` is the older one. A token says itself until when it holds and is signed with the
client's secret, so it survives a restart; its time is wall time.
"""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.kit.credentials import ZendeskKeys
from sandbox.zendesk.errors import Refusal, not_authenticated, token_refused

LIFETIME = 7_200


def let_in(request: web.Request, keys: ZendeskKeys) -> None:
    """Pass in silence, or raise the 401 of the way that was tried."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if not token_holds(credentials.strip(), keys):
            raise token_refused()
    elif scheme.lower() != "basic" or not is_api_token(credentials, keys):
        raise not_authenticated()


def is_api_token(credentials: str, keys: ZendeskKeys) -> bool:
    try:
        offered = base64.b64decode(credentials, validate=True)
    except ValueError:
        return False
    return hmac.compare_digest(offered, f"{keys.email}/token:{keys.api_token}".encode())


def token_holds(token: str, keys: ZendeskKeys) -> bool:
    expiry, _, signature = token.partition(".")
    if not expiry.isdecimal() or not hmac.compare_digest(
        signature.encode(errors="surrogateescape"), signed(expiry, keys).encode()
    ):
        return False
    return time.time() < int(expiry)


def signed(expiry: str, keys: ZendeskKeys) -> str:
    return hmac.new(keys.client_secret.encode(), expiry.encode(), hashlib.sha256).hexdigest()


async def give_token(request: web.Request, keys: ZendeskKeys) -> dict[str, Any]:
    """The answer of the token endpoint, or its refusal in the words of RFC 6749."""
    asked = await asked_of(request)
    if asked.get("grant_type") != "client_credentials":
        raise oauth_error(400, "unsupported_grant_type", "The authorization grant type is not supported.")
    offered = f"{asked.get('client_id')}\n{asked.get('client_secret')}".encode(errors="surrogatepass")
    if not hmac.compare_digest(offered, f"{keys.client_id}\n{keys.client_secret}".encode()):
        raise oauth_error(401, "invalid_client", "Client authentication failed.")
    expiry = str(int(time.time()) + LIFETIME)
    return {
        "access_token": f"{expiry}.{signed(expiry, keys)}",
        "token_type": "bearer",
        "scope": asked.get("scope") or "read write",
        "expires_in": LIFETIME,
    }


async def asked_of(request: web.Request) -> dict[str, Any]:
    """The body, JSON or form; some clients send it chunked, which makes no difference here."""
    text = await request.text()
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(text))
    try:
        asked = json.loads(text)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise oauth_error(400, "invalid_request", "The request body could not be read.")
    return asked


def oauth_error(status: int, error: str, description: str) -> Refusal:
    return Refusal(status, {"error": error, "error_description": description})
