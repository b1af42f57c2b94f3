"""How do credits, refunds, disputes and payouts become ours? (pure; `ValueError` for what has no word)"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from canonical.billing import (
    CreditNote,
    CreditNoteStatus,
    Dispute,
    DisputeStatus,
    Payment,
    PaymentApplication,
    PaymentStatus,
    Payout,
    PayoutLine,
    PayoutLineKind,
    PayoutStatus,
    Refund,
    RefundStatus,
)
from canonical.sales import Line
from system_apis.stripe import wire_settling as wire
from system_apis.stripe.amounts import to_money, to_rounded
from system_apis.stripe.mapping import Seen, to_moment

_REFUND: Final[dict[wire.RefundStatus, RefundStatus]] = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELLED,
}
# An inquiry that is closed, and a dispute that was prevented, took no money.
_DISPUTE: Final[dict[wire.DisputeStatus, DisputeStatus]] = {
    "warning_needs_response": DisputeStatus.OPEN,
    "warning_under_review": DisputeStatus.OPEN,
    "needs_response": DisputeStatus.OPEN,
    "under_review": DisputeStatus.OPEN,
    "warning_closed": DisputeStatus.WON,
    "won": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}
_PAYOUT: Final[dict[wire.PayoutStatus, PayoutStatus]] = {
    "pending": PayoutStatus.PENDING,
    "in_transit": PayoutStatus.PENDING,
    "paid": PayoutStatus.PAID,
    "failed": PayoutStatus.FAILED,
    "canceled": PayoutStatus.CANCELLED,
}
# docs.stripe.com/reports/reporting-categories; what is not here is an adjustment.
_MOVED: Final[dict[str, PayoutLineKind]] = {
    "charge": PayoutLineKind.PAYMENT,
    "charge_failure": PayoutLineKind.PAYMENT,
    "refund": PayoutLineKind.REFUND,
    "refund_failure": PayoutLineKind.REFUND,
    "partial_capture_reversal": PayoutLineKind.REFUND,
    "dispute": PayoutLineKind.DISPUTE,
    "dispute_reversal": PayoutLineKind.DISPUTE,
}
ITSELF: Final = "payout"
"""The movement that the payout itself is, among those that it is made of."""


def to_application(one: wire.InvoicePayment, seen: Seen) -> PaymentApplication:
    """What one payment paid of an invoice; whose it is, where the invoice was asked for."""
    of = one.invoice if isinstance(one.invoice, wire.OfSomebody) else wire.OfSomebody(one.invoice)
    paid_by = one.payment.payment_intent or one.payment.charge or one.payment.payment_record
    if paid_by is None:
        raise ValueError("nothing paid it")
    return PaymentApplication(
        payment=paid_by,
        invoice=of.id,
        customer=of.customer,
        amount=to_money(one.amount_paid or 0, one.currency),
        at=to_moment(one.status_transitions.paid_at or one.created),
        origin=seen.origin("invoice_payment", one.id),
    )


def to_charged(one: wire.Charge, customer: str, seen: Seen) -> Payment:
    """A payment, as its charge tells of it."""
    return Payment(
        customer=customer,
        status=PaymentStatus.REFUNDED if one.refunded else PaymentStatus.SUCCEEDED,
        amount=to_money(one.amount, one.currency),
        failure=None,
        at=to_moment(one.created),
        origin=seen.origin("payment_intent", one.payment_intent or one.id),
    )


def to_credit_note(
    one: wire.CreditNote, lines: Iterable[wire.CreditLine], skus: Mapping[str, str | None], seen: Seen
) -> CreditNote:
    """A credit note with all its lines; `skus` are those of the invoice's lines, by their ids."""
    return CreditNote(
        number=one.number,
        invoice=one.invoice,
        customer=one.customer,
        status=CreditNoteStatus(one.status),
        reason=one.reason,
        total=to_money(one.total, one.currency),
        tax=to_money(sum(tax.amount for tax in one.total_taxes or ()), one.currency),
        refunded=to_money(sum(refund.amount_refunded for refund in one.refunds), one.currency),
        lines=tuple(_credited(line, skus.get(line.invoice_line_item or ""), one.currency) for line in lines),
        issued_at=to_moment(one.created),
        origin=seen.origin("credit_note", one.id),
        taken_off=None if one.pre_payment_amount is None else to_money(one.pre_payment_amount, one.currency),
    )


def to_refund(one: wire.Refund, invoice: str | None, seen: Seen) -> Refund:
    """Money that goes back; whose it is, where the charge was asked for."""
    charge = one.charge if isinstance(one.charge, wire.OfSomebody) else None
    return Refund(
        payment=_payment(one),
        invoice=invoice,
        customer=charge.customer if charge else None,
        amount=to_money(one.amount, one.currency),
        status=_REFUND[one.status],
        reason=one.reason,
        at=to_moment(one.created),
        origin=seen.origin("refund", one.id),
    )


def to_dispute(one: wire.Dispute, invoice: str | None, seen: Seen) -> Dispute:
    """A contested payment. Stripe says when one was closed only in the event about it.

    Read at another time it was closed when its money moved last, if it ever did: an inquiry moves none.
    """
    status = _DISPUTE[one.status]
    charge = one.charge if isinstance(one.charge, wire.OfSomebody) else None
    return Dispute(
        payment=_payment(one),
        invoice=invoice,
        customer=charge.customer if charge else None,
        amount=to_money(one.amount, one.currency),
        fee=to_money(sum(moved.fee for moved in one.balance_transactions), one.currency),
        reason=one.reason,
        status=status,
        withdrawn=sum(moved.amount for moved in one.balance_transactions) < 0,
        opened_at=to_moment(one.created),
        closed_at=None if status is DisputeStatus.OPEN else seen.changed_at or _moved_last(one),
        origin=seen.origin("dispute", one.id),
    )


def _moved_last(one: wire.Dispute) -> datetime | None:
    moments = [moved.created for moved in one.balance_transactions]
    return to_moment(max(moments)) if moments else None


def to_payout(one: wire.Payout, moved: Iterable[wire.BalanceTransaction], seen: Seen) -> Payout:
    """A payout with what it is made of; one that was made by hand is made of nothing that is known."""
    lines = tuple(_moved(line) for line in moved if line.reporting_category != ITSELF)
    net = to_money(one.amount, one.currency)
    nothing = to_money(0, one.currency)
    return Payout(
        net=net,
        gross=sum((line.gross for line in lines), nothing) if lines else net,
        fees=sum((line.fee for line in lines), nothing),
        arrives_on=to_moment(one.arrival_date).date(),
        lines=lines,
        at=to_moment(one.created),
        origin=seen.origin("payout", one.id),
        status=_PAYOUT[one.status],
    )


def _payment(one: wire.Refund | wire.Dispute) -> str:
    charge = one.charge.id if isinstance(one.charge, wire.OfSomebody) else one.charge
    if (id := one.payment_intent or charge) is None:
        raise ValueError("no payment is named")
    return id


def _credited(line: wire.CreditLine, sku: str | None, currency: str) -> Line:
    each = Decimal(line.amount) if line.unit_amount_decimal is None else line.unit_amount_decimal
    return Line(
        sku=sku,
        description=line.description,
        quantity=1 if line.quantity is None else line.quantity,
        unit_price=to_rounded(each, currency),
        amount=to_money(line.amount, currency),
    )


def _moved(one: wire.BalanceTransaction) -> PayoutLine:
    source = one.source
    about = source
    if isinstance(source, wire.Source):
        # Payments go by their intent everywhere else.
        about = source.payment_intent or source.id if source.object == "charge" else source.id
    return PayoutLine(
        kind=_MOVED.get(one.reporting_category, PayoutLineKind.ADJUSTMENT),
        about=about if isinstance(about, str) else None,
        gross=to_money(one.amount, one.currency),
        fee=to_money(one.fee, one.currency),
        net=to_money(one.net, one.currency),
    )
