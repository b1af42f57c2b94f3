"""How do movements of the balance, and payouts of it, read in Stripe?

Charges bring money less a fee, refunds and disputes take it, a payout takes all to the bank. The fees are the
practice company's own: 2.9 % and a fixed part of a charge (3.6 % in yen), and a fixed fee of a dispute.
"""

from datetime import datetime
from typing import Any, Final

from sandbox.stripe.ids import balance_transaction_id, stripe_id
from sandbox.stripe.prices import seconds
from sandbox.world import Dispute, Payment, Payout, Refund

Json = dict[str, Any]

# Basis points of a charge, the fixed part of its fee, and the fee of a dispute; minor units by currency.
FEES: Final = {"USD": (290, 30, 1_500), "EUR": (290, 25, 2_000), "JPY": (360, 0, 1_300)}
_OTHER: Final = (290, 30, 1_500)


def of_charge(paid: Payment) -> Json:
    share, fixed, _ = FEES.get(paid.currency, _OTHER)
    fee = (paid.amount * share + 5_000) // 10_000 + fixed if paid.amount else 0
    source = stripe_id("charge", paid.number)
    return movement("charge", source, paid.amount, paid.currency, paid.at, fee=fee)


def of_refund(back: Refund) -> Json:
    """Stripe keeps the fee of a charge that went back."""
    source = stripe_id("refund", back.number)
    return movement("refund", source, -back.amount, back.currency, back.at)


def of_dispute(taken: Dispute) -> list[Json]:
    """What was withdrawn with a fee, and when it was won what came back without it."""
    source = stripe_id("dispute", taken.number)
    fee = FEES.get(taken.currency, _OTHER)[2]
    movements = [movement("adjustment", source, -taken.amount, taken.currency, taken.opened, fee=fee)]
    if taken.status == "won" and taken.closed:
        back = movement("adjustment", source, taken.amount, taken.currency, taken.closed, again=True)
        movements.append(back)
    return movements


def of_payout(paid: Payout) -> list[Json]:
    """What went to the bank, and what the bank sent back."""
    source = stripe_id("payout", paid.number)
    movements = [movement("payout", source, -paid.amount, paid.currency, paid.created)]
    if paid.failed:
        movements.append(
            movement("payout_failure", source, paid.amount, paid.currency, paid.failed, again=True)
        )
    return movements


_CATEGORIES: Final = {"adjustment": "dispute", "payout_failure": "payout"}


def back_id(source: str) -> str:
    """The id of the movement that brings back what another took."""
    return balance_transaction_id(source) + "R"


def movement(
    kind: str, source: str, amount: int, currency: str, at: datetime, *, fee: int = 0, again: bool = False
) -> Json:
    """One balance transaction. Everything is available at once here."""
    category = _CATEGORIES.get(kind, kind)
    detail = {
        "amount": fee,
        "application": None,
        "currency": currency.lower(),
        "description": "Stripe processing fees" if kind == "charge" else "Dispute fee",
        "type": "stripe_fee",
    }
    return {
        "id": back_id(source) if again else balance_transaction_id(source),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": seconds(at),
        "balance_type": "payments",
        "created": seconds(at),
        "currency": currency.lower(),
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [detail] if fee else [],
        "net": amount - fee,
        "reporting_category": f"{category}_reversal" if again else category,
        "source": source,
        "status": "available",
        "type": kind,
    }


def payout(paid: Payout) -> Json:
    id = stripe_id("payout", paid.number)
    return {
        "id": id,
        "object": "payout",
        "amount": paid.amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": seconds(paid.arrives),
        "automatic": not paid.by_hand,
        "balance_transaction": balance_transaction_id(id),
        "created": seconds(paid.created),
        "currency": paid.currency.lower(),
        "description": "STRIPE PAYOUT",
        "destination": stripe_id("bank_account", 1),
        "failure_balance_transaction": back_id(id) if paid.failed else None,
        "failure_code": "account_closed" if paid.failed else None,
        "failure_message": "The bank account has been closed" if paid.failed else None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable" if paid.by_hand else "completed",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "failed" if paid.failed else "paid" if paid.paid else "pending",
        "trace_id": None,
        "type": "bank_account",
    }
