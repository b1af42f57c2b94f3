"""How is a billing system asked when it is Stripe?"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from canonical.billing import (
    CreditNote,
    Dispute,
    Invoice,
    Payment,
    PaymentApplication,
    Payout,
    Refund,
    Subscription,
)
from canonical.customer import AccountRecord
from canonical.identity import Page
from system_apis.answers import translating
from system_apis.errors import Missing
from system_apis.messages import Arrived, Changes, Told
from system_apis.ports import LIMIT
from system_apis.stripe import mapping, webhook, wire
from system_apis.stripe.changing import Changing
from system_apis.stripe.checking import Checking
from system_apis.stripe.finding import Search, place_of, quoted, searches
from system_apis.stripe.mapping import Seen
from system_apis.stripe.reading import MOST, Reading
from system_apis.stripe.settlement import Settlement
from system_apis.stripe.webhook import Proof
from system_apis.together import together
from system_apis.transport import Transport

MOST_FOUND: Final = 25


class StripeBilling:
    """The Billing port over one Stripe account: what each method promises stands there."""

    def __init__(
        self, transport: Transport, proof: Proof, now: Callable[[], datetime], checking: Checking
    ) -> None:
        self._connection = transport.connection
        self._reading = Reading(transport)
        self._settlement = Settlement(transport.connection, self._reading)
        self._changing = Changing(transport.connection, self._reading, now)
        self._proof = proof
        self.health = transport.health
        self.check = checking.findings
        self.aclose = transport.aclose

    async def account_records(self, cursor: str | None = None) -> Page[AccountRecord]:
        rows, read = await self._reading.page(
            "customers", wire.Listed[wire.Customer], {"limit": MOST}, cursor=cursor
        )
        return Page(items=tuple(mapping.to_record(row, read.seen) for row in rows), next=read.next)

    async def account_record(self, id: str) -> AccountRecord:
        customer, seen = await self._reading.one("customers", id, wire.Customer)
        return self._living(customer, seen)

    async def account_records_by_key(self, key: str) -> tuple[AccountRecord, ...]:
        query = f'metadata["gateway_id"]:{quoted(key)}'
        return await self._found(Search("customers/search", {"query": query}), MOST)

    async def find(self, text: str) -> tuple[AccountRecord, ...]:
        words = text.strip()
        if place := place_of(words):
            return await self._owner(place, words)
        asked = (self._found(search, MOST_FOUND) for search in searches(words))
        found = {record.origin.ref.id: record for records in await together(*asked) for record in records}
        return tuple(found.values())[:MOST_FOUND]

    async def subscriptions(
        self, customer: str | None = None, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Subscription]:
        params = {**_page(customer, limit), "status": "all"}
        rows, read = await self._reading.page(
            "subscriptions", wire.Listed[wire.Subscription], params, cursor=cursor
        )
        items = [await self._subscription(row, read.seen) for row in rows]
        return Page(items=tuple(items), next=read.next)

    async def invoices(self, customer: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Invoice]:
        rows, read = await self._reading.page(
            "invoices", wire.Listed[wire.Invoice], _page(customer, limit), cursor=cursor
        )
        items = [await self._invoice(row, read.seen) for row in rows]
        return Page(items=tuple(items), next=read.next)

    async def invoice(self, id: str) -> Invoice:
        return await self._invoice(*await self._reading.one("invoices", id, wire.Invoice))

    async def payments(self, customer: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Payment]:
        # Only the charge knows that its money went back.
        params = {**_page(customer, limit), "expand[]": "data.latest_charge"}
        rows, read = await self._reading.page(
            "payment_intents", wire.Listed[wire.PaymentIntent], params, cursor=cursor
        )
        with translating(self._connection):
            items = tuple(mapping.to_payment(row, read.seen) for row in rows)
        return Page(items=items, next=read.next)

    async def subscription(self, id: str) -> Subscription:
        return await self._subscription(*await self._reading.one("subscriptions", id, wire.Subscription))

    async def payment(self, id: str) -> Payment:
        row, seen = await self._reading.one("payment_intents", id, wire.PaymentIntent, expand="latest_charge")
        with translating(self._connection):
            return mapping.to_payment(row, seen)

    async def applications(self, invoice: str) -> tuple[PaymentApplication, ...]:
        return await self._settlement.applications(invoice)

    async def application(self, id: str) -> PaymentApplication:
        return await self._settlement.application(id)

    async def credit_note(self, id: str) -> CreditNote:
        return await self._settlement.credit_note(id)

    async def refund(self, id: str) -> Refund:
        return await self._settlement.refund(id)

    async def refunds(self, payment: str) -> tuple[Refund, ...]:
        return await self._settlement.refunds(payment)

    async def dispute(self, id: str) -> Dispute:
        return await self._settlement.dispute(id)

    async def payout(self, id: str) -> Payout:
        return await self._settlement.payout(id)

    def read(self, arrived: Arrived) -> Told:
        return webhook.told(self._connection, self._proof, arrived)

    async def changes(self, cursor: str | None, since: datetime) -> Changes:
        return await self._changing.page(cursor, since)

    async def _subscription(self, row: wire.Subscription, seen: Seen) -> Subscription:
        items = await self._reading.whole(
            row.items, wire.Listed[wire.Item], "subscription_items", {"subscription": row.id}
        )
        with translating(self._connection):
            return mapping.to_subscription(row, items, seen)

    async def _invoice(self, row: wire.Invoice, seen: Seen) -> Invoice:
        lines = await self._reading.whole(
            row.lines, wire.Listed[wire.LineItem], "invoices/{id}/lines", ids={"id": row.id}
        )
        with translating(self._connection):
            return mapping.to_invoice(row, lines, seen)

    async def _owner(self, place: str, id: str) -> tuple[AccountRecord, ...]:
        """The customer that an id is of, or that what has it belongs to."""
        try:
            if place == "customers":
                return (await self.account_record(id),)
            owned, seen = await self._reading.one(place, id, wire.OfCustomer, expand="customer")
            return (self._living(owned.customer, seen),) if owned.customer else ()
        except Missing:
            return ()

    async def _found(self, search: Search, most: int) -> tuple[AccountRecord, ...]:
        params = {**search.params, "limit": str(most)}
        if not search.of_customer:
            found, seen = await self._reading.found(search.path, params, wire.Listed[wire.Customer])
            return tuple(mapping.to_record(customer, seen) for customer in found.data)
        params["expand[]"] = "data.customer"
        owned, seen = await self._reading.found(search.path, params, wire.Listed[wire.OfCustomer])
        customers = [one.customer for one in owned.data if one.customer and not one.customer.deleted]
        return tuple(mapping.to_record(customer, seen) for customer in customers)

    def _living(self, customer: wire.Customer, seen: Seen) -> AccountRecord:
        if customer.deleted:
            raise Missing(self._connection, "the customer was deleted")
        return mapping.to_record(customer, seen)


def _page(customer: str | None, limit: int) -> dict[str, str | int]:
    of = {} if customer is None else {"customer": customer}
    return {**of, "limit": min(max(limit, 1), MOST)}
