"""Whose is a record that was just read? (it may have moved to another account since its id was shown)"""

from msgspec.structs import replace

from canonical.caller import AccountScope
from canonical.identity import Prefix
from process_apis.errors import NotFound
from process_apis.links.model import Reference
from process_apis.links.owning import owner
from process_apis.links.references import name_of, remember, resolve
from process_apis.links.scoping import account
from system_apis.errors import Missing


async def whose(id: str, known: Reference, customer: str | None, scope: AccountScope) -> str:
    """The account of a record, by the customer that the record itself names now.

    `known` is what we remembered; one that moved is remembered where it is now. Raises NotFound, as if there
    were no such record, when that is nobody or outside the scope; any PlatformError when it is a customer we
    never saw and cannot ask for.
    """
    remembered = await account(known.account_id, scope)
    theirs = (one.origin.ref for one in remembered.of(known.ref.kind))
    if any((one.connection, one.id) == (known.ref.connection, customer) for one in theirs):
        return known.account_id
    if customer is None:
        raise NotFound(name_of(id))
    try:
        now = await owner(replace(known.ref, id=customer))
    except Missing:
        raise NotFound(name_of(id)) from None
    await remember(now, Prefix(id.partition("_")[0]), [known.ref])
    return (await resolve(id, scope)).account_id
