"""How do entitlement, CRM status and support tier follow a subscription?

What the subscription is now is read from billing, so it does not matter in which order its events come.
"""

from canonical.events import EntitlementChanged
from canonical.identity import ExternalRef
from process_apis import clock, durable, entitlement, events, links, standing
from process_apis.errors import OutOfDate
from process_apis.events import Happening


@durable.flow("subscription-change")
async def follow_subscription(customer: ExternalRef, subscription: str) -> str:
    """Bring the entitlement up to date, then everybody who shows it; the account that it is about."""
    account = await owner(customer)
    await refresh(account, subscription)
    await standing.follow(account, durable.here().run, (subscription,))
    return account


@durable.step
async def owner(customer: ExternalRef) -> str:
    """The account of billing's customer."""
    return await links.owner(customer)


@durable.step
async def refresh(account: str, subscription: str) -> None:
    """Read the account's facts again, and tell of it."""
    if silent := await entitlement.refresh(account):
        raise OutOfDate(", ".join(silent))
    here = durable.here()
    happening = Happening(
        source_id=f"entitlement:{here.run}",
        at=clock.now(),
        account=account,
        data=EntitlementChanged(reason=f"subscription {subscription}"),
        cause=here.about.cause or here.run,
    )
    await events.append([happening])
