"""How does what the balance holds go to the bank?

Charges less fees, refunds and disputes of one currency that no payout collected before. What happened more
than a week before the company was made is taken to have been paid out long ago.
"""

from collections import defaultdict
from datetime import timedelta
from typing import Any, Final

from sandbox.stripe.desk import Desk
from sandbox.stripe.ids import balance_transaction_id, stripe_id
from sandbox.world import Payout

Json = dict[str, Any]
BEGAN: Final = timedelta(days=7)
ARRIVES: Final = timedelta(days=2)


def pay_out(desk: Desk, currency: object = None, *, by_hand: bool = False) -> list[Json]:
    """One payout for each currency (or this one) that has a balance above zero; they arrive in two days."""
    return [
        _one(desk, code, movements, by_hand=by_hand)
        for code, movements in sorted(_held(desk).items())
        if currency in (None, code, code.upper()) and sum(one["net"] for one in movements) > 0
    ]


def _held(desk: Desk) -> dict[str, list[Json]]:
    """The movements that no payout collected, by currency."""
    since = (desk.world.anchor - BEGAN).timestamp()
    gone = {id for payout in desk.world.payouts.values() for id in payout.collected}
    held: defaultdict[str, list[Json]] = defaultdict(list)
    for one in desk.books.all("balance_transaction"):
        if one["created"] < since:
            break  # newest first
        if one["type"] != "payout" and one["id"] not in gone:
            held[one["currency"]].append(one)
    return held


def _one(desk: Desk, currency: str, movements: list[Json], *, by_hand: bool) -> Json:
    number = desk.practice.next_number("payouts")
    amount = sum(one["net"] for one in movements)
    collected = [one["id"] for one in movements]
    desk.world.payouts[number] = Payout(
        number, currency.upper(), amount, desk.now, desk.now + ARRIVES, collected, by_hand=by_hand
    )
    id = stripe_id("payout", number)
    desk.changed(payouts=[number])
    desk.tell("payout", id, "payout.created")
    return {"payout": id, "currency": currency, "amount": amount, "transactions": len(collected)}


def send_back(desk: Desk, id: str) -> None:
    """The bank does not take it, also after it took it; the next payout collects the money again."""
    before = desk.find("payout", id)
    returned = desk.world.payouts[desk.number("payout", id)]
    returned.failed = desk.now
    desk.changed(payouts=[returned.number])
    desk.tell("payout", id, "payout.failed", "payout.updated", before=before)


def collected_by(payout: Payout) -> list[str]:
    """The movements of a payout, its own included."""
    return [balance_transaction_id(stripe_id("payout", payout.number)), *payout.collected]
