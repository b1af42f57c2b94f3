"""Which events tell of a changed subscription?"""

from canonical.events import Event, SubscriptionChanged
from canonical.identity import ExternalRef, Kind
from process_apis import durable
from process_apis.durable import About
from process_apis.events import Subscriber
from process_apis.subscription_changes.flow import follow_subscription


async def receive(event: Event) -> None:
    """Each begins a run: billing knows what the subscription is by now."""
    if not isinstance(event.data, SubscriptionChanged):
        return
    subscription = event.data.subscription
    ref = subscription.origin.ref
    customer = ExternalRef(
        kind=Kind.BILLING, connection=ref.connection, object="customer", id=subscription.customer
    )
    await durable.start(
        follow_subscription,
        customer,
        ref.id,
        id=f"subscription:{ref.connection}:{ref.id}:{event.id}",
        about=About(account=event.account, keys=(ref.id,), trace=event.traceparent, cause=event.id),
    )


SUBSCRIBER = Subscriber(name="subscription-changes", receive=receive, types=(SubscriptionChanged,))
