"""How does Stripe's wording become ours? (pure; `ValueError` for what has no word)"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from msgspec import Struct

from canonical.billing import (
    Invoice,
    InvoiceStatus,
    Payment,
    PaymentStatus,
    Subscription,
    SubscriptionStatus,
)
from canonical.customer import AccountRecord
from canonical.identity import ExternalRef, Kind, Origin
from canonical.sales import Line
from system_apis.stripe import wire
from system_apis.stripe.amounts import to_money, to_rounded

_SUBSCRIPTION: Final[dict[wire.SubscriptionStatus, SubscriptionStatus]] = {
    "incomplete": SubscriptionStatus.INCOMPLETE,
    "incomplete_expired": SubscriptionStatus.EXPIRED,
    "trialing": SubscriptionStatus.TRIALING,
    "active": SubscriptionStatus.ACTIVE,
    "past_due": SubscriptionStatus.PAST_DUE,
    "unpaid": SubscriptionStatus.UNPAID,
    "paused": SubscriptionStatus.PAUSED,
    "canceled": SubscriptionStatus.CANCELLED,
}
# By status, and whether an attempt was declined: an intent goes back to `requires_payment_method` then,
# and ends as `canceled` when its invoice is given up.
_PAYMENT: Final[dict[tuple[wire.IntentStatus, bool], PaymentStatus]] = {
    ("succeeded", False): PaymentStatus.SUCCEEDED,
    ("succeeded", True): PaymentStatus.SUCCEEDED,
    ("canceled", False): PaymentStatus.CANCELLED,
    ("canceled", True): PaymentStatus.FAILED,
    ("requires_payment_method", True): PaymentStatus.FAILED,
}


class Seen(Struct, frozen=True):
    """By which connection, and when, objects were seen.

    Stripe does not say when they last changed, except in an event: then `changed_at` says it.
    """

    connection: str
    at: datetime
    changed_at: datetime | None = None

    def ref(self, object: str, id: str) -> ExternalRef:
        """A record of this account."""
        return ExternalRef(kind=Kind.BILLING, connection=self.connection, object=object, id=id)

    def origin(self, object: str, id: str) -> Origin:
        """Where a record comes from."""
        return Origin(ref=self.ref(object, id), observed_at=self.at, modified_at=self.changed_at)


def to_record(customer: wire.Customer, seen: Seen) -> AccountRecord:
    """A customer. Stripe knows no hierarchy: the parent's account id stands in the attributes."""
    written = customer.metadata
    said = {
        "parent_key": written.get("parent_gateway_id"),
        "delinquent": "true" if customer.delinquent else None,
    }
    return AccountRecord(
        origin=seen.origin("customer", customer.id),
        key=written.get("gateway_id"),
        name=customer.name or customer.email or customer.id,
        email=customer.email,
        legal_entity=written.get("legal_entity"),
        attributes={name: value for name, value in said.items() if value},
    )


def to_subscription(one: wire.Subscription, items: Iterable[wire.Item], seen: Seen) -> Subscription:
    """A subscription with all its items; its period is that of the item which ends first."""
    items = tuple(items)
    first = min(items, key=lambda item: item.current_period_end, default=None)
    paused = one.status_details.paused if one.status_details else None
    return Subscription(
        customer=one.customer,
        status=_SUBSCRIPTION[one.status],
        items=tuple(_item(item) for item in items),
        started_at=to_moment(one.start_date),
        period_start=to_moment(first.current_period_start) if first else None,
        period_end=to_moment(first.current_period_end) if first else None,
        cancel_at_period_end=one.cancel_at_period_end,
        ended_at=_perhaps(one.ended_at),
        paused_at=_perhaps(paused.transitioned_at) if paused and one.status == "paused" else None,
        trial_end=_perhaps(one.trial_end),
        origin=seen.origin("subscription", one.id),
    )


def to_invoice(one: wire.Invoice, lines: Iterable[wire.LineItem], seen: Seen) -> Invoice:
    """An invoice with all its lines."""
    details = one.parent.subscription_details if one.parent else None
    return Invoice(
        number=one.number,
        customer=one.customer,
        subscription=details.subscription if details else None,
        status=InvoiceStatus(one.status),
        total=to_money(one.total, one.currency),
        tax=to_money(sum(tax.amount for tax in one.total_taxes or ()), one.currency),
        paid=to_money(one.amount_paid, one.currency),
        remaining=to_money(one.amount_remaining, one.currency),
        lines=tuple(_line(line) for line in lines),
        created_at=to_moment(one.created),
        finalized_at=_perhaps(one.status_transitions.finalized_at),
        due_at=_perhaps(one.due_date),
        paid_at=_perhaps(one.status_transitions.paid_at),
        attempts=one.attempt_count,
        next_attempt_at=_perhaps(one.next_payment_attempt),
        origin=seen.origin("invoice", one.id),
        credited=to_money(one.pre_payment_credit_notes_amount, one.currency),
    )


def to_payment(one: wire.PaymentIntent, seen: Seen) -> Payment:
    """A payment of a customer; one that was given back in part stays a success."""
    if one.customer is None:
        raise ValueError("a payment of nobody's")
    error = one.last_payment_error
    status = _PAYMENT.get((one.status, error is not None), PaymentStatus.PENDING)
    charge = one.latest_charge
    if status is PaymentStatus.SUCCEEDED and isinstance(charge, wire.Charge) and charge.refunded:
        status = PaymentStatus.REFUNDED
    failed = status is PaymentStatus.FAILED and error is not None
    return Payment(
        customer=one.customer,
        status=status,
        amount=to_money(one.amount, one.currency),
        failure=(error.decline_code or error.code) if failed and error else None,
        at=to_moment(one.created),
        origin=seen.origin("payment_intent", one.id),
    )


def _item(item: wire.Item) -> Line:
    """Price times quantity; what is metered or has tiers costs what the invoice will say."""
    price = item.price
    each = price.unit_amount_decimal or Decimal(price.unit_amount or 0)
    quantity = item.quantity or 0
    return Line(
        sku=price.product,
        description=price.nickname,
        quantity=quantity,
        unit_price=to_rounded(each, price.currency),
        amount=to_rounded(each * quantity, price.currency),
    )


def _line(line: wire.LineItem) -> Line:
    pricing = line.pricing or wire.Pricing()
    each = Decimal(line.amount) if pricing.unit_amount_decimal is None else pricing.unit_amount_decimal
    return Line(
        sku=pricing.price_details.product if pricing.price_details else None,
        description=line.description,
        quantity=1 if line.quantity is None else line.quantity,
        unit_price=to_rounded(each, line.currency),
        amount=to_money(line.amount, line.currency),
    )


def to_moment(seconds: int) -> datetime:
    """Seconds since 1970 as an instant."""
    return datetime.fromtimestamp(seconds, UTC)


def _perhaps(seconds: int | None) -> datetime | None:
    return None if seconds is None else to_moment(seconds)
