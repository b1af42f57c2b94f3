"""How does each record of billing get into the right books, once, after what it rests on?

What a record rests on is posted first, by the same step with the same id, so events may come in any order.
"""

from canonical.billing import CreditNoteStatus, RefundStatus
from canonical.identity import ExternalRef, Kind
from process_apis import durable
from process_apis.billing_to_ledger import placing, posting, reading, rules
from process_apis.billing_to_ledger.model import InLedger, NothingToPost, Place, What

Outcome = InLedger | NothingToPost


@durable.flow("ledger-invoice")
async def post_invoice(ref: ExternalRef) -> Outcome:
    """An invoice that is owed; one that was voided since is taken back."""
    invoice = await reading.invoice(ref)
    if not rules.is_owed(invoice):
        return _nothing(What.INVOICE, ref, invoice.status)
    place = await placing.place(_customer(ref, invoice.customer), invoice.total.currency)
    posted = await posting.post_invoice(invoice, place)
    return await posting.take_invoice_back(invoice, place) if rules.is_void(invoice) else posted


@durable.flow("ledger-payment")
async def post_payment(ref: ExternalRef) -> Outcome:
    """A payment that went to an invoice, after the invoice."""
    applied = await reading.application(ref)
    place = await _with_invoice(ref, applied.invoice)
    return await posting.post_payment(applied, place)


@durable.flow("ledger-credit-note")
async def post_credit_note(ref: ExternalRef) -> Outcome:
    """A credit note, after its invoice; one that was voided since is taken back."""
    credit_note = await reading.credit_note(ref)
    place = await _with_invoice(ref, credit_note.invoice)
    posted = await posting.post_credit_note(credit_note, place)
    if credit_note.status is CreditNoteStatus.VOID:
        return await posting.take_credit_note_back(credit_note, place)
    return posted


@durable.flow("ledger-refund")
async def post_refund(ref: ExternalRef) -> Outcome:
    """Money that went back, and that came again when the customer's bank could not take it."""
    refund = await reading.refund(ref)
    if refund.status is RefundStatus.PENDING or refund.customer is None:
        return _nothing(What.REFUND, ref, refund.status)
    place = await placing.place(_customer(ref, refund.customer), refund.amount.currency)
    if refund.status is RefundStatus.SUCCEEDED:
        posted = await posting.post_refund(refund, place)
        refund = await reading.refund(ref)  # this may have waited, and the run of its failure found nothing
        if refund.status is RefundStatus.SUCCEEDED:
            return posted
    elif not await posting.stands(What.REFUND, ref.id, place):
        return _nothing(What.REFUND, ref, refund.status)
    return await posting.post_refund_back(refund, place)


@durable.flow("ledger-dispute")
async def post_dispute(ref: ExternalRef) -> Outcome:
    """Money that was taken back by the customer's bank, and came again when the dispute was won."""
    dispute = await reading.dispute(ref)
    if dispute.customer is None or not (dispute.withdrawn or dispute.closed_at):
        return _nothing(What.REFUND, ref, dispute.status)
    place = await placing.place(_customer(ref, dispute.customer), dispute.amount.currency)
    posted = await posting.post_dispute(dispute, place)
    return posted if rules.is_taken(dispute) else await posting.post_dispute_won(dispute, place)


@durable.flow("ledger-payout")
async def post_payout(ref: ExternalRef) -> Outcome:
    """What the payment provider paid to our bank, and what our bank sent back."""
    payout = await reading.payout(ref)
    place = await placing.place_of_payout(payout)
    if not rules.is_sent_back(payout):
        posted = await posting.post_payout(payout, place)
        payout = await reading.payout(ref)  # this may have waited, and the run of its failure found nothing
        if not rules.is_sent_back(payout):
            return posted
    elif not await posting.stands(What.PAYOUT, ref.id, place):
        return _nothing(What.PAYOUT, ref, payout.status)
    return await posting.post_payout_back(payout, place)


async def _with_invoice(ref: ExternalRef, id: str) -> Place:
    """The books in which an invoice stands, once it stands there."""
    invoice = await reading.invoice(_beside(ref, "invoice", id))
    place = await placing.place(_customer(ref, invoice.customer), invoice.total.currency)
    await posting.post_invoice(invoice, place)
    return place


def _customer(ref: ExternalRef, id: str) -> ExternalRef:
    return _beside(ref, "customer", id)


def _beside(ref: ExternalRef, object: str, id: str) -> ExternalRef:
    return ExternalRef(kind=Kind.BILLING, connection=ref.connection, object=object, id=id)


def _nothing(what: What, ref: ExternalRef, state: str) -> NothingToPost:
    return NothingToPost(what=what, source=ref.id, state=state)
