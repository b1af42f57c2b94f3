"""How does everybody who should know of a late payment know it, until it is paid?

A late payment is a fact, whoever is down: ERP, CRM and support are told by runs of their own, each until it
is done. Billing is asked at the beginning, so the order in which events come does not matter.
"""

from typing import Final

from canonical.identity import ExternalRef
from process_apis import durable, standing
from process_apis.durable import About, Flow
from process_apis.payment_recovery import effects, steps
from process_apis.payment_recovery.model import LATE, NothingLate, Recovering, Recovery


@durable.flow("payment-recovery")
async def recover(invoice: ExternalRef, failure: str | None) -> Recovering | NothingLate:
    """Bring everybody up to date about one invoice, as billing has it now."""
    recovery = await steps.note(await steps.look(invoice, failure))
    if recovery is None:
        return NothingLate()
    about = _about(recovery)
    for name, effect in EFFECTS.items():
        await durable.start(effect, invoice, id=_id(recovery, name), about=about)
    for account in filter(None, (recovery.bill.account, recovery.left)):
        await standing.follow(account, f"{invoice.id}:{recovery.version}", about.keys)
    if recovery.stage in LATE and recovery.grace_until:
        await durable.start(end_grace, invoice, id=_grace_id(recovery), about=about)
    return Recovering(stage=recovery.stage, told=len(EFFECTS))


@durable.flow("payment-recovery-grace")
async def end_grace(invoice: ExternalRef) -> Recovering | NothingLate:
    """When the grace is over, look again: who has not paid by then is suspended."""
    recovery = await steps.known(invoice)
    if recovery is None or recovery.grace_until is None:
        return NothingLate()
    await durable.until(recovery.grace_until)
    return await recover(invoice, recovery.failure)


@durable.flow("payment-recovery-erp")
async def tell_erp(invoice: ExternalRef) -> bool:
    """The receivable shows that collection failed, or that all is well."""
    return await effects.mark_receivable(invoice)


@durable.flow("payment-recovery-crm")
async def tell_crm(invoice: ExternalRef) -> bool:
    """The account's owner has a task, or has it no more."""
    return await effects.give_task(invoice)


@durable.flow("payment-recovery-support")
async def tell_support(invoice: ExternalRef) -> bool:
    """Support has one case about it, up to date."""
    return await effects.reach_out(invoice)


EFFECTS: Final[dict[str, Flow[bool, ExternalRef]]] = {
    "erp": tell_erp,
    "crm": tell_crm,
    "support": tell_support,
}


def _id(recovery: Recovery, effect: str) -> str:
    ref = recovery.bill.ref
    return f"recovery:{ref.connection}:{ref.id}:{effect}:{recovery.version}"


def _grace_id(recovery: Recovery) -> str:
    ref = recovery.bill.ref
    return f"grace:{ref.connection}:{ref.id}:{recovery.since:%Y%m%dT%H%M%S}"


def _about(recovery: Recovery) -> About:
    here, bill = durable.here(), recovery.bill
    keys = tuple(key for key in (bill.ref.id, bill.id, bill.number) if key)
    return About(account=bill.account, keys=keys, trace=here.about.trace, cause=here.run)
