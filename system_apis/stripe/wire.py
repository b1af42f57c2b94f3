"""What does Stripe's JSON look like, as far as we read it? (API version 2026-10-28.endive)

Moments are whole seconds since 1970, amounts integers, currencies lower case.
"""

from decimal import Decimal
from typing import Generic, Literal, TypeVar

from msgspec import Struct

R = TypeVar("R")


class Listed(Struct, Generic[R]):
    """A list, from the newest back; a search answers the same with other paging."""

    data: tuple[R, ...]
    has_more: bool


class Customer(Struct):
    """A customer. One that was deleted is still found by its id, and says so with nothing else."""

    id: str
    name: str | None = None
    email: str | None = None
    delinquent: bool | None = None
    metadata: dict[str, str] = {}
    deleted: bool = False


class OfCustomer(Struct):
    """Anything that belongs to a customer, with the customer expanded."""

    customer: Customer | None


class Price(Struct):
    """What one piece costs; null when the price has tiers, or parts of a minor unit (then the decimal)."""

    product: str
    currency: str
    unit_amount: int | None
    unit_amount_decimal: Decimal | None = None
    nickname: str | None = None


class Item(Struct):
    """An item of a subscription; what is metered has no quantity."""

    id: str
    price: Price
    current_period_start: int
    current_period_end: int
    quantity: int | None = None


class Paused(Struct):
    """Since when a subscription stands still."""

    transitioned_at: int | None = None


class StatusDetails(Struct):
    """More about a status; only that of `paused` is read."""

    paused: Paused | None = None


SubscriptionStatus = Literal[
    "incomplete", "incomplete_expired", "trialing", "active", "past_due", "unpaid", "paused", "canceled"
]


class Subscription(Struct):
    """A subscription. `pause_collection`, which only stops invoices, leaves the status what it is."""

    id: str
    customer: str
    status: SubscriptionStatus
    items: Listed[Item]
    start_date: int
    cancel_at_period_end: bool
    ended_at: int | None
    trial_end: int | None
    status_details: StatusDetails | None = None


class PriceDetails(Struct):
    """Which product a line is for."""

    product: str | None = None


class Pricing(Struct):
    """How a line came to its amount."""

    unit_amount_decimal: Decimal | None = None
    price_details: PriceDetails | None = None


class LineItem(Struct):
    """A line of an invoice; `amount` is without tax and before discounts."""

    id: str
    amount: int
    currency: str
    description: str | None
    quantity: int | None
    pricing: Pricing | None


class Tax(Struct):
    """One tax of an invoice."""

    amount: int


class SubscriptionDetails(Struct):
    """Which subscription an invoice is for."""

    subscription: str | None = None


class Parent(Struct):
    """What made an invoice."""

    subscription_details: SubscriptionDetails | None = None


class Transitions(Struct):
    """When an invoice reached each status."""

    finalized_at: int | None
    paid_at: int | None


InvoiceStatus = Literal["draft", "open", "paid", "uncollectible", "void"]


class Invoice(Struct):
    """An invoice; a draft has no number yet."""

    id: str
    number: str | None
    customer: str
    status: InvoiceStatus
    currency: str
    total: int
    amount_paid: int
    amount_remaining: int
    total_taxes: tuple[Tax, ...] | None
    lines: Listed[LineItem]
    parent: Parent | None
    created: int
    due_date: int | None
    status_transitions: Transitions
    attempt_count: int
    next_payment_attempt: int | None
    pre_payment_credit_notes_amount: int = 0


class PaymentError(Struct):
    """Why the last attempt failed; a card's own reason is in `decline_code`."""

    code: str | None = None
    decline_code: str | None = None


class Charge(Struct):
    """The charge behind a payment, expanded; `refunded` only when all of it went back."""

    refunded: bool


IntentStatus = Literal[
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "succeeded",
    "canceled",
]


class PaymentIntent(Struct):
    """One try to collect money. Its charge is an id only, where nobody asked for more."""

    id: str
    customer: str | None
    status: IntentStatus
    amount: int
    currency: str
    created: int
    last_payment_error: PaymentError | None
    latest_charge: Charge | str | None


class Complaint(Struct):
    """What is read of an error; `param` is the parameter that it is about."""

    type: str | None = None
    code: str | None = None
    param: str | None = None


class Complaining(Struct):
    """The body of every refusal."""

    error: Complaint
