"""Is the entitlement answered in all weathers, from what we know?"""

import asyncio
import time as wall
from datetime import timedelta

import pytest

from canonical.caller import EVERYONE, AccountScope
from canonical.identity import Kind
from process_apis import entitlement, links, records, systems
from process_apis.clock import FixedClock
from process_apis.entitlement.filling import Filling
from process_apis.entitlement.model import FactState, Reason, Verdict
from process_apis.entitlement.projection import Projection
from process_apis.errors import NotFound, TooMany
from process_apis.records import Store, open_store
from tests.builders import PLANS, TIERS, account_id, record, subscription
from tests.fakes import FakeBilling, World
from tests.process_apis.events.happenings import until

A, B, C = (account_id(id) for id in "ABC")
OLD = timedelta(hours=1)


async def test_what_was_filled_is_answered(either_store: Store, customers: World) -> None:
    await links.sweep()
    seen: list[tuple[str, int]] = []
    report = await entitlement.fill(lambda name, count: seen.append((name, count)))
    assert (report.facts, report.failed) == (8, ())
    assert ("stripe", 7) in seen
    decision = await entitlement.check(A, "sso", EVERYONE)
    assert (decision.decision, decision.reason, decision.tier) == (Verdict.GRANTED, Reason.ACTIVE, "gold")
    assert not decision.fallback
    assert {fact.source for fact in decision.facts} == {"stripe", "salesforce"}
    assert (await entitlement.check(B, "sso", EVERYONE)).reason is Reason.PAUSED


async def test_a_read_never_asks_a_platform(store: Store, customers: World) -> None:
    await links.sweep()
    await entitlement.fill()
    for system in customers.all:
        system.calls.clear()
        system.slow = 60
    for account in (A, B, C):
        await entitlement.check(account, "sso", EVERYONE)
    assert [system.calls for system in customers.all] == [[], [], [], []]


async def test_a_known_account_that_bought_nothing_has_no_subscription(
    store: Store, customers: World
) -> None:
    await links.sweep()
    await entitlement.fill()
    decision = await entitlement.check(C, "sso", EVERYONE)
    assert (decision.decision, decision.reason) == (Verdict.WITHHELD, Reason.NO_SUBSCRIPTION)
    assert not decision.fallback
    assert {fact.state for fact in decision.facts} == {FactState.FRESH}


async def test_before_the_first_fill_there_are_no_facts(store: Store, customers: World) -> None:
    await links.sweep()
    for account in (A, C):
        decision = await entitlement.check(account, "sso", EVERYONE)
        assert (decision.decision, decision.reason) == (Verdict.WITHHELD, Reason.NO_FACTS)
        assert decision.fallback


async def test_when_one_billing_system_was_never_seen_nothing_is_known_of_its_customers(
    store: Store, customers: World
) -> None:
    there = FakeBilling("other", [record("o_C", Kind.BILLING, connection="other", key=C)])
    systems.connect(customers.connections((Kind.BILLING, there)))
    await links.sweep()
    there.down = True
    assert (await entitlement.fill()).failed == ("other",)
    assert (await entitlement.check(C, "sso", EVERYONE)).reason is Reason.NO_FACTS
    assert (await entitlement.check(A, "sso", EVERYONE)).decision is Verdict.GRANTED
    there.down = False
    await entitlement.fill()
    assert (await entitlement.check(C, "sso", EVERYONE)).reason is Reason.NO_SUBSCRIPTION


async def test_with_every_platform_down_the_last_facts_decide_and_are_marked_when_old(
    store: Store, customers: World, time: FixedClock
) -> None:
    await links.sweep()
    await entitlement.fill()
    customers.goes_down()
    assert (await entitlement.fill()).failed == ("stripe", "salesforce")
    assert not (await entitlement.check(A, "sso", EVERYONE)).fallback
    time.forward(OLD)
    decision = await entitlement.check(A, "sso", EVERYONE)
    assert (decision.decision, decision.fallback) == (Verdict.GRANTED, True)
    assert {fact.state for fact in decision.facts} == {FactState.STALE}


async def test_the_facts_are_there_after_a_restart(sqlite_url: str, customers: World) -> None:
    async with open_store(sqlite_url) as store:
        records.use(store)
        await links.sweep()
        await entitlement.fill()
    customers.goes_down()
    entitlement.configure(PLANS, TIERS)
    links.forget()
    async with open_store(sqlite_url) as store:
        records.use(store)
        assert (await entitlement.check(A, "sso", EVERYONE)).decision is Verdict.GRANTED
        assert (await entitlement.check(C, "sso", EVERYONE)).reason is Reason.NO_SUBSCRIPTION


async def test_a_fill_that_is_cut_keeps_what_is_known_and_one_that_ends_drops_what_is_gone(
    either_store: Store, customers: World
) -> None:
    await links.sweep()
    await entitlement.fill()
    del customers.billing.sold[0]
    customers.billing.fails_after_pages = 1
    assert (await entitlement.fill()).failed == ("stripe",)
    assert (await entitlement.check(A, "sso", EVERYONE)).decision is Verdict.GRANTED
    customers.billing.fails_after_pages = None
    await entitlement.fill()
    assert (await entitlement.check(A, "sso", EVERYONE)).decision is Verdict.WITHHELD


async def test_facts_follow_a_record_that_moves_to_another_account(store: Store, customers: World) -> None:
    await links.sweep()
    await entitlement.fill()
    assert (await entitlement.check(A, "sso", EVERYONE)).decision is Verdict.GRANTED
    await links.learn([record("cus_A", Kind.BILLING, key=C)])
    assert (await entitlement.check(A, "sso", EVERYONE)).decision is Verdict.WITHHELD
    assert (await entitlement.check(C, "sso", EVERYONE)).decision is Verdict.GRANTED


# Refreshing one account


async def test_a_refresh_reads_only_the_customers_of_its_account(
    either_store: Store, customers: World
) -> None:
    await links.sweep()
    await entitlement.fill()
    customers.billing.sold = [subscription("sub_new", "cus_B", "SILVER")]
    assert await entitlement.refresh(B) == ()
    decision = await entitlement.check(B, "api", EVERYONE)
    assert (decision.decision, decision.tier) == (Verdict.GRANTED, "silver")
    assert (await entitlement.check(A, "sso", EVERYONE)).decision is Verdict.GRANTED


async def test_a_refresh_that_finds_nothing_is_a_fresh_fact(
    store: Store, customers: World, time: FixedClock
) -> None:
    await links.sweep()
    await entitlement.fill()
    customers.billing.sold, customers.crm.signed = [], []
    time.forward(OLD)
    await entitlement.refresh(B)
    decision = await entitlement.check(B, "sso", EVERYONE)
    assert (decision.reason, decision.fallback) == (Reason.NO_SUBSCRIPTION, False)


async def test_a_refresh_of_an_account_that_fails_keeps_its_facts(store: Store, customers: World) -> None:
    await links.sweep()
    await entitlement.fill()
    customers.billing.nonsense = True
    assert await entitlement.refresh(A) == ("stripe",)
    assert (await entitlement.check(A, "sso", EVERYONE)).decision is Verdict.GRANTED


async def test_asking_for_the_same_refresh_at_once_asks_the_platform_once(
    store: Store, customers: World
) -> None:
    await links.sweep()
    customers.billing.calls.clear()
    customers.billing.slow = 0.05
    await asyncio.gather(*[entitlement.refresh(A) for _ in range(20)])
    assert customers.billing.calls == ["subscriptions"]


async def test_who_asks_while_it_is_being_read_gets_what_is_so_after_that(
    store: Store, customers: World
) -> None:
    await links.sweep()
    customers.billing.calls.clear()
    customers.billing.slow = 0.05
    early = asyncio.create_task(entitlement.refresh(A))
    await until(lambda: customers.billing.calls)
    customers.billing.sold = []  # the list is on its way: this is not in it
    await asyncio.gather(early, *[entitlement.refresh(A) for _ in range(5)])
    assert customers.billing.calls == ["subscriptions"] * 2
    assert (await entitlement.check(A, "sso", EVERYONE)).decision is Verdict.WITHHELD


async def test_a_refresh_that_fails_or_is_given_up_keeps_nobody_from_the_next(
    store: Store, customers: World
) -> None:
    await links.sweep()
    filling = Filling(Projection())
    with pytest.raises(NotFound):
        await filling.refresh("acc_nobody")
    customers.billing.slow = 60
    given_up = [asyncio.create_task(filling.refresh(A)) for _ in range(2)]
    await asyncio.sleep(0.02)
    given_up.append(asyncio.create_task(filling.refresh(A)))
    await asyncio.sleep(0.02)
    await filling.close()
    assert all(
        isinstance(one, asyncio.CancelledError)
        for one in await asyncio.gather(*given_up, return_exceptions=True)
    )
    customers.billing.slow = 0
    assert await filling.refresh(A) == ()


async def test_a_slow_platform_is_given_up(
    store: Store, customers: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await links.sweep()
    monkeypatch.setattr("process_apis.entitlement.filling.REFRESH_SECONDS", 0.05)
    customers.billing.slow = 60
    assert await entitlement.refresh(A) == ("stripe",)


# Who may ask


async def test_an_account_outside_the_scope_is_missing(store: Store, customers: World) -> None:
    await links.sweep()
    await entitlement.fill()
    with pytest.raises(NotFound):
        await entitlement.check(C, "sso", AccountScope(accounts=frozenset({A}), children=True))
    with pytest.raises(NotFound):
        await entitlement.of_account(C, AccountScope())


async def test_several_checks_are_answered_one_by_one(store: Store, customers: World) -> None:
    await links.sweep()
    await entitlement.fill()
    scope = AccountScope(accounts=frozenset({A}), children=True)
    answers = await entitlement.check_many([(A, "sso"), (C, "sso"), (B, "sso"), (A, "audit_log")], scope)
    assert [answer.found for answer in answers] == [True, False, True, True]
    assert [answer.decision.reason if answer.decision else None for answer in answers] == [
        Reason.ACTIVE,
        None,
        Reason.PAUSED,
        Reason.NOT_IN_PLAN,
    ]


async def test_more_than_a_hundred_checks_are_too_many(store: Store, customers: World) -> None:
    await links.sweep()
    assert len(await entitlement.check_many([(A, "sso")] * 100, EVERYONE)) == 100
    with pytest.raises(TooMany):
        await entitlement.check_many([(A, "sso")] * 101, EVERYONE)


async def test_an_account_is_told_about_everything_that_is_sold(store: Store, customers: World) -> None:
    await links.sweep()
    await entitlement.fill()
    decisions = await entitlement.of_account(A, EVERYONE)
    assert {decision.feature: decision.decision for decision in decisions} == {
        "api": Verdict.GRANTED,
        "audit_log": Verdict.WITHHELD,
        "sso": Verdict.GRANTED,
    }


async def test_a_warm_check_takes_microseconds(store: Store, customers: World) -> None:
    await links.sweep()
    await entitlement.fill()
    await entitlement.check(A, "sso", EVERYONE)
    began = wall.perf_counter()
    for _ in range(1000):
        await entitlement.check(A, "sso", EVERYONE)
    assert (wall.perf_counter() - began) * 1000 < 300  # thirty on an idle machine; a platform call takes more
