"""Which writes does the practice Stripe take, and with which parameters?"""

from collections.abc import Callable
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec

from sandbox.stripe import (
    credit_writes,
    customer_writes,
    dispute_writes,
    invoice_writes,
    requests,
    subscription_start,
    subscription_writes,
)
from sandbox.stripe.desk import Desk

P = TypeVar("P", bound=msgspec.Struct)


class Write(NamedTuple, Generic[P]):
    """What a path takes, who carries it out, and the kind of object that is answered."""

    takes: type[P]
    carry_out: Callable[[Desk, P, str], dict[str, Any]]
    kind: str


POSTS: Final[dict[str, Write[Any]]] = {
    "customers": Write(requests.NewCustomer, customer_writes.create, "customer"),
    "customers/{id}": Write(requests.Customer, customer_writes.update, "customer"),
    "customers/{id}/tax_ids": Write(requests.TaxId, customer_writes.add_tax_id, "tax_id"),
    "subscriptions": Write(requests.NewSubscription, subscription_start.create, "subscription"),
    "subscriptions/{id}": Write(requests.SubscriptionChange, subscription_writes.update, "subscription"),
    "subscriptions/{id}/pause": Write(requests.Pause, subscription_writes.pause, "subscription"),
    "subscriptions/{id}/resume": Write(requests.Resume, subscription_writes.resume, "subscription"),
    "invoices/{id}": Write(requests.InvoiceChange, invoice_writes.update, "invoice"),
    "invoices/{id}/finalize": Write(requests.Finalize, invoice_writes.finalize, "invoice"),
    "invoices/{id}/pay": Write(requests.Pay, invoice_writes.pay, "invoice"),
    "invoices/{id}/void": Write(requests.Plain, invoice_writes.void, "invoice"),
    "invoices/{id}/mark_uncollectible": Write(requests.Plain, invoice_writes.mark_uncollectible, "invoice"),
    "credit_notes": Write(requests.NewCreditNote, credit_writes.credit, "credit_note"),
    "credit_notes/{id}": Write(requests.NoteChange, credit_writes.change_note, "credit_note"),
    "credit_notes/{id}/void": Write(requests.Plain, credit_writes.void, "credit_note"),
    "refunds": Write(requests.NewRefund, credit_writes.refund, "refund"),
    "disputes/{id}": Write(requests.DisputeChange, dispute_writes.update, "dispute"),
    "disputes/{id}/close": Write(requests.Plain, dispute_writes.accept, "dispute"),
}
DELETES: Final[dict[str, Write[Any]]] = {
    "subscriptions/{id}": Write(requests.Cancel, subscription_writes.cancel, "subscription"),
}
