"""Which systems can a test be connected to without any network?

Each port, written by hand over plain lists, in pages of PAGE. Weather is set per system: `down`, `slow`
(seconds each answer takes), `nonsense`, and `calls` tells what was asked.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from msgspec.structs import replace

from canonical.billing import Invoice, Payment, Subscription
from canonical.customer import Account, AccountRecord, BillingDetails, Contact, LegalEntity
from canonical.finance import Receivable
from canonical.identity import Kind, Page
from canonical.sales import Contract, Opportunity, Order
from canonical.support import Case, Comment
from process_apis import clock
from system_apis.connections import Connection, Connections
from system_apis.errors import Missing, Unavailable, Unreadable
from system_apis.health import Health, State
from system_apis.ports import LIMIT, Billing, Crm, Erp, Support

T = TypeVar("T")

PAGE = 3
"""So small that every list of a few is several pages."""
_KINDS = (Kind.CRM, Kind.BILLING, Kind.SUPPORT, Kind.ERP)


@dataclass
class System:
    """What every fake system has: a name, records of customers, its weather, and what was asked of it."""

    name: str
    records: list[AccountRecord] = field(default_factory=list)
    down: bool = False
    slow: float = 0.0
    nonsense: bool = False
    calls: list[str] = field(default_factory=list)
    fails_after_pages: int | None = None

    async def account_records(self, cursor: str | None = None) -> Page[AccountRecord]:
        return await self._page("account_records", self.records, cursor)

    async def account_record(self, id: str) -> AccountRecord:
        return await self._one("account_record", self.records, id)

    async def account_records_by_key(self, key: str) -> tuple[AccountRecord, ...]:
        await self._answers("account_records_by_key")
        return self._seen(record for record in self.records if record.key == key)

    async def find(self, text: str) -> tuple[AccountRecord, ...]:
        await self._answers("find")
        words = text.lower()
        return self._seen(
            record
            for record in self.records
            if words in record.name.lower() or words in (record.email or "") or text == record.origin.ref.id
        )[:25]

    async def _answers(self, call: str) -> None:
        self.calls.append(call)
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.down:
            raise Unavailable(self.name, "down")
        if self.nonsense:
            raise Unreadable(self.name, "nonsense")

    async def _page(self, call: str, items: Iterable[T], cursor: str | None, limit: int = LIMIT) -> Page[T]:
        await self._answers(call)
        start, size = int(cursor or 0), min(limit, PAGE)
        if self.fails_after_pages is not None and start >= self.fails_after_pages * PAGE:
            raise Unavailable(self.name, "cut in the middle of a list")
        all_of_them = list(items)
        more = str(start + size) if start + size < len(all_of_them) else None
        return Page(items=self._seen(all_of_them[start : start + size]), next=more)

    async def _one(self, call: str, items: Iterable[T], id: str) -> T:
        await self._answers(call)
        for item in items:
            if cast("AccountRecord", item).origin.ref.id == id:
                return self._seen([item])[0]
        raise Missing(self.name, id)

    def _seen(self, items: Iterable[T]) -> tuple[T, ...]:
        """As an adapter does it: observed now, in business time."""
        return tuple(_observed(item, clock.now()) for item in items)


@dataclass
class FakeCrm(System):
    name: str = "salesforce"
    accounts: list[Account] = field(default_factory=list)
    people: dict[str, list[Contact]] = field(default_factory=dict)
    signed: list[Contract] = field(default_factory=list)
    deals: list[Opportunity] = field(default_factory=list)

    async def account(self, id: str) -> Account:
        await self._answers("account")
        for account in self.accounts:
            if account.record.origin.ref.id == id:
                return replace(account, record=self._seen([account.record])[0])
        raise Missing(self.name, id)

    async def children(self, id: str, cursor: str | None = None) -> Page[AccountRecord]:
        return await self._page("children", [one for one in self.records if one.parent == id], cursor)

    async def contacts(self, account: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Contact]:
        return await self._page("contacts", self.people.get(account, []), cursor, limit)

    async def contracts(
        self, account: str | None = None, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Contract]:
        of = [one for one in self.signed if account in (None, one.account)]
        return await self._page("contracts", of, cursor, limit)

    async def opportunities(
        self, account: str, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Opportunity]:
        of = [one for one in self.deals if one.account == account]
        return await self._page("opportunities", of, cursor, limit)


@dataclass
class FakeBilling(System):
    name: str = "stripe"
    sold: list[Subscription] = field(default_factory=list)
    invoiced: list[Invoice] = field(default_factory=list)
    paid: list[Payment] = field(default_factory=list)

    async def subscriptions(
        self, customer: str | None = None, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Subscription]:
        of = [one for one in self.sold if customer in (None, one.customer)]
        return await self._page("subscriptions", of, cursor, limit)

    async def invoices(self, customer: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Invoice]:
        of = [one for one in self.invoiced if one.customer == customer]
        return await self._page("invoices", of, cursor, limit)

    async def invoice(self, id: str) -> Invoice:
        return await self._one("invoice", self.invoiced, id)

    async def payments(self, customer: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Payment]:
        of = [one for one in self.paid if one.customer == customer]
        return await self._page("payments", of, cursor, limit)


@dataclass
class FakeSupport(System):
    name: str = "zendesk"
    tickets: list[Case] = field(default_factory=list)
    said: dict[str, list[Comment]] = field(default_factory=dict)

    async def cases(self, organization: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Case]:
        of = [one for one in self.tickets if one.organization == organization]
        return await self._page("cases", of, cursor, limit)

    async def case(self, id: str) -> Case:
        return await self._one("case", self.tickets, id)

    async def comments(self, case: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Comment]:
        return await self._page("comments", self.said.get(case, []), cursor, limit)


@dataclass
class FakeErp(System):
    name: str = "netsuite"
    entities: list[LegalEntity] = field(default_factory=list)
    booked: list[Order] = field(default_factory=list)
    owed: list[Receivable] = field(default_factory=list)
    details: list[BillingDetails] = field(default_factory=list)

    async def legal_entities(self) -> tuple[LegalEntity, ...]:
        await self._answers("legal_entities")
        return self._seen(self.entities)

    async def orders(self, customer: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Order]:
        of = [one for one in self.booked if one.customer == customer]
        return await self._page("orders", of, cursor, limit)

    async def order(self, id: str) -> Order:
        return await self._one("order", self.booked, id)

    async def billing_details(self, customer: str) -> BillingDetails:
        return await self._one("billing_details", self.details, customer)

    async def receivables(
        self, customer: str, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Receivable]:
        of = [one for one in self.owed if one.customer == customer]
        return await self._page("receivables", of, cursor, limit)

    async def open_receivables(
        self, customer: str, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Receivable]:
        of = [one for one in self.owed if one.customer == customer and one.open_amount.minor]
        return await self._page("open_receivables", of, cursor, limit)


@dataclass
class World:
    """Four systems, one of each kind, that a test fills and whose weather it makes."""

    crm: FakeCrm = field(default_factory=FakeCrm)
    billing: FakeBilling = field(default_factory=FakeBilling)
    support: FakeSupport = field(default_factory=FakeSupport)
    erp: FakeErp = field(default_factory=FakeErp)

    @property
    def all(self) -> tuple[System, ...]:
        return self.crm, self.billing, self.support, self.erp

    def knows(self, *records: AccountRecord) -> None:
        """Put each record into the system of its kind."""
        of: dict[Kind, System] = dict(zip(_KINDS, self.all, strict=True))
        for record in records:
            of[record.kind].records.append(record)

    def goes_down(self) -> None:
        for system in self.all:
            system.down = True

    def connections(self, *more: tuple[Kind, System]) -> Connections:
        """The connections to these systems, and to further ones."""
        return connected(*zip(_KINDS, self.all, strict=True), *more)


def _observed(item: T, at: datetime) -> T:
    """The same thing, seen at this moment; what carries no origin stays as it is."""
    if getattr(item, "origin", None) is None:
        return item
    dated = cast("AccountRecord", item)
    return cast("T", replace(dated, origin=replace(dated.origin, observed_at=at)))


def connected(*systems: tuple[Kind, System]) -> Connections:
    """Connections to fakes."""
    return Connections(
        Connection(
            name=system.name,
            kind=kind,
            platform=f"fake {kind}",
            legal_entities=(),
            port=cast("Crm | Billing | Support | Erp", system),
            health=lambda: Health(state=State.OK),
        )
        for kind, system in systems
    )
