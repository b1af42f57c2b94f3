"""Which systems can a test be connected to without any network?

Each port, written by hand over plain lists, in pages of PAGE. What all can, their weather among it, stands in
`fake_system.py`; what they do when they are written to in `fake_writes.py`.
"""

from dataclasses import dataclass, field
from typing import ClassVar, cast

from msgspec.structs import replace

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
from canonical.customer import Account, AccountRecord, BillingDetails, Contact, LegalEntity
from canonical.finance import Receivable
from canonical.identity import Kind, Page
from canonical.sales import Contract, Opportunity, Order
from canonical.support import Case, Comment
from system_apis.connections import Connection, Connections
from system_apis.errors import Missing
from system_apis.health import Health, State
from system_apis.ports import LIMIT, Billing, Crm, Erp, Support
from tests.fake_system import PAGE, SIGNED, System
from tests.fake_writes import CrmWriting, ErpWriting, SupportWriting, Task

__all__ = [
    "PAGE",
    "SIGNED",
    "FakeBilling",
    "FakeCrm",
    "FakeErp",
    "FakeSupport",
    "System",
    "Task",
    "World",
    "connected",
]

_KINDS = (Kind.CRM, Kind.BILLING, Kind.SUPPORT, Kind.ERP)


@dataclass
class FakeCrm(CrmWriting):
    kind: ClassVar[Kind] = Kind.CRM

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

    async def opportunity(self, id: str) -> Opportunity:
        return await self._one("opportunity", self.deals, id)


@dataclass
class FakeBilling(System):
    kind: ClassVar[Kind] = Kind.BILLING

    name: str = "stripe"
    sold: list[Subscription] = field(default_factory=list)
    invoiced: list[Invoice] = field(default_factory=list)
    paid: list[Payment] = field(default_factory=list)
    applied: list[PaymentApplication] = field(default_factory=list)
    credited: list[CreditNote] = field(default_factory=list)
    refunded: list[Refund] = field(default_factory=list)
    disputed: list[Dispute] = field(default_factory=list)
    paid_out: list[Payout] = field(default_factory=list)

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

    async def subscription(self, id: str) -> Subscription:
        return await self._one("subscription", self.sold, id)

    async def payment(self, id: str) -> Payment:
        return await self._one("payment", self.paid, id)

    async def applications(self, invoice: str) -> tuple[PaymentApplication, ...]:
        await self._answers("applications")
        return self._seen(one for one in self.applied if one.invoice == invoice)

    async def application(self, id: str) -> PaymentApplication:
        return await self._one("application", self.applied, id)

    async def credit_note(self, id: str) -> CreditNote:
        return await self._one("credit_note", self.credited, id)

    async def refund(self, id: str) -> Refund:
        return await self._one("refund", self.refunded, id)

    async def refunds(self, payment: str) -> tuple[Refund, ...]:
        await self._answers("refunds")
        return self._seen(one for one in self.refunded if one.payment == payment)

    async def dispute(self, id: str) -> Dispute:
        return await self._one("dispute", self.disputed, id)

    async def payout(self, id: str) -> Payout:
        return await self._one("payout", self.paid_out, id)


@dataclass
class FakeSupport(SupportWriting):
    kind: ClassVar[Kind] = Kind.SUPPORT

    name: str = "zendesk"

    async def cases(self, organization: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Case]:
        of = [one for one in self.tickets if one.organization == organization]
        return await self._page("cases", of, cursor, limit)

    async def case(self, id: str) -> Case:
        return await self._one("case", self.tickets, id)

    async def comments(self, case: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Comment]:
        return await self._page("comments", self.said.get(case, []), cursor, limit)


@dataclass
class FakeErp(ErpWriting):
    kind: ClassVar[Kind] = Kind.ERP

    name: str = "netsuite"
    entities: list[LegalEntity] = field(default_factory=list)
    booked: list[Order] = field(default_factory=list)
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

    @property
    def ports(self) -> tuple[Crm, Billing, Support, Erp]:
        """The same: here the type checker sees whether each fills its port."""
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


def connected(*systems: tuple[Kind, System]) -> Connections:
    """Connections to fakes."""
    return Connections(
        Connection(
            name=system.name,
            kind=kind,
            platform=f"fake {kind}",
            legal_entities=(),
            port=cast("Crm | Billing | Support | Erp", system),
            messages=system,
            health=lambda: Health(state=State.OK),
        )
        for kind, system in systems
    )
