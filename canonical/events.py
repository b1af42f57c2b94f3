"""What can happen that somebody cares about?"""

from datetime import datetime

from msgspec import Struct

from canonical.billing import (
    CreditNote,
    Dispute,
    Invoice,
    Payment,
    PaymentApplication,
    Payout,
    Refund,
    Subscription,
)
from canonical.customer import AccountRecord, Contact
from canonical.finance import Receivable
from canonical.identity import ExternalRef
from canonical.sales import Contract, Opportunity, Order
from canonical.support import Case


class Fact(Struct, frozen=True, kw_only=True, tag_field="type"):
    """The payload of an event: what is true now, in canonical words, as its source said it then."""


# Billing. Each carries the record as it was when it happened; the owner knows what it is now.
class InvoiceFinalized(Fact, frozen=True, kw_only=True, tag="invoice.finalized"):
    """An invoice got its number and is owed."""

    invoice: Invoice


class InvoicePaid(Fact, frozen=True, kw_only=True, tag="invoice.paid"):
    """An invoice is paid in full."""

    invoice: Invoice


class InvoicePaymentFailed(Fact, frozen=True, kw_only=True, tag="invoice.payment_failed"):
    """A try to collect an invoice failed; `failure` is why, as a card's decline code where there is one."""

    invoice: Invoice
    failure: str | None


class InvoiceChanged(Fact, frozen=True, kw_only=True, tag="invoice.changed"):
    """An invoice was made, voided, given up as uncollectible, or changed otherwise: its status says which."""

    invoice: Invoice


class PaymentApplied(Fact, frozen=True, kw_only=True, tag="payment.applied"):
    """A payment went to an invoice."""

    application: PaymentApplication


class PaymentChanged(Fact, frozen=True, kw_only=True, tag="payment.changed"):
    """A payment was made, or changed otherwise than by being applied."""

    payment: Payment


class CreditNoteChanged(Fact, frozen=True, kw_only=True, tag="credit_note.changed"):
    """A credit note was issued or voided: its status says which."""

    credit_note: CreditNote


class RefundChanged(Fact, frozen=True, kw_only=True, tag="refund.changed"):
    """Money goes, went, or did not go back: its status says which."""

    refund: Refund


class DisputeChanged(Fact, frozen=True, kw_only=True, tag="dispute.changed"):
    """A payment is contested, or that is over: its status and `withdrawn` say which."""

    dispute: Dispute


class PayoutPaid(Fact, frozen=True, kw_only=True, tag="payout.paid"):
    """The payment provider paid to our bank account. Its message does not hold what the payout is made of."""

    payout: Payout


class PayoutFailed(Fact, frozen=True, kw_only=True, tag="payout.failed"):
    """A payout did not reach our bank account, or our bank sent it back after it was told as paid."""

    payout: Payout


class SubscriptionChanged(Fact, frozen=True, kw_only=True, tag="subscription.changed"):
    """A subscription began, changed, was paused, resumed or ended: its status says which."""

    subscription: Subscription


# CRM, support, ERP, and every kind of system.
class CustomerChanged(Fact, frozen=True, kw_only=True, tag="customer.changed"):
    """A system's record of a customer was made or changed."""

    record: AccountRecord


class CustomerGone(Fact, frozen=True, kw_only=True, tag="customer.gone"):
    """A system's record of a customer was deleted."""

    ref: ExternalRef


class ContactChanged(Fact, frozen=True, kw_only=True, tag="contact.changed"):
    """A person at an account (`account` is the CRM's id) was added or changed."""

    account: str
    contact: Contact


class OpportunityWon(Fact, frozen=True, kw_only=True, tag="opportunity.won"):
    """A deal was won."""

    opportunity: Opportunity


class ContractChanged(Fact, frozen=True, kw_only=True, tag="contract.changed"):
    """A contract was signed or changed."""

    contract: Contract


class CaseChanged(Fact, frozen=True, kw_only=True, tag="case.changed"):
    """A case was opened, changed, answered or solved: its status says which."""

    case: Case


class OrderChanged(Fact, frozen=True, kw_only=True, tag="order.changed"):
    """The ERP booked or changed an order."""

    order: Order


class ReceivableChanged(Fact, frozen=True, kw_only=True, tag="receivable.changed"):
    """The ERP's copy of an invoice was posted, or something was applied to it."""

    receivable: Receivable


# Ours: appended in the transaction of the state they tell of.
class PaymentRecoveryChanged(Fact, frozen=True, kw_only=True, tag="payment_recovery.changed"):
    """A late payment is being recovered, its grace ended, or it is over. All ids are ours.

    `stage` is at_risk, suspended, recovered or written_off.
    """

    invoice: str
    stage: str
    reason: str | None
    grace_until: datetime | None


class EntitlementChanged(Fact, frozen=True, kw_only=True, tag="entitlement.changed"):
    """What an account may use has changed, because of `reason`."""

    reason: str


class Posted(Fact, frozen=True, kw_only=True, tag="ledger.posted"):
    """A record of billing stands in the ERP.

    `what` is invoice, payment, credit_note, refund, dispute or payout. `source` is billing's id, `record` the
    ERP's; `period` the accounting period it was posted in, `deferred_because` why that is not its own day's.
    """

    what: str
    source: str
    record: str
    period: str | None
    deferred_because: str | None = None


class RecordTouched(Fact, frozen=True, kw_only=True, tag="record.touched"):
    """A record was made or changed, and the message does not hold all of it: its owner knows what it is now.

    `what` is our word for it: account, contact, opportunity, contract, case, order, receivable, subscription,
    payment, credit_note, refund or payout.
    """

    what: str
    ref: ExternalRef


class Unrecognised(Fact, frozen=True, kw_only=True, tag="unrecognised"):
    """A message of a type that nobody here reads: kept and counted. `name` is the platform's own word."""

    name: str


EventData = (
    InvoiceFinalized
    | InvoicePaid
    | InvoicePaymentFailed
    | InvoiceChanged
    | PaymentApplied
    | PaymentChanged
    | CreditNoteChanged
    | RefundChanged
    | DisputeChanged
    | PayoutPaid
    | PayoutFailed
    | SubscriptionChanged
    | CustomerChanged
    | CustomerGone
    | ContactChanged
    | OpportunityWon
    | ContractChanged
    | CaseChanged
    | OrderChanged
    | ReceivableChanged
    | PaymentRecoveryChanged
    | EntitlementChanged
    | Posted
    | RecordTouched
    | Unrecognised
)
"""One tagged union: `type` names which."""


class Notice(Struct, frozen=True, kw_only=True):
    """What a platform told us, before it is kept.

    `source_id` is the platform's own id of this happening, or one made of the record's id and version: the
    same happening has the same one whether it was sent to us or found in the platform's list of changes.
    `customer` is the record of the customer it is about, where it is about one.
    """

    source_id: str
    at: datetime
    customer: ExternalRef | None
    data: EventData


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened, as it stands in the log (CloudEvents 1.0 names where they fit).

    `id` is ours and sorts by the time of keeping; `source` is the connection or `tieline`; `type` the tag of
    `data`. `account` is ours, absent where no account is known yet; `key` is what order is kept by: the
    account, else the source's own record. `at` is when it happened, `kept_at` when we kept it (both UTC).
    `traceparent` is the trace it belongs to (W3C), `cause` the id of the event or run that led to it.
    """

    id: str
    source: str
    source_id: str
    type: str
    account: str | None
    key: str
    at: datetime
    kept_at: datetime
    data: EventData
    traceparent: str | None = None
    cause: str | None = None


TIELINE_SOURCE = "tieline"
"""The source of what happens here."""
