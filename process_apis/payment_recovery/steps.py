"""How is billing asked about a late payment, and what is remembered of its answer?"""

import time
from typing import Final, cast

from msgspec import Struct

from canonical.billing import Invoice, PaymentStatus
from canonical.events import PaymentRecoveryChanged
from canonical.identity import ExternalRef, Kind
from process_apis import clock, durable, entitlement, events, links, standing
from process_apis.errors import NotFound, Occupied
from process_apis.events import Happening
from process_apis.payment_recovery import kept, offer, rules
from process_apis.payment_recovery.model import LATE, Bill, Recovery, Stage
from process_apis.records import Statement
from process_apis.systems import systems
from system_apis.ports import Billing

LATEST: Final = 10
"""Payments of the customer among which the one that failed is looked for."""


class Looked(Struct, frozen=True, kw_only=True):
    """What billing said, and the wall time, in microseconds, at which it was asked."""

    bill: Bill
    at: int


@durable.step
async def look(invoice: ExternalRef, failure: str | None) -> Looked:
    """What billing says of an invoice now; `failure` is what an event said of its last try."""
    billing = cast("Billing", systems().by_name(invoice.connection).port)
    at = time.time_ns() // 1000
    found = await billing.invoice(invoice.id)
    customer = ExternalRef(
        kind=Kind.BILLING, connection=invoice.connection, object="customer", id=found.customer
    )
    bill = Bill(
        ref=invoice,
        account=await links.owner(customer),
        customer=found.customer,
        subscription=found.subscription,
        number=found.number,
        status=found.status,
        remaining=found.remaining,
        attempts=found.attempts,
        failure=failure or await _failure(billing, found),
        next_attempt_at=found.next_attempt_at,
    )
    return Looked(bill=bill, at=at)


async def _failure(billing: Billing, invoice: Invoice) -> str | None:
    """Why the newest failed payment of this amount failed: billing does not say it on the invoice."""
    if not invoice.attempts or not invoice.remaining.minor:
        return None
    page = await billing.payments(invoice.customer, limit=LATEST)
    failed = [
        one for one in page.items if one.status is PaymentStatus.FAILED and one.amount == invoice.remaining
    ]
    return max(failed, key=lambda one: one.at).failure if failed else None


@durable.step
async def known(invoice: ExternalRef) -> Recovery | None:
    """What we remember of it, without asking anybody."""
    return await kept.read(invoice)


@durable.step
async def note(looked: Looked) -> Recovery | None:
    """Remember where the recovery stands now, with what follows from it for entitlement and risk.

    An answer to an earlier question changes nothing, also when the later one was that nothing is late.
    """
    ref = looked.bill.ref
    before, asked = await kept.known(ref)
    if asked >= looked.at:
        return before
    grace = offer.grace(await _tier(looked.bill.account))
    after = rules.moved(before, looked.bill, clock.now(), grace, looked.at)
    if after is None:
        if not await kept.nothing_late(ref, asked, looked.at):
            raise Occupied(looked.bill.id)  # somebody else noted something meanwhile: look again
        return None
    told = [] if before and before.version == after.version else await _told(after)
    if not await kept.keep(asked, after, [*_consequences(after), *told]):
        raise Occupied(looked.bill.id)
    events.wake()
    entitlement.changed(after.bill.account)
    if after.left:
        entitlement.changed(after.left)
    return after


async def _tier(account: str) -> str | None:
    try:
        return (await entitlement.summary(account)).tier
    except NotFound:
        return None


def _consequences(after: Recovery) -> list[Statement]:
    """What we own and derive from it: the account's risk, and whether its subscription is suspended.

    What billing gave up was not paid: whoever was suspended stays so.
    """
    account, source = after.bill.account, after.bill.id
    found = [
        standing.clear(account, source)
        if after.stage is Stage.RECOVERED
        else standing.at_risk(account, source, after.since, rules.reason(after))
    ]
    if after.stage is Stage.SUSPENDED:
        bill = after.bill
        found.append(
            entitlement.suspend(account, source, bill.ref.connection, bill.subscription, clock.now())
        )
    elif after.stage is not Stage.WRITTEN_OFF:
        found.append(entitlement.lift(account, source))
    if after.left:
        found += [standing.clear(after.left, source), entitlement.lift(after.left, source)]
    return found


async def _told(after: Recovery) -> list[Statement]:
    """The event, in the transaction of the state that it tells of."""
    happening = Happening(
        source_id=f"recovery:{after.bill.id}:{after.version}",
        at=clock.now(),
        account=after.bill.account,
        data=PaymentRecoveryChanged(
            invoice=after.bill.id,
            stage=after.stage,
            reason=rules.reason(after) if after.stage in LATE else None,
            grace_until=after.grace_until,
        ),
        cause=durable.here().run,
    )
    return await events.statements([happening])
