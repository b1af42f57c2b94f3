"""How is an account's standing worked out, and written into one record?"""

from typing import cast

from canonical.identity import ExternalRef, Kind
from canonical.projections import CrmStanding, SupportStanding
from process_apis import clock, durable, entitlement, landing
from process_apis.standing import risks, shown
from process_apis.standing.model import Shown, Standing
from process_apis.standing.rules import difference
from process_apis.systems import systems
from process_apis.turns import turn
from system_apis.ports import Crm, Support


@durable.step
async def show(account: str, where: ExternalRef) -> Shown:
    """Bring one record of the account up to date: only what changed is written, and twice is as once."""
    async with turn("standing", where.connection, where.id, rests=landing.settles()):
        standing = await _worked_out(account)
        change = difference(standing, await shown.last(account, where))
        if change:
            # Whose answer is lost may have landed: then nobody may believe that it shows what it did before.
            await shown.forget(account, where)
            port = systems().by_name(where.connection).port
            key = durable.key()
            if where.kind is Kind.CRM:
                await cast("Crm", port).put_standing(where.id, CrmStanding(**change), key=key)
            else:
                await cast("Support", port).put_standing(where.id, SupportStanding(**change), key=key)
            await shown.note(account, where, standing, clock.now())
        return Shown(changed=tuple(sorted(change)))


async def _worked_out(account: str) -> Standing:
    entitlement.changed(account)  # it may have been read again on another node
    summary = await entitlement.summary(account)
    return Standing(
        risk=await risks.of_account(account),
        subscription_status=summary.status,
        tier=summary.tier,
        entitled_until=summary.until,
    )
