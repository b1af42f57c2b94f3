"""What may a caller send to each write of Stripe?

The parameters of the API reference (docs.stripe.com/api) that the practice company can carry out, each of the
reference's own type. An empty text takes a value away. What Stripe knows and this company does not is refused
as unknown, rather than taken and forgotten.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Metadata = dict[str, str] | Literal[""]
Amount = Annotated[int, Meta(ge=1, le=99_999_999)]
Quantity = Annotated[int, Meta(ge=0, le=1_000_000)]
Proration = Literal["always_invoice", "create_prorations", "none"]
Collecting = Literal["charge_automatically", "send_invoice"]
CardReason = Literal["duplicate", "fraudulent", "requested_by_customer"]


class Sent(Struct, forbid_unknown_fields=True, kw_only=True):
    """Every write may ask for parts to come along whole."""

    expand: list[str] = []


class Address(Struct, forbid_unknown_fields=True):
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


class TaxId(Sent):
    type: str
    value: str


class InvoiceSettings(Struct, forbid_unknown_fields=True):
    default_payment_method: str | None = None
    footer: str | None = None


class Customer(Sent):
    """The same to make and to change one."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    description: str | None = None
    address: Address | Literal[""] | None = None
    tax_exempt: Literal["none", "exempt", "reverse", ""] | None = None
    preferred_locales: list[str] | None = None
    invoice_settings: InvoiceSettings | None = None
    metadata: Metadata | None = None


class NewCustomer(Customer):
    tax_id_data: list[TaxId] = []
    payment_method: str | None = None


class Recurring(Struct, forbid_unknown_fields=True):
    interval: Literal["month", "year"]
    interval_count: Literal["1", 1] = 1


class PriceData(Struct, forbid_unknown_fields=True):
    currency: str
    product: str
    recurring: Recurring
    unit_amount: Annotated[int, Meta(ge=0, le=99_999_999)]
    tax_behavior: Literal["exclusive", "unspecified"] | None = None


class NewItem(Struct, forbid_unknown_fields=True):
    price: str | None = None
    price_data: PriceData | None = None
    quantity: Quantity = 1


class Item(Struct, forbid_unknown_fields=True):
    id: str | None = None
    price: str | None = None
    price_data: PriceData | None = None
    quantity: Quantity | None = None
    deleted: bool = False


class AutomaticTax(Struct, forbid_unknown_fields=True):
    enabled: bool


class NewSubscription(Sent):
    customer: str
    items: list[NewItem]
    currency: str | None = None
    collection_method: Collecting = "charge_automatically"
    days_until_due: Annotated[int, Meta(ge=0, le=3_650)] | None = None
    trial_end: int | Literal["now"] | None = None
    trial_period_days: Annotated[int, Meta(ge=1, le=730)] | None = None
    cancel_at_period_end: bool = False
    automatic_tax: AutomaticTax | None = None
    description: str | None = None
    default_payment_method: str | None = None
    payment_behavior: Literal["allow_incomplete", "error_if_incomplete", "default_incomplete"] = (
        "allow_incomplete"
    )
    off_session: bool = False
    metadata: Metadata | None = None


class Holding(Struct, forbid_unknown_fields=True):
    behavior: Literal["keep_as_draft", "mark_uncollectible", "void"]
    resumes_at: int | None = None


class Leaving(Struct, forbid_unknown_fields=True):
    comment: str | None = None
    feedback: str | None = None


class SubscriptionChange(Sent):
    items: list[Item] = []
    proration_behavior: Proration = "create_prorations"
    proration_date: int | None = None
    cancel_at_period_end: bool | None = None
    cancellation_details: Leaving | None = None
    pause_collection: Holding | Literal[""] | None = None
    collection_method: Collecting | None = None
    days_until_due: Annotated[int, Meta(ge=0, le=3_650)] | None = None
    trial_end: Literal["now"] | None = None
    description: str | None = None
    default_payment_method: str | None = None
    payment_behavior: Literal["allow_incomplete", "error_if_incomplete", "pending_if_incomplete"] | None = (
        None
    )
    off_session: bool = False
    metadata: Metadata | None = None


class Cancel(Sent):
    cancellation_details: Leaving | None = None
    invoice_now: bool = False
    prorate: bool = False


class Type(Struct, forbid_unknown_fields=True):
    type: str


class BillFor(Struct, forbid_unknown_fields=True):
    outstanding_usage_through: Type | None = None
    unused_time_from: Type | None = None


class Pause(Sent):
    type: Literal["subscription"] = "subscription"
    invoicing_behavior: Literal["invoice", "pending_invoice_item"] = "pending_invoice_item"
    bill_for: BillFor | None = None


class Anchor(Struct, forbid_unknown_fields=True):
    type: Literal["now", "unchanged"]


class Resume(Sent):
    billing_cycle_anchor: Anchor | Literal["now", "unchanged"] = "now"
    proration_behavior: Proration = "create_prorations"
    payment_behavior: Literal["resume_on_payment_attempt", "resume_on_payment_success"] = (
        "resume_on_payment_attempt"
    )


class InvoiceChange(Sent):
    description: str | None = None
    metadata: Metadata | None = None


class Finalize(Sent):
    auto_advance: bool = True


class Pay(Sent):
    paid_out_of_band: bool = False
    off_session: bool = True
    payment_method: str | None = None


class Plain(Sent):
    """Nothing but `expand`."""


class CreditedLine(Struct, forbid_unknown_fields=True):
    type: Literal["invoice_line_item", "custom_line_item"]
    invoice_line_item: str | None = None
    amount: Amount | None = None
    quantity: Annotated[int, Meta(ge=1)] | None = None
    unit_amount: Amount | None = None
    description: str | None = None


class NewCreditNote(Sent):
    invoice: str
    amount: Amount | None = None
    lines: list[CreditedLine] = []
    reason: Literal["duplicate", "fraudulent", "order_change", "product_unsatisfactory"] | None = None
    memo: str | None = None
    refund_amount: Annotated[int, Meta(ge=0)] = 0
    credit_amount: Annotated[int, Meta(ge=0)] = 0
    out_of_band_amount: Annotated[int, Meta(ge=0)] = 0
    email_type: Literal["credit_note", "none"] | None = None
    metadata: Metadata | None = None


class NewRefund(Sent):
    charge: str | None = None
    payment_intent: str | None = None
    amount: Amount | None = None
    reason: CardReason | None = None
    metadata: Metadata | None = None


class Metadatum(Sent):
    """A change of metadata and nothing else."""

    metadata: Metadata | None = None


class DisputeChange(Sent):
    evidence: dict[str, str] | None = None
    submit: bool = True
    metadata: Metadata | None = None


class NoteChange(Sent):
    memo: str | None = None
    metadata: Metadata | None = None
