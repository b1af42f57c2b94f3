"""Is this message really Stripe's, about our account?"""

from typing import Final

import msgspec
from msgspec import Struct

from system_apis.answers import NOT_SUCH
from system_apis.errors import Forged, Undecodable
from system_apis.messages import Arrived, Told
from system_apis.signatures import prove
from system_apis.stripe.events import Event, to_notice

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
    prove(connection, HEADER, proof.secrets, arrived)
    try:
        event = msgspec.json.decode(arrived.body, type=Event)
    except NOT_SUCH:
        raise Undecodable(connection, "not an event") from None
    if event.account != proof.account:
        raise Forged(connection, "a message about another account")
    if proof.live is not None and event.livemode != proof.live:
        raise Forged(connection, "a message of the other mode, live or test")
    return Told(notices=(to_notice(connection, event),))
