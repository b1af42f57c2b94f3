"""How does what was taken back of an invoice, and the money that went back, read in Stripe?"""

from typing import Any

from sandbox.stripe.ids import balance_transaction_id, stripe_id, tax_rate_id
from sandbox.stripe.prices import seconds
from sandbox.world import CreditNote, Refund, World

Json = dict[str, Any]


def credit_note(world: World, note: CreditNote) -> Json:
    """`pre_payment` came off before the invoice was paid; a refund or a balance credit is `post_payment`."""
    asked = world.invoices[note.invoice]
    id, after = stripe_id("credit_note", note.number), note.amount - note.unpaid
    kind = "mixed" if note.unpaid and after else "post_payment" if after else "pre_payment"
    back = world.refunds.get(note.refund or 0)
    refund_id = stripe_id("refund", back.number) if back else None
    return {
        "id": id,
        "object": "credit_note",
        "amount": note.amount,
        "amount_shipping": 0,
        "created": seconds(note.created),
        "currency": asked.currency.lower(),
        "customer": stripe_id("customer", note.account),
        "customer_account": None,
        "customer_balance_transaction": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": seconds(note.created),
        "invoice": stripe_id("invoice", note.invoice),
        "lines": lines(note, asked.currency),
        "livemode": False,
        "memo": note.memo,
        "metadata": {},
        "number": note.reference,
        "out_of_band_amount": note.elsewhere or None,
        "pdf": f"https://pay.stripe.com/credit_notes/{id}/pdf",
        "post_payment_amount": after,
        "pre_payment_amount": note.unpaid,
        "pretax_credit_amounts": [],
        "reason": note.reason,
        "refunds": [{"amount_refunded": back.amount, "refund": refund_id, "type": "refund"}] if back else [],
        "shipping_cost": None,
        "status": "void" if note.voided else "issued",
        "subtotal": note.amount - note.tax,
        "subtotal_excluding_tax": note.amount - note.tax,
        "total": note.amount,
        "total_excluding_tax": note.amount - note.tax,
        "total_taxes": taxes(note, asked.currency),
        "type": kind,
        "voided_at": seconds(note.voided),
    }


def lines(note: CreditNote, currency: str) -> Json:
    """One line for the whole: here a credit does not say which lines of the invoice it is about."""
    net = note.amount - note.tax
    line = {
        "id": stripe_id("credit_note_line_item", note.number),
        "object": "credit_note_line_item",
        "amount": net,
        "description": note.memo or "Credit",
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": False,
        "pretax_credit_amounts": [],
        "quantity": 1,
        "tax_rates": [],
        "taxes": taxes(note, currency),
        "type": "custom_line_item",
        "unit_amount": net,
        "unit_amount_decimal": str(net),
    }
    url = f"/v1/credit_notes/{stripe_id('credit_note', note.number)}/lines"
    return {"object": "list", "data": [line], "has_more": False, "total_count": 1, "url": url}


def taxes(note: CreditNote, currency: str) -> list[Json]:
    if not note.tax:
        return []
    return [
        {
            "amount": note.tax,
            "tax_behavior": "exclusive",
            "tax_rate_details": {"tax_rate": tax_rate_id(currency)},
            "taxability_reason": "standard_rated",
            "taxable_amount": note.amount - note.tax,
            "type": "tax_rate_details",
        }
    ]


def refund(back: Refund) -> Json:
    id = stripe_id("refund", back.number)
    return {
        "id": id,
        "object": "refund",
        "amount": back.amount,
        "balance_transaction": balance_transaction_id(id),
        "charge": stripe_id("charge", back.payment),
        "created": seconds(back.at),
        "currency": back.currency.lower(),
        "customer": stripe_id("customer", back.account),
        "customer_account": None,
        "destination_details": {
            "card": {"reference": None, "reference_status": "pending", "type": "refund"},
            "type": "card",
        },
        "metadata": {},
        "payment_intent": stripe_id("payment_intent", back.payment),
        "payment_method": None,
        "reason": back.reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
