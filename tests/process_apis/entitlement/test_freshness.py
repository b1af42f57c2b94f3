"""Are old facts read again, without a reader ever waiting?"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, cast

import pytest

from canonical.billing import SubscriptionStatus
from canonical.caller import EVERYONE
from process_apis import entitlement, links, records
from process_apis.clock import FixedClock
from process_apis.entitlement import facts
from process_apis.entitlement.model import Verdict
from process_apis.records import Store, StoreUnavailable
from process_apis.records.moments import micros
from tests.builders import PLANS, TIERS, account_id, subscription
from tests.fakes import World

A, B, C = (account_id(id) for id in "ABC")
OLD = timedelta(hours=1)


@asynccontextmanager
async def kept_fresh() -> AsyncIterator[None]:
    stop = asyncio.Event()
    keeping = asyncio.create_task(entitlement.keep_fresh(stop))
    yield
    stop.set()
    async with asyncio.timeout(2):
        await keeping


async def until(account: str, feature: str, verdict: Verdict) -> None:
    async with asyncio.timeout(5):
        # What is read again says so only by its answers.
        while (await entitlement.check(account, feature, EVERYONE)).decision is not verdict:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_old_facts_are_read_again_without_being_asked_for(
    store: Store, customers: World, time: FixedClock
) -> None:
    await links.sweep()
    await entitlement.fill()
    customers.billing.sold = []
    time.forward(OLD)
    async with kept_fresh(), asyncio.timeout(5):
        old = "SELECT 1 FROM entitlement_fill WHERE observed_at < ?"
        while await store.rows(old, micros(time.now())):  # noqa: ASYNC110 - the table is what we wait for
            await asyncio.sleep(0.01)
    decision = await entitlement.check(A, "sso", EVERYONE)
    assert (decision.decision, decision.fallback) == (Verdict.WITHHELD, False)


async def test_young_facts_are_left_alone(store: Store, customers: World) -> None:
    await links.sweep()
    await entitlement.fill()
    customers.billing.calls.clear()
    async with kept_fresh():
        for _ in range(20):
            await entitlement.check(A, "sso", EVERYONE)
            await asyncio.sleep(0.01)
    assert customers.billing.calls == []


async def test_an_old_answer_asks_for_a_new_one_in_the_background(
    store: Store, customers: World, time: FixedClock
) -> None:
    await links.sweep()
    await entitlement.fill()
    customers.billing.sold = [*customers.billing.sold[2:], subscription("sub_B", "cus_B", "GOLD")]
    customers.billing.fails_after_pages = 1  # the list of all cannot be read so far, that of B can
    time.forward(OLD)
    async with kept_fresh():
        assert (await entitlement.check(B, "sso", EVERYONE)).decision is Verdict.WITHHELD
        await until(B, "sso", Verdict.GRANTED)


async def test_a_house_that_closes_leaves_no_question_open(
    store: Store, customers: World, time: FixedClock
) -> None:
    await links.sweep()
    await entitlement.fill()
    customers.billing.slow = 60
    time.forward(OLD)
    keeping = asyncio.create_task(entitlement.keep_fresh(asyncio.Event()))
    before = len(customers.billing.calls)
    await entitlement.check(A, "sso", EVERYONE)
    async with asyncio.timeout(5):
        while len(customers.billing.calls) < before + 2:  # noqa: ASYNC110 - the list, and the account
            await asyncio.sleep(0.01)
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_our_own_database_may_be_away_for_a_moment(
    store: Store, customers: World, time: FixedClock
) -> None:
    class Away:
        async def rows(self, sql: str, *values: records.Value) -> list[tuple[Any, ...]]:
            asked.append(sql)
            raise StoreUnavailable("away")

    asked: list[str] = []
    await links.sweep()
    await entitlement.fill()
    time.forward(OLD)
    records.use(cast("Store", Away()))
    async with kept_fresh(), asyncio.timeout(5):
        while not asked:  # noqa: ASYNC110 - nothing else tells that it was tried
            await asyncio.sleep(0.01)
        records.use(store)
        old = "SELECT 1 FROM entitlement_fill WHERE observed_at < ?"
        while await store.rows(old, micros(time.now())):  # noqa: ASYNC110 - the table is what we wait for
            await asyncio.sleep(0.01)


async def test_an_older_page_does_not_overwrite_a_newer_one(either_store: Store, customers: World) -> None:
    await links.sweep()
    await entitlement.fill()
    late = subscription("sub_A", "cus_A", "GOLD", status=SubscriptionStatus.UNPAID)
    await facts.keep_page(facts.Source("stripe", "subscriptions"), [late], asked=1)
    entitlement.configure(PLANS, TIERS)  # nothing in memory any more
    assert (await entitlement.check(A, "sso", EVERYONE)).decision is Verdict.GRANTED


async def test_a_platform_that_is_down_is_not_asked_again_on_every_read(
    store: Store, customers: World, time: FixedClock
) -> None:
    await links.sweep()
    await entitlement.fill()
    customers.goes_down()
    customers.billing.calls.clear()
    time.forward(OLD)
    async with kept_fresh():
        for _ in range(50):
            assert (await entitlement.check(A, "sso", EVERYONE)).fallback
            await asyncio.sleep(0.002)
    assert len(customers.billing.calls) <= 2  # once for the list, once for the account
