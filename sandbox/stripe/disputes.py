"""How does a payment that the customer's bank took back read in Stripe?"""

from typing import Any

from sandbox.stripe.ids import stripe_id
from sandbox.stripe.prices import seconds
from sandbox.world import Dispute

Json = dict[str, Any]

# What a merchant may bring forward (docs.stripe.com/api/disputes/evidence_object).
EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def dispute(taken: Dispute, movements: list[Json]) -> Json:
    answered = taken.status != "needs_response"
    return {
        "id": stripe_id("dispute", taken.number),
        "object": "dispute",
        "amount": taken.amount,
        "balance_transactions": movements,
        "charge": stripe_id("charge", taken.payment),
        "created": seconds(taken.opened),
        "currency": taken.currency.lower(),
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": None if taken.closed else seconds(taken.answer_by),
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 1 if answered else 0,
        },
        "intended_submission_method": None,
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "network_reason_code": "10.4",
        "payment_intent": stripe_id("payment_intent", taken.payment),
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": taken.reason,
        "status": taken.status,
    }
