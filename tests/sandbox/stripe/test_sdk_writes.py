"""Does Stripe's own SDK drive the practice company, and is what it did there after a restart?"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
import stripe

from sandbox.kit.opening import opened
from sandbox.kit.serving import running
from sandbox.stripe import Stripe
from tests.sandbox.stripe.till import Till

T = TypeVar("T")


def client_of(till: Till, retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(
        till.practice.keys.stripe.api_key, base_addresses={"api": till.url}, max_network_retries=retries
    )


async def asked(call: Callable[[], T]) -> T:
    """In a thread: the SDK blocks."""
    return await asyncio.to_thread(call)


def sell(client: stripe.StripeClient) -> Any:
    """A customer with a subscription, as an integration makes them."""
    customer = client.v1.customers.create({"name": "Nova", "metadata": {"gateway_id": "acc_nova"}})
    (price,) = [
        one
        for one in client.v1.prices.list({"product": "TL-BUSINESS", "currency": "eur"}).data
        if one.active and one.recurring and one.recurring.interval == "month"
    ]
    return client.v1.subscriptions.create(
        {
            "customer": customer.id,
            "items": [{"price": price.id, "quantity": 3}],
            "metadata": {"run": "q2c:1"},
            "expand": ["latest_invoice"],
        }
    )


async def test_the_sdk_sells_changes_pauses_resumes_and_ends(own_till: Till) -> None:
    client = client_of(own_till)
    one = await asked(lambda: sell(client))
    assert (one.status, one.latest_invoice.status) == ("active", "paid")
    item = one["items"].data[0].id
    subscriptions = client.v1.subscriptions
    changed = await asked(
        lambda: subscriptions.update(one.id, {"items": [{"id": item, "quantity": 5}], "metadata": {"a": "1"}})
    )
    assert changed["items"].data[0].quantity == 5
    assert changed.metadata.to_dict() == {"run": "q2c:1", "a": "1"}
    assert (await asked(lambda: subscriptions.pause(one.id))).status == "paused"
    anchor: Any = {"billing_cycle_anchor": {"type": "unchanged"}}
    assert (await asked(lambda: subscriptions.resume(one.id, anchor))).status == "active"
    assert (await asked(lambda: subscriptions.cancel(one.id))).status == "canceled"


async def test_the_sdk_credits_refunds_and_reads_the_money(own_till: Till) -> None:
    client = client_of(own_till)
    invoice = (await asked(lambda: sell(client))).latest_invoice
    note = await asked(
        lambda: client.v1.credit_notes.create({"invoice": invoice.id, "amount": 700, "refund_amount": 700})
    )
    refund = await asked(lambda: client.v1.refunds.retrieve(str(note.refunds[0].refund)))
    assert refund.amount == 700
    await own_till.control("/payout")
    payout = (await asked(client.v1.payouts.list)).data[0]
    asked_for: Any = {"payout": payout.id, "expand": ["data.source"]}
    movements = (await asked(lambda: client.v1.balance_transactions.list(asked_for))).data
    assert {one.source.object for one in movements} <= {"payout", "charge", "refund", "dispute"}


async def test_the_sdk_tries_again_after_a_lost_answer_and_nothing_is_done_twice(own_till: Till) -> None:
    """The SDK makes a key of its own for its tries."""
    count = len(own_till.practice.world.accounts)
    await own_till.control("/faults", fault="commit_then_cut", calls=1)
    client = client_of(own_till, retries=2)
    await asked(lambda: client.v1.customers.create({"name": "Nova"}))
    assert len(own_till.practice.world.accounts) == count + 1


async def test_the_sdk_names_a_declined_card(own_till: Till) -> None:
    _, failed = await own_till.control("/fail-payment")
    with pytest.raises(stripe.CardError) as refused:
        await asked(lambda: client_of(own_till).v1.invoices.pay(failed["invoice"]))
    assert refused.value.code == "card_declined"


async def test_what_was_done_is_there_after_a_restart(tmp_path: Path) -> None:
    practice = opened(tmp_path)
    async with running(practice, (Stripe,)) as urls:
        client = client_of(Till(practice, urls["stripe"], None))  # type: ignore[arg-type]
        one = await asked(lambda: sell(client))
        options: Any = {"idempotency_key": "q2c:1"}
        made = await asked(lambda: client.v1.customers.create({"name": "Once"}, options))
        events = [event.id for event in (await asked(lambda: client.v1.events.list({"limit": 100}))).data]
    practice = opened(tmp_path)
    async with running(practice, (Stripe,)) as urls:
        client = client_of(Till(practice, urls["stripe"], None))  # type: ignore[arg-type]
        again = await asked(lambda: client.v1.subscriptions.retrieve(one.id, {"expand": ["latest_invoice"]}))
        assert again.to_dict() == one.to_dict()
        assert (await asked(lambda: client.v1.customers.create({"name": "Once"}, options))).id == made.id
        kept = [event.id for event in (await asked(lambda: client.v1.events.list({"limit": 100}))).data]
        assert kept[-len(events) :] == events
