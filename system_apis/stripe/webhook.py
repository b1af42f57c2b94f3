"""Is this message really Stripe's, about our account? (docs.stripe.com/webhooks#verify-manually)"""

import hashlib
import hmac
from typing import Final

import msgspec
from msgspec import Struct

from system_apis.errors import Forged, Stale, Undecodable
from system_apis.messages import Arrived, Told
from system_apis.stripe.events import Event, to_notice

TOLERANCE: Final = 300
"""Seconds that a signature may be old, or ahead of our clock."""
_MOST: Final = 8
"""Signatures in a header that are looked at: one for each secret that Stripe knows of an endpoint."""
_DIGITS: Final = 12
HEADER: Final = "stripe-signature"


class Proof(Struct, frozen=True):
    """What proves a message: the endpoint's secrets (two while one is replaced), and whose it must be.

    `account` is set for a connected account, `live` is whether our key is one of live mode, None when the
    key does not say.
    """

    secrets: tuple[str, ...]
    account: str | None = None
    live: bool | None = None

    def __repr__(self) -> str:
        return f"Proof(account={self.account!r}, live={self.live})"


def told(connection: str, proof: Proof, arrived: Arrived) -> Told:
    """What a message says. Raises `Forged`, `Stale` and `Undecodable`."""
    prove(connection, proof.secrets, arrived)
    try:
        event = msgspec.json.decode(arrived.body, type=Event)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Undecodable(connection, "not an event") from None
    if event.account != proof.account:
        raise Forged(connection, "a message about another account")
    if proof.live is not None and event.livemode != proof.live:
        raise Forged(connection, "a message of the other mode, live or test")
    return Told(notices=(to_notice(connection, event),))


def prove(connection: str, secrets: tuple[str, ...], arrived: Arrived) -> None:
    """That one of the secrets signed these bytes, just now. Raises `Forged` and `Stale`."""
    moment, signatures = _signed(connection, arrived.headers.get(HEADER, ""))
    signed = f"{moment}.".encode() + arrived.body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    if not any([hmac.compare_digest(ours, theirs) for ours in expected for theirs in signatures]):
        raise Forged(connection, "no signature of ours" if secrets else "no webhook secret is set")
    if abs(int(moment) - arrived.at.timestamp()) > TOLERANCE:
        raise Stale(connection, "signed too long ago, or ahead of time")


def _signed(connection: str, header: str) -> tuple[str, list[str]]:
    """The moment and the signatures of `t=1700000000,v1=...,v1=...`; other schemes are let pass."""
    pairs = [pair.strip().partition("=") for pair in header.split(",")]
    moments = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1" and value.isascii()]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()) or len(moments[0]) > _DIGITS:
        raise Forged(connection, "no signature")
    return moments[0], signatures[:_MOST]
