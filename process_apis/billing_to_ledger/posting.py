"""How is one record posted in the ERP, once, in an open period?

It is looked for by billing's id before it is written, so a lost answer, a second run or somebody who posted
it by hand never makes a second one. A closed period is answered by the next open one, with the reason.
"""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import date
from itertools import islice
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar, cast

from canonical.billing import CreditNote, Dispute, Invoice, PaymentApplication, Payout, Refund
from canonical.events import Posted
from canonical.finance import LedgerEntry
from canonical.identity import Origin
from canonical.projections import ErpCreditNote, ErpInvoice, ErpPayment, ErpPayout, ErpRefund
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
F = TypeVar("F")

PERIODS: Final = 3
"""Open periods that are tried before the run waits for one."""
LOOK_AGAIN: Final = 60.0


class Recorded(Protocol):
    """Any record of billing."""

    @property
    def origin(self) -> Origin: ...


class Posting(NamedTuple, Generic[T, F]):
    """How a kind of record is posted: as `what`, on its `own` day, in the form that the ERP's `send` takes.

    `ending` tells the id of what takes a record back from that of the record.
    """

    what: What
    own: Callable[[T], date]
    form: Callable[[T, Place, Day], F]
    send: Callable[[Erp], Callable[..., Awaitable[Written]]]
    ending: str = ""


def posts(name: str, posting: Posting[T, Any]) -> Callable[[T, Place], Coroutine[Any, Any, InLedger]]:
    """The step of this name that posts one record, once."""

    async def post(one: T, place: Place) -> InLedger:
        erp, source = _erp(place.erp), f"{cast('Recorded', one).origin.ref.id}{posting.ending}"
        return await _once(
            place,
            posting.what,
            source,
            posting.own(one),
            lambda day: posting.send(erp)(posting.form(one, place, day), key=source),
        )

    post.__name__ = name
    return durable.step(post)


def _today(one: object) -> date:
    """What is taken back is taken back now."""
    return clock.now().date()


post_invoice = posts(
    "post_invoice",
    Posting[Invoice, ErpInvoice](
        What.INVOICE,
        lambda one: rules.own_day(one.finalized_at, one.created_at),
        rules.invoice_posting,
        lambda erp: erp.post_invoice,
    ),
)
take_invoice_back = posts(
    "take_invoice_back",
    Posting[Invoice, ErpCreditNote](
        What.CREDIT_NOTE, _today, rules.voiding, lambda erp: erp.post_credit_note, rules.VOID
    ),
)
post_payment = posts(
    "post_payment",
    Posting[PaymentApplication, ErpPayment](
        What.PAYMENT, lambda one: one.at.date(), rules.payment_posting, lambda erp: erp.post_payment
    ),
)
post_credit_note = posts(
    "post_credit_note",
    Posting[CreditNote, ErpCreditNote](
        What.CREDIT_NOTE,
        lambda one: one.issued_at.date(),
        rules.credit_posting,
        lambda erp: erp.post_credit_note,
    ),
)
take_credit_note_back = posts(
    "take_credit_note_back",
    Posting[CreditNote, ErpInvoice](
        What.INVOICE, _today, rules.credit_taken_back, lambda erp: erp.post_invoice, rules.VOID
    ),
)
post_refund = posts(
    "post_refund",
    Posting[Refund, ErpRefund](
        What.REFUND, lambda one: one.at.date(), rules.refund_posting, lambda erp: erp.post_refund
    ),
)
post_refund_back = posts(
    "post_refund_back",
    Posting[Refund, ErpPayment](
        What.PAYMENT, _today, rules.refund_back, lambda erp: erp.post_payment, rules.BACK
    ),
)
post_dispute = posts(
    "post_dispute",
    Posting[Dispute, ErpRefund](
        What.REFUND, lambda one: one.opened_at.date(), rules.dispute_posting, lambda erp: erp.post_refund
    ),
)
post_dispute_won = posts(
    "post_dispute_won",
    Posting[Dispute, ErpPayment](
        What.PAYMENT,
        lambda one: rules.own_day(one.closed_at, one.opened_at),
        rules.dispute_won,
        lambda erp: erp.post_payment,
        rules.BACK,
    ),
)
post_payout = posts(
    "post_payout",
    Posting[Payout, ErpPayout](
        What.PAYOUT, lambda one: one.arrives_on, rules.payout_posting, lambda erp: erp.post_payout
    ),
)
post_payout_back = posts(
    "post_payout_back",
    Posting[Payout, ErpPayout](
        What.PAYOUT, _today, rules.payout_back, lambda erp: erp.post_payout, rules.BACK
    ),
)


@durable.step
async def stands(what: What, source: str, place: Place) -> bool:
    """Whether a record of billing stands in these books."""
    return await _found(_erp(place.erp), what, source) is not None


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
