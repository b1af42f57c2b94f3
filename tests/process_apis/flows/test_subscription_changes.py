"""Do entitlement, CRM and support follow a subscription, in whichever order its changes are told?"""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from canonical.billing import Subscription, SubscriptionStatus
from canonical.caller import EVERYONE
from canonical.events import SubscriptionChanged
from process_apis import entitlement, standing
from process_apis.durable import State
from process_apis.entitlement import facts
from process_apis.entitlement.facts import Source
from process_apis.entitlement.projection import wall_micros
from process_apis.subscription_changes.receiving import receive
from tests.builders import NOW, line
from tests.process_apis.durable.house import until_it
from tests.process_apis.flows.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def changes(town: Town, now: Subscription, told: Subscription | None = None) -> None:
    """Billing has it so by now; `told` is what an older message still says."""
    town.world.billing.sold = [now]
    await receive(await town.hears(SubscriptionChanged(subscription=told or now)))


async def decided(town: Town) -> tuple[str, str]:
    decision = await entitlement.check(town.account, "sso", EVERYONE)
    return decision.decision, decision.reason


async def test_a_pause_takes_the_tier_away_everywhere_and_a_resumption_brings_it_back(town: Town) -> None:
    await town.moves_in()
    sold = await town.subscribes()
    await changes(town, replace(sold, status=SubscriptionStatus.PAUSED, paused_at=NOW))
    await town.quiet()
    assert await decided(town) == ("withheld", "paused")
    for shown in (town.world.crm.standings[town.crm], town.world.support.standings[town.organization]):
        assert (shown.subscription_status, shown.tier) == (SubscriptionStatus.PAUSED, None)

    await changes(town, sold)
    await town.quiet()
    assert await decided(town) == ("granted", "active")
    for shown in (town.world.crm.standings[town.crm], town.world.support.standings[town.organization]):
        assert (shown.subscription_status, shown.tier) == (SubscriptionStatus.ACTIVE, "gold")


async def test_an_old_message_that_comes_late_changes_nothing(town: Town) -> None:
    await town.moves_in()
    sold = await town.subscribes()
    paused = replace(sold, status=SubscriptionStatus.PAUSED, paused_at=NOW)
    await changes(town, sold, told=paused)
    await town.quiet()
    assert await decided(town) == ("granted", "active")


async def test_a_smaller_plan_is_a_lower_tier(town: Town) -> None:
    await town.moves_in()
    sold = await town.subscribes()
    await changes(town, replace(sold, items=(line("SILVER"),)))
    await town.quiet()
    assert await decided(town) == ("withheld", "not_in_plan")
    assert town.world.support.standings[town.organization].tier == "silver"


async def test_a_cancellation_ends_it(town: Town) -> None:
    await town.moves_in()
    sold = await town.subscribes()
    ended = replace(sold, status=SubscriptionStatus.CANCELLED, ended_at=NOW - timedelta(minutes=1))
    await changes(town, ended)
    await town.quiet()
    assert await decided(town) == ("withheld", "cancelled")
    assert town.world.crm.standings[town.crm].subscription_status is SubscriptionStatus.CANCELLED


async def test_only_what_changed_is_written_and_the_same_again_is_not(town: Town) -> None:
    await town.moves_in()
    sold = await town.subscribes()
    await changes(town, sold)
    await town.quiet()
    before = len(town.world.crm.effects), len(town.world.support.effects)
    await changes(town, sold)
    await town.quiet()
    assert (len(town.world.crm.effects), len(town.world.support.effects)) == before


async def test_billing_that_is_down_is_waited_for(town: Town) -> None:
    await town.moves_in()
    sold = await town.subscribes()
    town.world.billing.down = True
    await changes(town, replace(sold, status=SubscriptionStatus.PAUSED, paused_at=NOW))
    assert {one.state for one in await town.quiet(State.WAITING)} == {State.WAITING}
    town.world.billing.down = False
    await town.quiet()
    assert await decided(town) == ("withheld", "paused")


async def test_support_that_is_down_keeps_the_crm_from_nothing(town: Town) -> None:
    await town.moves_in()
    sold = await town.subscribes()
    town.world.support.down = True
    await changes(town, replace(sold, status=SubscriptionStatus.PAUSED, paused_at=NOW))
    await town.quiet(State.WAITING)
    assert town.world.crm.standings[town.crm].subscription_status is SubscriptionStatus.PAUSED
    town.world.support.down = False
    await until_it(lambda: town.organization in town.world.support.standings)


async def test_what_landed_without_an_answer_is_taken_back_when_all_is_as_before(town: Town) -> None:
    await town.moves_in()
    sold = await town.subscribes()
    await changes(town, sold)
    await town.quiet()
    town.world.crm.goes_silent_after_writing = 1_000
    await changes(town, replace(sold, status=SubscriptionStatus.PAUSED, paused_at=NOW))
    await town.quiet(State.WAITING)
    assert town.world.crm.standings[town.crm].subscription_status is SubscriptionStatus.PAUSED
    await changes(town, sold)
    town.world.crm.goes_silent_after_writing = 0
    await town.quiet()
    assert town.world.crm.standings[town.crm].subscription_status is SubscriptionStatus.ACTIVE


async def test_what_another_node_has_read_is_shown_and_not_what_this_one_remembers(town: Town) -> None:
    await town.moves_in()
    sold = await town.subscribes()
    await changes(town, sold)
    await town.quiet()
    assert await decided(town) == ("granted", "active")
    paused = replace(sold, status=SubscriptionStatus.PAUSED, paused_at=NOW)
    source = Source(sold.origin.ref.connection, "subscriptions")
    await facts.keep_all_of(source, sold.customer, [paused], wall_micros())
    await standing.follow(town.account, "elsewhere")
    await town.quiet()
    for shown in (town.world.crm.standings[town.crm], town.world.support.standings[town.organization]):
        assert (shown.subscription_status, shown.tier) == (SubscriptionStatus.PAUSED, None)
