"""Which subscriptions are suspended because money is late?

Suspended is what we decided, whatever billing says of the subscription. Whoever decides writes the statements
in the transaction of its own decision, then says `changed`.
"""

from datetime import datetime

from process_apis import records
from process_apis.records import Statement
from process_apis.records.moments import micros

EVERY = ""
"""Stands for all subscriptions of the account."""

_SUSPEND = """
INSERT INTO entitlement_suspension (account_id, source, connection, subscription, since)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, source) DO NOTHING
"""
_LIFT = "DELETE FROM entitlement_suspension WHERE account_id = ? AND source = ?"
_OF_ACCOUNT = "SELECT connection, subscription FROM entitlement_suspension WHERE account_id = ?"


def suspend(
    account: str, source: str, connection: str, subscription: str | None, since: datetime
) -> Statement:
    """Suspend a subscription (billing's id), or all without one; `source` is our id of what is late."""
    return _SUSPEND, [(account, source, connection, subscription or EVERY, micros(since))]


def lift(account: str, source: str) -> Statement:
    """End what was suspended for this."""
    return _LIFT, [(account, source)]


async def of_account(account: str) -> frozenset[tuple[str, str]]:
    """Connection and external id of what is suspended; `EVERY` for all."""
    rows = await records.store().rows(_OF_ACCOUNT, account)
    return frozenset((connection, subscription) for connection, subscription in rows)
