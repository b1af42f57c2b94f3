"""In which world is one account looked at? (a customer that all four systems know)"""

from collections.abc import AsyncIterator

import pytest

from canonical.caller import EVERYONE
from canonical.identity import Kind
from process_apis import account_360, cursors, entitlement, links
from process_apis.links import LinkedAccount
from process_apis.records import Store
from tests import builders as a
from tests.fakes import World

ID = a.account_id("001")


@pytest.fixture
async def customer(world: World, store: Store) -> AsyncIterator[World]:
    """Customer 001 with one of everything, and a stranger 002 that the CRM alone knows."""
    world.knows(
        a.record("001", key=ID, name="Acme"),
        a.record("cus_1", Kind.BILLING, key=ID, name="Acme"),
        a.record("org_1", Kind.SUPPORT, key=ID, name="Acme", attributes={"tier": "gold"}),
        a.record("erp_1", Kind.ERP, key=ID, name="Acme"),
        a.record("002", name="Stranger"),
    )
    world.crm.accounts = [a.account("001", key=ID, name="Acme"), a.account("002", name="Stranger")]
    world.crm.people = {"001": [a.contact("p1")]}
    world.crm.signed = [a.contract("c1", "001", "GOLD")]
    world.billing.sold = [a.subscription("sub_1", "cus_1", "GOLD")]
    world.billing.invoiced = [a.invoice("in_1", "cus_1", due_at=a.NOW + a.MONTH)]
    world.billing.paid = [a.payment("pi_1", "cus_1")]
    world.support.tickets = [a.case("7", "org_1")]
    world.support.said = {"7": [a.comment("out"), a.comment("in", public=False)]}
    world.erp.booked = [a.order("so_1", "erp_1")]
    world.erp.details = [a.billing_details("erp_1")]
    world.erp.owed = [a.receivable("in_1", "erp_1")]
    cursors.seal_with(b"secret")
    entitlement.configure(a.PLANS, a.TIERS)
    await links.sweep()
    await entitlement.fill()
    yield world
    await account_360.close()


@pytest.fixture
async def linked(customer: World) -> LinkedAccount:
    return await links.account(ID, EVERYONE)
