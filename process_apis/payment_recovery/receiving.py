"""Which events begin or end a recovery?"""

from canonical.events import Event, InvoiceChanged, InvoicePaid, InvoicePaymentFailed
from process_apis import durable
from process_apis.durable import About
from process_apis.events import Subscriber
from process_apis.payment_recovery import kept
from process_apis.payment_recovery.flow import recover
from process_apis.payment_recovery.rules import ENDS


async def receive(event: Event) -> None:
    """A failure begins a run; what comes after does so only where there was a failure."""
    match event.data:
        case InvoicePaymentFailed(invoice=invoice, failure=failure):
            await kept.hear(invoice.origin.ref)
        case InvoicePaid(invoice=invoice) | InvoiceChanged(invoice=invoice):
            if invoice.status not in ENDS or not await kept.heard(invoice.origin.ref):
                return
            failure = None
        case _:
            return
    ref = invoice.origin.ref
    await durable.start(
        recover,
        ref,
        failure,
        id=f"recovery:{ref.connection}:{ref.id}:{event.id}",
        about=About(
            account=event.account,
            keys=tuple(key for key in (ref.id, invoice.number) if key),
            trace=event.traceparent,
            cause=event.id,
        ),
    )


SUBSCRIBER = Subscriber(
    name="payment-recovery",
    receive=receive,
    types=(InvoicePaymentFailed, InvoicePaid, InvoiceChanged),
)
