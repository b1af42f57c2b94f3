"""Is what we remember brought up to date by what is so, and not by what a late message says?"""

from canonical.caller import EVERYONE
from canonical.customer import AccountRecord
from canonical.events import CustomerChanged, Event
from canonical.identity import Kind
from process_apis import links
from process_apis.records import Store
from process_apis.refreshing import learn_customer
from tests.builders import NOW, account_id, record
from tests.fakes import World

ACME = account_id("001")


def told(of: AccountRecord) -> Event:
    return Event(
        id="evt_1",
        source="stripe",
        source_id="1",
        type="customer.changed",
        account=None,
        key="k",
        at=NOW,
        kept_at=NOW,
        data=CustomerChanged(record=of),
    )


async def test_a_message_that_comes_late_takes_nobody_from_their_account(store: Store, world: World) -> None:
    now = record("cus_1", Kind.BILLING, key=ACME, legal_entity="DE")
    world.knows(record("001"), now)
    await links.sweep()
    await learn_customer(told(record("cus_1", Kind.BILLING)))  # as it was when it was made, without our key
    assert await links.owner(now.origin.ref) == ACME
    assert {one.origin.ref.id for one in (await links.account(ACME, EVERYONE)).records} == {"001", "cus_1"}


async def test_a_customer_that_is_gone_since_is_none(store: Store, world: World) -> None:
    await learn_customer(told(record("cus_1", Kind.BILLING)))
    assert await links.accounts(EVERYONE, None, 9) == []
