"""How do a card, a customer's bank and the money itself behave as one wishes? (control actions, not the API)

All change the billing facts of the world only: the ERP keeps its receivable open until somebody tells it.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from aiohttp import web

from sandbox.kit.control import asked_of
from sandbox.kit.errors import ControlError
from sandbox.stripe import dispute_writes, loading, payouts
from sandbox.stripe.billing import DECLINED, collect, finalise, succeed
from sandbox.stripe.desk import Desk
from sandbox.stripe.ids import stripe_id
from sandbox.world import Invoice, Payment

Json = dict[str, Any]
OUTCOMES: Final = ("won", "lost")
MOST: Final = 20_000
"""Billing objects that one call may make."""


class Collecting:
    """The actions over one practice company; `desk` is a new one for each."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/fail-payment", self.fail),
            web.post("/pay", self.pay),
            web.post("/dispute", self.dispute),
            web.post("/close-dispute", self.close_dispute),
            web.post("/payout", self.payout),
            web.post("/return-payout", self.return_payout),
            web.post("/bill", self.bill),
        ]

    async def fail(self, request: web.Request) -> web.Response:
        """An open invoice fails a further attempt; without `invoice`, that of a customer in good standing.

        From then on this customer's card fails, until `pay`.
        """
        asked = await asked_of(request, "invoice", "decline_code")
        desk, code = self._desk(), asked.get("decline_code", DECLINED)
        if not isinstance(code, str) or not code:
            raise ControlError("decline_code must be one of Stripe's, such as expired_card")
        id = asked.get("invoice")
        invoice = _in_good_standing(desk) if id is None else _invoice(desk, id)
        if invoice.status == "draft":
            finalise(desk, invoice, collecting=False)
        if invoice.status != "open":
            raise ControlError(f"invoice is {invoice.status}, only an open one can fail")
        collect(desk, invoice, code)
        return _told(invoice)

    async def pay(self, request: web.Request) -> web.Response:
        """The next attempt succeeds: the invoice is paid and its subscription in good standing again."""
        desk = self._desk()
        invoice = _invoice(desk, (await asked_of(request, "invoice")).get("invoice"))
        if invoice.status not in ("open", "uncollectible"):
            raise ControlError(f"invoice is {invoice.status}, only an open or uncollectible one can be paid")
        succeed(desk, invoice)
        return _told(invoice)

    async def dispute(self, request: web.Request) -> web.Response:
        """The customer's bank takes the payment of an invoice back; without `invoice`, the newest payment."""
        asked = await asked_of(request, "invoice", "reason")
        desk, id = self._desk(), asked.get("invoice")
        numbers = [_invoice(desk, id).number] if id is not None else None
        payment = _disputable(desk, numbers)
        taken = dispute_writes.open_dispute(desk, payment, str(asked.get("reason", "fraudulent")))
        return web.json_response(
            {
                "dispute": taken["id"],
                "charge": taken["charge"],
                "invoice": stripe_id("invoice", payment.invoice),
                "customer": stripe_id("customer", payment.account),
            }
        )

    async def close_dispute(self, request: web.Request) -> web.Response:
        """The bank decides who was right."""
        asked = await asked_of(request, "dispute", "outcome")
        desk, id, outcome = self._desk(), asked.get("dispute"), asked.get("outcome")
        if not isinstance(id, str) or desk.books.find("dispute", id) is None:
            raise ControlError(f"no such dispute: {id}")
        if outcome not in OUTCOMES:
            raise ControlError(f"outcome must be one of {', '.join(OUTCOMES)}")
        if (status := desk.find("dispute", id)["status"]) not in dispute_writes.OPEN:
            raise ControlError(f"dispute is {status}, it was closed before")
        dispute_writes.close(desk, id, outcome)
        return web.json_response({"dispute": id, "status": outcome})

    async def payout(self, request: web.Request) -> web.Response:
        """What the balance holds goes to the bank, one payout for each currency."""
        asked = await asked_of(request, "currency", "automatic")
        if not isinstance(automatic := asked.get("automatic", True), bool):
            raise ControlError("automatic must be true or false")
        made = payouts.pay_out(self._desk(), asked.get("currency"), by_hand=not automatic)
        if not made:
            raise ControlError("the balance holds nothing that was not paid out")
        return web.json_response({"data": made})

    async def return_payout(self, request: web.Request) -> web.Response:
        """Our bank sends a payout back, as when the account was closed: its money is in the balance again."""
        asked = await asked_of(request, "payout")
        desk, id = self._desk(), asked.get("payout")
        if not isinstance(id, str) or desk.books.find("payout", id) is None:
            raise ControlError(f"no such payout: {id}")
        if desk.find("payout", id)["status"] == "failed":
            raise ControlError("payout is failed, it was sent back before")
        payouts.send_back(desk, id)
        return web.json_response({"payout": id, "status": "failed"})

    async def bill(self, request: web.Request) -> web.Response:
        """Many billing objects of all kinds at once, to see how others keep up."""
        asked = await asked_of(request, "count", "seed")
        count, seed = asked.get("count"), asked.get("seed", 1)
        if type(count) is not int or not 0 < count <= MOST:
            raise ControlError(f"count must be a whole number from 1 to {MOST}")
        if type(seed) is not int:
            raise ControlError("seed must be a whole number")
        return web.json_response(await loading.load(self._desk, count, seed))


def _invoice(desk: Desk, id: object) -> Invoice:
    if not isinstance(id, str):
        raise ControlError("invoice must be the id of an invoice")
    if desk.books.find("invoice", id) is None:
        raise ControlError(f"no such invoice: {id}")
    return desk.world.invoices[desk.books.numbers[id]]


def _billed(desk: Desk) -> Iterable[Invoice]:
    """The invoices billing knows, newest first."""
    world = desk.world
    known = (one for one in world.invoices.values() if "billing" in world.accounts[one.account].systems)
    return sorted(known, key=lambda one: (one.created, one.number), reverse=True)


def _in_good_standing(desk: Desk) -> Invoice:
    """An open invoice, else a draft, of an active subscription and an account without any trouble."""
    world = desk.world
    troubled = {trouble.account for trouble in world.trouble}
    troubled |= {one.account for one in world.invoices.values() if one.status == "open" and one.attempts}
    everywhere = {"crm", "billing", "support", "erp"}
    for status in ("open", "draft"):
        for invoice in _billed(desk):
            active = world.subscriptions[invoice.subscription].status == "active"
            known = world.accounts[invoice.account].systems == everywhere
            if invoice.status == status and active and known and invoice.account not in troubled:
                return invoice
    raise ControlError("no open or draft invoice of an account in good standing is left")


def _disputable(desk: Desk, invoices: list[int] | None) -> Payment:
    """The newest payment that did not go back; of these invoices, or of an account without trouble."""
    world = desk.world
    troubled = {trouble.account for trouble in world.trouble}
    for payment in sorted(world.payments.values(), key=lambda one: (one.at, one.number), reverse=True):
        if payment.status != "succeeded" or not payment.amount:
            continue
        wanted = payment.account not in troubled if invoices is None else payment.invoice in invoices
        charge = desk.books.find("charge", stripe_id("charge", payment.number))
        if wanted and charge and not charge["disputed"] and not charge["amount_refunded"]:
            return payment
    raise ControlError("no payment that was neither refunded nor disputed")


def _told(invoice: Invoice) -> web.Response:
    return web.json_response(
        {
            "invoice": stripe_id("invoice", invoice.number),
            "customer": stripe_id("customer", invoice.account),
        }
    )
