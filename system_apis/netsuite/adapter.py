"""How is what we ask of an ERP asked of NetSuite?"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final, TypeVar

from canonical.customer import AccountRecord, BillingDetails, LegalEntity
from canonical.finance import AccountingPeriod, LedgerEntry, Receivable
from canonical.identity import Page
from canonical.projections import (
    ErpCreditNote,
    ErpCustomer,
    ErpInvoice,
    ErpPayment,
    ErpPayout,
    ErpRefund,
    ReceivableMark,
)
from canonical.sales import Order
from system_apis.answers import translating
from system_apis.errors import Missing
from system_apis.health import Health
from system_apis.messages import Arrived, Changes, Told
from system_apis.netsuite import mapping, suiteql, webhook
from system_apis.netsuite.books import MOST, Books, Seen
from system_apis.netsuite.changing import Changing
from system_apis.netsuite.checking import Checking
from system_apis.netsuite.customers import Customers
from system_apis.netsuite.ledger import Ledger
from system_apis.netsuite.posting import Posting
from system_apis.netsuite.suiteql import (
    BILLING_DETAILS,
    CUSTOMERS,
    ORDER_LINES,
    ORDERS,
    SUBSIDIARIES,
    Question,
)
from system_apis.netsuite.webhook import Proof
from system_apis.netsuite.wire import (
    BillingRow,
    CustomerRow,
    InvoiceRow,
    LineRow,
    OrderRow,
    Rows,
    SubsidiaryRecord,
    SubsidiaryRow,
)
from system_apis.ports import LIMIT
from system_apis.together import together
from system_apis.transport import Transport
from system_apis.writes import Written

T = TypeVar("T")

FOUND_AT_MOST: Final = 25


class NetSuite:
    """The ERP port over one NetSuite account. Lists are asked in SuiteQL: the record lists hold ids only."""

    def __init__(
        self,
        transport: Transport,
        books: Books,
        *,
        receivables: Question,
        customers: Customers,
        posting: Posting,
        changing: Changing,
        proof: Proof,
        checking: Checking,
    ) -> None:
        self._transport = transport
        self._books = books
        self._connection = transport.connection
        self._asked_receivables = receivables
        self._ledger = Ledger(transport.connection, books, receivables)
        self._known = customers
        self._posting = posting
        self._changing = changing
        self._proof = proof
        self.check = checking.findings

    async def account_records(self, cursor: str | None = None) -> Page[AccountRecord]:
        # By the last id and not by position: SuiteQL ends at 100,000 rows, and customers come and go.
        after = self._number(cursor or "0")
        seen = await self._books.page(CUSTOMERS.where(f"c.id > {after}"), Rows[CustomerRow])
        records = self._records(seen)
        return Page(items=records, next=records[-1].origin.ref.id if seen.next else None)

    async def account_record(self, id: str) -> AccountRecord:
        return self._one(await self._customers(f"c.id = {self._number(id)}", 1), "customer")

    async def account_records_by_key(self, key: str) -> tuple[AccountRecord, ...]:
        return await self._customers(f"c.externalid = {suiteql.text(key)}", MOST)

    async def find(self, text: str) -> tuple[AccountRecord, ...]:
        return await self._customers(suiteql.found(text), FOUND_AT_MOST)

    async def legal_entities(self) -> tuple[LegalEntity, ...]:
        seen = await self._books.page(SUBSIDIARIES.where(), Rows[SubsidiaryRow])
        records = await together(*(self._subsidiary(str(row.id)) for row in seen.rows))
        return tuple(
            mapping.to_legal_entity(row, record, seen.sight)
            for row, record in zip(seen.rows, records, strict=True)
        )

    async def orders(self, customer: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Order]:
        asked = ORDERS.where(f"t.entity = {self._number(customer)}")
        seen = await self._books.page(asked, Rows[OrderRow], cursor, limit)
        return Page(items=await self._orders(seen), next=seen.next)

    async def order(self, id: str) -> Order:
        seen = await self._books.page(ORDERS.where(f"t.id = {self._number(id)}"), Rows[OrderRow], limit=1)
        return self._one(await self._orders(seen), "order")

    async def billing_details(self, customer: str) -> BillingDetails:
        asked = BILLING_DETAILS.where(f"c.id = {self._number(customer)}")
        seen = await self._books.page(asked, Rows[BillingRow], limit=1)
        with translating(self._connection):
            return self._one(
                tuple(mapping.to_billing_details(row, seen.sight) for row in seen.rows), "customer"
            )

    async def receivables(
        self, customer: str, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Receivable]:
        asked = self._asked_receivables.where(f"t.entity = {self._number(customer)}")
        return self._receivables(await self._books.page(asked, Rows[InvoiceRow], cursor, limit))

    async def open_receivables(
        self, customer: str, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Receivable]:
        owed = (f"t.entity = {self._number(customer)}", "t.foreignamountunpaid > 0")
        asked = self._asked_receivables.where(*owed, order=suiteql.OLDEST_DUE_FIRST)
        return self._receivables(await self._books.page(asked, Rows[InvoiceRow], cursor, limit))

    def health(self) -> Health:
        return self._transport.health()

    async def aclose(self) -> None:
        await self._posting.aclose()
        await self._transport.aclose()

    async def receivable(self, invoice: str) -> Receivable:
        return await self._ledger.receivable(invoice)

    async def periods(self, legal_entity: str) -> tuple[AccountingPeriod, ...]:
        return await self._ledger.periods(legal_entity)

    async def ledger_entry(self, what: str, source: str) -> LedgerEntry:
        return await self._ledger.entry(what, source)

    # The keys of these are billing's ids, which stand in what is written: there is no other key to send.
    async def put_customer(self, customer: ErpCustomer, *, key: str) -> Written:
        return await self._known.put(customer)

    async def post_invoice(self, invoice: ErpInvoice, *, key: str) -> Written:
        return await self._posting.invoice(invoice)

    async def post_credit_note(self, credit_note: ErpCreditNote, *, key: str) -> Written:
        return await self._posting.credit_note(credit_note)

    async def post_payment(self, payment: ErpPayment, *, key: str) -> Written:
        return await self._posting.payment(payment)

    async def post_refund(self, refund: ErpRefund, *, key: str) -> Written:
        return await self._posting.refund(refund)

    async def post_payout(self, payout: ErpPayout, *, key: str) -> Written:
        return await self._posting.payout(payout)

    async def mark_receivable(self, invoice: str, mark: ReceivableMark, *, key: str) -> Written:
        return await self._posting.mark(invoice, mark)

    def read(self, arrived: Arrived) -> Told:
        return webhook.told(self._connection, self._proof, arrived)

    async def changes(self, cursor: str | None, since: datetime) -> Changes:
        return await self._changing.page(cursor, since)

    async def _customers(self, condition: str, limit: int) -> tuple[AccountRecord, ...]:
        return self._records(
            await self._books.page(CUSTOMERS.where(condition), Rows[CustomerRow], limit=limit)
        )

    async def _orders(self, seen: Seen[OrderRow]) -> tuple[Order, ...]:
        """The orders of a page with their lines: one more query, however many orders there are."""
        lines = await self._lines(str(row.id) for row in seen.rows)
        with translating(self._connection):
            return tuple(mapping.to_order(row, lines[str(row.id)], seen.sight) for row in seen.rows)

    async def _lines(self, orders: Iterable[str]) -> dict[str, list[LineRow]]:
        found: defaultdict[str, list[LineRow]] = defaultdict(list)
        if ids := [self._number(id) for id in orders]:
            asked = ORDER_LINES.where(suiteql.one_of("l.transaction", ids))
            async for line in self._books.every(asked, Rows[LineRow]):
                found[str(line.transaction)].append(line)
        return found

    async def _subsidiary(self, id: str) -> SubsidiaryRecord:
        path = "/services/rest/record/v1/subsidiary/{id}"
        opened = {"expandSubResources": "true"}
        asked = self._transport.call("GET", path, returns=SubsidiaryRecord, ids={"id": id}, params=opened)
        return (await asked).value

    def _records(self, seen: Seen[CustomerRow]) -> tuple[AccountRecord, ...]:
        with translating(self._connection):
            return tuple(mapping.to_account_record(row, seen.sight) for row in seen.rows)

    def _receivables(self, seen: Seen[InvoiceRow]) -> Page[Receivable]:
        with translating(self._connection):
            items = tuple(mapping.to_receivable(row, seen.sight) for row in seen.rows)
        return Page(items=items, next=seen.next)

    def _one(self, found: tuple[T, ...], what: str) -> T:
        if not found:
            raise Missing(self._connection, f"no such {what}")
        return found[0]

    def _number(self, id: str) -> str:
        if not suiteql.is_number(id):
            raise Missing(self._connection, "no such id can be")
        return id
