"""Does the practice Zendesk tell of what happens as its webhooks do?"""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.ids import zendesk_id
from sandbox.zendesk.events import ACCOUNT, signature
from tests.sandbox.zendesk.counter import Counter, organization_of

SIGNATURE = "X-Zendesk-Webhook-Signature"


def test_the_signature_is_that_of_the_published_vector() -> None:
    assert (
        signature("zd_secret", "2026-11-23T03:00:00Z", b'{"a":1}')
        == "FTgul+LadFYwBgx9k/8w0tvNBJ++XqE0ytTa8nrWJ30="
    )


@dataclass
class Listener:
    """A receiver of messages that answers as it is told to, then 200."""

    statuses: list[int] = field(default_factory=list)
    came: "asyncio.Queue[tuple[bytes, dict[str, str]]]" = field(default_factory=asyncio.Queue)

    async def take(self, request: web.Request) -> web.Response:
        self.came.put_nowait((await request.read(), dict(request.headers)))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def message(self) -> tuple[dict[str, Any], bytes, dict[str, str]]:
        async with asyncio.timeout(10):
            body, headers = await self.came.get()
        return json.loads(body), body, headers

    async def types(self, count: int) -> list[str]:
        return [(await self.message())[0]["type"].removeprefix("zen:event-type:") for _ in range(count)]


@pytest_asyncio.fixture(loop_scope="session")
async def listener(own_counter: Counter) -> AsyncIterator[Listener]:
    """Listens at the address that the account sends to."""
    listening = Listener()
    application = web.Application()
    application.router.add_post("/webhooks/support", listening.take)
    webhooks = own_counter.practice.webhooks["zendesk"]
    async with TestServer(application) as server:
        webhooks.url, gaps = str(server.make_url("/webhooks/support")), webhooks.gaps
        webhooks.gaps = (0.01,) * 5
        yield listening
    webhooks.url, webhooks.gaps = None, gaps


async def test_a_new_ticket_is_told_in_a_signed_message(own_counter: Counter, listener: Listener) -> None:
    organization = organization_of(own_counter.supported()[0].number)
    ticket = await own_counter.ticket(
        subject="Help", organization_id=organization, external_id="e1", priority="low"
    )
    told, body, headers = await listener.message()
    assert (told["type"], told["subject"]) == ("zen:event-type:ticket.created", f"zen:ticket:{ticket['id']}")
    assert (told["account_id"], headers["X-Zendesk-Account-Id"]) == (ACCOUNT, str(ACCOUNT))
    assert told["zendesk_event_version"] == "2022-11-06"
    detail = told["detail"]
    assert (detail["id"], detail["organization_id"]) == (str(ticket["id"]), str(organization))
    assert (detail["status"], detail["priority"], detail["external_id"]) == ("NEW", "LOW", "e1")
    stamp = headers[SIGNATURE + "-Timestamp"]
    asked = await own_counter.read(f"webhooks/{headers['X-Zendesk-Webhook-Id']}/signing_secret")
    secret = asked["signing_secret"]["secret"]
    assert secret == own_counter.practice.keys.zendesk.webhook_secret
    digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    assert headers[SIGNATURE] == base64.b64encode(digest).decode()
    assert abs(datetime.now(UTC) - datetime.fromisoformat(stamp)).total_seconds() < 60


async def test_each_change_is_told_by_itself_with_what_was(own_counter: Counter, listener: Listener) -> None:
    ticket = await own_counter.ticket(priority="low")
    await listener.message()
    change = {"status": "open", "priority": "high", "additional_tags": ["late"], "comment": {"body": "Hm"}}
    await own_counter.send("PUT", f"tickets/{ticket['id']}", {"ticket": change})
    told = {
        one["type"].rpartition(".")[2]: one["event"]
        for one, _, _ in [await listener.message() for _ in range(4)]
    }
    assert told["status_changed"] == {"current": "OPEN", "previous": "NEW"}
    assert told["priority_changed"] == {"current": "HIGH", "previous": "LOW"}
    assert told["tags_changed"] == {"tags_added": ["late"], "tags_removed": []}
    assert (told["comment_added"]["comment"]["body"], told["comment_added"]["comment"]["is_public"]) == (
        "Hm",
        True,
    )


async def test_organizations_are_told_of_too(own_counter: Counter, listener: Listener) -> None:
    given = {"external_id": "acc_new", "name": "New Customer"}
    _, said = await own_counter.send("POST", "organizations/create_or_update", {"organization": given})
    change = {"name": "Renamed", "tags": ["late"], "organization_fields": {"support_tier": "gold"}}
    await own_counter.send("PUT", f"organizations/{said['organization']['id']}", {"organization": change})
    assert set(await listener.types(4)) == {
        "organization.created", "organization.name_changed", "organization.tags_changed",
        "organization.custom_field_changed",
    }  # fmt: skip


async def test_what_was_refused_or_changed_nothing_is_not_told(
    own_counter: Counter, listener: Listener
) -> None:
    await own_counter.send("POST", "tickets", {"ticket": {}})
    organization = organization_of(own_counter.supported()[0].number)
    await own_counter.send("PUT", f"organizations/{organization}", {"organization": {}})
    assert own_counter.practice.webhooks["zendesk"].shown()["waiting"] == 0


async def test_a_message_that_was_not_taken_comes_again_freshly_signed(
    own_counter: Counter, listener: Listener
) -> None:
    listener.statuses = [503, 409]
    await own_counter.ticket()
    tries = [await listener.message() for _ in range(3)]
    assert len({told["id"] for told, _, _ in tries}) == 1
    assert len({headers["X-Zendesk-Webhook-Invocation-Id"] for _, _, headers in tries}) == 1


async def test_a_customer_can_be_made_to_write_and_an_agent_to_solve(
    own_counter: Counter, listener: Listener
) -> None:
    person = next(iter(own_counter.practice.world.people.values()))
    organization = organization_of(person.account)
    opened = await own_counter.control(
        "/open-case", organization=organization, subject="No login", priority="urgent"
    )
    assert opened["organization"] == organization
    told, _, _ = await listener.message()
    assert told["detail"]["actor_id"] == told["detail"]["requester_id"] != str(zendesk_id("agent", 1_000))
    ticket = (await own_counter.read(f"tickets/{opened['ticket']}"))["ticket"]
    assert (ticket["status"], ticket["priority"], ticket["subject"]) == ("new", "urgent", "No login")
    solved = await own_counter.control("/solve-case", ticket=opened["ticket"])
    assert solved == {"ticket": opened["ticket"], "status": "solved"}
    assert set(await listener.types(2)) == {"ticket.status_changed", "ticket.comment_added"}
    somebody = await own_counter.control("/open-case")
    keys = {
        own_counter.practice.world.accounts[one.account].key for one in own_counter.practice.world.trouble
    }
    shown = (await own_counter.read(f"organizations/{somebody['organization']}"))["organization"]
    assert shown["external_id"] not in keys


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("open-case", {"organization": 5}),
        ("open-case", {"priority": "asap"}),
        ("open-case", {"subject": 5}),
        ("open-case", {"organisation": 5}),
        ("solve-case", {}),
        ("solve-case", {"ticket": "none"}),
    ],
)
async def test_what_cannot_be_made_to_happen_is_refused(own_counter: Counter, path: str, asked: Any) -> None:
    async with own_counter.client.post(f"{own_counter.url}/_sim/{path}", json=asked) as answer:
        assert answer.status == 400
