"""What happens in the company while its gateway is killed?

One phase is over when nothing is under way any more, so that a gateway that dies makes later, and not other,
what one that lives makes at once.
"""

from collections.abc import Callable
from typing import Any, Final

from tests.chaos.town import Town

Rest = Callable[[], None]


def late_payment(town: Town, rest: Rest) -> None:
    """A payment fails, fails again as a hard decline, and is made after all."""
    invoice = town.act("stripe", "/fail-payment")["invoice"]
    rest()
    town.act("stripe", "/fail-payment", invoice=invoice, decline_code="expired_card")
    rest()
    town.act("stripe", "/pay", invoice=invoice)
    rest()


def money_in_the_ledger(town: Town, rest: Rest) -> None:
    """An invoice is finalised, paid, credited and partly refunded; another's payment is disputed and won;
    the payment provider pays out, and our bank sends one payout back."""
    first, second = _drafts(town)[:2]
    for invoice in (first, second):
        town.stripe(f"invoices/{invoice['id']}/finalize", auto_advance="false")
    rest()
    for invoice in (first, second):
        town.act("stripe", "/pay", invoice=invoice["id"])
    rest()
    part = invoice_total(town, first["id"]) // 4
    town.stripe("credit_notes", invoice=first["id"], amount=part, refund_amount=part)
    rest()
    town.stripe("refunds", payment_intent=_paid_by(town, first["id"]), amount=part)
    rest()
    dispute = town.act("stripe", "/dispute", invoice=second["id"])["dispute"]
    rest()
    town.act("stripe", "/close-dispute", dispute=dispute, outcome="won")
    rest()
    payouts = town.act("stripe", "/payout")["data"]
    town.act("stripe", "/clock", advance_seconds=3 * 86_400)
    rest()
    town.act("stripe", "/return-payout", payout=payouts[0]["payout"])
    rest()


STORIES: Final[tuple[Callable[[Town, Rest], None], ...]] = (late_payment, money_in_the_ledger)


def _drafts(town: Town) -> list[dict[str, Any]]:
    found = [one for one in town.see("stripe", "/state/invoice")["data"] if one["status"] == "draft"]
    return sorted(found, key=lambda one: str(one["id"]))


def invoice_total(town: Town, id: str) -> int:
    """What an invoice is about, in its currency's smallest unit."""
    (one,) = town.see("stripe", f"/state/invoice?id={id}")["data"]
    total: int = one["total"]
    return total


def _paid_by(town: Town, invoice: str) -> str:
    """The payment intent that paid an invoice."""
    (one,) = [
        one
        for one in town.see("stripe", "/state/invoice_payment")["data"]
        if one["invoice"] == invoice and one["status"] == "paid"
    ]
    intent: str = one["payment"]["payment_intent"]
    return intent
