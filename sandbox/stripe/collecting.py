"""How does a charge fail, and how does the money come after all? (control actions, not Stripe's API)

Both change the billing facts of the world only: the ERP keeps its receivable open until somebody tells it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from aiohttp import web

from sandbox.kit.control import asked_of
from sandbox.kit.errors import ControlError
from sandbox.kit.practice import Practice
from sandbox.stripe.ids import stripe_id
from sandbox.world import Invoice, Payment, PaymentStatus, SubscriptionStatus

# Stripe's Smart Retries try again some days later (docs.stripe.com/billing/revenue-recovery/smart-retries).
RETRY = timedelta(days=3)
DECLINED = "insufficient_funds"


class Collecting:
    """The two actions over one practice company."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    async def fail(self, request: web.Request) -> web.Response:
        """An open invoice fails a further attempt; without `invoice`, that of a customer in good standing."""
        id = (await asked_of(request, "invoice")).get("invoice")
        invoice = self._in_good_standing() if id is None else self._invoice(id)
        if invoice.status == "draft":
            self._finalise(invoice)
        if invoice.status != "open":
            raise ControlError(f"invoice is {invoice.status}, only an open one can fail")
        now = self._practice.clock.now()
        invoice.attempts += 1
        invoice.next_attempt = now + RETRY
        self._attempted(invoice, "failed", now)
        self._follow(invoice, "past_due", now)
        return self._told(invoice)

    async def pay(self, request: web.Request) -> web.Response:
        """The next attempt succeeds: the invoice is paid and its subscription in good standing again."""
        id = (await asked_of(request, "invoice")).get("invoice")
        invoice = self._invoice(id)
        if invoice.status not in ("open", "uncollectible"):
            raise ControlError(f"invoice is {invoice.status}, only an open or uncollectible one can be paid")
        now = self._practice.clock.now()
        invoice.status, invoice.paid, invoice.next_attempt = "paid", now, None
        invoice.attempts += 1
        self._attempted(invoice, "succeeded", now)
        self._follow(invoice, "active", now)
        return self._told(invoice)

    def _invoice(self, id: object) -> Invoice:
        if not isinstance(id, str):
            raise ControlError("invoice must be the id of an invoice")
        for invoice in self._billed():
            if stripe_id("invoice", invoice.number) == id:
                return invoice
        raise ControlError(f"no such invoice: {id}")

    def _billed(self) -> Iterable[Invoice]:
        """The invoices billing knows, newest first."""
        world = self._practice.world
        known = (one for one in world.invoices.values() if "billing" in world.accounts[one.account].systems)
        return sorted(known, key=lambda one: (one.created, one.number), reverse=True)

    def _in_good_standing(self) -> Invoice:
        """An open invoice, else a draft, of an active subscription and an account without any trouble."""
        world = self._practice.world
        troubled = {trouble.account for trouble in world.trouble}
        troubled |= {one.account for one in world.invoices.values() if one.status == "open" and one.attempts}
        for status in ("open", "draft"):
            for invoice in self._billed():
                active = world.subscriptions[invoice.subscription].status == "active"
                if invoice.status == status and active and invoice.account not in troubled:
                    return invoice
        raise ControlError("no open or draft invoice of an account in good standing is left")

    def _finalise(self, invoice: Invoice) -> None:
        now = self._practice.clock.now()
        invoice.status, invoice.finalized = "open", now

    def _attempted(self, invoice: Invoice, status: PaymentStatus, at: datetime) -> None:
        payments = self._practice.world.payments
        number = max(payments, default=0) + 1
        failure = DECLINED if status == "failed" else None
        payments[number] = Payment(
            number, invoice.account, invoice.number, invoice.total, invoice.currency, status, failure, at
        )

    def _follow(self, invoice: Invoice, status: SubscriptionStatus, at: datetime) -> None:
        """The subscription goes with its invoice, unless it ended or another open invoice holds it."""
        world = self._practice.world
        subscription = world.subscriptions[invoice.subscription]
        held = status == "active" and any(
            one.subscription == subscription.number and one.status == "open" and one.attempts
            for one in world.invoices.values()
        )
        if subscription.status in ("active", "past_due", "unpaid") and not held:
            subscription.status, subscription.changed = status, at
        self._practice.changed()

    def _told(self, invoice: Invoice) -> web.Response:
        return web.json_response(
            {
                "invoice": stripe_id("invoice", invoice.number),
                "customer": stripe_id("customer", invoice.account),
            }
        )
