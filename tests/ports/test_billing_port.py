"""Does every billing system tell of subscriptions, invoices and payments to the cent?"""

from datetime import datetime
from functools import partial

import pytest

from canonical.billing import PaymentStatus, SubscriptionStatus
from canonical.identity import Kind
from canonical.money import Money
from sandbox.world import Invoice as Billed
from system_apis.errors import Missing, Refused
from system_apis.ports import every
from tests.ports.town import NOBODY, Standing, comes_from, lines_of, of_kind, sold

pytestmark = pytest.mark.parametrize("system", of_kind(Kind.BILLING), indirect=True)


def second(moment: datetime | None) -> datetime | None:
    """A moment as billing systems tell it."""
    return None if moment is None else moment.replace(microsecond=0)


async def test_every_subscription_in_every_state_is_read_over_all_pages(system: Standing) -> None:
    expected = {
        system.id("subscription", one.number): one
        for one in system.world.subscriptions.values()
        if one.account in system.known()
    }
    found = [one async for one in every(partial(system.port.subscriptions, None, limit=40))]
    assert sorted(one.origin.ref.id for one in found) == sorted(expected)
    for told in found:
        billed = expected[told.origin.ref.id]
        state = SubscriptionStatus.CANCELLED if billed.status == "canceled" else billed.status
        assert told.status == state
        assert told.customer == system.id("account", billed.account)
        assert [sold(line) for line in told.items] == lines_of(billed.lines, billed.currency)
        assert told.started_at == second(billed.started)
        assert (told.period_start, told.period_end) == (
            second(billed.period_start),
            second(billed.period_end),
        )
        assert told.cancel_at_period_end == billed.cancel_at_period_end
        assert (told.ended_at, told.trial_end) == (second(billed.ended_at), second(billed.trial_end))
        assert told.paused_at == (second(billed.paused_at) if billed.status == "paused" else None)


async def test_subscriptions_come_newest_first(system: Standing) -> None:
    page = await system.port.subscriptions(limit=30)
    assert len(page.items) == 30
    started = [one.started_at for one in page.items]
    assert started == sorted(started, reverse=True)


async def test_the_invoices_of_a_customer_are_read_to_the_cent(system: Standing) -> None:
    for number in list(system.known())[::9]:
        expected = _invoices(system, number)
        account = system.id("account", number)
        found = [one async for one in every(partial(system.port.invoices, account))]
        assert sorted(one.origin.ref.id for one in found) == sorted(expected)
        created = [one.created_at for one in found]
        assert created == sorted(created, reverse=True)
        for told in found:
            billed = expected[told.origin.ref.id]
            assert told.customer == account
            assert told.total == Money(minor=billed.total, currency=billed.currency)
            assert told.tax == Money(minor=billed.tax, currency=billed.currency)
            assert told.paid + told.remaining == told.total
            assert (told.remaining.minor == 0) == (billed.status == "paid")
            assert told.status == billed.status
            assert [sold(line) for line in told.lines] == lines_of(billed.lines, billed.currency)
            assert told.subscription == system.id("subscription", billed.subscription)


async def test_a_long_list_of_invoices_is_walked_page_by_page(system: Standing) -> None:
    invoices = [one.account for one in system.world.invoices.values()]
    busiest = max(system.known(), key=invoices.count)
    account = system.id("account", busiest)
    assert invoices.count(busiest) > 100
    for limit in (33, 100):
        found = [one async for one in every(partial(system.port.invoices, account, limit=limit))]
        assert len({one.origin.ref.id for one in found}) == len(found) == invoices.count(busiest)


async def test_an_invoice_says_when_it_was_made_due_and_paid_and_what_was_tried(system: Standing) -> None:
    seen = set()
    for billed in _one_of_each_state(system):
        id = system.id("invoice", billed.number)
        told = await system.port.invoice(id)
        seen.add(billed.status)
        assert comes_from(told.origin, system.platform, id)
        assert told.number == (None if billed.status == "draft" else billed.reference)
        assert told.created_at == second(billed.created)
        assert told.finalized_at == second(billed.finalized)
        assert told.paid_at == second(billed.paid)
        assert told.attempts == billed.attempts
        assert told.next_attempt_at == second(billed.next_attempt)
    assert seen == {"draft", "open", "paid", "uncollectible", "void"}


async def test_payments_say_what_became_of_the_money(system: Standing) -> None:
    payments = system.world.payments.values()
    interesting = {one.account for one in payments if one.status != "succeeded"} & set(system.known())
    seen = set()
    for number in interesting:
        expected = {system.id("payment", one.number): one for one in payments if one.account == number}
        found = [
            one async for one in every(partial(system.port.payments, system.id("account", number), limit=20))
        ]
        assert sorted(one.origin.ref.id for one in found) == sorted(expected)
        for told in found:
            paid = expected[told.origin.ref.id]
            assert told.status == paid.status
            assert told.amount == Money(minor=paid.amount, currency=paid.currency)
            assert told.failure == paid.failure
            assert told.at == second(paid.at)
            seen.add(told.status)
    assert seen == {PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.REFUNDED}


async def test_yen_have_no_hundredths(system: Standing) -> None:
    billed = next(
        one
        for one in system.world.invoices.values()
        if one.currency == "JPY" and one.account in system.known()
    )
    told = await system.port.invoice(system.id("invoice", billed.number))
    assert told.total.major == billed.total


async def test_what_is_not_there_is_missing(system: Standing) -> None:
    with pytest.raises(Missing):
        await system.port.invoice(system.id("invoice", NOBODY))
    for ask in (system.port.invoices, system.port.payments, system.port.subscriptions):
        with pytest.raises(Missing):
            await ask(system.id("account", NOBODY))


@pytest.mark.parametrize("cursor", ["x", "cus_x", "../customers"])
async def test_a_cursor_of_somebody_elses_making_leads_nowhere(system: Standing, cursor: str) -> None:
    account = system.id("account", next(iter(system.known())))
    with pytest.raises((Refused, Missing)):
        await system.port.invoices(account, cursor)


async def test_a_customer_is_found_by_all_ids_and_numbers_billing_gives_out(system: Standing) -> None:
    world = system.world
    paid = next(one for one in world.payments.values() if one.account in system.known())
    billed = world.invoices[paid.invoice]
    id = system.id("account", paid.account)
    words = [
        id,
        system.id("subscription", billed.subscription),
        system.id("invoice", billed.number),
        system.id("payment", paid.number),
        system.id("charge", paid.number),
        billed.reference,
        world.accounts[paid.account].name.upper(),
        world.accounts[paid.account].domain,
    ]
    for one in words:
        assert id in {record.origin.ref.id for record in await system.port.find(f" {one} ")}, one


@pytest.mark.parametrize("words", ["cus_nobody", "in_nobody", "pi_0", "xx_1", "%", "_", " ", "", "\\", '"'])
async def test_what_nobody_has_finds_nobody(system: Standing, words: str) -> None:
    assert await system.port.find(words) == ()


def _invoices(system: Standing, account: int) -> dict[str, Billed]:
    return {
        system.id("invoice", one.number): one
        for one in system.world.invoices.values()
        if one.account == account
    }


def _one_of_each_state(system: Standing) -> list[Billed]:
    known = system.known()
    first: dict[tuple[str, bool], Billed] = {}
    for one in system.world.invoices.values():
        if one.account in known:
            first.setdefault((one.status, one.attempts > 1), one)
    return list(first.values())
