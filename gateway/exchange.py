"""How does a client trade its key for a token that soon ends? (RFC 6749, 4.4: client credentials)

The key is the client's secret: in the form, or as HTTP Basic. Errors are those of RFC 6749, 5.2, because
that is what OAuth libraries read.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from canonical.caller import Caller
from gateway.callers import VerifyKey
from gateway.issuer import EmbeddedIssuer, Minted
from gateway.operations import PUBLIC
from gateway.tokens import LONGEST

PATH: Final = "/oauth/token"
_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 10
_LONGEST: Final = 8_192


class Exchange(Struct, frozen=True, kw_only=True):
    """Whose keys are taken, who signs the tokens, and how long they live."""

    verify: VerifyKey
    issuer: EmbeddedIssuer
    seconds: int = 900


class Refusal(Exception):
    """No token: `code` is one of RFC 6749, 5.2; the text says what to change."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Token(Struct, frozen=True, kw_only=True):
    """A token and what it is good for."""

    access_token: str
    expires_in: int
    scope: str
    token_type: str = "Bearer"  # noqa: S105 - the name of a kind, not a secret


def exchange_route(exchange: Exchange) -> HTTPRouteHandler:
    """The one operation of the exchange."""

    @post(PATH, status_code=200, opt={PUBLIC: True})
    async def trade(request: Request[Any, Any, Any]) -> Response[Any]:
        """Give a token for a client's key."""
        try:
            token = await traded(exchange, request.headers, await request.body())
        except Refusal as refusal:
            return _refused(refusal, "authorization" in request.headers)
        return Response(token, headers={"Cache-Control": "no-store"})

    return trade


async def traded(exchange: Exchange, headers: Mapping[str, str], body: bytes) -> Token:
    """The token that is asked for. Raises Refusal."""
    form = _form(headers, body)
    if (grant := form.get("grant_type")) != "client_credentials":
        code = "unsupported_grant_type" if grant else "invalid_request"
        raise Refusal(code, "grant_type is client_credentials")
    caller = await _client(exchange.verify, *_presented(headers, form))
    scopes = frozenset(form["scope"].split()) if "scope" in form else caller.scopes
    if not scopes or not scopes <= caller.scopes:
        raise Refusal("invalid_scope", "ask for scopes the client has")
    person = Minted(
        subject=caller.subject,
        client=caller.client,
        scopes=tuple(sorted(scopes)),
        plan=caller.plan,
        accounts=tuple(sorted(caller.scope.accounts)),
        children=caller.scope.children,
        everyone=caller.scope.everyone,
    )
    token = exchange.issuer.mint(person, hours=exchange.seconds / 3600)
    if len(token) > LONGEST:
        raise Refusal("unauthorized_client", "a token cannot name so many accounts; call with the key")
    return Token(access_token=token, expires_in=exchange.seconds, scope=" ".join(person.scopes))


def _form(headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    """Each field once (RFC 6749, 3.2); an empty one counts as left out."""
    if headers.get("content-type", "").split(";")[0].strip().lower() != _FORM or len(body) > _LONGEST:
        raise Refusal("invalid_request", f"send {_FORM}")
    try:
        pairs = parse_qsl(body.decode("ascii"), max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise Refusal("invalid_request", "the form cannot be read") from None
    if len(form := dict(pairs)) < len(pairs):
        raise Refusal("invalid_request", "send each field once")
    return form


def _presented(headers: Mapping[str, str], form: Mapping[str, str]) -> tuple[str, str]:
    """Client id and secret; by one way only (RFC 6749, 2.3)."""
    if (said := headers.get("authorization")) is None:
        return form.get("client_id", ""), form.get("client_secret", "")
    if "client_secret" in form:
        raise Refusal("invalid_request", "send the secret once")
    scheme, _, pair = said.partition(" ")
    try:
        id, _, secret = base64.b64decode(pair, validate=True).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        raise Refusal("invalid_client", "the credentials cannot be read") from None
    if scheme.lower() != "basic":
        raise Refusal("invalid_client", "send the key as client_secret, or with Basic")
    return unquote_plus(id), unquote_plus(secret)


async def _client(verify: VerifyKey, id: str, secret: str) -> Caller:
    caller = await verify(secret)
    if caller is None or caller.client != id:
        raise Refusal("invalid_client", "there is no such client with this key")
    return caller


def _refused(refusal: Refusal, proved: bool) -> Response[Any]:
    unknown = refusal.code == "invalid_client"
    headers = {"Cache-Control": "no-store"}
    if unknown and proved:
        headers["WWW-Authenticate"] = 'Basic realm="tieline"'
    said = {"error": refusal.code, "error_description": str(refusal)}
    return Response(said, status_code=401 if unknown else 400, headers=headers)
