"""Who is the customer that something happens to?"""

from datetime import date
from typing import Any
from uuid import uuid4

from canonical.billing import Invoice, InvoiceStatus, Subscription
from canonical.events import Event, EventData
from canonical.finance import AccountingPeriod
from canonical.identity import Kind
from process_apis import entitlement, links, runs
from process_apis.clock import FixedClock
from process_apis.durable import State
from process_apis.events import Happening, append
from process_apis.runs import Asked, Run
from tests.builders import NOW, account, account_id, invoice, record, subscription
from tests.fakes import World
from tests.process_apis.durable.house import eventually


class Town:
    """Four systems and one customer with a subscription, known to all of them by ids of its own."""

    def __init__(self, world: World, time: FixedClock) -> None:
        self.world = world
        self.time = time
        self.name = uuid4().hex[:8]
        self.crm, self.customer = f"001{self.name}", f"cus_{self.name}"
        self.organization, self.debtor = f"36{self.name}", f"10{self.name}"
        self.account = account_id(self.crm)

    async def moves_in(self, *kinds: Kind) -> None:
        """The customer is known to these kinds of system (to all when none is named)."""
        ids = {
            Kind.CRM: self.crm,
            Kind.BILLING: self.customer,
            Kind.SUPPORT: self.organization,
            Kind.ERP: self.debtor,
        }
        for kind in kinds or tuple(ids):
            said: dict[str, Any] = {} if kind is Kind.CRM else {"key": self.account}
            self.world.knows(record(ids[kind], kind, legal_entity="DE", name=f"Customer {self.name}", **said))
        self.world.crm.accounts.append(account(self.crm, legal_entity="DE"))
        self.world.erp.months = [
            AccountingPeriod(
                name=f"2026-{month:02}",
                legal_entity="DE",
                start=date(2026, month, 1),
                end=date(2026, month, 28),
                closed=False,
            )
            for month in range(1, 7)
        ]
        await links.sweep()

    async def subscribes(self, **said: Any) -> Subscription:
        """A gold subscription, known to the entitlement."""
        sold = subscription(f"sub_{self.name}", self.customer, "GOLD", **said)
        self.world.billing.sold = [sold]
        await entitlement.refresh(self.account)
        return sold

    def owes(self, **said: Any) -> Invoice:
        """An invoice whose collection failed once, unless it is said otherwise."""
        facts: dict[str, Any] = {
            "attempts": 1,
            "status": InvoiceStatus.OPEN,
            "subscription": f"sub_{self.name}",
            **said,
        }
        owed = invoice(f"in_{self.name}", self.customer, **facts)
        self.world.billing.invoiced = [owed]
        return owed

    async def hears(self, data: EventData, id: str | None = None) -> Event:
        """An event of billing about the customer, as it comes to a subscriber."""
        source_id = id or uuid4().hex
        (kept,) = await append(
            [Happening(source="stripe", source_id=source_id, at=NOW, data=data, account=self.account)]
        )
        return Event(
            id=kept,
            source="stripe",
            source_id=source_id,
            type=str(data.__struct_config__.tag),
            account=self.account,
            key=self.account,
            at=NOW,
            kept_at=NOW,
            data=data,
        )

    async def runs(self) -> list[Run]:
        """All runs about the customer."""
        page = await runs.page(Asked(account=self.account), None, 100)
        return list(page.items)

    async def quiet(self, *but: State) -> list[Run]:
        """Every run about the customer, once none is under way; those in the states `but` may stay so."""
        ended = {State.DONE, State.UNDONE, *but}
        seen: list[Run] = []

        async def still() -> bool:
            found = await self.runs()
            same = {one.id for one in found} == {one.id for one in seen}
            seen[:] = found
            return bool(found) and same and all(one.state in ended for one in found)

        await eventually(still)
        return seen

    async def ended(self, flow: str) -> None:
        """Every run of this flow about the customer has come to its end."""

        async def is_so() -> bool:
            return all(one.state is State.DONE for one in await self.runs() if one.flow == flow)

        await eventually(is_so)
