"""How does what is being billed read as a Stripe subscription?

Since 2025-03-31.basil the period stands on the items and not on the subscription; since 2026-09-30.endive
`paused` is a status of its own with `status_details`.
"""

from typing import Any

from sandbox.stripe.collection import charged_automatically
from sandbox.stripe.ids import entitlement_id, stripe_id
from sandbox.stripe.prices import plan, price_of, seconds
from sandbox.world import Invoice, Line, Subscription, World

Json = dict[str, Any]

# The same for every one of them: what the practice company does not use.
UNUSED: Json = {
    "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
    "billing_mode": {"type": "classic"},
    "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
    "payment_settings": {
        "payment_method_options": None,
        "payment_method_types": None,
        "save_default_payment_method": "off",
    },
    "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
    "application": None,
    "application_fee_percent": None,
    "billing_cycle_anchor_config": None,
    "billing_schedules": [],
    "billing_thresholds": None,
    "customer_account": None,
    "default_payment_method": None,
    "default_source": None,
    "default_tax_rates": [],
    "description": None,
    "discounts": [],
    "livemode": False,
    "next_pending_invoice_item_invoice": None,
    "on_behalf_of": None,
    "pending_invoice_item_interval": None,
    "pending_setup_intent": None,
    "pending_update": None,
    "schedule": None,
    "test_clock": None,
    "transfer_data": None,
}


def subscription(world: World, billed: Subscription, invoices: list[Invoice]) -> Json:
    """`invoices` are those of this subscription, newest first."""
    leaving = billed.cancel_at_period_end
    by_charge = is_charged(billed, invoices)
    terms = billed.days_until_due or world.accounts[billed.account].payment_terms_days
    return {
        "id": stripe_id("subscription", billed.number),
        "object": "subscription",
        **UNUSED,
        "billing_cycle_anchor": seconds(billed.counted_from),
        "cancel_at": seconds(billed.period_end) if leaving else None,
        "cancel_at_period_end": leaving,
        "canceled_at": seconds(billed.canceled_at),
        "cancellation_details": cancellation(billed),
        "collection_method": "charge_automatically" if by_charge else "send_invoice",
        "created": seconds(billed.started),
        "currency": billed.currency.lower(),
        "customer": stripe_id("customer", billed.account),
        "days_until_due": None if by_charge else terms,
        "ended_at": seconds(billed.ended_at),
        "items": items(world, billed),
        "latest_invoice": stripe_id("invoice", invoices[0].number) if invoices else None,
        "metadata": metadata(world, billed),
        "pause_collection": pause_collection(billed),
        "start_date": seconds(billed.started),
        "status": billed.status,
        "status_details": status_details(billed),
        "trial_end": seconds(billed.trial_end),
        "trial_start": seconds(billed.started) if billed.trial_end else None,
    }


def is_charged(billed: Subscription, invoices: list[Invoice]) -> bool:
    """As the subscription says; else its invoices show it."""
    if billed.collection:
        return billed.collection == "charge_automatically"
    return not invoices or any(charged_automatically(invoice, billed) for invoice in invoices)


def pause_collection(billed: Subscription) -> Json | None:
    """The older way to pause: the subscription goes on, only its invoices are not collected."""
    if billed.holding is None:
        return None
    return {"behavior": billed.holding, "resumes_at": seconds(billed.resumes)}


def cancellation(billed: Subscription) -> Json:
    reason = "cancellation_requested" if billed.canceled_at else None
    return {"comment": None, "feedback": None, "reason": reason}


def items(world: World, billed: Subscription) -> Json:
    """All items: never so many that Stripe would cut the list."""
    shown = [item(world, billed, line, place) for place, line in enumerate(billed.lines)]
    return {
        "object": "list",
        "data": shown,
        "has_more": False,
        "total_count": len(shown),
        "url": f"/v1/subscription_items?subscription={stripe_id('subscription', billed.number)}",
    }


def metadata(world: World, billed: Subscription) -> dict[str, str]:
    contract = world.contracts.get(billed.contract)
    return {"contract_reference": contract.reference} if contract else {}


def status_details(billed: Subscription) -> Json | None:
    if billed.status != "paused":
        return None
    paused = {
        "subscription": {"type": "pause_requested"},
        "transitioned_at": seconds(billed.paused_at or billed.changed),
        "type": "subscription",
    }
    return {"paused": paused}


def item(world: World, billed: Subscription, line: Line, place: int) -> Json:
    number = item_number(billed, place)
    price = price_of(world, line, number, billed.currency, billed.interval)
    return {
        "id": stripe_id("subscription_item", number),
        "object": "subscription_item",
        "billed_until": None,
        "billing_thresholds": None,
        "created": seconds(billed.started),
        "current_period_end": seconds(billed.period_end),
        "current_period_start": seconds(billed.period_start),
        "discounts": [],
        "metadata": {},
        "plan": plan(price),
        "price": price,
        "quantity": line.quantity,
        "subscription": stripe_id("subscription", billed.number),
        "tax_rates": [],
    }


def item_number(billed: Subscription, place: int) -> int:
    """Of the line at this place; at most a hundred lines ever stand in one subscription."""
    return billed.number * 100 + (billed.slots[place] if billed.slots else place)


def active_entitlement(customer: str, feature: Json) -> Json:
    """One feature a customer may use now. The object does not name the customer: it is asked by it."""
    return {
        "id": entitlement_id(customer, feature["lookup_key"]),
        "object": "entitlements.active_entitlement",
        "feature": feature["id"],
        "livemode": False,
        "lookup_key": feature["lookup_key"],
    }
