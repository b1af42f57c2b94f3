"""How does a business record look to the people it concerns?

The shapes that the portal and the agent console share today. A consumer that must see a record differently
writes its own shape in its own `views.py`; nobody sees a platform's id.
"""

from typing import Annotated

from msgspec import Meta, Struct

from canonical.billing import Invoice, InvoiceStatus, Payment, PaymentStatus, Subscription, SubscriptionStatus
from canonical.customer import Contact
from canonical.identity import (
    ContactId,
    ContractId,
    InvoiceId,
    OrderId,
    PaymentId,
    Prefix,
    SubscriptionId,
    Timestamp,
    derive,
)
from canonical.money import Money
from canonical.sales import Contract, Order, OrderStatus
from canonical.sales import Line as SoldLine
from experience_apis.shapes import Count, Day, Line, Word
from process_apis.account_360.model import Risk
from process_apis.entitlement.model import Decision


class ContactView(Struct, kw_only=True):
    """A person of the customer."""

    id: ContactId
    name: Line
    email: Line | None
    role: Line | None


class LineView(Struct, kw_only=True):
    """One line of a contract, an order, an invoice or a subscription."""

    sku: Word | None
    description: Line | None
    quantity: Count
    unit_price: Money
    amount: Money


class ContractView(Struct, kw_only=True):
    """What was signed."""

    id: ContractId
    number: Word
    status: Word
    start: Day | None
    end: Day | None
    signed_on: Day | None
    lines: Annotated[tuple[LineView, ...], Meta(max_length=1000)]


class SubscriptionView(Struct, kw_only=True):
    """What is being billed."""

    id: SubscriptionId
    status: SubscriptionStatus
    items: Annotated[tuple[LineView, ...], Meta(max_length=1000)]
    started_at: Timestamp
    period_start: Timestamp | None
    period_end: Timestamp | None
    cancel_at_period_end: bool
    ended_at: Timestamp | None
    paused_at: Timestamp | None
    trial_end: Timestamp | None


class InvoiceView(Struct, kw_only=True):
    """An invoice."""

    id: InvoiceId
    number: Word | None
    status: InvoiceStatus
    total: Money
    tax: Money
    paid: Money
    remaining: Money
    created_at: Timestamp
    due_at: Timestamp | None
    paid_at: Timestamp | None
    lines: Annotated[tuple[LineView, ...], Meta(max_length=1000)]


class PaymentView(Struct, kw_only=True):
    """One try to pay; `failure` is why it was declined."""

    id: PaymentId
    status: PaymentStatus
    amount: Money
    failure: Word | None
    at: Timestamp


class SlaView(Struct, kw_only=True):
    """The service level that is promised."""

    tier: Word
    first_response_minutes: Count


class EntitlementView(Struct, kw_only=True):
    """Whether one feature may be used now."""

    feature: Word
    decision: Annotated[Word, Meta(examples=["granted", "withheld"])]
    reason: Word
    tier: Word | None
    sla: SlaView | None
    valid_until: Timestamp | None
    fallback: Annotated[bool, Meta(description="Whether the answer rests on facts older than allowed.")]


class OrderView(Struct, kw_only=True):
    """An order and how far it is."""

    id: OrderId
    number: Word
    status: OrderStatus
    ordered_on: Day
    contract: Word | None
    total: Money
    lines: Annotated[tuple[LineView, ...], Meta(max_length=1000)]


class RiskView(Struct, kw_only=True):
    """Whether payment needs the customer's attention, since when and why."""

    flagged: bool
    since: Timestamp | None
    reason: Word | None


def to_contact(contact: Contact) -> ContactView:
    return ContactView(
        id=derive(Prefix.CONTACT, contact.origin.ref),
        name=contact.name,
        email=contact.email,
        role=contact.role,
    )


def to_line(line: SoldLine) -> LineView:
    return LineView(
        sku=line.sku,
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
    )


def to_contract(contract: Contract) -> ContractView:
    return ContractView(
        id=derive(Prefix.CONTRACT, contract.origin.ref),
        number=contract.number,
        status=contract.status,
        start=contract.start,
        end=contract.end,
        signed_on=contract.signed_on,
        lines=tuple(map(to_line, contract.lines)),
    )


def to_subscription(subscription: Subscription) -> SubscriptionView:
    return SubscriptionView(
        id=derive(Prefix.SUBSCRIPTION, subscription.origin.ref),
        status=subscription.status,
        items=tuple(map(to_line, subscription.items)),
        started_at=subscription.started_at,
        period_start=subscription.period_start,
        period_end=subscription.period_end,
        cancel_at_period_end=subscription.cancel_at_period_end,
        ended_at=subscription.ended_at,
        paused_at=subscription.paused_at,
        trial_end=subscription.trial_end,
    )


def to_invoice(invoice: Invoice) -> InvoiceView:
    return InvoiceView(
        id=derive(Prefix.INVOICE, invoice.origin.ref),
        number=invoice.number,
        status=invoice.status,
        total=invoice.total,
        tax=invoice.tax,
        paid=invoice.paid,
        remaining=invoice.remaining,
        created_at=invoice.created_at,
        due_at=invoice.due_at,
        paid_at=invoice.paid_at,
        lines=tuple(map(to_line, invoice.lines)),
    )


def to_payment(payment: Payment) -> PaymentView:
    return PaymentView(
        id=derive(Prefix.PAYMENT, payment.origin.ref),
        status=payment.status,
        amount=payment.amount,
        failure=payment.failure,
        at=payment.at,
    )


def to_entitlement(decision: Decision) -> EntitlementView:
    return EntitlementView(
        feature=decision.feature,
        decision=decision.decision,
        reason=decision.reason,
        tier=decision.tier,
        sla=SlaView(tier=decision.sla.tier, first_response_minutes=decision.sla.first_response_minutes)
        if decision.sla
        else None,
        valid_until=decision.valid_until,
        fallback=decision.fallback,
    )


def to_order(order: Order) -> OrderView:
    return OrderView(
        id=derive(Prefix.ORDER, order.origin.ref),
        number=order.number,
        status=order.status,
        ordered_on=order.ordered_on,
        contract=order.contract,
        total=order.total,
        lines=tuple(map(to_line, order.lines)),
    )


def to_risk(risk: Risk) -> RiskView:
    return RiskView(flagged=risk.flagged, since=risk.since, reason=risk.reason)
