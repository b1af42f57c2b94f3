"""Which tokens must never be believed? (one line each; all are made from a good one)"""

import base64
import json
import time
from collections.abc import Callable, Iterable
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWK

from gateway.issuer import EmbeddedIssuer
from tests.gateway.things import ANNA

REQUIRED = ("iss", "sub", "aud", "exp", "iat", "client_id", "jti")


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Forge:
    """Makes tokens as the issuer would, and as it never would."""

    def __init__(self, issuer: EmbeddedIssuer, scopes: Iterable[str] = ANNA.scopes) -> None:
        self.public = json.loads(issuer.jwks())["keys"][0]
        self.kid = self.public["kid"]
        self.key = PyJWK(json.loads((issuer.public.parent / "issuer-keys.json").read_bytes())[0]).key
        self.good = issuer.mint(msgspec.structs.replace(ANNA, scopes=tuple(scopes)))
        self.stranger = ec.generate_private_key(ec.SECP256R1())
        now = int(time.time())
        self.claims: dict[str, Any] = {
            "iss": issuer.issuer,
            "sub": "anna",
            "aud": issuer.audience,
            "exp": now + 300,
            "iat": now,
            "client_id": "portal",
            "jti": "1",
            "scope": " ".join(scopes),
        }

    def token(
        self, *, key: Any = None, alg: str = "ES256", head: dict[str, Any] | None = None, **claims: Any
    ) -> str:
        """Signed by the issuer's own key unless said otherwise."""
        said = {**self.claims, **claims}
        headers = {"typ": "at+jwt", "kid": self.kid, **(head or {})}
        return jwt.PyJWS().encode(json.dumps(said).encode(), key or self.key, alg, headers)

    def raw(self, head: Any, claims: Any) -> str:
        """Signed by the issuer's own key over any header and payload at all."""
        signing = f"{encoded(head)}.{encoded(claims)}"
        return f"{signing}.{encoded(jwt.get_algorithm_by_name('ES256').sign(signing.encode(), self.key))}"

    def parts(self) -> list[str]:
        return self.good.split(".")

    def shared_secret(self) -> str:
        """The public key, which anybody has, used as the secret of HS256."""
        pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        head = {"alg": "HS256", "typ": "at+jwt", "kid": self.kid}
        signing = f"{encoded(head)}.{encoded(self.claims)}"
        return f"{signing}.{encoded(jwt.get_algorithm_by_name('HS256').sign(signing.encode(), pem))}"


def _own_jwk(forge: Forge) -> dict[str, Any]:
    return dict(json.loads(jwt.algorithms.ECAlgorithm.to_jwk(forge.stranger.public_key())))


def _without(claim: str) -> Callable[[Forge], str]:
    def make(forge: Forge) -> str:
        claims = {name: value for name, value in forge.claims.items() if name != claim}
        return forge.raw({"alg": "ES256", "typ": "at+jwt", "kid": forge.kid}, claims)

    return make


HOSTILE: dict[str, Callable[[Forge], str]] = {
    "alg none": lambda f: f"{encoded({'alg': 'none', 'typ': 'at+jwt', 'kid': f.kid})}.{f.parts()[1]}.",
    "alg None with a signature": lambda f: f.raw({"alg": "None", "typ": "at+jwt", "kid": f.kid}, f.claims),
    "HS256 with the public key": lambda f: f.shared_secret(),
    "RS256 announced for an EC key": lambda f: f.raw(
        {"alg": "RS256", "typ": "at+jwt", "kid": f.kid}, f.claims
    ),
    "RS256 of a stranger under our kid": lambda f: f.token(
        key=rsa.generate_private_key(65537, 2048), alg="RS256"
    ),
    "signed by a stranger": lambda f: f.token(key=f.stranger),
    "another curve": lambda f: f.token(key=ec.generate_private_key(ec.SECP384R1()), alg="ES384"),
    "unknown kid": lambda f: f.token(head={"kid": "nobody"}),
    "no kid": lambda f: f.raw({"alg": "ES256", "typ": "at+jwt"}, f.claims),
    "kid is no string": lambda f: f.raw({"alg": "ES256", "typ": "at+jwt", "kid": 1}, f.claims),
    "kid names a file": lambda f: f.token(key=f.stranger, head={"kid": "../../../../dev/null"}),
    "kid names a URL": lambda f: f.token(key=f.stranger, head={"kid": "http://127.0.0.1:1/key"}),
    "kid is SQL": lambda f: f.token(key=f.stranger, head={"kid": "x' UNION SELECT 'y"}),
    "kid is endless": lambda f: f.token(head={"kid": "k" * 5_000}),
    "jku": lambda f: f.token(head={"jku": "http://127.0.0.1:1/jwks"}),
    "x5u": lambda f: f.token(head={"x5u": "http://127.0.0.1:1/cert"}),
    "x5c": lambda f: f.token(head={"x5c": ["MIIB"]}),
    "brings its own key": lambda f: f.token(key=f.stranger, head={"jwk": _own_jwk(f)}),
    "crit": lambda f: f.token(head={"crit": ["exp"]}),
    "b64 false": lambda f: f.token(head={"b64": False, "crit": ["b64"]}),
    "compressed": lambda f: f.token(head={"zip": "DEF"}),
    "an ID token": lambda f: f.token(head={"typ": "JWT"}),
    "no typ": lambda f: f.raw({"alg": "ES256", "kid": f.kid}, f.claims),
    "expired": lambda f: f.token(exp=int(time.time()) - 60),
    "expired long ago": lambda f: f.token(exp=0),
    "not yet valid": lambda f: f.token(nbf=int(time.time()) + 600),
    "issued in the future": lambda f: f.token(iat=int(time.time()) + 600),
    "another audience": lambda f: f.token(aud="https://other.example"),
    "audiences without ours": lambda f: f.token(aud=["https://a.example", "https://b.example"]),
    "an audience that begins like ours": lambda f: f.token(aud=f.claims["aud"] + ".evil.example"),
    "another issuer": lambda f: f.token(iss="https://evil.example"),
    "our issuer with a slash": lambda f: f.token(iss=f.claims["iss"] + "/"),
    "exp is text": lambda f: f.token(exp="9999999999"),
    "exp is a fraction": lambda f: f.token(exp=9999999999.5),
    "exp is endless": lambda f: f.token(exp=10**30),
    "exp is true": lambda f: f.token(exp=True),
    "exp is null": lambda f: f.token(exp=None),
    "sub is a number": lambda f: f.token(sub=1),
    "sub is empty": lambda f: f.token(sub=""),
    "scope is a list": lambda f: f.token(scope=["portal:read"]),
    "everyone is text": lambda f: f.token(everyone="true"),
    "payload altered": lambda f: ".".join([f.parts()[0], encoded({**f.claims, "sub": "boss"}), f.parts()[2]]),
    "header altered": lambda f: ".".join(
        [encoded({"alg": "ES256", "typ": "at+jwt", "kid": f.kid}), *f.parts()[1:]]
    ),
    "signature cut": lambda f: f.good[:-10],
    "signature empty": lambda f: f"{f.parts()[0]}.{f.parts()[1]}.",
    "signature of zeros": lambda f: f"{f.parts()[0]}.{f.parts()[1]}.{encoded(bytes(64))}",
    "signature in DER": lambda f: f"{f.parts()[0]}.{f.parts()[1]}.{encoded(b'0' * 71)}",
    "two parts": lambda f: ".".join(f.parts()[:2]),
    "four parts": lambda f: f.good + ".x",
    "encrypted (five parts)": lambda f: f.good + ".x.y",
    "header not JSON": lambda f: ".".join([encoded(b"{"), *f.parts()[1:]]),
    "header is a list": lambda f: ".".join([encoded([1]), *f.parts()[1:]]),
    "header names alg twice": lambda f: f.raw(
        b'{"alg":"none","alg":"HS256","typ":"at+jwt","kid":"k"}', f.claims
    ),
    "payload not JSON": lambda f: f.raw({"alg": "ES256", "typ": "at+jwt", "kid": f.kid}, b"\xff\xfe"),
    "payload is a list": lambda f: f.raw({"alg": "ES256", "typ": "at+jwt", "kid": f.kid}, [f.claims]),
    "payload nested without end": lambda f: f.raw(
        {"alg": "ES256", "typ": "at+jwt", "kid": f.kid}, b"[" * 4_000
    ),
    "standard base64": lambda f: f.good.replace(f.parts()[2], "+/" + f.parts()[2][2:]),
    "padded": lambda f: f.good + "=",
    "a space inside": lambda f: f.good[:50] + " " + f.good[50:],
    "a space before": lambda f: " " + f.good,
    "twice": lambda f: f"{f.good},{f.good}",
    "two megabytes": lambda f: f.good + "A" * 2_000_000,
    "nothing": lambda f: "",
    "words": lambda f: "let me in",
    **{f"no {name}": _without(name) for name in REQUIRED},
}
