"""With which keys may one call the practice platforms?"""

import json
import secrets
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.kit import files


@dataclass(frozen=True)
class SalesforceKeys:
    """A connected app, and a session that is valid at once (what `simple-salesforce` calls `session_id`)."""

    client_id: str
    client_secret: str
    access_token: str


@dataclass(frozen=True)
class StripeKeys:
    """A secret key of a sandbox and a webhook signing secret."""

    api_key: str
    webhook_secret: str


@dataclass(frozen=True)
class ZendeskKeys:
    """A confidential OAuth client, the legacy e-mail and API token, and a webhook signing secret."""

    client_id: str
    client_secret: str
    email: str
    api_token: str
    webhook_secret: str


@dataclass(frozen=True)
class NetSuiteKeys:
    """An integration with a certificate: the private key signs the client assertion (PS256, RSA 3072)."""

    account: str
    client_id: str
    certificate_id: str
    private_key_pem: str


@dataclass(frozen=True)
class Keys:
    """One set for each platform."""

    salesforce: SalesforceKeys
    stripe: StripeKeys
    zendesk: ZendeskKeys
    netsuite: NetSuiteKeys


def load_or_make(path: Path | None = None) -> Keys:
    """The keys kept at `path`, or new random ones, kept there (mode 0600) when a path is given."""
    if path is None:
        return _made()
    if not path.exists():
        files.replace(path, json.dumps(asdict(_made()), indent=1))
    kept = json.loads(path.read_text())
    return Keys(
        SalesforceKeys(**kept["salesforce"]),
        StripeKeys(**kept["stripe"]),
        ZendeskKeys(**kept["zendesk"]),
        NetSuiteKeys(**kept["netsuite"]),
    )


def _made() -> Keys:
    """New keys that look like each vendor's."""
    return Keys(
        SalesforceKeys(
            client_id="3MVG9" + secrets.token_hex(40),
            client_secret=secrets.token_hex(32).upper(),
            access_token=f"00DgL0000000001!{secrets.token_urlsafe(48)}",
        ),
        StripeKeys(
            api_key="sk_test_" + secrets.token_hex(24), webhook_secret="whsec_" + secrets.token_hex(16)
        ),
        ZendeskKeys(
            client_id="tieline_practice",
            client_secret=secrets.token_hex(32),
            email="integration@tieline.example",
            api_token=secrets.token_urlsafe(30),
            webhook_secret=secrets.token_urlsafe(30),
        ),
        NetSuiteKeys(
            account="1234567_SB1",
            client_id=secrets.token_hex(32),
            certificate_id=str(uuid.uuid4()),
            private_key_pem=_private_key(),
        ),
    )


def _private_key() -> str:
    # NetSuite takes RSA keys of 3072 or 4096 bits only (Oracle, "OAuth 2.0 for M2M: certificate").
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
