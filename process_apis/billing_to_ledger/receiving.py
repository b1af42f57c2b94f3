"""Which events tell of a record that belongs into the ledger?"""

from collections.abc import Callable
from typing import Any, Final

from canonical.billing import InvoiceStatus
from canonical.events import (
    CreditNoteChanged,
    DisputeChanged,
    Event,
    InvoiceChanged,
    InvoiceFinalized,
    InvoicePaid,
    PaymentApplied,
    PayoutFailed,
    PayoutPaid,
    RefundChanged,
)
from canonical.identity import ExternalRef
from process_apis import durable
from process_apis.billing_to_ledger import flow
from process_apis.billing_to_ledger.flow import Outcome
from process_apis.durable import About, Flow
from process_apis.events import Subscriber

_Told = tuple[Flow[Outcome, ExternalRef], ExternalRef, str]
"""The flow, the record, and the state of it that the run is about: one run for each."""


def _changed_invoice(one: InvoiceChanged) -> _Told | None:
    if one.invoice.status is not InvoiceStatus.VOID:
        return None
    return flow.post_invoice, one.invoice.origin.ref, "void"


_TOLD: Final[dict[type, Callable[[Any], _Told | None]]] = {
    InvoiceFinalized: lambda one: (flow.post_invoice, one.invoice.origin.ref, "owed"),
    InvoicePaid: lambda one: (flow.post_invoice, one.invoice.origin.ref, "owed"),
    InvoiceChanged: _changed_invoice,
    PaymentApplied: lambda one: (flow.post_payment, one.application.origin.ref, "applied"),
    CreditNoteChanged: lambda one: (
        flow.post_credit_note,
        one.credit_note.origin.ref,
        one.credit_note.status,
    ),
    RefundChanged: lambda one: (flow.post_refund, one.refund.origin.ref, one.refund.status),
    DisputeChanged: lambda one: (
        flow.post_dispute,
        one.dispute.origin.ref,
        f"{one.dispute.status}-{'withdrawn' if one.dispute.withdrawn else 'ours'}",
    ),
    PayoutPaid: lambda one: (flow.post_payout, one.payout.origin.ref, "paid"),
    PayoutFailed: lambda one: (flow.post_payout, one.payout.origin.ref, "failed"),
}


async def receive(event: Event) -> None:
    """One run for each state of each record, however often that is told."""
    if (told := _TOLD[type(event.data)](event.data)) is None:
        return
    posting, ref, state = told
    await durable.start(
        posting,
        ref,
        id=f"ledger:{ref.connection}:{ref.id}:{state}",
        about=About(account=event.account, keys=(ref.id,), trace=event.traceparent, cause=event.id),
    )


SUBSCRIBER = Subscriber(name="billing-to-ledger", receive=receive, types=tuple(_TOLD))
