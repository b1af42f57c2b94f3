"""With which keys may one call the practice platforms?"""

import json
import secrets
import uuid
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.ids import salesforce_id
from sandbox.kit import files


@dataclass(frozen=True)
class SalesforceKeys:
    """A connected app, and a session that is valid at once (what `simple-salesforce` calls `session_id`).

    Its outbound messages are not signed: they name the organisation, and go to an address with a secret.
    """

    client_id: str
    client_secret: str
    access_token: str
    webhook_secret: str = ""
    organization_id: str = ""


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
    """An integration with a certificate: the private key signs the client assertion (PS256, RSA 3072).

    NetSuite sends no messages by itself; the account's own script signs those it sends with `webhook_secret`.
    """

    account: str
    client_id: str
    certificate_id: str
    private_key_pem: str
    webhook_secret: str


@dataclass(frozen=True)
class Keys:
    """One set for each platform."""

    salesforce: SalesforceKeys
    stripe: StripeKeys
    zendesk: ZendeskKeys
    netsuite: NetSuiteKeys


def load_or_make(path: Path | None = None) -> Keys:
    """The keys kept at `path`, or new random ones, kept there (mode 0600) when a path is given.

    What an older file lacks is made and added to it; everything it holds stays.
    """
    if path is None:
        return _made()
    kept = json.loads(path.read_text()) if path.exists() else {}
    if not _is_whole(kept):
        made = asdict(_made())
        kept = {platform: {**keys, **kept.get(platform, {})} for platform, keys in made.items()}
        files.replace(path, json.dumps(kept, indent=1))
    return Keys(**{field.name: _KINDS[field.name](**kept[field.name]) for field in fields(Keys)})


_KINDS: Final[dict[str, type[Any]]] = {
    "salesforce": SalesforceKeys,
    "stripe": StripeKeys,
    "zendesk": ZendeskKeys,
    "netsuite": NetSuiteKeys,
}


def _is_whole(kept: dict[str, dict[str, str]]) -> bool:
    """Whether a file holds every key there is today."""
    return all(
        {field.name for field in fields(kind)} <= kept.get(name, {}).keys() for name, kind in _KINDS.items()
    )


def _made() -> Keys:
    """New keys that look like each vendor's."""
    return Keys(
        SalesforceKeys(
            client_id="3MVG9" + secrets.token_hex(40),
            client_secret=secrets.token_hex(32).upper(),
            access_token=f"00DgL0000000001!{secrets.token_urlsafe(48)}",
            webhook_secret=secrets.token_urlsafe(30),
            organization_id=salesforce_id("Organization", 1),
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
            webhook_secret=secrets.token_urlsafe(30),
        ),
    )


def _private_key() -> str:
    # NetSuite takes RSA keys of 3072 or 4096 bits only (Oracle, "OAuth 2.0 for M2M: certificate").
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
