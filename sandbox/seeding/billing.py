"""What was billed for a deal, and was it paid?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, takewhile
from typing import Final

from sandbox.seeding.chance import Making, months_after
from sandbox.seeding.deals import Deal
from sandbox.world import Contract, Invoice, Line, Payment, Subscription, World

DECLINES: Final = ("insufficient_funds", "expired_card", "do_not_honor", "generic_decline")
# How long a new invoice stays a draft: those of large customers are looked over first.
REVIEW: Final = {
    "enterprise": timedelta(days=4),
    "mid_market": timedelta(hours=1),
    "small": timedelta(hours=1),
}
MONTHS_OF_INVOICES: Final = 12
_SECOND_TRY_SHARE: Final = 0.04
_RETRY_AFTER: Final = timedelta(days=3)
# Basis points of the subtotal; zero where the customer's tax id moves the duty to them (reverse charge).
_TAX: Final = {"US": 725, "DE": 1_900, "AT": 0, "FR": 0, "JP": 1_000}


class Billing:
    """Bills deals: a subscription, its invoices of a year, and what was charged for them."""

    def __init__(self, making: Making) -> None:
        self._making = making
        self._world = making.world
        self._dice = making.dice("billing")
        self._invoices_of: dict[int, int] = {}

    def bill(self, deal: Deal, contract: Contract) -> Subscription:
        """The subscription of a signed deal with everything billed so far."""
        subscription = self._subscription(deal, contract)
        self._world.subscriptions[subscription.number] = subscription
        stop = deal.ended or self._world.anchor
        oldest = months_after(self._world.anchor, -MONTHS_OF_INVOICES)
        for start, end in _periods(deal, stop):
            if start > oldest and deal.status != "trialing":
                self._invoice(deal, subscription, start, end)
        return subscription

    def _subscription(self, deal: Deal, contract: Contract) -> Subscription:
        world = self._world
        start, end = list(_periods(deal, deal.ended or world.anchor))[-1]
        # Paused a while into a period that was already paid for, so that no invoice is missing.
        paused_at = start + (world.anchor - start) / 2 if deal.status == "paused" else None
        trial_end = deal.started + timedelta(days=14) if deal.status == "trialing" else None
        return Subscription(
            number=len(world.subscriptions) + 1,
            account=deal.account.number,
            contract=contract.number,
            currency=world.entities[deal.account.entity].currency,
            status=deal.status,
            lines=self._making.again(world.opportunities[contract.opportunity].lines),
            interval=deal.interval,
            started=deal.started,
            period_start=start,
            period_end=trial_end or end,
            cancel_at_period_end=False,
            canceled_at=deal.ended,
            ended_at=deal.ended,
            paused_at=paused_at,
            trial_end=trial_end,
            changed=max(start, deal.ended or start, paused_at or start),
        )

    def _invoice(self, deal: Deal, subscription: Subscription, start: datetime, end: datetime) -> None:
        account, anchor = deal.account, self._world.anchor
        finalized = start + REVIEW[account.segment]
        is_draft = finalized > anchor
        place = self._invoices_of[account.number] = self._invoices_of.get(account.number, 0) + 1
        lines = self._making.again(subscription.lines)
        invoice = Invoice(
            number=len(self._world.invoices) + 1,
            reference=f"TL{account.number:04d}-{place:04d}",
            account=account.number,
            subscription=subscription.number,
            currency=subscription.currency,
            status="draft" if is_draft else "open",
            lines=lines,
            tax=tax_on(lines, account.country, account.tax_id),
            created=start,
            finalized=None if is_draft else finalized,
            due=None if is_draft else finalized + timedelta(days=account.payment_terms_days),
            paid=None,
            period_start=start,
            period_end=end,
            attempts=0,
            next_attempt=None,
        )
        self._world.invoices[invoice.number] = invoice
        self._charge(deal, invoice)

    def _charge(self, deal: Deal, invoice: Invoice) -> None:
        """Small customers pay by card at once, now and then at the second try; others by transfer."""
        if invoice.finalized is None:
            return
        dice, anchor = self._dice, self._world.anchor
        by_card = deal.account.segment == "small"
        days = 0 if by_card else dice.randrange(2, deal.account.payment_terms_days)
        at = invoice.finalized + timedelta(days=days, minutes=dice.randrange(5, 50))
        if by_card and dice.random() < _SECOND_TRY_SHARE and at + _RETRY_AFTER < anchor:
            charge(self._world, invoice, at, dice.choice(DECLINES))
            at += _RETRY_AFTER
        if at < anchor:
            charge(self._world, invoice, at)


def charge(world: World, invoice: Invoice, at: datetime, failure: str | None = None) -> Payment:
    """Charge an invoice once. Without a failure that pays it; with one it stays open."""
    payment = Payment(
        number=next(reversed(world.payments), 0) + 1,
        account=invoice.account,
        invoice=invoice.number,
        amount=invoice.total,
        currency=invoice.currency,
        status="failed" if failure else "succeeded",
        failure=failure,
        at=at,
    )
    world.payments[payment.number] = payment
    invoice.attempts += 1
    if failure is None:
        invoice.status, invoice.paid, invoice.next_attempt = "paid", at, None
    return payment


def take_back_payment(world: World, invoice: Invoice) -> None:
    """As if an invoice had never been charged: open, no attempts, no payments."""
    for number in [
        payment.number for payment in world.payments.values() if payment.invoice == invoice.number
    ]:
        del world.payments[number]
    invoice.status, invoice.paid, invoice.attempts = "open", None, 0


def invoices_of(world: World, subscription: int) -> list[Invoice]:
    """The finalised invoices of a subscription, oldest first."""
    own = (invoice for invoice in world.invoices.values() if invoice.subscription == subscription)
    return [invoice for invoice in own if invoice.finalized]


def _periods(deal: Deal, stop: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The billing periods that began before `stop`, oldest first."""
    step = 12 if deal.interval == "year" else 1
    starts = (months_after(deal.started, place * step) for place in count())
    for place, start in enumerate(takewhile(lambda start: start < stop, starts), start=1):
        yield start, months_after(deal.started, place * step)


def tax_on(lines: list[Line], country: str, tax_id: str | None) -> int:
    """Minor units, half up. American customers with a tax number are exempt here, and other countries."""
    rate = 0 if country == "US" and tax_id else _TAX.get(country, 0)
    subtotal = sum(line.quantity * line.unit_amount for line in lines)
    return (subtotal * rate + 5_000) // 10_000
