"""Does the practice Salesforce tell of what happens as its outbound messages do?"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from defusedxml.ElementTree import fromstring

from sandbox.ids import salesforce_id
from sandbox.salesforce.outbound import is_acknowledged
from tests.sandbox.salesforce.conftest import Org

ACK = (
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    b'<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>'
    b"</notificationsResponse></soapenv:Body></soapenv:Envelope>"
)
OUTBOUND, SF = "{http://soap.sforce.com/2005/09/outbound}", "{urn:sobject.enterprise.soap.sforce.com}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
ACCOUNT = salesforce_id("Account", 1)


@dataclass
class Listener:
    """A receiver of messages that says what it is told to, then `ACK`."""

    answers: list[bytes] = field(default_factory=list)
    bodies: "asyncio.Queue[Element]" = field(default_factory=asyncio.Queue)
    kinds: list[str] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.kinds.append(request.content_type)
        self.bodies.put_nowait(fromstring(await request.read()))
        return web.Response(body=self.answers.pop(0) if self.answers else ACK, content_type="text/xml")

    async def message(self) -> Element:
        async with asyncio.timeout(10):
            return await self.bodies.get()


@pytest.fixture
async def listener(org: Org) -> AsyncIterator[Listener]:
    """Listens at the address that the org sends to."""
    listening = Listener()
    application = web.Application()
    application.router.add_post("/webhooks/crm/secret", listening.take)
    webhooks = org.practice.webhooks["salesforce"]
    async with TestServer(application) as server:
        webhooks.clear()
        webhooks.url = str(server.make_url("/webhooks/crm/secret"))
        webhooks.gaps = (0.01,) * 5
        yield listening
    webhooks.url = None


def rows(message: Element) -> list[dict[str, str]]:
    """The rows of a message, field by field, with their object as `type`."""
    return [
        {"type": one.attrib[XSI_TYPE], **{value.tag.removeprefix(SF): value.text or "" for value in one}}
        for one in message.iter(f"{OUTBOUND}sObject")
    ]


def notification(message: Element) -> str | None:
    """The id of the first notification of a message."""
    return next(message.iter(f"{OUTBOUND}Notification"))[0].text


async def test_a_won_deal_is_told_once_with_the_org_inside(org: Org, listener: Listener) -> None:
    body = {"Name": "A & B", "StageName": "Prospecting", "CloseDate": "2026-12-31", "AccountId": ACCOUNT}
    _, made = await org.send("POST", "/sobjects/Opportunity", body)
    await org.send("PATCH", f"/sobjects/Opportunity/{made['id']}", {"StageName": "Closed Won"})
    await org.send("PATCH", f"/sobjects/Opportunity/{made['id']}", {"NextStep": "Celebrate"})
    message = await listener.message()
    (row,) = rows(message)
    assert (row["type"], row["Id"], row["Name"]) == ("sf:Opportunity", made["id"], "A & B")
    assert (row["StageName"], row["IsWon"], row["AccountId"]) == ("Closed Won", "true", ACCOUNT)
    assert row["LastModifiedDate"].endswith(".000Z")
    said = {one.tag.removeprefix(OUTBOUND): one.text for one in message.iter()}
    assert said["OrganizationId"] == org.practice.keys.salesforce.organization_id
    assert (said["ActionId"] or "").startswith("04k")
    assert listener.kinds == ["text/xml"]
    assert listener.bodies.empty()


async def test_a_message_nobody_acknowledged_comes_again_under_the_same_id_with_what_is_true_then(
    org: Org, listener: Listener
) -> None:
    listener.answers = [b"<html>ok</html>", ACK.replace(b"true", b"false")]
    org.practice.webhooks["salesforce"].gaps = (0.2, 0.01)
    await org.send("PATCH", f"/sobjects/Account/{ACCOUNT}", {"Name": "First"})
    first = await listener.message()
    org.practice.webhooks["salesforce"].url, url = None, org.practice.webhooks["salesforce"].url
    await org.send("PATCH", f"/sobjects/Account/{ACCOUNT}", {"Name": "Second"})
    org.practice.webhooks["salesforce"].url = url
    second, third = await listener.message(), await listener.message()
    ids = {notification(one) for one in (first, second, third)}
    assert [rows(one)[0]["Name"] for one in (first, second, third)] == ["First", "Second", "Second"]
    assert len(ids) == 1
    await org.send("PATCH", f"/sobjects/Account/{ACCOUNT}", {"Name": "Third"})
    assert notification(await listener.message()) not in ids


async def test_a_message_has_a_hundred_notifications_at_most(org: Org, listener: Listener) -> None:
    records = [{"attributes": {"type": "Contact"}, "LastName": f"Moss {place}"} for place in range(150)]
    await org.send("POST", "/composite/sobjects", {"records": records})
    sizes = {len(rows(await listener.message())), len(rows(await listener.message()))}
    assert sizes == {100, 50}


async def test_what_is_taken_back_or_only_read_is_not_told(org: Org, listener: Listener) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": "One"}, {"attributes": {"type": "Account"}}]
    await org.send("POST", "/composite/sobjects", {"allOrNone": True, "records": records})
    await org.send("POST", "/composite", {"compositeRequest": []})
    assert org.practice.webhooks["salesforce"].shown()["waiting"] == 0


async def test_a_deal_can_be_made_to_be_won(org: Org, listener: Listener) -> None:
    await org.control("/reset", seed=7)
    won = await org.control("/win-opportunity")
    (row,) = rows(await listener.message())
    assert (row["Id"], row["AccountId"]) == (won["opportunity"], won["account"])
    again = await org.control("/win-opportunity")
    assert again["opportunity"] != won["opportunity"]
    deal = await org.row("Opportunity", won["opportunity"])
    assert (deal["StageName"], deal["IsWon"]) == ("Closed Won", True)
    async with org.client.post(f"{org.url}/_sim/win-opportunity", json=won | {"account": None}) as answer:
        assert answer.status == 400


async def test_a_deal_that_is_closed_or_not_there_cannot_be_won(org: Org) -> None:
    for id in (salesforce_id("Opportunity", 1), salesforce_id("Opportunity", 99), 5):
        async with org.client.post(f"{org.url}/_sim/win-opportunity", json={"opportunity": id}) as answer:
            assert answer.status == 400


@pytest.mark.parametrize(
    ("status", "body", "taken"),
    [
        (200, ACK, True),
        (202, ACK, False),
        (200, ACK.replace(b"true", b"false"), False),
        (200, b"", False),
        (200, b"<Ack>true</Ack>", False),
        (200, b'<!DOCTYPE a [<!ENTITY b "true">]><a>&b;</a>', False),
    ],
)
def test_only_an_ack_is_an_ack(status: int, body: bytes, taken: bool) -> None:
    assert is_acknowledged(status, body) is taken
