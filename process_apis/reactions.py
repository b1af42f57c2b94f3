"""Which event wakes whom? (one table, handed to delivery)"""

from typing import Final

from process_apis import billing_to_ledger, payment_recovery, refreshing, subscription_changes
from process_apis.events import Subscriber

SUBSCRIBERS: Final[tuple[Subscriber, ...]] = (
    *refreshing.SUBSCRIBERS,
    billing_to_ledger.SUBSCRIBER,
    payment_recovery.SUBSCRIBER,
    subscription_changes.SUBSCRIBER,
)
