"""Whose record is this?"""

from canonical.identity import ExternalRef
from process_apis import records
from process_apis.links.learning import learn
from process_apis.systems import systems

_FIND = "SELECT account_id FROM account_record WHERE kind = ? AND connection = ? AND external_id = ?"


async def owner(ref: ExternalRef) -> str:
    """The account of a customer's record; one that we never saw is asked for and learned.

    Raises any PlatformError of that system, `Missing` when it has no such record, and StoreUnavailable.
    """
    for (account,) in await records.store().rows(_FIND, ref.kind, ref.connection, ref.id):
        return str(account)
    (account,) = await learn([await systems().by_name(ref.connection).port.account_record(ref.id)])
    return account
