"""Who mints tokens in the demo?"""

import json
import time
import uuid
from pathlib import Path
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm
from msgspec import Struct

from gateway.files import written

_ALGORITHM = "ES256"
_KEPT = 2
_HOURS = 24
_PRIVATE = frozenset("d")


class Minted(Struct, frozen=True, kw_only=True):
    """Who a token is for and what it allows; `accounts`, `children` and `everyone` as in `AccountScope`."""

    subject: str
    client: str
    scopes: tuple[str, ...]
    plan: str = "default"
    accounts: tuple[str, ...] = ()
    children: bool = False
    everyone: bool = False


class EmbeddedIssuer:
    """Signs access tokens with ES256 keys kept in `<directory>/issuer-keys.json`, readable by its owner only.

    The public keys stand beside it in `public`. After `rotate` the key before still verifies, so that no
    token dies of a rotation.
    """

    def __init__(self, directory: Path, issuer: str, audience: str) -> None:
        self._file = directory / "issuer-keys.json"
        self.public = directory / "jwks.json"
        self.issuer, self.audience = issuer, audience
        directory.mkdir(parents=True, exist_ok=True)
        self._keys: list[dict[str, Any]] = self._read() or [_new_key()]
        self._write()

    def mint(self, person: Minted, hours: float = _HOURS) -> str:
        """An access token (RFC 9068) for a person or a program."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": person.subject,
            "client_id": person.client,
            "iat": now,
            "exp": now + round(hours * 3600),
            "jti": uuid.uuid4().hex,
            "scope": " ".join(person.scopes),
            "plan": person.plan,
            "accounts": list(person.accounts),
            "children": person.children,
            "everyone": person.everyone,
        }
        newest = self._keys[0]
        key = PyJWK(newest).key
        return jwt.encode(claims, key, _ALGORITHM, headers={"typ": "at+jwt", "kid": newest["kid"]})

    def rotate(self) -> None:
        """Sign with a new key from now on, and keep the one before for what it signed."""
        self._keys = [_new_key(), *self._keys][:_KEPT]
        self._write()

    def jwks(self) -> bytes:
        """The public keys (RFC 7517)."""
        public = [{name: value for name, value in key.items() if name not in _PRIVATE} for key in self._keys]
        return msgspec.json.encode({"keys": public})

    def _read(self) -> list[dict[str, Any]]:
        return (
            msgspec.json.decode(self._file.read_bytes(), type=list[dict[str, Any]])
            if self._file.exists()
            else []
        )

    def _write(self) -> None:
        written(self._file, msgspec.json.encode(self._keys))
        written(self.public, self.jwks(), mode=0o644)


def _new_key() -> dict[str, Any]:
    jwk = json.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1())))
    return {**jwk, "kid": uuid.uuid4().hex[:16], "alg": _ALGORITHM, "use": "sig"}
