"""How does a bank take a payment back, and how is it settled who was right?

(docs.stripe.com/disputes/how-disputes-work: the money goes at once, with a fee, and comes back if it is won)
"""

from datetime import timedelta
from typing import Any, Final, Literal

from sandbox.stripe import requests
from sandbox.stripe.customer_writes import metadata
from sandbox.stripe.desk import Desk
from sandbox.stripe.disputes import EVIDENCE
from sandbox.stripe.errors import unknown_parameter, wrong_state
from sandbox.stripe.ids import stripe_id
from sandbox.world import Dispute, Payment

Json = dict[str, Any]
ANSWER_WITHIN: Final = timedelta(days=7)
OPEN: Final = ("needs_response", "under_review")


def open_dispute(desk: Desk, payment: Payment, reason: str) -> Json:
    """The customer's bank takes all of a payment back."""
    charge = stripe_id("charge", payment.number)
    before = desk.find("charge", charge)
    number = desk.practice.next_number("disputes")
    desk.world.disputes[number] = Dispute(
        number=number,
        account=payment.account,
        payment=payment.number,
        amount=payment.amount,
        currency=payment.currency,
        reason=reason,
        status="needs_response",
        opened=desk.now,
        answer_by=desk.now + ANSWER_WITHIN,
    )
    id = stripe_id("dispute", number)
    desk.changed(disputes=[number], payments=[payment.number])
    desk.tell("dispute", id, "charge.dispute.created", "charge.dispute.funds_withdrawn")
    desk.tell("charge", charge, "charge.updated", before=before)
    return desk.find("dispute", id)


def update(desk: Desk, sent: requests.DisputeChange, id: str) -> Json:
    """Bring evidence; submitted, the bank looks at it."""
    taken = desk.world.disputes[desk.number("dispute", id)]
    if unknown := set(sent.evidence or {}) - set(EVIDENCE):
        raise unknown_parameter(f"evidence[{min(unknown)}]")
    if taken.status not in OPEN:
        raise wrong_state("This dispute is already closed.", "dispute_already_closed")
    before = desk.find("dispute", id)
    desk.say(id, metadata(sent.metadata, before))
    if sent.evidence:
        details = {**before["evidence_details"], "has_evidence": True, "submission_count": int(sent.submit)}
        desk.say(id, {"evidence": {**before["evidence"], **sent.evidence}, "evidence_details": details})
        taken.status = "under_review" if sent.submit else taken.status
    desk.changed(disputes=[taken.number])
    desk.tell("dispute", id, "charge.dispute.updated", before=before)
    return desk.find("dispute", id)


def accept(desk: Desk, _: requests.Plain, id: str) -> Json:
    """The merchant gives in: it is lost."""
    return close(desk, id, "lost")


def close(desk: Desk, id: str, outcome: Literal["won", "lost"]) -> Json:
    """The bank has decided; what was won comes back."""
    taken = desk.world.disputes[desk.number("dispute", id)]
    if taken.status not in OPEN:
        raise wrong_state("This dispute is already closed.", "dispute_already_closed")
    taken.status, taken.closed = outcome, desk.now
    desk.changed(disputes=[taken.number], payments=[taken.payment])
    desk.tell("dispute", id, "charge.dispute.closed")
    if outcome == "won":
        desk.tell("dispute", id, "charge.dispute.funds_reinstated")
    return desk.find("dispute", id)
