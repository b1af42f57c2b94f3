"""Is this message really of our org, and which records does it name?

Outbound messages are not signed: a secret in the address and the organisation's id inside prove them
(Salesforce, "Outbound Messages"). They come at least once, in any order, and hold the fields of a
record that an administrator chose: what it is now is asked of the org.
"""

import hmac
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from canonical.events import EventData, Notice, RecordTouched, Unrecognised
from canonical.identity import ExternalRef, Kind
from system_apis.errors import Forged, Undecodable
from system_apis.messages import Acknowledgement, Arrived, Told

OUTBOUND: Final = "{http://soap.sforce.com/2005/09/outbound}"
ROWS: Final = "{urn:sobject.enterprise.soap.sforce.com}"
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_LENGTH: Final = 15
"""Of an id without its checksum: both forms are sent."""

# What each object is in our words, and the field that names its account.
NAMES: Final = {
    "Account": ("account", "Id"),
    "Contact": ("contact", "AccountId"),
    "Opportunity": ("opportunity", "AccountId"),
    "Contract": ("contract", "AccountId"),
}
THANKS: Final = Acknowledgement(
    status=200,
    media_type="text/xml",
    body=b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    b'<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>'
    b"</notificationsResponse></soapenv:Body></soapenv:Envelope>",
)


def prove(connection: str, secrets: Iterable[str], arrived: Arrived) -> None:
    """The secret in the address. Raises `Forged`."""
    given = (arrived.secret or "").encode()
    if not any([hmac.compare_digest(secret.encode(), given) for secret in secrets]):
        raise Forged(connection, "the address does not hold our secret")


def told(connection: str, organization: str, arrived: Arrived) -> Told:
    """What a message names. Raises `Forged` for another org's, `Undecodable` for what is no message."""
    try:
        whole = fromstring(arrived.body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Undecodable(connection, f"no XML that we read: {type(error).__name__}", THANKS) from None
    message = next(whole.iter(f"{OUTBOUND}notifications"), None)
    if message is None:
        raise Undecodable(connection, "no notifications", THANKS)
    said = message.findtext(f"{OUTBOUND}OrganizationId") or ""
    if not organization or said[:_LENGTH] != organization[:_LENGTH]:
        raise Forged(connection, "a message of another org")
    return Told(notices=tuple(_notices(connection, message, arrived.at)), acknowledgement=THANKS)


def _notices(connection: str, message: Element, at: datetime) -> Iterator[Notice]:
    for notification in message.iter(f"{OUTBOUND}Notification"):
        id, row = notification.findtext(f"{OUTBOUND}Id"), notification.find(f"{OUTBOUND}sObject")
        if not id or row is None:
            raise Undecodable(connection, "a notification without an id or a record", THANKS)
        facts, customer = _read(connection, row)
        yield Notice(source_id=id, at=_changed_at(row) or at, customer=customer, data=facts)


def _read(connection: str, row: Element) -> tuple[EventData, ExternalRef | None]:
    object = row.get(_TYPE, "").rpartition(":")[2]
    if object not in NAMES:
        return Unrecognised(name=object), None
    if not (id := row.findtext(f"{ROWS}Id")):
        raise Undecodable(connection, "a record without an id", THANKS)
    what, owner = NAMES[object]
    account = row.findtext(f"{ROWS}{owner}")
    return (
        RecordTouched(what=what, ref=_ref(connection, object, id)),
        _ref(connection, "Account", account) if account else None,
    )


def _changed_at(row: Element) -> datetime | None:
    written = row.findtext(f"{ROWS}SystemModstamp")
    try:
        return datetime.fromisoformat(written).astimezone(UTC) if written else None
    except ValueError:
        return None


def _ref(connection: str, object: str, id: str) -> ExternalRef:
    return ExternalRef(kind=Kind.CRM, connection=connection, object=object, id=id)
