"""Which accounts should somebody look at because money is late, and since when?

Whoever finds out writes the statements in the transaction of its own decision.
"""

from datetime import datetime

from canonical.projections import Risk
from process_apis import records
from process_apis.records import Statement
from process_apis.records.moments import micros, moment

_RAISE = """
INSERT INTO account_risk (account_id, source, since, reason) VALUES (?, ?, ?, ?)
ON CONFLICT (account_id, source) DO UPDATE SET reason = excluded.reason
"""
_CLEAR = "DELETE FROM account_risk WHERE account_id = ? AND source = ?"
_OF_ACCOUNT = "SELECT since, reason FROM account_risk WHERE account_id = ? ORDER BY since, source LIMIT 1"


def at_risk(account: str, source: str, since: datetime, reason: str) -> Statement:
    """Say that this account is at risk; `source` is our id of what is late, `reason` is for people."""
    return _RAISE, [(account, source, micros(since), reason)]


def clear(account: str, source: str) -> Statement:
    """Say that this is late no more."""
    return _CLEAR, [(account, source)]


async def of_account(account: str) -> Risk:
    """Flagged as long as anything is late, since the oldest of it and for its reason."""
    for since, reason in await records.store().rows(_OF_ACCOUNT, account):
        return Risk(flagged=True, since=moment(since), reason=reason)
    return Risk(flagged=False)
