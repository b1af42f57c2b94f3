"""Does Stripe's own SDK read the whole practice company?"""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
import stripe

from sandbox.ids import COPY, stripe_id
from tests.sandbox.stripe.till import Till, id_of


def client_of(till: Till) -> stripe.StripeClient:
    return stripe.StripeClient(till.practice.keys.stripe.api_key, base_addresses={"api": till.url})


async def all_of(listing: Any) -> list[Any]:
    """Every page of a list, read in a thread: the SDK blocks."""

    def read() -> list[Any]:
        return list(listing().auto_paging_iter())

    return await asyncio.to_thread(read)


def ids(found: Iterable[Any]) -> list[str]:
    return [one.id for one in found]


async def test_the_sdk_lists_every_customer_once_and_the_doubled_one_twice(till: Till) -> None:
    found = await all_of(lambda: client_of(till).v1.customers.list({"limit": 30}))
    billed = [one for one in till.practice.world.accounts.values() if "billing" in one.systems]
    numbers = [a.number for a in billed] + [a.number + COPY for a in billed if "billing" in a.copies]
    assert len(numbers) > 150
    assert sorted(ids(found)) == sorted(stripe_id("customer", number) for number in numbers)
    names = {one.metadata["gateway_id"]: one.name for one in found if not one.name.endswith(" Inc")}
    assert names == {a.key: a.said.get("billing", {}).get("name", a.name) for a in billed}


async def test_the_sdk_lists_every_subscription_with_its_period_on_the_items(till: Till) -> None:
    found = await all_of(lambda: client_of(till).v1.subscriptions.list({"status": "all", "limit": 100}))
    world = till.practice.world.subscriptions
    assert len(world) > 150
    assert {one.id: one.status for one in found} == {
        stripe_id("subscription", one.number): one.status for one in world.values()
    }
    by_id = {stripe_id("subscription", one.number): one for one in world.values()}
    for one in found:
        made = by_id[one.id]
        items = one["items"].data
        assert [item.quantity for item in items] == [line.quantity for line in made.lines]
        assert [item.price.unit_amount for item in items] == [line.unit_amount for line in made.lines]
        assert {item.current_period_end for item in items} == {int(made.period_end.timestamp())}


async def test_the_sdk_lists_every_invoice_newest_first_with_its_totals(till: Till) -> None:
    found = await all_of(lambda: client_of(till).v1.invoices.list({"limit": 100}))
    world = till.practice.world.invoices
    assert len(world) > 1_000
    assert {(one.id, one.status, one.total, one.currency) for one in found} == {
        (id_of(one), one.status, one.total, one.currency.lower()) for one in world.values()
    }
    assert [one.created for one in found] == sorted((one.created for one in found), reverse=True)


async def test_the_sdk_reads_back_from_the_end_with_ending_before(till: Till) -> None:
    client = client_of(till)
    forward = ids(await all_of(lambda: client.v1.subscriptions.list({"status": "all", "limit": 100})))
    last = forward[-1]
    options: Any = {"status": "all", "limit": 40, "ending_before": last}
    assert ids(await all_of(lambda: client.v1.subscriptions.list(options))) == forward[-2::-1]


async def test_the_sdk_reads_single_objects(till: Till) -> None:
    invoice = till.invoice(status="paid")
    client = client_of(till)
    read = await asyncio.to_thread(client.v1.invoices.retrieve, id_of(invoice), {"expand": ["payments"]})
    assert (read.number, read.amount_paid) == (invoice.reference, invoice.total)
    assert read.payments is not None
    assert "paid" in {one.status for one in read.payments.data}


async def test_the_sdk_names_a_missing_object(till: Till) -> None:
    client = client_of(till)
    with pytest.raises(stripe.InvalidRequestError, match="No such invoice: 'in_none'") as caught:
        await asyncio.to_thread(client.v1.invoices.retrieve, "in_none")
    assert (caught.value.code, caught.value.param, caught.value.http_status) == (
        "resource_missing",
        "id",
        404,
    )


async def test_the_sdk_knows_a_wrong_key(till: Till) -> None:
    client = stripe.StripeClient("sk_test_wrong", base_addresses={"api": till.url})
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided: sk_test_"):
        await asyncio.to_thread(client.v1.customers.list)


async def test_the_sdk_searches_by_our_key_over_pages(till: Till) -> None:
    client = client_of(till)
    doubled = next(a for a in till.practice.world.accounts.values() if "billing" in a.copies)
    query = f"metadata['gateway_id']:'{doubled.key}'"
    found = await all_of(lambda: client.v1.customers.search({"query": query, "limit": 1}))
    assert len(found) == 2
    assert {one.metadata["gateway_id"] for one in found} == {doubled.key}
