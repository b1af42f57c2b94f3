"""Is what happens told as Stripe tells it, and does Stripe's own SDK believe it?"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
import stripe

from sandbox.stripe.events import previous, signature
from tests.sandbox.kit.receiver import Receiver, receiving
from tests.sandbox.stripe.till import Till

WITHIN = 2.0


@pytest_asyncio.fixture(loop_scope="session")
async def receiver(own_till: Till) -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        await own_till.control("/webhooks", url=receiver.url)
        yield receiver
        own_till.practice.webhooks["stripe"].url = None


def test_the_signature_is_the_one_both_sdks_make() -> None:
    at = datetime.fromtimestamp(1700000000, UTC)
    header = signature("whsec_test_secret", b'{"id":"evt_1","object":"event"}', at)["Stripe-Signature"]
    assert header == "t=1700000000,v1=0c8670ed117751cc551a20e35839447075c42800ea3cf3e8a2fbda99cd1e6edd"


async def test_the_sdk_believes_our_messages_whatever_business_time_it_is(
    own_till: Till, receiver: Receiver
) -> None:
    await own_till.control("/webhooks", mode="drop")
    await own_till.wait(40 * 86_400)
    await own_till.control("/webhooks", mode="deliver")
    made = await own_till.done("/v1/customers", {"name": "Nova"}, **{"Idempotency-Key": "k1"})
    await receiver.until(1)
    secret = own_till.practice.keys.stripe.webhook_secret
    body, headers = receiver.came[-1]
    event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret)
    assert (event.type, event.data.object["id"]) == ("customer.created", made["id"])
    assert event.api_version == "2026-10-28.endive"
    assert json.loads(body)["request"]["idempotency_key"] == "k1"
    assert abs(event.created - own_till.practice.clock.now().timestamp()) < WITHIN
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", headers["Stripe-Signature"], secret)


async def test_a_message_is_the_event_that_is_listed(own_till: Till, receiver: Receiver) -> None:
    made = await own_till.done("/v1/customers", {"name": "Nova"})
    await receiver.until(1)
    sent = json.loads(receiver.came[-1][0])
    assert sent["data"]["object"] == made
    assert await own_till.read(f"/v1/events/{sent['id']}") == sent
    assert (await own_till.events(count=1)) == [sent]


async def test_events_are_as_the_object_was_then(own_till: Till) -> None:
    made = await own_till.done("/v1/customers", {"name": "First"})
    await own_till.done(f"/v1/customers/{made['id']}", {"name": "Second"})
    second, first = await own_till.events(count=2)
    assert (first["data"]["object"]["name"], second["data"]["object"]["name"]) == ("First", "Second")
    assert second["data"]["previous_attributes"] == {"name": "First"}


async def test_events_are_listed_in_pages_by_type_and_moment(own_till: Till) -> None:
    for name in ("a", "b", "c"):
        await own_till.done("/v1/customers", {"name": name})
    newest, *rest = await own_till.events("customer.created", count=3)
    after = await own_till.read(
        "/v1/events", ("type", "customer.created"), ("starting_after", newest["id"]), ("limit", "2")
    )
    assert after["data"] == rest
    since = ("created[gte]", str(newest["created"]))
    assert newest in (await own_till.read("/v1/events", since))["data"]
    later = ("created[gt]", str(newest["created"] + 5))
    assert (await own_till.read("/v1/events", later))["data"] == []
    assert (await own_till.refused("/v1/events/evt_none"))[0] == 404


async def test_events_are_forgotten_after_thirty_days_of_business_time(own_till: Till) -> None:
    made = await own_till.done("/v1/customers", {"name": "Nova"})
    (event,) = [one for one in await own_till.events() if one["data"]["object"]["id"] == made["id"]]
    await own_till.wait(29 * 86_400)
    assert (await own_till.read(f"/v1/events/{event['id']}"))["id"] == event["id"]
    await own_till.wait(2 * 86_400)
    assert (await own_till.refused(f"/v1/events/{event['id']}"))[0] == 404


async def test_dropped_messages_are_in_the_list_all_the_same(own_till: Till, receiver: Receiver) -> None:
    await own_till.control("/webhooks", mode="drop")
    made = await own_till.done("/v1/customers", {"name": "Nova"})
    assert await own_till.told(made["id"]) == ["customer.created"]
    assert receiver.came == []


async def test_a_reset_never_gives_an_event_id_or_a_customer_id_again(own_till: Till) -> None:
    made = await own_till.done("/v1/customers", {"name": "Nova"})
    (first,) = await own_till.events("customer.created", count=1)
    await own_till.control("/reset")
    again = await own_till.done("/v1/customers", {"name": "Nova"})
    (second,) = await own_till.events("customer.created", count=1)
    assert made["id"] != again["id"]
    assert first["id"] != second["id"]


def test_what_was_before_names_only_what_differs() -> None:
    before = {"a": 1, "b": {"c": 1, "d": 2}, "e": [1], "same": {"x": 1}}
    after = {"a": 1, "b": {"c": 1, "d": 3, "new": 4}, "e": [1, 2], "same": {"x": 1}}
    assert previous(before, after) == {"b": {"d": 2, "new": None}, "e": [1]}
