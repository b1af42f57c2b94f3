"""What is a part of a period worth? (docs.stripe.com/billing/subscriptions/prorations)

To the second: what was paid for the rest of the period is taken back, what is had instead is charged.
"""

from datetime import datetime

from sandbox.stripe.billing import draw_up, finalise
from sandbox.stripe.desk import Desk
from sandbox.stripe.requests import Proration
from sandbox.world import Line, Subscription


def rest_of(amount: int, start: datetime, end: datetime, at: datetime) -> int:
    """The part of an amount for a period that is left at a moment in it, half up; minor units."""
    whole = int((end - start).total_seconds())
    left = min(whole, max(0, int((end - at).total_seconds())))
    return (2 * amount * left + whole) // (2 * whole) if whole else 0


def taken_back(desk: Desk, billed: Subscription, lines: list[Line], at: datetime) -> list[Line]:
    """The unused time of these lines, as credits."""
    return [part for line in lines if (part := _part(desk, billed, line, at, sign=-1))]


def charged(desk: Desk, billed: Subscription, lines: list[Line], at: datetime) -> list[Line]:
    """The remaining time of these lines."""
    return [part for line in lines if (part := _part(desk, billed, line, at, sign=1))]


def _part(desk: Desk, billed: Subscription, line: Line, at: datetime, *, sign: int) -> Line | None:
    amount = rest_of(line.quantity * line.unit_amount, billed.period_start, billed.period_end, at)
    return desk.line(line.sku, 1, sign * amount, proration=True) if amount else None


def owe(desk: Desk, billed: Subscription, lines: list[Line], how: Proration) -> None:
    """Bill prorations with the next invoice, at once, or not at all.

    What is in the customer's favour on the whole always waits for the next invoice here.
    """
    if how == "none" or not lines:
        return
    billed.owed += lines
    if how == "always_invoice":
        bill_owed(desk, billed)


def bill_owed(desk: Desk, billed: Subscription) -> None:
    """One invoice at once for what is owed, if that is anything."""
    if sum(line.quantity * line.unit_amount for line in billed.owed) > 0:
        period = (desk.now, max(desk.now, billed.period_end))
        invoice = draw_up(desk, billed, [], period, "subscription_update")
        finalise(desk, invoice)
