"""How does what CRM and support show follow what is so?

Each record is a run of its own: a system that is down holds up nobody else.
"""

from canonical.caller import EVERYONE
from canonical.identity import ExternalRef, Kind
from process_apis import durable, links
from process_apis.durable import About
from process_apis.errors import NotFound
from process_apis.standing import steps
from process_apis.standing.model import Shown

SHOWN_IN = (Kind.CRM, Kind.SUPPORT)


@durable.flow("show-standing")
async def show_standing(account: str, where: ExternalRef) -> Shown:
    """Show in one record what is so now."""
    return await steps.show(account, where)


async def follow(account: str, cause: str, keys: tuple[str, ...] = ()) -> None:
    """Begin a run for every record of the account in CRM and support; once per `cause`.

    Inside a flow or outside; an account that nobody knows (any more) is shown nowhere.
    """
    for where in await _records(account):
        await durable.start(
            show_standing,
            account,
            where,
            id=f"standing:{where.connection}:{where.id}:{cause}",
            about=About(account=account, keys=keys, cause=cause),
        )


@durable.step
async def _records(account: str) -> tuple[ExternalRef, ...]:
    try:
        linked = await links.account(account, EVERYONE)
    except NotFound:
        return ()
    return tuple(record.origin.ref for kind in SHOWN_IN for record in linked.of(kind))
