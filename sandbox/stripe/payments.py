"""How does one charge against an invoice read in Stripe?

Three objects tell it since 2025-03-31.basil: the invoice_payment joins an invoice to a payment_intent, which
has a charge. Every attempt of the world has its own three, so their ids never change; only the last attempt
of an open invoice is still waiting for another card.
"""

from typing import Any

from sandbox.stripe.ids import balance_transaction_id, stripe_id
from sandbox.stripe.prices import seconds
from sandbox.world import Payment, Refund

Json = dict[str, Any]

# The same for every one of them: what the practice company does not use.
UNUSED_OF_INTENT: Json = {
    "amount_capturable": 0,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": None,
    "customer_account": None,
    "excluded_payment_method_types": None,
    "livemode": False,
    "metadata": {},
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {},
    "processing": None,
    "receipt_email": None,
    "review": None,
    "shipping": None,
    "source": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "transfer_data": None,
    "transfer_group": None,
}

# The same for every one of them: what the practice company does not use.
UNUSED_OF_CHARGE: Json = {
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "calculated_statement_descriptor": None,
    "failure_balance_transaction": None,
    "fraud_details": {},
    "livemode": False,
    "metadata": {},
    "on_behalf_of": None,
    "payment_method": None,
    "receipt_email": None,
    "receipt_number": None,
    "receipt_url": None,
    "review": None,
    "shipping": None,
    "source_transfer": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "transfer_data": None,
    "transfer_group": None,
}


def intent(paid: Payment, *, waiting: bool) -> Json:
    id = stripe_id("payment_intent", paid.number)
    status = "succeeded" if collected(paid) else "requires_payment_method" if waiting else "canceled"
    return {
        "id": id,
        "object": "payment_intent",
        **UNUSED_OF_INTENT,
        "amount": paid.amount,
        "amount_details": {"tip": {}},
        "amount_received": paid.amount if collected(paid) else 0,
        "canceled_at": seconds(paid.at) if status == "canceled" else None,
        "cancellation_reason": "failed_invoice" if status == "canceled" else None,
        "capture_method": "automatic",
        "client_secret": f"{id}_secret_practice",
        "confirmation_method": "automatic",
        "created": seconds(paid.at),
        "currency": paid.currency.lower(),
        "customer": stripe_id("customer", paid.account),
        "description": "Subscription update",
        "last_payment_error": None if collected(paid) else payment_error(paid),
        "latest_charge": stripe_id("charge", paid.number),
        "payment_method_types": ["card"],
        "setup_future_usage": "off_session",
        "status": status,
    }


def collected(paid: Payment) -> bool:
    """The money came, even if it went back later."""
    return paid.status in ("succeeded", "refunded")


def payment_error(paid: Payment) -> Json:
    return {
        "type": "card_error",
        "charge": stripe_id("charge", paid.number),
        "code": "card_declined",
        "decline_code": paid.failure,
        "doc_url": "https://docs.stripe.com/error-codes/card-declined",
        "message": "Your card was declined.",
    }


def charge(paid: Payment, refunds: list[Refund], *, disputed: bool) -> Json:
    """What went back stays a part of the charge: `refunded` is true once all of it did."""
    id = stripe_id("charge", paid.number)
    back = paid.amount if paid.status == "refunded" else sum(one.amount for one in refunds)
    return {
        "id": id,
        "object": "charge",
        **UNUSED_OF_CHARGE,
        "amount": paid.amount,
        "amount_captured": paid.amount if collected(paid) else 0,
        "amount_refunded": back,
        "balance_transaction": balance_transaction_id(id) if collected(paid) else None,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": collected(paid),
        "created": seconds(paid.at),
        "currency": paid.currency.lower(),
        "customer": stripe_id("customer", paid.account),
        "description": "Subscription update",
        "disputed": disputed,
        "failure_code": None if collected(paid) else "card_declined",
        "failure_message": None if collected(paid) else "Your card was declined.",
        "outcome": outcome(paid),
        "paid": collected(paid),
        "payment_intent": stripe_id("payment_intent", paid.number),
        "payment_method_details": {"card": {"brand": "visa", "last4": "4242"}, "type": "card"},
        "refunded": 0 < paid.amount == back,
        "status": "succeeded" if collected(paid) else "failed",
    }


def outcome(paid: Payment) -> Json:
    good = collected(paid)
    return {
        "advice_code": None if good else "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None if good else "05",
        "network_status": "approved_by_network" if good else "declined_by_network",
        "reason": None if good else paid.failure,
        "risk_level": "normal",
        "seller_message": "Payment complete." if good else "The bank declined the payment.",
        "type": "authorized" if good else "issuer_declined",
    }


def invoice_payment(paid: Payment, *, waiting: bool, default: bool) -> Json:
    status = "paid" if collected(paid) else "open" if waiting else "canceled"
    return {
        "id": stripe_id("invoice_payment", paid.number),
        "object": "invoice_payment",
        "amount_paid": paid.amount if status == "paid" else None,
        "amount_requested": paid.amount,
        "created": seconds(paid.at),
        "currency": paid.currency.lower(),
        "invoice": stripe_id("invoice", paid.invoice),
        "is_default": default,
        "livemode": False,
        "payment": {"payment_intent": stripe_id("payment_intent", paid.number), "type": "payment_intent"},
        "status": status,
        "status_transitions": {
            "canceled_at": seconds(paid.at) if status == "canceled" else None,
            "paid_at": seconds(paid.at) if status == "paid" else None,
        },
    }
