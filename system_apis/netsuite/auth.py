"""How do we prove to NetSuite who we are? (OAuth 2.0 machine to machine, Oracle help section_162730264820)"""

import time
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

GRANTS: Final = "/services/rest/auth/oauth2/v1/token"
SCOPE: Final = "rest_webservices"
# The assertion is used at once; NetSuite allows up to an hour.
LIVES: Final = 300
SMALLEST_KEY: Final = 3072


@lru_cache(maxsize=8)
def private_key(pem: str) -> RSAPrivateKey:
    """The key of the certificate, from PEM. `ValueError` for any but RSA of 3072 bits or more.

    Loaded once, whoever asks: the settings are checked with it before a connection is opened, and reading a
    PEM takes 32 ms and more.
    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("private_key: not an unencrypted private key in PEM") from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < SMALLEST_KEY:
        raise ValueError(f"private_key: not an RSA key of {SMALLEST_KEY} bits or more")
    return key


class Assertion:
    """Makes the forms that a token is asked for with: a JWT signed PS256 (RS256 is refused)."""

    def __init__(
        self,
        *,
        url: str,
        client_id: str,
        certificate_id: str,
        key: RSAPrivateKey,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url = url
        self._client_id = client_id
        self._certificate_id = certificate_id
        self._key = key
        self._clock = clock

    def form(self) -> dict[str, str]:
        """A new form; each assertion can be told from every other."""
        now = int(self._clock())
        claims = {
            "iss": self._client_id,
            "scope": SCOPE,
            "aud": self._url,
            "iat": now,
            "exp": now + LIVES,
            "jti": str(uuid.uuid4()),
        }
        signed = jwt.encode(claims, self._key, algorithm="PS256", headers={"kid": self._certificate_id})
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": signed,
        }
