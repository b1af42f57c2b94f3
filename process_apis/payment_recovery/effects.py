"""What do ERP, CRM and support show of a late payment, and how does that go away again?

Each effect is a run of its own for each change, and shows what is so when its turn comes: whoever comes late
shows the same as whoever came last.
"""

from typing import Final, cast

from canonical.caller import EVERYONE
from canonical.identity import ExternalRef, Kind
from canonical.projections import ReceivableMark, SupportCustomer
from canonical.requests import CaseChange, CaseDraft
from canonical.support import Case, CasePriority, CaseStatus
from process_apis import durable, landing, links
from process_apis.landing import Write
from process_apis.payment_recovery import kept, rules
from process_apis.payment_recovery.model import LATE, Recovery, Stage
from process_apis.systems import systems
from process_apis.turns import turn
from system_apis.connections import Connection
from system_apis.errors import Missing
from system_apis.ports import Crm, Erp, Support, every

TAGS: Final = ("payment_failed",)
CASE: Final = "a case"
_ENDED: Final = frozenset({CaseStatus.SOLVED, CaseStatus.CLOSED})
POSTING: Final = 5.0
"""Seconds until the ERP is asked again for an invoice that is being posted."""


@durable.step
async def mark_receivable(invoice: ExternalRef) -> bool:
    """The ERP's receivable says that it is late, or nothing; whether there is an ERP that has it."""
    async with turn("recovery", "erp", invoice.connection, invoice.id, rests=landing.settles()):
        recovery = await _now(invoice)
        if (erp := await _erp(recovery)) is None:
            return False
        mark = ReceivableMark(dunning=rules.risk(recovery))
        try:
            await cast("Erp", erp.port).mark_receivable(invoice.id, mark, key=_key(recovery, "erp"))
        except Missing:
            if recovery.stage in LATE:
                raise durable.NotYet(
                    f"invoice {invoice.id} in {erp.name}", f"posted:{invoice.id}", look_again=POSTING
                ) from None
            return False
        return True


@durable.step
async def give_task(invoice: ExternalRef) -> bool:
    """The account's owner has a task as long as the payment is late; whether the CRM knows the account."""
    async with turn("recovery", "crm", invoice.connection, invoice.id, rests=landing.settles()):
        recovery = await _now(invoice)
        account = await links.account(recovery.bill.account, EVERYONE)
        if not (records := account.of(Kind.CRM)):
            return False
        where = records[0].origin.ref
        crm = cast("Crm", systems().by_name(where.connection).port)
        if recovery.stage in LATE:
            await crm.put_follow_up(rules.follow_up(recovery, where.id), key=_name(recovery))
        else:
            await crm.end_follow_up(_name(recovery))
        return True


@durable.step
async def reach_out(invoice: ExternalRef) -> bool:
    """Support has one case per invoice, told of each change and solved at the end; whether there is one."""
    async with turn("recovery", "support", invoice.connection, invoice.id, rests=landing.settles()):
        recovery = await _now(invoice)
        if (where := await _organization(recovery)) is None:
            return False
        support = cast("Support", systems().by_name(where.connection).port)
        case = await support.case_by_key(_name(recovery))
        if case is None:
            if recovery.stage not in LATE:
                await landing.nothing_coming(where.connection, _name(recovery), CASE)
                return False
            await _open_case(support, where, recovery)
            return True
        if case.status not in _ENDED:
            await _tell(support, case, recovery)
        return True


async def _open_case(support: Support, where: ExternalRef, recovery: Recovery) -> None:
    draft = CaseDraft(
        organization=where.id,
        subject=rules.case_subject(recovery),
        body=rules.case_words(recovery),
        priority=CasePriority.HIGH if recovery.hard else CasePriority.NORMAL,
        tags=TAGS,
    )
    key = _name(recovery)

    async def look() -> ExternalRef | None:
        found = await support.case_by_key(key)
        return found.origin.ref if found else None

    await landing.land(
        Write(
            connection=where.connection,
            key=key,
            what=CASE,
            send=lambda: support.open_case(draft, key=key),
            look=look,
        )
    )


async def _tell(support: Support, case: Case, recovery: Recovery) -> None:
    """What has changed since the case was opened; said once for each version."""
    words, key = rules.case_words(recovery), _key(recovery, "case")
    solved = recovery.stage not in LATE
    if not solved and recovery.version == 1:
        return  # the case was opened with these words
    urgent = recovery.stage is Stage.SUSPENDED or recovery.hard
    change = (
        CaseChange(comment=words, solved=True)
        if solved
        else CaseChange(comment=words, priority=CasePriority.HIGH if urgent else CasePriority.NORMAL)
    )
    where = case.origin.ref

    async def look() -> ExternalRef | None:
        pages = every(lambda cursor: support.comments(where.id, cursor))
        return where if [one async for one in pages if one.body == words] else None

    await landing.land(
        Write(
            connection=where.connection,
            key=key,
            what="a comment in a case",
            send=lambda: support.change_case(where.id, change, key=key),
            look=look,
        )
    )


async def _now(invoice: ExternalRef) -> Recovery:
    if (recovery := await kept.read(invoice)) is None:
        raise LookupError(f"no recovery of {invoice.id}")
    return recovery


async def _erp(recovery: Recovery) -> Connection | None:
    if not systems().all(Kind.ERP):
        return None
    account = await links.account(recovery.bill.account, EVERYONE)
    return systems().of(Kind.ERP, account.legal_entity)


async def _organization(recovery: Recovery) -> ExternalRef | None:
    """The customer's organization; one that support does not know yet is made known."""
    account = await links.account(recovery.bill.account, EVERYONE)
    if records := account.of(Kind.SUPPORT):
        return records[0].origin.ref
    if recovery.stage not in LATE or not systems().all(Kind.SUPPORT):
        return None
    support = systems().of(Kind.SUPPORT, account.legal_entity)
    customer = SupportCustomer(account=account.id, name=account.name)
    return (await cast("Support", support.port).put_customer(customer, key=account.id)).ref


def _name(recovery: Recovery) -> str:
    """The key of what there is once per invoice."""
    return f"recovery-{recovery.bill.ref.id}"


def _key(recovery: Recovery, effect: str) -> str:
    """The key of what there is once per change."""
    return f"recovery-{recovery.bill.ref.id}-{effect}-{recovery.version}"
