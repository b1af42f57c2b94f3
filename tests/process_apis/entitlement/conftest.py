"""Which customers does an entitlement test know?"""

import pytest

from canonical.billing import SubscriptionStatus
from canonical.identity import Kind
from process_apis import entitlement
from tests.builders import PLANS, TIERS, account_id, contract, record, subscription
from tests.fakes import World

A, B = account_id("A"), account_id("B")


@pytest.fixture
def customers(world: World) -> World:
    """A has gold, B (its child) has a paused one, C is known to the CRM only."""
    world.knows(record("A"), record("B", parent="A"), record("C"))
    world.knows(record("cus_A", Kind.BILLING, key=A), record("cus_B", Kind.BILLING, key=B))
    world.billing.sold = [
        subscription("sub_A", "cus_A", "GOLD"),
        subscription("sub_B", "cus_B", "GOLD", status=SubscriptionStatus.PAUSED),
        *[subscription(f"sub_{n}", "cus_other", "GOLD") for n in range(5)],  # several pages
    ]
    world.crm.signed = [contract("c_A", "A", "GOLD")]
    entitlement.configure(PLANS, TIERS)
    return world
