"""Which of our facts is each of Stripe's events? (docs.stripe.com/api/events/types)

An event holds the object as it was then: references in it are ids, and of a long list only the first ten.
So a fact may lack whose it is, and lines: whoever needs them asks for the record itself.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Meta, Struct

from canonical import events
from canonical.events import EventData, Notice, RecordTouched, Unrecognised
from canonical.identity import ExternalRef
from system_apis.answers import NOT_SUCH
from system_apis.errors import Undecodable
from system_apis.stripe import mapping, settling, wire
from system_apis.stripe import wire_settling as settled
from system_apis.stripe.mapping import Seen, to_moment


class Held(Struct):
    """What an event is about, as bytes: which object it is depends on the event's type."""

    object: msgspec.Raw


class Event(Struct):
    """An event; `account` is set when it is about a connected account."""

    id: str
    type: str
    created: Annotated[int, Meta(ge=0, lt=2**36)]
    livemode: bool
    data: Held
    account: str | None = None


class Named(Struct):
    """An object of which no more than its id is read."""

    id: str
    customer: str | None = None
    subscription: str | None = None


def to_notice(connection: str, event: Event) -> Notice:
    """An event as a notice. Raises `Undecodable` when its object is not as its type says."""
    at = to_moment(event.created)
    seen = Seen(connection, at, at)
    reader = _READERS.get(event.type) or _BY_FAMILY.get(event.type.rpartition(".")[0])
    if reader is None:
        return Notice(source_id=event.id, at=at, customer=None, data=Unrecognised(name=event.type))
    try:
        object = msgspec.json.decode(event.data.object, type=reader.returns)
        data = reader.fact(object, seen) or Unrecognised(name=event.type)
    except (*NOT_SUCH, ValueError, ArithmeticError, OSError):
        # Its text may quote the message.
        raise Undecodable(connection, f"{event.type}: its object is not as expected") from None
    return Notice(source_id=event.id, at=at, customer=_customer(object, seen), data=data)


def _customer(object: Any, seen: Seen) -> ExternalRef | None:
    id = object.id if isinstance(object, wire.Customer) else getattr(object, "customer", None)
    return seen.ref("customer", id) if id else None


class Reader(NamedTuple):
    """How an event's object is decoded, and the fact it is; None for what we have no word for."""

    returns: type[Any]
    fact: Callable[[Any, Seen], EventData | None]


def _invoice(fact: Callable[..., EventData], **more: Any) -> Reader:
    def read(one: wire.Invoice, seen: Seen) -> EventData:
        return fact(invoice=mapping.to_invoice(one, one.lines.data, seen), **more)

    return Reader(wire.Invoice, read)


def _subscription(one: wire.Subscription, seen: Seen) -> EventData:
    return events.SubscriptionChanged(subscription=mapping.to_subscription(one, one.items.data, seen))


def _application(one: settled.InvoicePayment, seen: Seen) -> EventData:
    return events.PaymentApplied(application=settling.to_application(one, seen))


def _payment(one: wire.PaymentIntent, seen: Seen) -> EventData | None:
    return events.PaymentChanged(payment=mapping.to_payment(one, seen)) if one.customer else None


def _charged(one: settled.Charge, seen: Seen) -> EventData | None:
    if one.customer is None:
        return None
    return events.PaymentChanged(payment=settling.to_charged(one, one.customer, seen))


def _credited(one: settled.CreditNote, seen: Seen) -> EventData:
    return events.CreditNoteChanged(credit_note=settling.to_credit_note(one, one.lines.data, {}, seen))


def _refunded(one: settled.Refund, seen: Seen) -> EventData:
    return events.RefundChanged(refund=settling.to_refund(one, None, seen))


def _disputed(one: settled.Dispute, seen: Seen) -> EventData:
    return events.DisputeChanged(dispute=settling.to_dispute(one, None, seen))


def _customer_changed(one: wire.Customer, seen: Seen) -> EventData:
    return events.CustomerChanged(record=mapping.to_record(one, seen))


def _customer_gone(one: wire.Customer, seen: Seen) -> EventData:
    return events.CustomerGone(ref=seen.ref("customer", one.id))


def _paid_out(one: settled.Payout, seen: Seen) -> EventData:
    return events.PayoutPaid(payout=settling.to_payout(one, (), seen))


def _sent_back(one: settled.Payout, seen: Seen) -> EventData:
    return events.PayoutFailed(payout=settling.to_payout(one, (), seen))


def _payout(one: Named, seen: Seen) -> EventData:
    return RecordTouched(what="payout", ref=seen.ref("payout", one.id))


def _of_customer(one: Named, seen: Seen) -> EventData | None:
    return RecordTouched(what="account", ref=seen.ref("customer", one.customer)) if one.customer else None


def _of_subscription(one: Named, seen: Seen) -> EventData | None:
    if one.subscription is None:
        return None
    return RecordTouched(what="subscription", ref=seen.ref("subscription", one.subscription))


# Exact types first, then families: whatever happens to them, the object says how it stands now.
_READERS: Final[dict[str, Reader]] = {
    "invoice.created": _invoice(events.InvoiceChanged),
    "invoice.updated": _invoice(events.InvoiceChanged),
    "invoice.overdue": _invoice(events.InvoiceChanged),
    "invoice.voided": _invoice(events.InvoiceChanged),
    "invoice.marked_uncollectible": _invoice(events.InvoiceChanged),
    "invoice.payment_succeeded": _invoice(events.InvoiceChanged),
    "invoice.finalized": _invoice(events.InvoiceFinalized),
    "invoice.paid": _invoice(events.InvoicePaid),
    # The decline's reason is told by the payment.
    "invoice.payment_failed": _invoice(events.InvoicePaymentFailed, failure=None),
    "invoice_payment.paid": Reader(settled.InvoicePayment, _application),
    "payment_intent.payment_failed": Reader(wire.PaymentIntent, _payment),
    "payment_intent.succeeded": Reader(wire.PaymentIntent, _payment),
    "payment_intent.canceled": Reader(wire.PaymentIntent, _payment),
    "charge.refunded": Reader(settled.Charge, _charged),
    "charge.refund.updated": Reader(settled.Refund, _refunded),
    "payout.paid": Reader(settled.Payout, _paid_out),
    "payout.failed": Reader(settled.Payout, _sent_back),
    "customer.created": Reader(wire.Customer, _customer_changed),
    "customer.updated": Reader(wire.Customer, _customer_changed),
    "customer.deleted": Reader(wire.Customer, _customer_gone),
}
_BY_FAMILY: Final[dict[str, Reader]] = {
    "customer.subscription": Reader(wire.Subscription, _subscription),
    "customer.tax_id": Reader(Named, _of_customer),
    "subscription_schedule": Reader(Named, _of_subscription),
    "credit_note": Reader(settled.CreditNote, _credited),
    "refund": Reader(settled.Refund, _refunded),
    "charge.dispute": Reader(settled.Dispute, _disputed),
    "payout": Reader(Named, _payout),
}
