"""Is this message really Zendesk's, and what does it say? (developer.zendesk.com, "Verifying webhooks")"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from canonical.events import CaseChanged, EventData, Notice, RecordTouched, Unrecognised
from canonical.identity import ExternalRef, Kind
from system_apis.answers import NOT_SUCH
from system_apis.errors import Forged, Stale, Undecodable
from system_apis.messages import Arrived, Told
from system_apis.zendesk import mapping, wire
from system_apis.zendesk.mapping import Sight

TOLERANCE: Final = timedelta(minutes=5)
SIGNATURE: Final = "x-zendesk-webhook-signature"
SIGNED_AT: Final = "x-zendesk-webhook-signature-timestamp"
_PREFIX: Final = "zen:event-type:"
_event = msgspec.json.Decoder(wire.Told).decode


def prove(connection: str, secrets: Iterable[str], arrived: Arrived) -> None:
    """Base64 of HMAC-SHA256 over the timestamp header and the raw body. Raises `Forged` or `Stale`."""
    signed_at = arrived.headers.get(SIGNED_AT, "")
    given = arrived.headers.get(SIGNATURE, "").encode("latin-1", "replace")
    known = [_signature(secret, signed_at.encode("latin-1", "replace") + arrived.body) for secret in secrets]
    # Every secret is tried: how long that takes says nothing about which one was nearly right.
    if not any([hmac.compare_digest(one, given) for one in known]):
        raise Forged(connection, "the signature is not that of our webhook")
    if (moment := _moment(signed_at)) is None or abs(arrived.at - moment) > TOLERANCE:
        raise Stale(connection, "signed too long ago, or in the future")


def told(connection: str, account: str | None, arrived: Arrived) -> Told:
    """What a proven message says. Raises `Forged` for another account's, `Undecodable`."""
    try:
        event = _event(arrived.body)
    except NOT_SUCH as error:
        raise Undecodable(connection, str(error)) from None
    if account is not None and str(event.account_id) != account:
        raise Forged(connection, "a message of another account")
    sight = Sight(connection, arrived.at)
    try:
        facts, customer = _READ.get(event.subject.rpartition(":")[0], _unrecognised)(event, sight)
    except ValueError as error:
        raise Undecodable(connection, str(error)) from None
    return Told(
        notices=(Notice(source_id=event.id, at=event.time.astimezone(UTC), customer=customer, data=facts),)
    )


def _case(event: wire.Told, sight: Sight) -> tuple[EventData, ExternalRef | None]:
    ticket = msgspec.convert(event.detail, wire.TicketDetail, strict=False)
    return CaseChanged(case=mapping.to_case_of(ticket, sight)), _organization(ticket.organization_id, sight)


def _touched(event: wire.Told, sight: Sight) -> tuple[EventData, ExternalRef | None]:
    ref = _organization(event.subject.rpartition(":")[2], sight)
    if ref is None:
        raise ValueError("an organization without an id")
    return RecordTouched(what="account", ref=ref), ref


def _unrecognised(event: wire.Told, sight: Sight) -> tuple[EventData, ExternalRef | None]:
    return Unrecognised(name=event.type.removeprefix(_PREFIX)), None


_READ: Final[dict[str, Callable[[wire.Told, Sight], tuple[EventData, ExternalRef | None]]]] = {
    "zen:ticket": _case,
    "zen:organization": _touched,
}


def _organization(id: str | None, sight: Sight) -> ExternalRef | None:
    if not id:
        return None
    return ExternalRef(kind=Kind.SUPPORT, connection=sight.connection, object="organization", id=id)


def _signature(secret: str, signed: bytes) -> bytes:
    return base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256))


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
