"""Is this access token genuine, meant for us, and valid now? (RFC 9068, checked as RFC 8725 asks)"""

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec
from jwt import PyJWS, PyJWTError
from jwt.utils import base64url_decode
from msgspec import Meta, Struct

from canonical.caller import AccountScope, Caller
from gateway.errors import BadCredentials
from gateway.keys import Key

LONGEST = 8_192
ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
_TYPES = frozenset(("at+jwt", "application/at+jwt"))  # RFC 9068, 2.1: an ID token is not an access token
_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_KID = re.compile(r"[A-Za-z0-9._+/=-]{1,128}")
# A token must not bring its own key, name a place to fetch one, or ask for rules we do not know.
_FORBIDDEN = frozenset(("jwk", "jku", "x5c", "x5u", "crit", "b64", "zip", "enc"))
_LEEWAY = 30
_VERIFY = PyJWS(algorithms=ALGORITHMS)

_Text = Annotated[str, Meta(min_length=1, max_length=255)]
_Moment = Annotated[int, Meta(ge=0, le=2**53)]


class Claims(Struct, frozen=True, kw_only=True):
    """What a token says. The first eight are required (RFC 9068, 2.2); `plan` and below are ours."""

    iss: _Text
    sub: _Text
    aud: str | list[str]
    exp: _Moment
    iat: _Moment
    client_id: _Text
    jti: _Text
    nbf: _Moment = 0
    scope: str = ""
    plan: str = "default"
    accounts: frozenset[str] = frozenset()
    children: bool = False
    everyone: bool = False

    def caller(self) -> Caller:
        """The same person or program in the words of the house."""
        return Caller(
            subject=self.sub,
            client=self.client_id,
            scopes=frozenset(self.scope.split()),
            plan=self.plan,
            scope=AccountScope(accounts=self.accounts, children=self.children, everyone=self.everyone),
        )


class Heading(Struct, frozen=True):
    """What an unproven token says about which issuer's key is to prove it."""

    alg: str
    kid: str
    issuer: str


class _Issued(Struct):
    iss: _Text


def heading(token: bytes) -> Heading:
    """Read, without believing it, who should have signed. Raises BadCredentials."""
    if len(token) > LONGEST or not _JWS.fullmatch(token):
        raise BadCredentials
    head, payload, _ = token.split(b".")
    try:
        says = msgspec.json.decode(base64url_decode(head), type=dict[str, msgspec.Raw])
        alg, kid, typ = (_string(says, name) for name in ("alg", "kid", "typ"))
        issuer = msgspec.json.decode(base64url_decode(payload), type=_Issued).iss
    except (ValueError, RecursionError) as error:
        raise BadCredentials from error
    if (
        alg not in ALGORITHMS
        or typ.lower() not in _TYPES
        or not _KID.fullmatch(kid)
        or _FORBIDDEN & says.keys()
    ):
        raise BadCredentials
    return Heading(alg, kid, issuer)


def _string(says: Mapping[str, msgspec.Raw], name: str) -> str:
    return msgspec.json.decode(says.get(name, b"null"), type=str)


def check(token: bytes, alg: str, key: Key, *, issuer: str, audience: str, now: float) -> Claims:
    """The claims of a token this key signed, for this audience, valid at `now`. Raises BadCredentials."""
    if alg not in key.algorithms:
        raise BadCredentials
    try:
        payload = _VERIFY.decode(token, key=key.public, algorithms=[alg])
        claims = msgspec.json.decode(payload, type=Claims)
    except (PyJWTError, ValueError) as error:
        raise BadCredentials from error
    heard = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    timely = max(claims.nbf, claims.iat) <= now + _LEEWAY and now - _LEEWAY < claims.exp
    if claims.iss != issuer or audience not in heard or not timely:
        raise BadCredentials
    return claims
