"""Is the practice world a company whose parts fit together, the same one every time?"""

import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sandbox.making import make_world
from sandbox.seeding.catalogue import TIERS
from sandbox.seeding.company import clean_world
from sandbox.seeding.histories import served_tier
from sandbox.seeding.ledger import owed
from sandbox.troubles import RECIPES
from sandbox.world import NO_CONTRACT, Line, Subscription, World

ANCHOR = datetime(2026, 11, 23, tzinfo=UTC)
# Ends of months, a leap day and a new year are where calendar arithmetic breaks.
ANCHORS = [
    ANCHOR,
    *(datetime(*day, tzinfo=UTC) for day in [(2028, 2, 29), (2027, 3, 1), (2027, 1, 1), (2026, 12, 31)]),
]
PLANNED = {"due", "next_attempt", "period_end", "trial_end"}

FINGERPRINT = """
import hashlib
from dataclasses import asdict
from datetime import UTC, datetime
from sandbox.making import make_world
world = asdict(make_world(7, datetime(2026, 11, 23, tzinfo=UTC)))
for account in world["accounts"].values():
    account.update(systems=sorted(account["systems"]), copies=sorted(account["copies"]))
print(hashlib.sha256(repr(world).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(7, ANCHOR)


@pytest.fixture(scope="module")
def clean() -> World:
    return clean_world(7, ANCHOR)


def test_the_same_seed_and_anchor_give_the_same_world_in_every_process() -> None:
    prints = {
        subprocess.run(
            [sys.executable, "-c", FINGERPRINT], env={"PYTHONHASHSEED": salt}, check=True, capture_output=True
        ).stdout
        for salt in ("1", "2")
    }
    assert len(prints) == 1


def test_another_seed_gives_another_company(world: World) -> None:
    names = {account.name for account in make_world(8, ANCHOR).accounts.values()}
    assert len(names & {account.name for account in world.accounts.values()}) < len(names) / 2


def test_it_has_the_size_that_the_demonstration_promises(world: World) -> None:
    assert 190 <= len(world.accounts) <= 210
    assert 420 <= len(world.people) <= 550
    assert 1_900 <= len(world.invoices) <= 2_400
    assert {entity.currency for entity in world.entities.values()} == {"USD", "EUR", "JPY"}
    assert len(world.products) == 8


def test_some_hierarchies_are_three_deep_and_none_goes_in_circles(world: World) -> None:
    depths = []
    for account in world.accounts.values():
        line = [account]
        while (above := line[-1].parent) is not None:
            assert len(line) < 4
            line.append(world.accounts[above])
        depths.append(len(line))
    assert max(depths) == 3
    assert depths.count(3) >= 6


def test_three_accounts_have_lists_longer_than_a_page_of_a_hundred(world: World) -> None:
    for table, at_least in ((world.invoices, 131), (world.cases, 121), (world.people, 101)):
        owners = [thing.account for thing in table.values()]
        assert max(owners.count(number) for number in set(owners)) >= at_least


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda anchor: anchor.date().isoformat())
@pytest.mark.parametrize("seed", [1, 7, 42])
def test_every_state_of_everything_is_there(seed: int, anchor: datetime) -> None:
    world = make_world(seed, anchor)
    assert _all(world.subscriptions, "status") == {
        "trialing",
        "active",
        "past_due",
        "unpaid",
        "paused",
        "canceled",
    }
    assert _all(world.invoices, "status") == {"draft", "open", "paid", "uncollectible", "void"}
    assert _all(world.payments, "status") == {"succeeded", "failed", "refunded"}
    assert _all(world.cases, "status") == {"new", "open", "pending", "hold", "solved", "closed"}
    assert _all(world.cases, "priority") == {"low", "normal", "high", "urgent", None}
    assert _all(world.subscriptions, "interval") == {"month", "year"}
    assert _all(world.periods, "closed") == {True, False}
    assert {True, False} == {deal.won for deal in world.opportunities.values() if deal.closed}
    assert len(world.trouble) == len(RECIPES) == 12


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda anchor: anchor.date().isoformat())
def test_nothing_but_plans_is_later_than_the_anchor(anchor: datetime) -> None:
    later = [
        (type(thing).__name__, name, value)
        for thing in _everything(make_world(7, anchor))
        for name, value in vars(thing).items()
        if isinstance(value, datetime) and value > anchor and name not in PLANNED
    ]
    assert later == []


def test_every_line_has_a_number_of_its_own_and_a_list_price(world: World) -> None:
    prices = {(price.sku, price.unit_amount) for price in world.prices.values()}
    lines = [
        line for thing in _everything(world) for line in getattr(thing, "lines", []) if isinstance(line, Line)
    ]
    assert len({line.number for line in lines}) == len(lines)
    assert all((line.sku, line.unit_amount) in prices for line in lines)


def test_contract_order_subscription_and_invoices_have_the_same_lines(world: World) -> None:
    for subscription in _signed(world):
        contract = world.contracts[subscription.contract]
        sold = _sold(subscription.lines)
        assert _sold(world.opportunities[contract.opportunity].lines) == sold
        orders = [order for order in world.orders.values() if order.contract == contract.number]
        assert all(_sold(order.lines) == sold for order in orders)
    for invoice in world.invoices.values():
        assert _sold(invoice.lines) == _sold(world.subscriptions[invoice.subscription].lines)


def test_a_running_subscription_is_in_its_period_and_under_contract(world: World) -> None:
    today = world.anchor.date()
    for subscription in _signed(world):
        if subscription.status != "canceled":
            assert subscription.period_start <= world.anchor < subscription.period_end
            contract = world.contracts[subscription.contract]
            assert contract.start <= today <= contract.end


def test_every_posting_balances_and_books_its_receivable(world: World) -> None:
    for posting in world.postings.values():
        debit, credit = sum(line[1] for line in posting.lines), sum(line[2] for line in posting.lines)
        assert debit == credit == world.receivables[posting.receivable].total


def test_every_posting_lies_in_a_period_of_its_entity(world: World) -> None:
    periods = {(period.entity, period.name): period for period in world.periods.values()}
    for posting in world.postings.values():
        period = periods[posting.entity, posting.period]
        assert period.start <= posting.posted_on <= period.end


def test_the_oldest_months_are_closed_and_the_current_one_is_not(world: World) -> None:
    for entity in world.entities:
        months = sorted((p for p in world.periods.values() if p.entity == entity), key=lambda p: p.start)
        states = [period.closed for period in months]
        assert states == sorted(states, reverse=True)
        assert not next(p for p in months if p.start <= date(2026, 11, 23) <= p.end).closed


def test_a_paid_invoice_has_exactly_one_payment_that_went_through(world: World) -> None:
    for invoice in world.invoices.values():
        payments = [payment for payment in world.payments.values() if payment.invoice == invoice.number]
        through = [payment for payment in payments if payment.status != "failed"]
        assert len(through) == (invoice.status == "paid")
        assert invoice.attempts == len(payments)
        assert all(payment.amount == invoice.total for payment in payments)


def test_before_the_trouble_billing_and_erp_agree_to_the_cent(clean: World) -> None:
    booked = {receivable.invoice: receivable for receivable in clean.receivables.values()}
    finalized = {number for number, invoice in clean.invoices.items() if invoice.finalized}
    assert set(booked) == finalized
    for number in finalized:
        invoice = clean.invoices[number]
        assert (booked[number].total, booked[number].open_amount) == (invoice.total, owed(invoice))


def test_before_the_trouble_every_system_knows_every_account_once_under_one_name(clean: World) -> None:
    for account in clean.accounts.values():
        assert (len(account.systems), account.copies, account.said) == (4, set(), {})


def test_the_tier_of_an_account_is_what_it_is_being_served(clean: World) -> None:
    assert {account.tier for account in clean.accounts.values()} == set(TIERS)
    for account in clean.accounts.values():
        assert account.tier == served_tier(clean, account.number)


def test_names_domains_keys_and_addresses_are_unique(world: World) -> None:
    for table, attribute in (
        (world.accounts, "name"),
        (world.accounts, "domain"),
        (world.accounts, "key"),
        (world.people, "email"),
        (world.invoices, "reference"),
        (world.receivables, "reference"),
        (world.orders, "reference"),
        (world.contracts, "reference"),
    ):
        values = [getattr(thing, attribute) for thing in table.values()]
        assert len(set(values)) == len(values)


def _signed(world: World) -> list[Subscription]:
    return [one for one in world.subscriptions.values() if one.contract != NO_CONTRACT]


def _all(table: dict[int, Any], attribute: str) -> set[object]:
    return {getattr(thing, attribute) for thing in table.values()}


def _everything(world: World) -> list[object]:
    tables = [table for table in vars(world).values() if isinstance(table, dict)]
    comments = [comment for case in world.cases.values() for comment in case.comments]
    return [thing for table in tables for thing in table.values()] + comments


def _sold(lines: list[Line]) -> list[tuple[str, int, int]]:
    return [(line.sku, line.quantity, line.unit_amount) for line in lines]
