"""How does what was taken back of an invoice, and the money that went back, read in Stripe?"""

from typing import Any

from sandbox.finances import CreditedLine
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
        "lines": lines(world, note),
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
        "total_taxes": taxes(note.tax, note.amount - note.tax, asked.currency),
        "type": kind,
        "voided_at": seconds(note.voided),
    }


def lines(world: World, note: CreditNote) -> Json:
    """What it is about: lines of the invoice, or nothing in particular."""
    shown = [line_item(world, note, line, place) for place, line in enumerate(note.lines)]
    return {
        "object": "list",
        "data": shown,
        "has_more": False,
        "total_count": len(shown),
        "url": f"/v1/credit_notes/{stripe_id('credit_note', note.number)}/lines",
    }


def line_item(world: World, note: CreditNote, line: CreditedLine, place: int) -> Json:
    asked = world.invoices[note.invoice]
    of = None if line.place is None else stripe_id("line_item", note.invoice * 100 + line.place)
    unit = line.amount // line.quantity if line.quantity else None
    return {
        "id": stripe_id("credit_note_line_item", note.number * 100 + place),
        "object": "credit_note_line_item",
        "amount": line.amount,
        "description": line.description or "Credit",
        "discount_amount": 0,
        "discount_amounts": [],
        **({} if of is None else {"invoice_line_item": of}),
        "livemode": False,
        "pretax_credit_amounts": [],
        "quantity": line.quantity,
        "tax_rates": [],
        "taxes": taxes(line.tax, line.amount, asked.currency),
        "type": "custom_line_item" if of is None else "invoice_line_item",
        "unit_amount": unit,
        "unit_amount_decimal": None if unit is None else str(unit),
    }


def taxes(amount: int, taxable: int, currency: str) -> list[Json]:
    if not amount:
        return []
    return [
        {
            "amount": amount,
            "tax_behavior": "exclusive",
            "tax_rate_details": {"tax_rate": tax_rate_id(currency)},
            "taxability_reason": "standard_rated",
            "taxable_amount": taxable,
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
