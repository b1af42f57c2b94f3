"""Which references may be asked to come along whole (`expand[]`), and how do they?

One table says, per kind of object, where a relation stands and what it leads to; a path is checked against
it before any object is looked at, so a wrong one is refused on an empty list too.
(docs.stripe.com/expand: `data.` before the name on lists; at most four levels, and `data` counts as one,
so `data.items.data.price.product` and `data.payments.data.payment.payment_intent` are out of reach.)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.stripe.books import Books
from sandbox.stripe.errors import DEEPEST, not_expandable, too_deep

Json = dict[str, Any]


@dataclass(frozen=True)
class Relation:
    """`kind`: what it leads to; none: always null here. `listed`: a list, `brings` one only on request."""

    kind: str | None = None
    listed: bool = False
    brings: Callable[[Books, Json], list[Json]] | None = None


NOTHING = Relation()
CUSTOMER, INVOICE, SUBSCRIPTION = Relation("customer"), Relation("invoice"), Relation("subscription")
PRICE, PRODUCT, INTENT = Relation("price"), Relation("product"), Relation("payment_intent")
CHARGE, MOVEMENT = Relation("charge"), Relation("balance_transaction")


def _living(books: Books, customer: Json) -> list[Json]:
    return [
        one for one in books.of("subscription", "customer", customer["id"]) if one["status"] != "canceled"
    ]


RELATIONS: dict[str, dict[str, Relation]] = {
    "customer": {
        "default_source": NOTHING,
        "invoice_settings.default_payment_method": NOTHING,
        "test_clock": NOTHING,
        "subscriptions": Relation("subscription", listed=True, brings=_living),
        "tax_ids": Relation(
            "tax_id", listed=True, brings=lambda books, one: books.of("tax_id", "customer", one["id"])
        ),
    },
    "subscription": {
        "customer": CUSTOMER,
        "latest_invoice": INVOICE,
        "items": Relation("subscription_item", listed=True),
        **dict.fromkeys(
            ("application", "default_payment_method", "default_source", "discounts", "on_behalf_of"), NOTHING
        ),
        **dict.fromkeys(("pending_setup_intent", "schedule", "test_clock"), NOTHING),
    },
    "subscription_item": {"price": PRICE, "discounts": NOTHING},
    "invoice": {
        "customer": CUSTOMER,
        "lines": Relation("line_item", listed=True),
        "parent.subscription_details.subscription": SUBSCRIPTION,
        "payments": Relation(
            "invoice_payment",
            listed=True,
            brings=lambda books, one: books.of("invoice_payment", "invoice", one["id"]),
        ),
        **dict.fromkeys(
            ("application", "confirmation_secret", "default_payment_method", "discounts"), NOTHING
        ),
        **dict.fromkeys(("default_source", "latest_revision", "on_behalf_of", "test_clock"), NOTHING),
    },
    "line_item": {
        "pricing.price_details.price": PRICE,
        "subscription": SUBSCRIPTION,
        "discounts": NOTHING,
    },
    "invoice_payment": {"invoice": INVOICE, "payment.payment_intent": INTENT},
    "payment_intent": {
        "customer": CUSTOMER,
        "latest_charge": CHARGE,
        **dict.fromkeys(("application", "on_behalf_of", "payment_method", "review"), NOTHING),
    },
    "charge": {
        "customer": CUSTOMER,
        "payment_intent": INTENT,
        "balance_transaction": MOVEMENT,
        **dict.fromkeys(("application", "on_behalf_of", "review"), NOTHING),
    },
    "credit_note": {
        "customer": CUSTOMER,
        "invoice": INVOICE,
        "customer_balance_transaction": NOTHING,
    },
    "refund": {
        "charge": CHARGE,
        "customer": CUSTOMER,
        "payment_intent": INTENT,
        "balance_transaction": MOVEMENT,
        **dict.fromkeys(("source_transfer_reversal", "transfer_reversal"), NOTHING),
    },
    "dispute": {"charge": CHARGE, "payment_intent": INTENT},
    "payout": {
        **dict.fromkeys(("balance_transaction", "failure_balance_transaction"), MOVEMENT),
        **dict.fromkeys(("destination", "original_payout"), NOTHING),
    },
    "balance_transaction": {"source": Relation("source")},
    "price": {"product": PRODUCT},
    "product": {"default_price": PRICE, "tax_code": NOTHING},
    "tax_id": {"customer": CUSTOMER},
    "entitlements.active_entitlement": {"feature": Relation("entitlements.feature")},
}

Steps = list[tuple[str, Relation]]


def steps(path: str, kind: str, *, listed: bool) -> Steps:
    """The relations along one path from an object of `kind` (or a list of them), or Stripe's 400."""
    names = path.split(".")
    if len(names) > DEEPEST:
        raise too_deep(path)
    if listed:
        if names[0] != "data" or len(names) == 1:
            raise not_expandable(path, listed=path != "data")
        names = names[1:]
    found: Steps = []
    at: str | None = kind
    while names:
        where, relation = _first(names, at, path)
        found.append((where, relation))
        names = names[where.count(".") + 1 :]
        if relation.listed and names[:1] == ["data"]:
            names = names[1:]
        at = relation.kind
    return found


def _first(names: list[str], kind: str | None, path: str) -> tuple[str, Relation]:
    """The longest beginning of a path that is a relation of this kind."""
    known = RELATIONS.get(kind or "", {})
    for length in range(len(names), 0, -1):
        if relation := known.get(where := ".".join(names[:length])):
            return where, relation
    raise not_expandable(names[0] if kind else path, listed=False)


def expanded(books: Books, one: Json, along: Steps) -> Json:
    """A copy of the object in which the relations along the path came whole; the object stays as it is."""
    if not along:
        return one
    (where, relation), rest = along[0], along[1:]
    *holders, last = where.split(".")
    copy = holder = dict(one)
    for name in holders:
        if holder[name] is None:
            return one
        holder[name] = holder = dict(holder[name])
    holder[last] = _whole(books, one, holder.get(last), relation, rest)
    return copy


def _whole(books: Books, one: Json, value: Any, relation: Relation, rest: Steps) -> Any:
    if relation.brings and value is None:
        url = f"/v1/{one['object']}s/{one['id']}/{relation.kind}s"
        value = {"object": "list", "data": relation.brings(books, one), "has_more": False, "url": url}
    if relation.listed and isinstance(value, dict):
        return value | {"data": [expanded(books, each, rest) for each in value["data"]]}
    if relation.kind and isinstance(value, str):
        value = books.find(relation.kind, value) or value
    return expanded(books, value, rest) if isinstance(value, dict) else value
