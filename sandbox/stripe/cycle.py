"""What does Stripe do by itself when business time passes?

What is due is done in the order of time: drafts are finalised, failed payments tried again, periods and
trials end. A subscription that is far behind is billed for three periods, then only brought to the present.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Final

from sandbox.stripe.billing import (
    collect,
    draw_up,
    end,
    finalise,
    period_after,
    review_ends,
)
from sandbox.stripe.desk import Desk
from sandbox.stripe.ids import stripe_id
from sandbox.world import Invoice, Payout, Subscription

PERIODS: Final = 3
"""How many periods of one subscription are billed at once; Stripe's own test clocks allow two."""
UNBEGUN: Final = timedelta(hours=23)
"""How long a subscription may stay incomplete (docs.stripe.com/billing/subscriptions/overview)."""
_ROLLING: Final = ("active", "past_due", "unpaid", "trialing")
_LAST_YEAR: Final = 9_900
# How an invoice ends whose subscription does not collect, and what is told then.
_GIVEN_UP: Final = {
    "void": ("void", "invoice.voided"),
    "mark_uncollectible": ("uncollectible", "invoice.marked_uncollectible"),
}


@dataclass(order=True)
class Due:
    """Something to do at a moment; `number` is of which record, `kind` breaks ties in a fixed way."""

    at: datetime
    kind: int
    number: int
    act: Callable[[Desk, int], None] = field(compare=False)


class Cycle:
    """What is due, one thing after the other, until a moment."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._due: list[Due] = []
        self._rolled: Counter[int] = Counter()
        self._next = datetime.max.replace(tzinfo=UTC)

    def run(self) -> datetime:
        """Do all that is due by the desk's moment, and say when there is something to do again."""
        world = self._desk.world
        for invoice in world.invoices.values():
            if invoice.status in ("draft", "open"):
                self._plan_invoice(invoice)
        for billed in world.subscriptions.values():
            self._plan_subscription(billed)
        for paid in world.payouts.values():
            if paid.paid is None and paid.failed is None:
                self._plan(paid.arrives, 3, paid.number, self._arrive)
        while self._due:
            due = heappop(self._due)
            due.act(self._desk.at(due.at), due.number)
        return self._next

    def _plan(self, at: datetime | None, kind: int, number: int, act: Callable[[Desk, int], None]) -> None:
        if at is None:
            return
        if at <= self._desk.now:
            heappush(self._due, Due(at, kind, number, act))
        else:
            self._next = min(self._next, at)

    def _plan_invoice(self, invoice: Invoice) -> None:
        billed = self._desk.subscription_of(invoice)
        if "billing" not in self._desk.world.accounts[invoice.account].systems:
            return
        if invoice.status == "draft" and billed.holding != "keep_as_draft" and billed.status != "unpaid":
            self._plan(review_ends(self._desk, invoice), 0, invoice.number, self._finalise)
        if invoice.status == "open":
            self._plan(invoice.next_attempt, 1, invoice.number, self._try_again)

    def _plan_subscription(self, billed: Subscription) -> None:
        if "billing" not in self._desk.world.accounts[billed.account].systems:
            return
        if billed.resumes:
            self._plan(billed.resumes, 2, billed.number, self._collect_again)
        if billed.status == "incomplete":
            self._plan(billed.started + UNBEGUN, 2, billed.number, self._expire)
        if billed.status in _ROLLING and billed.period_end.year < _LAST_YEAR:
            self._plan(billed.period_end, 2, billed.number, self._roll)

    def _finalise(self, desk: Desk, number: int) -> None:
        invoice = desk.world.invoices[number]
        holding = desk.subscription_of(invoice).holding
        if invoice.status != "draft" or holding == "keep_as_draft":
            return
        finalise(desk, invoice, collecting=holding is None)
        if holding and invoice.paid is None:
            end(desk, invoice, *_GIVEN_UP[holding])
        self._plan_again(invoice)

    def _try_again(self, desk: Desk, number: int) -> None:
        invoice = desk.world.invoices[number]
        if invoice.status == "open" and invoice.next_attempt is not None:
            collect(desk, invoice)
            self._plan_again(invoice)

    def _plan_again(self, invoice: Invoice) -> None:
        if invoice.status == "open":
            self._plan(invoice.next_attempt, 1, invoice.number, self._try_again)

    def _roll(self, desk: Desk, number: int) -> None:
        """A period ends: the subscription ends with it, or the next one begins and is billed."""
        billed = desk.world.subscriptions[number]
        id = stripe_id("subscription", number)
        before = desk.find("subscription", id)
        if billed.status not in _ROLLING or billed.period_end > desk.now:
            return
        if billed.cancel_at_period_end:
            billed.status, billed.ended_at, billed.changed = "canceled", desk.now, desk.now
            desk.changed(subscriptions=[number])
            desk.tell("subscription", id, "customer.subscription.deleted")
            return
        self._rolled[number] += 1
        behind = self._rolled[number] > PERIODS
        start, stop = period_after(billed, self._desk.now if behind else billed.period_end)
        billed.period_start, billed.period_end, billed.changed = start, stop, desk.now
        if billed.status == "trialing":
            billed.status = "active"
        desk.changed(subscriptions=[number])
        if not behind:
            invoice = draw_up(desk, billed, billed.lines, (start, stop), "subscription_cycle")
            self._plan_invoice(invoice)
            self._plan_subscription(billed)
        desk.tell("subscription", id, "customer.subscription.updated", before=before)

    def _collect_again(self, desk: Desk, number: int) -> None:
        """The collection of invoices was paused until now."""
        billed, id = desk.world.subscriptions[number], stripe_id("subscription", number)
        if billed.resumes is None:
            return
        before = desk.find("subscription", id)
        billed.holding, billed.resumes, billed.changed = None, None, desk.now
        desk.changed(subscriptions=[number])
        desk.tell("subscription", id, "customer.subscription.updated", before=before)

    def _expire(self, desk: Desk, number: int) -> None:
        """The first payment never came."""
        billed, id = desk.world.subscriptions[number], stripe_id("subscription", number)
        if billed.status != "incomplete":
            return
        before = desk.find("subscription", id)
        billed.status, billed.ended_at, billed.changed = "incomplete_expired", desk.now, desk.now
        desk.changed(subscriptions=[number])
        desk.tell("subscription", id, "customer.subscription.updated", before=before)
        for asked in desk.world.invoices.values():
            if asked.subscription == number and asked.status == "open":
                end(desk, asked, "void", "invoice.voided")

    def _arrive(self, desk: Desk, number: int) -> None:
        """A payout reaches the bank."""
        paid: Payout = desk.world.payouts[number]
        before = desk.find("payout", stripe_id("payout", number))
        paid.paid = desk.now
        desk.changed(payouts=[number])
        desk.tell("payout", stripe_id("payout", number), "payout.paid", "payout.updated", before=before)
