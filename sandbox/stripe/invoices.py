"""How does an invoice of the world read in Stripe?

Since 2025-03-31.basil the subscription stands under `parent` and payments are objects of their own: the
invoice has neither `subscription`, `charge` nor `payment_intent`. A draft has no number yet.
"""

from typing import Any

from sandbox.stripe.collection import charged_automatically
from sandbox.stripe.customers import tax_ids
from sandbox.stripe.ids import stripe_id, tax_rate_id
from sandbox.stripe.prices import price_of, seconds
from sandbox.stripe.subscriptions import item_number
from sandbox.world import CreditNote, Invoice, Line, World

Json = dict[str, Any]

# The same for every one of them: what the practice company does not use.
UNUSED: Json = {
    "account_tax_ids": None,
    "amount_overpaid": 0,
    "amount_shipping": 0,
    "application": None,
    "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None, "status": None},
    "automatically_finalizes_at": None,
    "custom_fields": None,
    "customer_account": None,
    "customer_phone": None,
    "customer_shipping": None,
    "default_payment_method": None,
    "default_source": None,
    "default_tax_rates": [],
    "description": None,
    "discounts": [],
    "footer": None,
    "from_invoice": None,
    "hosted_invoice_url": None,
    "invoice_pdf": None,
    "issuer": {"type": "self"},
    "last_finalization_error": None,
    "latest_revision": None,
    "livemode": False,
    "metadata": {},
    "on_behalf_of": None,
    "payment_settings": {
        "default_mandate": None,
        "payment_method_options": None,
        "payment_method_types": None,
    },
    "receipt_number": None,
    "rendering": None,
    "shipping_cost": None,
    "shipping_details": None,
    "starting_balance": 0,
    "statement_descriptor": None,
    "test_clock": None,
    "total_discount_amounts": [],
    "total_pretax_credit_amounts": [],
}

# The same for every one of them: what the practice company does not use.
UNUSED_OF_LINE: Json = {
    "discount_amounts": [],
    "discounts": [],
    "livemode": False,
    "metadata": {},
    "pretax_credit_amounts": [],
}


def invoice(world: World, asked: Invoice, customer: Json, notes: list[CreditNote]) -> Json:
    """`customer` is the customer's own rendering: Stripe copies its name and address at finalisation."""
    seller = world.entities[world.accounts[asked.account].entity]
    billed = world.subscriptions[asked.subscription]
    by_charge = charged_automatically(asked, billed)
    issued = [note for note in notes if note.voided is None]
    return {
        "id": stripe_id("invoice", asked.number),
        "object": "invoice",
        **UNUSED,
        "account_country": seller.country,
        "account_name": seller.name,
        **amounts(asked),
        "attempt_count": asked.attempts,
        "attempted": asked.attempts > 0,
        "auto_advance": asked.status in ("draft", "open")
        and billed.status != "unpaid"
        and not billed.holding,
        "billing_reason": asked.reason,
        "collection_method": "charge_automatically" if by_charge else "send_invoice",
        "created": seconds(asked.created),
        "currency": asked.currency.lower(),
        "customer": customer["id"],
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": tax_ids(world.accounts[asked.account]),
        "due_date": None if by_charge else seconds(asked.due),
        "effective_at": seconds(asked.finalized),
        "ending_balance": None if asked.status == "draft" else 0,
        "lines": lines(world, asked),
        "next_payment_attempt": seconds(asked.next_attempt),
        "number": None if asked.status == "draft" else asked.reference,
        "parent": parent(asked),
        "period_end": seconds(asked.period_end),
        "period_start": seconds(asked.period_start),
        "post_payment_credit_notes_amount": sum(note.amount - note.unpaid for note in issued),
        "pre_payment_credit_notes_amount": sum(note.unpaid for note in issued),
        "status": asked.status,
        "status_transitions": transitions(asked),
        "webhooks_delivered_at": seconds(asked.created),
    }


def amounts(asked: Invoice) -> Json:
    """In minor units. What is void or given up still shows what was not paid, as with Stripe."""
    paid = asked.to_pay if asked.status == "paid" else 0
    return {
        "amount_due": asked.to_pay,
        "amount_paid": paid,
        "amount_remaining": asked.to_pay - paid,
        "subtotal": asked.subtotal,
        "subtotal_excluding_tax": asked.subtotal,
        "total": asked.total,
        "total_excluding_tax": asked.subtotal,
        "total_taxes": taxes(asked.tax, asked.subtotal, asked),
    }


def transitions(asked: Invoice) -> Json:
    """When it reached each status; of what was given up long ago only the due date is known."""
    ended = seconds(asked.ended or asked.due or asked.finalized or asked.created)
    return {
        "finalized_at": seconds(asked.finalized),
        "marked_uncollectible_at": ended if asked.status == "uncollectible" else None,
        "paid_at": seconds(asked.paid),
        "voided_at": ended if asked.status == "void" else None,
    }


def parent(asked: Invoice) -> Json:
    details = {"metadata": {}, "subscription": stripe_id("subscription", asked.subscription)}
    return {"quote_details": None, "subscription_details": details, "type": "subscription_details"}


def taxes(amount: int, taxable: int, asked: Invoice) -> list[Json]:
    if not amount:
        return []
    return [
        {
            "amount": amount,
            "tax_behavior": "exclusive",
            "tax_rate_details": {"tax_rate": tax_rate_id(asked.currency)},
            "taxability_reason": "standard_rated",
            "taxable_amount": taxable,
            "type": "tax_rate_details",
        }
    ]


def lines(world: World, asked: Invoice) -> Json:
    rendered = [line_item(world, asked, line, place) for place, line in enumerate(asked.lines)]
    return {
        "object": "list",
        "data": rendered,
        "has_more": False,
        "total_count": len(rendered),
        "url": f"/v1/invoices/{stripe_id('invoice', asked.number)}/lines",
    }


def line_item(world: World, asked: Invoice, line: Line, place: int) -> Json:
    billed = world.subscriptions[asked.subscription]
    amount = line.quantity * line.unit_amount
    same = next((n for n, sold in enumerate(billed.lines) if sold.sku == line.sku), 0)
    number = item_number(billed, same)
    price = price_of(world, line, number, asked.currency, billed.interval)
    return {
        "id": stripe_id("line_item", asked.number * 100 + place),
        "object": "line_item",
        **UNUSED_OF_LINE,
        "amount": amount,
        "currency": asked.currency.lower(),
        "description": f"{line.quantity} \u00d7 {world.products[line.sku].name}",
        "discountable": True,
        "invoice": stripe_id("invoice", asked.number),
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": line.proration,
                "proration_details": None,
                "subscription": stripe_id("subscription", billed.number),
                "subscription_item": stripe_id("subscription_item", number),
            },
            "type": "subscription_item_details",
        },
        "period": {"end": seconds(asked.period_end), "start": seconds(asked.period_start)},
        "pricing": {
            "price_details": {"price": price["id"], "product": line.sku},
            "type": "price_details",
            "unit_amount_decimal": str(line.unit_amount),
        },
        "quantity": line.quantity,
        "quantity_decimal": str(line.quantity),
        "subtotal": amount,
        "subscription": stripe_id("subscription", billed.number),
        "taxes": taxes(share(asked, place), amount, asked),
    }


def share(asked: Invoice, place: int) -> int:
    """The tax of one line: in proportion, with what rounding leaves on the last one."""
    if not asked.tax or not asked.subtotal:
        return 0
    shares = [asked.tax * line.quantity * line.unit_amount // asked.subtotal for line in asked.lines]
    shares[-1] += asked.tax - sum(shares)
    return shares[place]
