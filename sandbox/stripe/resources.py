"""Which objects does Stripe list, under which path and with which filters?

One row per path below `/v1`. Filters are those of the API reference (docs.stripe.com/api) that reads need;
any other parameter is refused as unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.stripe.errors import Refusal, missing_parameter, unknown_parameter
from sandbox.stripe.parameters import Asked, whole_number
from sandbox.stripe.shelf import at

Json = dict[str, Any]
Keep = Callable[[Json], bool]
Filter = Callable[[Asked, str], Keep]


@dataclass(frozen=True)
class Resource:
    """`kind` is the object's name, `noun` what Stripe calls a missing one; `usual` holds without a filter."""

    path: str
    kind: str
    noun: str
    filters: dict[str, Filter] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    usual: Keep | None = None
    readable: bool = True


def equal(path: str) -> Filter:
    """Takes objects whose value is the one given."""

    def wanted(asked: Asked, name: str) -> Keep:
        want = asked.plain.get(name)
        return lambda one: bool(at(one, path) == want)

    return wanted


def flag(path: str) -> Filter:
    """Takes objects by a boolean."""

    def wanted(asked: Asked, name: str) -> Keep:
        value = asked.plain.get(name, "")
        if value not in ("true", "false"):
            raise Refusal(400, f"Invalid boolean: {value}", param=name)
        return lambda one: at(one, path) is (value == "true")

    return wanted


BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda have, bound: have > bound,
    "gte": lambda have, bound: have >= bound,
    "lt": lambda have, bound: have < bound,
    "lte": lambda have, bound: have <= bound,
}


def between(path: str) -> Filter:
    """Takes objects by a moment: exactly, or between `gt`, `gte`, `lt` and `lte`."""

    def wanted(asked: Asked, name: str) -> Keep:
        parts = asked.parts.get(name, {})
        for part in parts:
            if part not in BOUNDS:
                raise Refusal(
                    400, f"Received unknown parameter: {name}[{part}]", "parameter_unknown", f"{name}[{part}]"
                )
        bounds = [(BOUNDS[part], whole_number(f"{name}[{part}]", value)) for part, value in parts.items()]
        exact = whole_number(name, asked.plain[name]) if name in asked.plain else None

        def keep(one: Json) -> bool:
            have = at(one, path)
            if have is None or (exact is not None and have != exact):
                return False
            return all(holds(have, bound) for holds, bound in bounds)

        return keep

    return wanted


def one_of(path: str, *known: str, groups: dict[str, tuple[str, ...]] | None = None) -> Filter:
    """Takes objects by a word of a closed list; a group's name stands for several of them."""

    def wanted(asked: Asked, name: str) -> Keep:
        value = asked.plain.get(name, "")
        if value not in known and value not in (groups or {}):
            words = ", ".join((*known, *(groups or {})))
            raise Refusal(400, f"Invalid {name}: must be one of {words}", param=name)
        taken = (groups or {}).get(value, (value,))
        return lambda one: at(one, path) in taken

    return wanted


def among(path: str) -> Filter:
    """Takes objects whose value is in a list (`ids[]=`)."""

    def wanted(asked: Asked, name: str) -> Keep:
        return lambda one: at(one, path) in asked.lists.get(name, [])

    return wanted


def paid_by(asked: Asked, name: str) -> Keep:
    """Takes what a payment paid: `payment[type]` and `payment[payment_intent]`, or the type alone."""
    parts = asked.parts.get(name, {})
    if unknown := parts.keys() - {"type", "payment_intent", "payment_record"}:
        raise unknown_parameter(f"{name}[{min(unknown)}]")
    if "type" not in parts:
        raise missing_parameter(f"{name}[type]")
    return lambda one: all(at(one, f"payment.{part}") == value for part, value in parts.items())


CREATED: dict[str, Filter] = {"created": between("created")}
CUSTOMER: dict[str, Filter] = {"customer": equal("customer")}
STATUSES = (
    "active",
    "past_due",
    "unpaid",
    "canceled",
    "incomplete",
    "incomplete_expired",
    "trialing",
    "paused",
)
GROUPS = {"all": STATUSES, "ended": ("canceled", "incomplete_expired")}

RESOURCES = (
    Resource("customers", "customer", "customer", {**CREATED, "email": equal("email")}),
    Resource(
        "subscriptions",
        "subscription",
        "subscription",
        {
            **CREATED,
            **CUSTOMER,
            "collection_method": one_of("collection_method", "charge_automatically", "send_invoice"),
            "status": one_of("status", *STATUSES, groups=GROUPS),
        },
        usual=lambda one: one["status"] != "canceled",
    ),
    Resource(
        "subscription_items",
        "subscription_item",
        "subscription item",
        {"subscription": equal("subscription")},
        ("subscription",),
    ),
    Resource(
        "invoices",
        "invoice",
        "invoice",
        {
            **CREATED,
            **CUSTOMER,
            "collection_method": one_of("collection_method", "charge_automatically", "send_invoice"),
            "due_date": between("due_date"),
            "status": one_of("status", "draft", "open", "paid", "uncollectible", "void"),
            "subscription": equal("parent.subscription_details.subscription"),
        },
    ),
    Resource(
        "invoice_payments",
        "invoice_payment",
        "invoice_payment",
        {
            **CREATED,
            "invoice": equal("invoice"),
            "payment": paid_by,
            "status": one_of("status", "canceled", "open", "paid"),
        },
    ),
    Resource("payment_intents", "payment_intent", "payment_intent", {**CREATED, **CUSTOMER}),
    Resource(
        "charges", "charge", "charge", {**CREATED, **CUSTOMER, "payment_intent": equal("payment_intent")}
    ),
    Resource("products", "product", "product", {**CREATED, "active": flag("active"), "ids": among("id")}),
    Resource(
        "prices",
        "price",
        "price",
        {
            **CREATED,
            "active": flag("active"),
            "currency": equal("currency"),
            "product": equal("product"),
            "type": one_of("type", "one_time", "recurring"),
        },
    ),
    Resource("entitlements/features", "entitlements.feature", "feature", {"lookup_key": equal("lookup_key")}),
    Resource(
        "credit_notes", "credit_note", "credit note", {**CREATED, **CUSTOMER, "invoice": equal("invoice")}
    ),
    Resource(
        "disputes",
        "dispute",
        "dispute",
        {**CREATED, "charge": equal("charge"), "payment_intent": equal("payment_intent")},
    ),
    Resource(
        "refunds",
        "refund",
        "refund",
        {**CREATED, "charge": equal("charge"), "payment_intent": equal("payment_intent")},
    ),
    Resource(
        "payouts",
        "payout",
        "payout",
        {
            **CREATED,
            "arrival_date": between("arrival_date"),
            "status": one_of("status", "pending", "paid", "failed", "canceled", "in_transit"),
        },
    ),
    Resource(
        "balance_transactions",
        "balance_transaction",
        "balance transaction",
        {**CREATED, "currency": equal("currency"), "source": equal("source"), "type": equal("type")},
    ),
)
