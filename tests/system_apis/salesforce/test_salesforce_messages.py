"""Are only our org's messages believed, and read as they are meant?"""

from datetime import UTC, datetime

import pytest

from canonical.events import RecordTouched, Unrecognised
from system_apis.errors import Forged, Undecodable
from system_apis.messages import Arrived
from system_apis.salesforce import webhook

NOW = datetime(2026, 11, 23, 3, 0, 5, tzinfo=UTC)
SECRET = "a secret of sixteen letters"
ORG = "00DgL0000000001UAA"


def message(*notifications: str, org: str = ORG) -> bytes:
    """As the guide shows it ("Outbound Message Notifications")."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>{org}</OrganizationId><ActionId>04kgL0000000001</ActionId><SessionId xsi:nil="true"/>
   <EnterpriseUrl>https://x.example</EnterpriseUrl><PartnerUrl>https://x.example</PartnerUrl>
   {"".join(notifications)}
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>""".encode()


def notification(id: str, object: str, **fields: str) -> str:
    written = "".join(f"<sf:{name}>{value}</sf:{name}>" for name, value in fields.items())
    return (
        f'<Notification><Id>{id}</Id><sObject xsi:type="sf:{object}" '
        f'xmlns:sf="urn:sobject.enterprise.soap.sforce.com">{written}</sObject></Notification>'
    )


WON = notification(
    "04l1", "Opportunity", Id="006A", AccountId="001A", SystemModstamp="2026-11-23T02:59:00.000Z"
)


def arrived(body: bytes, secret: str | None = SECRET) -> Arrived:
    return Arrived(headers={}, body=body, at=NOW, secret=secret)


def test_each_notification_names_a_record_and_whose_it_is() -> None:
    told = webhook.told("salesforce", ORG, arrived(message(WON, notification("04l2", "Account", Id="001B"))))
    opportunity, account = told.notices
    assert isinstance(opportunity.data, RecordTouched)
    assert (opportunity.data.what, opportunity.data.ref.id, opportunity.customer.id) == (
        "opportunity",
        "006A",
        "001A",
    )
    assert opportunity.at == datetime(2026, 11, 23, 2, 59, tzinfo=UTC)
    assert (account.source_id, account.customer.id, account.at) == ("04l2", "001B", NOW)
    assert b"<Ack>true</Ack>" in told.acknowledgement.body


def test_an_id_without_its_checksum_names_the_same_org() -> None:
    assert webhook.told("salesforce", ORG[:15], arrived(message(WON))).notices


def test_an_object_that_nobody_reads_is_kept_by_its_name() -> None:
    (notice,) = webhook.told(
        "salesforce", ORG, arrived(message(notification("04l3", "Lead", Id="00Q")))
    ).notices
    assert notice.data == Unrecognised(name="Lead")


@pytest.mark.parametrize("secret", [None, "", "another secret of letters", "é"])
def test_an_address_without_our_secret_is_forged(secret: str | None) -> None:
    with pytest.raises(Forged):
        webhook.prove("salesforce", [SECRET], arrived(message(WON), secret))


def test_without_a_secret_of_ours_nothing_is_believed() -> None:
    with pytest.raises(Forged):
        webhook.prove("salesforce", [], arrived(message(WON), ""))


@pytest.mark.parametrize("org", ["00DgL0000000002UAA", ""])
def test_another_orgs_message_is_forged(org: str) -> None:
    with pytest.raises(Forged):
        webhook.told("salesforce", ORG, arrived(message(WON, org=org)))


def test_an_org_that_is_not_set_up_believes_nothing() -> None:
    with pytest.raises(Forged):
        webhook.told("salesforce", "", arrived(message(WON, org="")))


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a>",
        b"<a/>",
        BOMB,
        FILE,
        message(notification("", "Account", Id="001")),
        message(notification("1", "Account")),
    ],
    ids=["nothing", "half", "no message", "entities", "a file", "no notification id", "no record id"],
)
def test_what_cannot_be_read_says_so_and_is_thanked_for_all_the_same(body: bytes) -> None:
    with pytest.raises(Undecodable) as said:
        webhook.told("salesforce", ORG, arrived(body))
    assert said.value.acknowledgement is webhook.THANKS  # else it would be sent again for a day
