"""Is a part given again only while nothing speaks against it?"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from canonical.caller import EVERYONE
from canonical.identity import Kind
from experience_apis.agent_console.v1.picture import to_picture
from process_apis import account_360, entitlement, links, systems
from process_apis.account_360 import Picture, State
from process_apis.account_360.warm import PICTURES, Warm
from process_apis.clock import FixedClock
from system_apis.connections import Connections
from system_apis.health import Health
from system_apis.health import State as Condition
from tests import builders as a
from tests.fakes import World
from tests.process_apis.account_360.conftest import ID

SECONDS = 30.0


@pytest.fixture
def warm(customer: World) -> Iterator[World]:
    account_360.configure(warm_seconds=SECONDS)
    calls(customer)
    yield customer
    account_360.configure()


async def picture() -> Picture:
    return await account_360.picture(ID, EVERYONE)


def calls(world: World) -> list[str]:
    """What was asked since the last time."""
    asked = [call for system in world.all for call in system.calls]
    for system in world.all:
        system.calls.clear()
    return asked


async def test_every_part_is_asked_every_time_unless_it_is_configured(customer: World) -> None:
    calls(customer)
    first = await picture()
    once = calls(customer)
    assert await picture() is not first
    assert sorted(calls(customer)) == sorted(once)


async def test_a_picture_of_a_moment_ago_is_given_again_as_fresh_as_it_was_observed(
    warm: World, time: FixedClock
) -> None:
    first = await picture()
    calls(warm)
    time.forward(timedelta(seconds=SECONDS - 1))
    again = await picture()
    assert again is first
    assert (again.parts.invoices.state, again.parts.invoices.observed_at) == (State.FRESH, a.NOW)
    assert to_picture(again) is to_picture(first)
    assert calls(warm) == []


@pytest.mark.parametrize("seconds", [SECONDS, -SECONDS])
async def test_what_is_too_old_or_of_another_time_is_asked_again(
    warm: World, time: FixedClock, seconds: float
) -> None:
    await picture()
    calls(warm)
    time.forward(timedelta(seconds=seconds))
    assert (await picture()).parts.invoices.observed_at == a.NOW + timedelta(seconds=seconds)
    assert "invoices" in calls(warm)


async def test_only_what_is_said_to_have_changed_is_asked_again(warm: World) -> None:
    first = await picture()
    once = calls(warm)
    warm.billing.invoiced.append(a.invoice("in_2", "cus_1", due_at=a.NOW + a.MONTH))
    account_360.changed(ID, ["invoices"])
    again = await picture()
    assert len(again.parts.invoices.data.items) == 2
    assert again.parts.cases is first.parts.cases
    assert calls(warm) == ["invoices"]
    account_360.changed(ID)
    await picture()
    assert sorted(calls(warm)) == sorted(once)


async def test_half_of_a_profile_changes_with_it(warm: World) -> None:
    await picture()
    calls(warm)
    account_360.changed(ID, ["profile"])
    await picture()
    assert sorted(calls(warm)) == ["account", "billing_details"]


async def test_what_was_asked_before_a_change_is_not_kept_after_it(warm: World) -> None:
    warm.billing.slow = 0.3
    asking = asyncio.create_task(picture())
    while "invoices" not in warm.billing.calls:  # noqa: ASYNC110 - a fake tells nobody
        await asyncio.sleep(0.01)
    account_360.changed(ID, ["invoices"])
    await asking
    calls(warm)
    await picture()
    assert "invoices" in calls(warm)


async def test_a_part_that_was_renewed_is_new_in_the_next_picture(warm: World) -> None:
    await picture()
    warm.billing.invoiced.append(a.invoice("in_2", "cus_1", due_at=a.NOW + a.MONTH))
    await account_360.renew(ID, ["invoices"])
    calls(warm)
    assert len((await picture()).parts.invoices.data.items) == 2
    assert calls(warm) == []


async def test_a_connection_that_is_not_well_is_asked_what_it_says_now(warm: World) -> None:
    first = await picture()
    calls(warm)
    ailing = [
        replace(one, health=lambda: Health(state=Condition.DEGRADED)) if one.name == "stripe" else one
        for one in warm.connections().all()
    ]
    systems.connect(Connections(ailing))
    warm.billing.down = True
    again = await picture()
    assert (again.parts.invoices.state, again.parts.cases) == (State.STALE, first.parts.cases)
    assert not {"cases", "account"} & set(calls(warm))


async def test_another_look_at_the_same_records_changes_nothing_and_other_records_do(
    warm: World, time: FixedClock
) -> None:
    first = await picture()
    time.forward(timedelta(seconds=1))
    await links.sweep()
    calls(warm)
    assert await picture() is first
    warm.knows(a.record("cus_2", Kind.BILLING, key=ID, name="Acme"))
    await links.sweep()
    calls(warm)
    assert await picture() is not first
    assert calls(warm).count("invoices") == 2


async def test_an_entitlement_that_changes_changes_the_picture(warm: World) -> None:
    first = await picture()
    warm.billing.sold = []
    await entitlement.refresh(ID)
    calls(warm)
    again = await picture()
    assert again is not first
    assert {one.decision for one in again.parts.entitlements.data} == {"withheld"}
    assert calls(warm) == []


async def test_an_invoice_that_comes_due_puts_the_account_at_risk_at_once(
    warm: World, time: FixedClock
) -> None:
    warm.billing.invoiced = [a.invoice("in_1", "cus_1", due_at=a.NOW + timedelta(seconds=5))]
    assert not (await picture()).parts.risk.data.flagged
    calls(warm)
    time.forward(timedelta(seconds=6))
    assert (await picture()).parts.risk.data.reason == "overdue"
    assert calls(warm) == []


async def test_trouble_is_never_kept_warm(warm: World) -> None:
    warm.billing.down = True
    await picture()
    warm.billing.down = False
    calls(warm)
    assert (await picture()).parts.invoices.state is State.FRESH
    assert {"invoices", "payments", "subscriptions"} == set(calls(warm))


async def test_no_more_pictures_are_kept_than_there_is_room_for(
    warm: World, time: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await picture()
    keeping = Warm()
    keeping.configure(SECONDS)
    monkeypatch.setattr("process_apis.account_360.warm.PARTS", 3)
    assert PICTURES > 3
    monkeypatch.setattr("process_apis.account_360.warm.PICTURES", 3)
    monkeypatch.setattr("process_apis.account_360.warm.CHANGES", 3)
    parts = [made.parts.invoices]
    for number in range(10):
        account = replace(made.account, id=a.account_id(str(number)))
        keeping.keep(account, "invoices", parts[0], keeping.generation)
        keeping.keep_picture(replace(made, account=account), parts, keeping.generation)
    assert (len(keeping._parts), len(keeping._pictures)) == (3, 3)
    before = keeping.generation
    for number in range(10):
        keeping.changed(a.account_id(str(number)))
    assert len(keeping._changed) == 3
    # Of the first nobody knows any more whether it changed: what was asked before is not kept.
    forgotten = replace(made.account, id=a.account_id("0"))
    keeping.keep(forgotten, "invoices", parts[0], before)
    assert keeping.part(forgotten, "invoices") is None
