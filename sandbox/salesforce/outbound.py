"""What does the org send when something happens? (outbound messages)

SOAP to the one address that asked for it, unsigned, with the org's id inside: at least once, in no order, up
to 100 notifications a message, each with the fields of the row as they are when it is sent. Whoever does not
answer `<Ack>true</Ack>` gets it again (SOAP API guide, "Outbound Messaging").
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sandbox.ids import salesforce_id
from sandbox.kit.practice import Practice
from sandbox.kit.webhooks import Message
from sandbox.salesforce.org import Org
from sandbox.salesforce.row import Row
from sandbox.salesforce.work import Change

MOST: Final = 100
NAMESPACE: Final = "http://soap.sforce.com/2005/09/outbound"
HOST: Final = "https://tieline-practice.my.salesforce.com"


@dataclass(frozen=True)
class Rule:
    """When a message goes out, and which fields of the row it has beside the id."""

    kind: str
    fires: Callable[[Change], bool]
    fields: str


def _is_changed(change: Change) -> bool:
    return not change.after["IsDeleted"]


def _is_won(change: Change) -> bool:
    return _is_changed(change) and change.after["IsWon"] and not (change.before and change.before["IsWon"])


# What an administrator of the practice company has set up.
RULES: Final = (
    Rule(
        "Opportunity",
        _is_won,
        "AccountId Amount CloseDate CurrencyIsoCode IsClosed IsWon LastModifiedDate Name OwnerId StageName "
        "SystemModstamp",
    ),
    Rule(
        "Account",
        _is_changed,
        "Global_Customer_Id__c LastModifiedById LastModifiedDate Legal_Entity__c Name OwnerId ParentId "
        "Segment__c SystemModstamp Website",
    ),
    Rule(
        "Contact",
        _is_changed,
        "AccountId Email FirstName Global_Individual_Id__c LastModifiedById LastModifiedDate LastName "
        "Role__c SystemModstamp",
    ),
)


def messages(practice: Practice, org: Callable[[], Org], changes: Iterable[Change]) -> list[Message]:
    """What is to be sent because of these changes; `org` gives the org as it is when asked."""
    found = list(changes)
    return [
        _message(practice, org, action, rule, batch)
        for action, rule in enumerate(RULES, start=1)
        for batch in _batches([one for one in found if one.kind == rule.kind and rule.fires(one)])
    ]


def _batches(changes: list[Change]) -> list[list[Change]]:
    return [changes[start : start + MOST] for start in range(0, len(changes), MOST)]


def _message(
    practice: Practice, org: Callable[[], Org], action: int, rule: Rule, batch: list[Change]
) -> Message:
    rows = {
        salesforce_id("OutboundNotification", practice.next_number("crm messages")): change.after
        for change in batch
    }
    organization = practice.keys.salesforce.organization_id
    id = next(iter(rows))

    def body() -> bytes:
        table = org().tables[rule.kind]
        now = {id: table.row(row["Id"]) or row for id, row in rows.items()}
        return envelope(organization, salesforce_id("OutboundMessage", action), rule, now)

    # A lane of its own: these messages have no order.
    return Message(id, id, body, _headers, content_type="text/xml; charset=utf-8", accepted=is_acknowledged)


def _headers(at: datetime) -> dict[str, str]:
    """Nothing is signed."""
    return {"SOAPAction": '""'}


def envelope(organization: str, action: str, rule: Rule, rows: dict[str, Row]) -> bytes:
    """The message about these rows, each under the id of its notification."""
    notifications = "".join(_notification(id, rule, row) for id, row in rows.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        f'<notifications xmlns="{NAMESPACE}"><OrganizationId>{organization}</OrganizationId>'
        f'<ActionId>{action}</ActionId><SessionId xsi:nil="true"/>'
        f"<EnterpriseUrl>{HOST}/services/Soap/c/66.0/{organization}</EnterpriseUrl>"
        f"<PartnerUrl>{HOST}/services/Soap/u/66.0/{organization}</PartnerUrl>"
        f"{notifications}</notifications></soapenv:Body></soapenv:Envelope>"
    ).encode()


def _notification(id: str, rule: Rule, row: Row) -> str:
    fields = "".join(_field(name, row[name]) for name in ("Id", *rule.fields.split()))
    return (
        f'<Notification><Id>{id}</Id><sObject xsi:type="sf:{rule.kind}"'
        f' xmlns:sf="urn:sobject.enterprise.soap.sforce.com">{fields}</sObject></Notification>'
    )


def _field(name: str, value: Any) -> str:
    """One field; an empty one is left out."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if name.endswith(("Date", "Modstamp")):
        text = text.replace("+0000", "Z")
    return f"<sf:{name}>{escape(text)}</sf:{name}>"


def is_acknowledged(status: int, body: bytes) -> bool:
    """Whether the receiver answered 200 and `<Ack>true</Ack>`."""
    if status != 200:
        return False
    try:
        said = [ack.text for ack in fromstring(body).iter(f"{{{NAMESPACE}}}Ack")]
    except (ParseError, DefusedXmlException):
        return False
    return said == ["true"]
