"""On which day, and with which figures, is a record of billing posted?"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from canonical.billing import (
    CreditNote,
    Dispute,
    DisputeStatus,
    Invoice,
    InvoiceStatus,
    PaymentApplication,
    Payout,
    PayoutStatus,
    Refund,
)
from canonical.finance import AccountingPeriod
from canonical.money import Money
from canonical.projections import ErpCreditNote, ErpInvoice, ErpPayment, ErpPayout, ErpRefund
from process_apis.billing_to_ledger.model import Day, Place

VOID = "-void"
"""Ends the id of what takes back a record that was posted: the ledger keeps both."""
BACK = "-back"
"""Ends the id of what came back: after a dispute was won, or a refund or payout could not be paid."""


def days(own: date, periods: Sequence[AccountingPeriod]) -> Iterable[Day]:
    """Its own day, when its period is open; then the first day of each later open period, with the reason."""
    of_own = next((one for one in periods if one.start <= own <= one.end), None)
    if of_own is None or not of_own.closed:
        yield Day(on=own)
    name = of_own.name if of_own else f"{own:%Y-%m}"
    for one in sorted(periods, key=lambda one: one.start):
        if one.start > own and not one.closed:
            yield Day(on=one.start, because=f"period {name} is closed; own day {own.isoformat()}")


def is_owed(invoice: Invoice) -> bool:
    """Whether an invoice was ever owed: only then it belongs into the ledger."""
    return invoice.finalized_at is not None and invoice.number is not None


def is_void(invoice: Invoice) -> bool:
    """Whether it was taken back after it was owed, and something of it was still to be taken back."""
    return is_owed(invoice) and invoice.status is InvoiceStatus.VOID and bool(uncredited(invoice).minor)


def uncredited(invoice: Invoice) -> Money:
    """What no credit note took off."""
    return invoice.total - invoice.credited if invoice.credited else invoice.total


def is_taken(dispute: Dispute) -> bool:
    """Whether the money of a disputed payment is not ours now."""
    return dispute.withdrawn and dispute.status is not DisputeStatus.WON


def is_sent_back(payout: Payout) -> bool:
    """Whether its money is not in our bank and will not come."""
    return payout.status in (PayoutStatus.FAILED, PayoutStatus.CANCELLED)


def own_day(at: datetime | None, otherwise: datetime) -> date:
    """The calendar day, in UTC, of a moment."""
    return (at or otherwise).date()


def invoice_posting(one: Invoice, place: Place, day: Day) -> ErpInvoice:
    """The ERP's copy of an invoice."""
    return ErpInvoice(
        invoice=one.origin.ref.id,
        customer=place.customer,
        legal_entity=place.legal_entity,
        number=one.number or one.origin.ref.id,
        lines=one.lines,
        total=one.total,
        tax=one.tax,
        posted_on=day.on,
        due_on=one.due_at.date() if one.due_at else None,
        note=day.because,
    )


def voiding(one: Invoice, place: Place, day: Day) -> ErpCreditNote:
    """What takes a posted invoice back: a credit over what no credit note did, with its part of the tax."""
    rest = uncredited(one)
    tax = Money(minor=one.tax.minor * rest.minor // one.total.minor, currency=rest.currency)
    return ErpCreditNote(
        credit_note=f"{one.origin.ref.id}{VOID}",
        invoice=one.origin.ref.id,
        customer=place.customer,
        legal_entity=place.legal_entity,
        number=f"{one.number}{VOID}",
        lines=one.lines,
        total=rest,
        tax=tax,
        posted_on=day.on,
        note=day.because,
    )


def credit_posting(one: CreditNote, place: Place, day: Day) -> ErpCreditNote:
    """The ERP's copy of a credit note."""
    return ErpCreditNote(
        credit_note=one.origin.ref.id,
        invoice=one.invoice,
        customer=place.customer,
        legal_entity=place.legal_entity,
        number=one.number,
        lines=one.lines,
        total=one.total,
        tax=one.tax,
        posted_on=day.on,
        note=day.because,
        applied=one.taken_off,
    )


def credit_taken_back(one: CreditNote, place: Place, day: Day) -> ErpInvoice:
    """What takes a posted credit note back: the same is owed again."""
    return ErpInvoice(
        invoice=f"{one.origin.ref.id}{VOID}",
        customer=place.customer,
        legal_entity=place.legal_entity,
        number=f"{one.number}{VOID}",
        lines=one.lines,
        total=one.total,
        tax=one.tax,
        posted_on=day.on,
        due_on=None,
        note=day.because,
    )


def payment_posting(one: PaymentApplication, place: Place, day: Day) -> ErpPayment:
    """A payment and what it went to."""
    return ErpPayment(
        payment=one.origin.ref.id,
        invoice=one.invoice,
        customer=place.customer,
        legal_entity=place.legal_entity,
        amount=one.amount,
        posted_on=day.on,
        note=day.because,
    )


def refund_posting(one: Refund, place: Place, day: Day) -> ErpRefund:
    """Money that went back."""
    return ErpRefund(
        refund=one.origin.ref.id,
        payment=one.payment,
        credit_note=None,
        customer=place.customer,
        legal_entity=place.legal_entity,
        amount=one.amount,
        posted_on=day.on,
        note=day.because,
    )


def refund_back(one: Refund, place: Place, day: Day) -> ErpPayment:
    """The money of a refund that could not be paid, ours again."""
    return _ours_again(one, place, day, f"refund {one.status}")


def dispute_posting(one: Dispute, place: Place, day: Day) -> ErpRefund:
    """Money that the customer's bank took back."""
    return ErpRefund(
        refund=one.origin.ref.id,
        payment=one.payment,
        credit_note=None,
        customer=place.customer,
        legal_entity=place.legal_entity,
        amount=one.amount,
        posted_on=day.on,
        note=day.because or f"dispute: {one.reason}",
    )


def dispute_won(one: Dispute, place: Place, day: Day) -> ErpPayment:
    """The same money, ours again."""
    return _ours_again(one, place, day, "dispute won")


def payout_posting(one: Payout, place: Place, day: Day) -> ErpPayout:
    """What reached our bank."""
    return ErpPayout(
        payout=one.origin.ref.id,
        legal_entity=place.legal_entity,
        gross=one.gross,
        fees=one.fees,
        net=one.net,
        posted_on=day.on,
        note=day.because,
    )


def payout_back(one: Payout, place: Place, day: Day) -> ErpPayout:
    """What our bank sent back: in clearing again. The fees had been kept back before, and stay."""
    return ErpPayout(
        payout=f"{one.origin.ref.id}{BACK}",
        legal_entity=place.legal_entity,
        gross=-one.net,
        fees=Money(minor=0, currency=one.net.currency),
        net=-one.net,
        posted_on=day.on,
        note=day.because or f"payout {one.status}",
    )


def _ours_again(one: Refund | Dispute, place: Place, day: Day, why: str) -> ErpPayment:
    """A payment on account, of money that had gone back."""
    return ErpPayment(
        payment=f"{one.origin.ref.id}{BACK}",
        invoice=None,
        customer=place.customer,
        legal_entity=place.legal_entity,
        amount=one.amount,
        posted_on=day.on,
        note=day.because or why,
    )
