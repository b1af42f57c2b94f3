"""Is the picture whole, and does trouble cost only its own part?"""

import asyncio
from datetime import timedelta
from typing import cast

import pytest

from canonical.caller import EVERYONE, AccountScope
from canonical.identity import Kind
from process_apis import account_360, entitlement, links, records
from process_apis.account_360 import Picture, State, flow
from process_apis.clock import FixedClock
from process_apis.errors import NotFound
from process_apis.records import Store, StoreUnavailable
from tests import builders as a
from tests.fakes import World
from tests.process_apis.account_360.conftest import ID


def states(picture: Picture) -> dict[str, str]:
    return {name: str(getattr(picture.parts, name).state) for name in picture.parts.__struct_fields__}


async def test_a_customer_all_systems_agree_on_is_fresh_in_every_part_and_nothing_is_found(
    customer: World,
) -> None:
    picture = await account_360.picture(ID, EVERYONE)
    assert set(states(picture).values()) == {"fresh"}
    assert picture.findings == ()
    assert picture.parts.invoices.data.items[0].number == "INV-in_1"


async def test_a_platform_that_is_down_shows_the_last_known_part_with_its_age(
    customer: World, time: FixedClock
) -> None:
    before = await account_360.picture(ID, EVERYONE)
    time.forward(timedelta(hours=3))
    customer.billing.down = True
    part = (await account_360.picture(ID, EVERYONE)).parts.invoices
    assert (part.state, part.because, part.observed_at) == (State.STALE, "unavailable", a.NOW)
    assert part.data == before.parts.invoices.data


class Away:
    """Our own database, which does not answer."""

    async def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        raise StoreUnavailable("connection refused")

    write = write_all = check = rows


async def test_our_own_database_away_is_told_as_that(customer: World, store: Store) -> None:
    await account_360.picture(ID, EVERYONE)
    entitlement.configure(a.PLANS, a.TIERS)  # forgets what it has in memory
    records.use(cast("Store", Away()))
    with pytest.raises(StoreUnavailable):
        await account_360.picture(ID, EVERYONE)
    records.use(store)


async def test_the_last_known_part_survives_a_restart(customer: World, time: FixedClock) -> None:
    before = await account_360.picture(ID, EVERYONE)
    await account_360.close()
    links.forget()
    customer.billing.down = True
    part = (await account_360.picture(ID, EVERYONE)).parts.invoices
    assert (part.state, part.data) == (State.STALE, before.parts.invoices.data)


async def test_a_last_known_part_in_words_of_another_version_is_not_known(
    customer: World, store: Store
) -> None:
    await account_360.picture(ID, EVERYONE)
    await account_360.close()
    await store.write("UPDATE known_part SET payload = ? WHERE part = 'invoices'", [(b'{"other": 1}',)])
    customer.billing.down = True
    assert (await account_360.picture(ID, EVERYONE)).parts.invoices.state is State.UNKNOWN


async def test_nonsense_costs_its_own_part_only(customer: World) -> None:
    customer.support.nonsense = True
    picture = await account_360.picture(ID, EVERYONE)
    assert picture.parts.cases.because == "sent nonsense"
    assert {name for name, state in states(picture).items() if state != "fresh"} == {"cases"}


async def test_a_slow_platform_costs_the_deadline_of_its_part_and_no_more(
    customer: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("process_apis.account_360.asking.PART_LIMIT", 0.05)
    customer.erp.slow = 5.0
    async with asyncio.timeout(1):
        picture = await account_360.picture(ID, EVERYONE)
    assert picture.parts.orders.because == "out of time"
    assert picture.parts.contacts.state is State.FRESH


async def test_a_bug_of_ours_is_not_taken_for_trouble_with_a_platform(customer: World) -> None:
    customer.crm.people = None  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        await account_360.picture(ID, EVERYONE)


async def test_identical_questions_at_the_same_time_are_asked_once(customer: World) -> None:
    customer.billing.slow = 0.02
    customer.billing.calls.clear()
    pictures = await asyncio.gather(*[account_360.picture(ID, EVERYONE) for _ in range(20)])
    assert customer.billing.calls.count("invoices") == 1
    assert len({id(picture) for picture in pictures}) == 1


async def test_one_caller_who_leaves_does_not_take_the_answer_from_the_others(customer: World) -> None:
    customer.billing.slow = 0.05
    leaving = asyncio.create_task(account_360.picture(ID, EVERYONE))
    staying = asyncio.create_task(account_360.picture(ID, EVERYONE))
    await asyncio.sleep(0.01)
    leaving.cancel()
    assert (await staying).parts.invoices.state is State.FRESH


async def test_a_customer_no_other_system_knows_has_empty_parts_that_say_why(customer: World) -> None:
    picture = await account_360.picture(a.account_id("002"), EVERYONE)
    invoices = picture.parts.invoices
    assert (invoices.state, invoices.data.items, invoices.because) == (
        State.FRESH,
        (),
        "no record in billing",
    )
    assert [finding.systems for finding in picture.findings] == [
        (Kind.BILLING,),
        (Kind.SUPPORT,),
        (Kind.ERP,),
    ]
    assert {finding.code for finding in picture.findings} == {"missing_record"}


@pytest.mark.parametrize("scope", [AccountScope(), AccountScope(accounts=frozenset({a.account_id("002")}))])
async def test_an_account_outside_the_scope_is_missing(customer: World, scope: AccountScope) -> None:
    with pytest.raises(NotFound):
        await account_360.picture(ID, scope)


async def test_the_questions_of_one_picture_are_forgotten_when_it_is_made(customer: World) -> None:
    await account_360.picture(ID, EVERYONE)
    assert flow._asked == {}


async def test_provenance_names_owner_record_and_age(customer: World, time: FixedClock) -> None:
    picture = await account_360.picture(ID, EVERYONE)
    told = account_360.provenance(picture)
    assert set(told) == set(picture.parts.__struct_fields__)
    name = next(one for one in told["profile"] if one.attribute == "account.name")
    assert (name.owner, name.record.id, name.age_seconds) == (Kind.CRM, "001", 0)
    status = next(one for one in told["invoices"] if one.attribute == "invoice.status")
    assert (status.owner, status.record.id) == (Kind.BILLING, "in_1")
