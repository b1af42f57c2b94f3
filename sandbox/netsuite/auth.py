"""How does an integration get in?

OAuth 2.0 client credentials with a certificate (Oracle, section_162755359851, section_162790605110):
a client assertion signed PS256 is exchanged for an access token of an hour. Both are on wall time.
"""

import time
from typing import Any, Final

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.kit.credentials import NetSuiteKeys
from sandbox.netsuite.errors import invalid_login

TOKEN_PATH: Final = "/services/rest/auth/oauth2/v1/token"  # noqa: S105 a path
SCOPE: Final = "rest_webservices"
LIFETIME: Final = 3600
MOST_KNOWN: Final = 1_000
_GRANT: Final = "client_credentials"
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# What an RSA certificate may sign with; RS256 is refused. (ES256 and its kin need an EC certificate.)
_ALGORITHMS: Final = ("PS256", "PS384", "PS512")


class TokenRefused(Exception):
    """No token, with the OAuth error code (RFC 6749, section 5.2)."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code


class Door:
    """Gives out tokens and knows them again, also those of an earlier run with the same keys."""

    def __init__(self, keys: NetSuiteKeys) -> None:
        self._keys = keys
        # Made by the kit itself: to check its primes again would take a tenth of a second.
        private = load_pem_private_key(
            keys.private_key_pem.encode(), None, unsafe_skip_rsa_key_validation=True
        )
        assert isinstance(private, RSAPrivateKey)
        self._private = private
        self._public = private.public_key()
        # Tokens that were checked before, and when each ends: a signature takes longer than most answers.
        self._known: dict[str, float] = {}
        self._issuer = f"https://{host(keys.account)}"

    def let_in(self, request: web.Request) -> None:
        """Pass in silence, or `Refused` with the one answer to every bad token."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise invalid_login()
        token = token.strip()
        if self._known.get(token, 0) <= time.time():
            expires = self._checked(token)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[token] = expires

    def _checked(self, token: str) -> float:
        """Until when a token is good, in seconds since 1970."""
        try:
            claims = jwt.decode(
                token,
                self._public,
                algorithms=list(_ALGORITHMS),
                audience=self._keys.client_id,
                issuer=self._issuer,
                options={"require": ["exp", "iat"]},
            )
        except jwt.InvalidTokenError as error:
            raise invalid_login() from error
        if SCOPE not in scopes(claims.get("scope")):
            raise invalid_login()
        return float(claims["exp"])

    def token(self, form: dict[str, str], token_url: str) -> dict[str, str]:
        """The answer to a token request, or `TokenRefused`. `expires_in` is a text, as NetSuite has it."""
        if form.get("grant_type") != _GRANT:
            raise TokenRefused("unsupported_grant_type", "The grant type is not supported.")
        if form.get("client_assertion_type") != _ASSERTION or not form.get("client_assertion"):
            raise TokenRefused("invalid_request", "The client assertion is missing.")
        claims = self._proven(form["client_assertion"], token_url)
        if SCOPE not in scopes(claims.get("scope")):
            raise TokenRefused("invalid_scope", "The scope is not allowed for this integration.")
        return {"access_token": self._new_token(), "expires_in": str(LIFETIME), "token_type": "bearer"}

    def _proven(self, assertion: str, token_url: str) -> dict[str, Any]:
        """The claims of a client assertion that is ours, for us, and meant for less than an hour."""
        try:
            if jwt.get_unverified_header(assertion).get("kid") != self._keys.certificate_id:
                raise TokenRefused("invalid_client", "The certificate is not known.")
            claims: dict[str, Any] = jwt.decode(
                assertion,
                self._public,
                algorithms=list(_ALGORITHMS),
                audience=[token_url, self._issuer + TOKEN_PATH],
                issuer=self._keys.client_id,
                options={"require": ["exp", "iat", "aud", "iss"]},
            )
        except jwt.InvalidTokenError as error:
            raise TokenRefused("invalid_client", "Invalid JWT token.") from error
        if claims["exp"] - claims["iat"] > LIFETIME:
            raise TokenRefused("invalid_client", "Invalid JWT token.")
        return claims

    def _new_token(self) -> str:
        now = int(time.time())
        claims = {
            "sub": f"{self._keys.account};1",
            "aud": [self._keys.client_id, self._keys.account],
            "scope": [SCOPE],
            "iss": self._issuer,
            "iat": now,
            "exp": now + LIFETIME,
        }
        # The real NetSuite signs with a key of its own; the practice company keeps only this one.
        return jwt.encode(claims, self._private, algorithm=_ALGORITHMS[0])


def host(account: str) -> str:
    """The account's own host: `1234567_SB1` is at `1234567-sb1`."""
    return f"{account.lower().replace('_', '-')}.suitetalk.api.netsuite.com"


def scopes(claim: object) -> list[str]:
    """The scopes of a claim: a list, or one text with commas or blanks between."""
    if isinstance(claim, list):
        return [scope for scope in claim if isinstance(scope, str)]
    return claim.replace(",", " ").split() if isinstance(claim, str) else []
