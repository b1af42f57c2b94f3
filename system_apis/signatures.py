"""Did somebody who has a secret of ours sign these bytes, just now?

The scheme is Stripe's (docs.stripe.com/webhooks#verify-manually), and that of our own script in NetSuite: a
header `t=<unix>,v1=<hex>` with the HMAC-SHA256 of the moment, a dot and the body, once for each secret.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from system_apis.errors import Forged, Stale
from system_apis.messages import Arrived

TOLERANCE: Final = 300
"""Seconds that a signature may be old, or ahead of our clock."""
_MOST: Final = 8
"""Signatures in a header that are looked at."""
_DIGITS: Final = 12


def prove(connection: str, header: str, secrets: Iterable[str], arrived: Arrived) -> None:
    """That one of the secrets signed a message, inside the tolerance. Raises `Forged` and `Stale`."""
    moment, theirs = _signed(connection, arrived.headers.get(header, ""))
    signed = f"{moment}.".encode() + arrived.body
    ours = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    # A list, so that every pair is compared, whichever fits.
    if not any([hmac.compare_digest(one, other) for one in ours for other in theirs]):
        raise Forged(connection, "no signature of ours" if ours else "no webhook secret is set")
    if abs(int(moment) - arrived.at.timestamp()) > TOLERANCE:
        raise Stale(connection, "signed too long ago, or ahead of time")


def _signed(connection: str, header: str) -> tuple[str, list[str]]:
    """The moment and the signatures; those of other schemes are let pass."""
    pairs = [pair.strip().partition("=") for pair in header.split(",")]
    moments = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1" and value.isascii()]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()) or len(moments[0]) > _DIGITS:
        raise Forged(connection, "no signature")
    return moments[0], signatures[:_MOST]
