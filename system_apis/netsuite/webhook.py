"""Is this message really of our script in the account, and which record does it name?

NetSuite sends nothing by itself: a user-event script of ours posts after a record was submitted, and signs
that. The message holds no record: it is asked for.
"""

from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct

from canonical.events import EventData, Notice, RecordTouched, Unrecognised
from canonical.identity import ExternalRef, Kind
from system_apis.answers import NOT_SUCH
from system_apis.errors import Forged, Undecodable
from system_apis.messages import Arrived, Told
from system_apis.signatures import prove

HEADER: Final = "x-tieline-signature"
# Our word for each record type, as SuiteScript and SuiteQL write it.
WORDS: Final = {
    "customer": "account",
    "salesorder": "order",
    "invoice": "receivable",
    "customerpayment": "payment",
    "creditmemo": "credit_note",
    "customerrefund": "refund",
}
# And as the REST record service writes it.
OBJECTS: Final = {
    "customer": "customer",
    "salesorder": "salesOrder",
    "invoice": "invoice",
    "customerpayment": "customerPayment",
    "creditmemo": "creditMemo",
    "customerrefund": "customerRefund",
}


class Proof(Struct, frozen=True):
    """What proves a message: the script's secrets (two while one is replaced), and the account's id."""

    secrets: tuple[str, ...]
    account: str | None = None

    def __repr__(self) -> str:
        return f"Proof(account={self.account!r})"


class Message(Struct, rename="camel"):
    """What our script says. `entity` is the customer of a transaction."""

    record_type: str
    id: str
    at: str
    account_id: str
    entity: str | None = None


def told(connection: str, proof: Proof, arrived: Arrived) -> Told:
    """What a message names. Raises `Forged`, `Stale` and `Undecodable`."""
    prove(connection, HEADER, proof.secrets, arrived)
    try:
        message = msgspec.json.decode(arrived.body, type=Message)
        at = datetime.fromisoformat(message.at).astimezone(UTC)
    except (*NOT_SUCH, ValueError, OverflowError):
        raise Undecodable(connection, "not a message of our script") from None
    if proof.account is None or not _same(message.account_id, proof.account):
        raise Forged(connection, "a message of another account")
    return Told(notices=(to_notice(connection, message.record_type, message.id, at, message.entity),))


def to_notice(connection: str, type: str, id: str, at: datetime, customer: str | None = None) -> Notice:
    """That a record was made or changed at a moment."""
    type = type.lower()
    if type == "customer":
        customer = id
    data: EventData = Unrecognised(name=type)
    if type in WORDS:
        data = RecordTouched(what=WORDS[type], ref=_ref(connection, OBJECTS[type], id))
    return Notice(
        source_id=f"{type}:{id}:{at:%Y-%m-%dT%H:%M:%SZ}",
        at=at,
        customer=_ref(connection, "customer", customer) if customer else None,
        data=data,
    )


def _same(account: str, other: str) -> bool:
    """Account ids are written as `1234567_SB1` and as `1234567-sb1`."""
    return account.lower().replace("_", "-") == other.lower().replace("_", "-")


def _ref(connection: str, object: str, id: str) -> ExternalRef:
    return ExternalRef(kind=Kind.ERP, connection=connection, object=object, id=id)
