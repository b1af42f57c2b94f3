"""How is what happens to money after an invoice asked of Stripe?"""

from typing import Final

from canonical.billing import CreditNote, Dispute, PaymentApplication, Payout, Refund
from system_apis.answers import translating
from system_apis.errors import Missing
from system_apis.stripe import settling, wire
from system_apis.stripe import wire_settling as settled
from system_apis.stripe.mapping import Seen
from system_apis.stripe.reading import MOST, R, Reading

_INTENT: Final = "pi_"


class Settlement:
    """Applications, credits, refunds, disputes and payouts of one account."""

    def __init__(self, connection: str, reading: Reading) -> None:
        self._connection = connection
        self._reading = reading

    async def application(self, id: str) -> PaymentApplication:
        """One by its id; `Missing` while nothing is paid."""
        one, seen = await self._reading.one("invoice_payments", id, settled.InvoicePayment, expand="invoice")
        if one.status != "paid":
            raise Missing(self._connection, "nothing is paid yet")
        with translating(self._connection):
            return settling.to_application(one, seen)

    async def applications(self, invoice: str) -> tuple[PaymentApplication, ...]:
        """What was paid of an invoice."""
        found = await self._paid({"invoice": invoice, "expand[]": "data.invoice"})
        with translating(self._connection):
            return tuple(settling.to_application(one, seen) for one, seen in found)

    async def credit_note(self, id: str) -> CreditNote:
        """A credit note; what its lines are for stands in the invoice that they give back of."""
        one, seen = await self._reading.one("credit_notes", id, settled.CreditNote)
        lines = await self._reading.whole(
            one.lines, wire.Listed[settled.CreditLine], "credit_notes/{id}/lines", ids={"id": one.id}
        )
        skus = await self._skus(one.invoice) if any(line.invoice_line_item for line in lines) else {}
        with translating(self._connection):
            return settling.to_credit_note(one, lines, skus, seen)

    async def refund(self, id: str) -> Refund:
        """A refund, with whose it is and what it had paid."""
        one, seen = await self._reading.one("refunds", id, settled.Refund, expand="charge")
        return await self._refund(one, seen)

    async def refunds(self, payment: str) -> tuple[Refund, ...]:
        """What went back of a payment."""
        rows = await self._every(
            "refunds", wire.Listed[settled.Refund], {_named(payment): payment, "expand[]": "data.charge"}
        )
        return tuple([await self._refund(one, seen) for one, seen in rows])

    async def dispute(self, id: str) -> Dispute:
        """A dispute, with whose it is and what it had paid."""
        one, seen = await self._reading.one("disputes", id, settled.Dispute, expand="charge")
        invoice = await self._paid_by(one.payment_intent)
        with translating(self._connection):
            return settling.to_dispute(one, invoice, seen)

    async def payout(self, id: str) -> Payout:
        """A payout and every movement in it; none is known of one that was made by hand."""
        one, seen = await self._reading.one("payouts", id, settled.Payout)
        moved = await self._moved(one.id) if one.automatic else []
        with translating(self._connection):
            return settling.to_payout(one, (line for line, _ in moved), seen)

    async def _moved(self, payout: str) -> list[tuple[settled.BalanceTransaction, Seen]]:
        return await self._every(
            "balance_transactions",
            wire.Listed[settled.BalanceTransaction],
            {"payout": payout, "expand[]": "data.source"},
        )

    async def _refund(self, one: settled.Refund, seen: Seen) -> Refund:
        invoice = await self._paid_by(one.payment_intent)
        with translating(self._connection):
            return settling.to_refund(one, invoice, seen)

    async def _paid_by(self, intent: str | None) -> str | None:
        """The invoice that a payment was for; the first when it was for several."""
        if intent is None:
            return None
        asked = {"payment[type]": "payment_intent", "payment[payment_intent]": intent}
        found = await self._paid(asked)
        invoices = [one.invoice for one, _ in found]
        return next((each if isinstance(each, str) else each.id for each in invoices), None)

    async def _paid(self, params: dict[str, str]) -> list[tuple[settled.InvoicePayment, Seen]]:
        rows = await self._every("invoice_payments", wire.Listed[settled.InvoicePayment], params)
        return [(one, seen) for one, seen in rows if one.status == "paid"]

    async def _skus(self, invoice: str) -> dict[str, str | None]:
        rows = await self._every("invoices/{id}/lines", wire.Listed[wire.LineItem], {}, {"id": invoice})
        products = {line.id: line.pricing and line.pricing.price_details for line, _ in rows}
        return {id: details.product if details else None for id, details in products.items()}

    async def _every(
        self,
        path: str,
        returns: type[wire.Listed[R]],
        params: dict[str, str],
        ids: dict[str, str] | None = None,
    ) -> list[tuple[R, Seen]]:
        """All of a list that is known to be short, or that belongs to one thing."""
        found: list[tuple[R, Seen]] = []
        cursor: str | None = None
        while True:
            rows, read = await self._reading.page(
                path, returns, {**params, "limit": MOST}, cursor=cursor, ids=ids
            )
            found.extend((row, read.seen) for row in rows)
            if (cursor := read.next) is None:
                return found


def _named(payment: str) -> str:
    """The parameter by which a payment is meant: an intent, or the charge where there is none."""
    return "payment_intent" if payment.startswith(_INTENT) else "charge"
