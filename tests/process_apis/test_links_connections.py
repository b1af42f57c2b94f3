"""What becomes of the records of a connection that was taken out of the settings?"""

import pytest

from canonical.caller import EVERYONE
from canonical.identity import Kind, Prefix
from process_apis import entitlement, links, systems
from process_apis.errors import NotFound
from process_apis.records import Store
from tests.builders import PLANS, TIERS, account_id, record, ref, subscription
from tests.fakes import FakeBilling, World

A = account_id("A")


@pytest.fixture
async def former(store: Store, world: World) -> str:
    """A customer of the CRM and of a billing system that is connected no more; one of its invoices."""
    acquired = FakeBilling("acquired", [record("b1", Kind.BILLING, connection="acquired", key=A)])
    acquired.sold = [subscription("sub_1", "b1", "GOLD")]
    world.knows(record("A", key=A))
    entitlement.configure(PLANS, TIERS)
    systems.connect(world.connections((Kind.BILLING, acquired)))
    await links.sweep()
    await entitlement.fill()
    assert (await entitlement.check(A, "sso", EVERYONE)).decision == "granted"
    (shown,) = await links.remember(A, Prefix.INVOICE, [ref("in_1", Kind.BILLING, "invoice", "acquired")])
    systems.connect(world.connections())
    links.forget()
    entitlement.configure(PLANS, TIERS)
    return shown


async def test_its_records_are_no_part_of_the_customer(former: str) -> None:
    account = await links.account(A, EVERYONE)
    assert [one.origin.ref.connection for one in account.records] == ["salesforce"]


async def test_what_it_once_showed_is_not_found(former: str) -> None:
    with pytest.raises(NotFound):
        await links.resolve(former, EVERYONE)


async def test_what_was_bought_there_grants_nothing(former: str) -> None:
    decision = await entitlement.check(A, "sso", EVERYONE)
    assert (decision.decision, decision.reason) == ("withheld", "no_subscription")
