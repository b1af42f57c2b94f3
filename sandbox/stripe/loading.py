"""How are many billing objects of all kinds made at once? (for trying how others keep up)

Each round takes the next active subscription, bills it a period more and settles the invoice in one of the
ways there are, by dice that fall the same for the same seed. Between rounds others get their turn.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from sandbox.stripe import requests
from sandbox.stripe.billing import draw_up, finalise, succeed
from sandbox.stripe.credit_writes import credit, refund
from sandbox.stripe.desk import Desk
from sandbox.stripe.ids import stripe_id
from sandbox.world import Invoice, Subscription

Json = dict[str, Any]
# Of twenty invoices: how many go which way.
WAYS: Final = {"paid": 11, "open": 3, "credited": 2, "refunded": 2, "credited after it was paid": 2}
PAUSE_AFTER: Final = 10
"""Rounds after which whoever else waits has a turn."""


async def load(desk: Callable[[], Desk], count: int, seed: int) -> Json:
    """Make `count` objects or a few more; how many of each kind, and the invoices by the way they went."""
    dice = random.Random(seed)
    made: Counter[str] = Counter()
    ways: Counter[str] = Counter()
    rounds = 0
    while made.total() < count:
        for billed in _active(desk()):
            if made.total() >= count:
                break
            way = dice.choices(list(WAYS), weights=list(WAYS.values()))[0]
            made.update(_one(desk(), billed, way))
            ways[way] += 1
            rounds += 1
            if rounds % PAUSE_AFTER == 0:
                await asyncio.sleep(0)
    return {"made": dict(made), "invoices": dict(ways)}


def _active(desk: Desk) -> list[Subscription]:
    """Those without trouble, in order. The world has some, always."""
    world = desk.world
    troubled = {trouble.account for trouble in world.trouble}
    return [
        one
        for one in world.subscriptions.values()
        if one.status == "active"
        and one.account not in troubled
        and "billing" in world.accounts[one.account].systems
    ]


def _one(desk: Desk, billed: Subscription, way: str) -> dict[str, int]:
    """One invoice and what belongs to it."""
    period = (billed.period_start, billed.period_end)
    invoice = draw_up(desk, billed, billed.lines, period, "subscription_cycle")
    finalise(desk, invoice, collecting=False)
    made = {"invoice": 1}
    if way == "credited":
        _credit(desk, invoice, refunded=False)
        return made | {"credit_note": 1}
    if way == "open" or invoice.status != "open":
        return made
    succeed(desk, invoice)
    made |= {"payment_intent": 1}
    if way == "refunded":
        back = max(1, invoice.total // 2)
        intent = desk.books.of("invoice_payment", "invoice", stripe_id("invoice", invoice.number))[0]
        asked = requests.NewRefund(payment_intent=intent["payment"]["payment_intent"], amount=back)
        refund(desk, asked, "")
        return made | {"refund": 1}
    if way == "credited after it was paid":
        _credit(desk, invoice, refunded=True)
        return made | {"credit_note": 1, "refund": 1}
    return made


def _credit(desk: Desk, invoice: Invoice, *, refunded: bool) -> None:
    amount = max(1, invoice.total // 4)
    asked = requests.NewCreditNote(
        invoice=stripe_id("invoice", invoice.number),
        amount=amount,
        reason="order_change",
        refund_amount=amount if refunded else 0,
    )
    credit(desk, asked, "")
