"""How is one record posted in the ERP, once, in an open period?

It is looked for by billing's id before it is written, so a lost answer, a second run or somebody who posted
it by hand never makes a second one. A closed period is answered by the next open one, with the reason.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from itertools import islice
from typing import Final, TypeVar, cast

from canonical.billing import CreditNote, Dispute, Invoice, PaymentApplication, Payout, Refund
from canonical.events import Posted
from canonical.finance import LedgerEntry
from canonical.identity import Kind
from process_apis import clock, durable, events
from process_apis.billing_to_ledger import rules
from process_apis.billing_to_ledger.model import Day, InLedger, Place, What
from process_apis.events import Happening
from process_apis.systems import systems
from process_apis.turns import turn
from system_apis.errors import Missing, PeriodClosed
from system_apis.ports import Erp
from system_apis.writes import Written

T = TypeVar("T")

PERIODS: Final = 3
"""Open periods that are tried before the run waits for one."""
LOOK_AGAIN: Final = 60.0


@durable.step
async def post_invoice(one: Invoice, place: Place) -> InLedger:
    """An invoice that is owed."""
    erp, id = _erp(place.erp), one.origin.ref.id
    return await _once(
        place,
        What.INVOICE,
        id,
        rules.own_day(one.finalized_at, one.created_at),
        lambda day: erp.post_invoice(rules.invoice_posting(one, place, day), key=id),
    )


@durable.step
async def take_invoice_back(one: Invoice, place: Place) -> InLedger:
    """An invoice that was voided after it was posted."""
    erp, id = _erp(place.erp), f"{one.origin.ref.id}{rules.VOID}"
    return await _once(
        place,
        What.CREDIT_NOTE,
        id,
        clock.now().date(),
        lambda day: erp.post_credit_note(rules.voiding(one, place, day), key=id),
    )


@durable.step
async def post_payment(one: PaymentApplication, place: Place) -> InLedger:
    """A payment, applied to its invoice."""
    erp, id = _erp(place.erp), one.origin.ref.id
    return await _once(
        place,
        What.PAYMENT,
        id,
        one.at.date(),
        lambda day: erp.post_payment(rules.payment_posting(one, place, day), key=id),
    )


@durable.step
async def post_credit_note(one: CreditNote, place: Place) -> InLedger:
    """A credit note, applied to its invoice."""
    erp, id = _erp(place.erp), one.origin.ref.id
    return await _once(
        place,
        What.CREDIT_NOTE,
        id,
        one.issued_at.date(),
        lambda day: erp.post_credit_note(rules.credit_posting(one, place, day), key=id),
    )


@durable.step
async def take_credit_note_back(one: CreditNote, place: Place) -> InLedger:
    """A credit note that was voided after it was posted."""
    erp, id = _erp(place.erp), f"{one.origin.ref.id}{rules.VOID}"
    return await _once(
        place,
        What.INVOICE,
        id,
        clock.now().date(),
        lambda day: erp.post_invoice(rules.credit_taken_back(one, place, day), key=id),
    )


@durable.step
async def post_refund(one: Refund, place: Place) -> InLedger:
    """Money that went back."""
    erp, id = _erp(place.erp), one.origin.ref.id
    return await _once(
        place,
        What.REFUND,
        id,
        one.at.date(),
        lambda day: erp.post_refund(rules.refund_posting(one, place, day), key=id),
    )


@durable.step
async def post_dispute(one: Dispute, place: Place) -> InLedger:
    """Money that the customer's bank took back."""
    erp, id = _erp(place.erp), one.origin.ref.id
    return await _once(
        place,
        What.REFUND,
        id,
        one.opened_at.date(),
        lambda day: erp.post_refund(rules.dispute_posting(one, place, day), key=id),
    )


@durable.step
async def post_dispute_won(one: Dispute, place: Place) -> InLedger:
    """The same money, ours again."""
    erp, id = _erp(place.erp), f"{one.origin.ref.id}{rules.BACK}"
    return await _once(
        place,
        What.PAYMENT,
        id,
        rules.own_day(one.closed_at, one.opened_at),
        lambda day: erp.post_payment(rules.dispute_won(one, place, day), key=id),
    )


@durable.step
async def post_payout(one: Payout, legal_entity: str) -> InLedger:
    """What reached our bank, gross and fees apart."""
    connection, id = systems().of(Kind.ERP, legal_entity), one.origin.ref.id
    erp = cast("Erp", connection.port)
    place = Place(account="", erp=connection.name, legal_entity=legal_entity, customer="")
    return await _once(
        place,
        What.PAYOUT,
        id,
        one.arrives_on,
        lambda day: erp.post_payout(rules.payout_posting(one, legal_entity, day), key=id),
    )


def _erp(connection: str) -> Erp:
    return cast("Erp", systems().by_name(connection).port)


async def _once(
    place: Place, what: What, source: str, own: date, post: Callable[[Day], Awaitable[Written]]
) -> InLedger:
    """Post it unless it is there, tell of it, and wake who waits for it."""
    async with turn("ledger", place.erp, source):
        outcome, period = await _there_or_posted(place, what, source, own, post)
    await _tell(place, outcome, period)
    await durable.wake(f"posted:{source}")
    return outcome


async def _there_or_posted(
    place: Place, what: What, source: str, own: date, post: Callable[[Day], Awaitable[Written]]
) -> tuple[InLedger, str | None]:
    """What stands in the ledger, and in which period as far as the ledger says."""
    erp = _erp(place.erp)
    if (found := await _found(erp, what, source)) is None:
        written, day = await _posted(erp, place, own, post)
        outcome = InLedger(
            what=what,
            source=source,
            record=written.ref,
            posted_on=day.on,
            deferred_because=day.because,
        )
    else:
        outcome = InLedger(
            what=what,
            source=source,
            record=found.origin.ref,
            posted_on=found.posted_on,
            deferred_because=found.note,
            before=True,
        )
    return outcome, found.period if found else None


async def _found(erp: Erp, what: What, source: str) -> LedgerEntry | None:
    try:
        return await erp.ledger_entry(what, source)
    except Missing:
        return None


async def _posted(
    erp: Erp, place: Place, own: date, post: Callable[[Day], Awaitable[Written]]
) -> tuple[Written, Day]:
    """In the first period that takes it. Raises NotYet when none does: somebody has to open one."""
    periods = await erp.periods(place.legal_entity)
    for day in islice(rules.days(own, periods), PERIODS):
        try:
            return await post(day), day
        except PeriodClosed:
            continue
    raise durable.NotYet(f"an open period of {place.legal_entity}", look_again=LOOK_AGAIN)


async def _tell(place: Place, outcome: InLedger, period: str | None) -> None:
    here = durable.here()
    happening = Happening(
        source_id=f"posted:{outcome.what}:{outcome.source}",
        at=clock.now(),
        account=place.account or None,
        data=Posted(
            what=outcome.what,
            source=outcome.source,
            record=outcome.record.id,
            period=period or f"{outcome.posted_on:%Y-%m}",
            deferred_because=outcome.deferred_because,
        ),
        cause=here.about.cause or here.run,
    )
    await events.append([happening])
