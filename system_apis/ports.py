"""What do we ask of a CRM, a billing, a support and an ERP system?

Every list is asked page by page: `cursor` is None for the first page and `Page.next` of the page before
for each further one, so a list of any length costs the memory of one page. Ids given and `customer`,
`account`, `organization` in answers are the platform's own. `limit` is a wish; a platform may give fewer.
Every method may raise any `system_apis.errors.PlatformError`; a method that asks for one record raises
`Missing` when there is none.

What is written stands in `writes.py`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol, TypeVar

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
from canonical.finance import AccountingPeriod, LedgerEntry, Receivable
from canonical.identity import Page
from canonical.sales import Contract, Opportunity, Order
from canonical.support import Case, Comment
from system_apis.writes import CrmWrites, ErpWrites, SupportWrites

T = TypeVar("T")

LIMIT = 100


class Accounts(Protocol):
    """What every kind of system can say about its records of customers."""

    async def account_records(self, cursor: str | None = None) -> Page[AccountRecord]:
        """Every customer record, in pages as large as the platform allows."""
        ...

    async def account_record(self, id: str) -> AccountRecord:
        """One customer record by the platform's own id."""
        ...

    async def account_records_by_key(self, key: str) -> tuple[AccountRecord, ...]:
        """The customer records that carry this account id: several when there are duplicates."""
        ...

    async def find(self, text: str) -> tuple[AccountRecord, ...]:
        """At most 25 customer records that this system finds by its own means.

        By name, domain, email of a contact, and the ids and numbers this kind of system gives out
        (billing: customer, subscription, invoice ids and invoice numbers; ERP: customer id, order and
        invoice numbers; support: organisation id, case number; CRM: account, contact, opportunity id,
        contract number). Nothing found is an empty tuple.
        """
        ...


class Crm(Accounts, CrmWrites, Protocol):
    """A system that owns accounts, contacts, opportunities and contracts."""

    async def account(self, id: str) -> Account:
        """One account with what the CRM owns of it."""
        ...

    async def children(self, id: str, cursor: str | None = None) -> Page[AccountRecord]:
        """The direct children of an account."""
        ...

    async def contacts(self, account: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Contact]:
        """The people at an account, by name."""
        ...

    async def contracts(
        self, account: str | None = None, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Contract]:
        """Contracts with their committed lines, newest first; of every account when `account` is None."""
        ...

    async def opportunities(
        self, account: str, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Opportunity]:
        """An account's deals with their lines, newest first."""
        ...

    async def opportunity(self, id: str) -> Opportunity:
        """One deal with its lines, by the platform's own id."""
        ...


class Billing(Accounts, Protocol):
    """A system that owns subscriptions, invoices and payments."""

    async def subscriptions(
        self, customer: str | None = None, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Subscription]:
        """Subscriptions in every state, newest first; of every customer when `customer` is None."""
        ...

    async def invoices(self, customer: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Invoice]:
        """A customer's invoices, newest first, drafts included."""
        ...

    async def invoice(self, id: str) -> Invoice:
        """One invoice by the platform's own id."""
        ...

    async def payments(self, customer: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Payment]:
        """A customer's payments, failed ones included, newest first."""
        ...

    async def subscription(self, id: str) -> Subscription:
        """One subscription by the platform's own id."""
        ...

    async def payment(self, id: str) -> Payment:
        """One payment by the platform's own id."""
        ...

    async def applications(self, invoice: str) -> tuple[PaymentApplication, ...]:
        """Which payments went to an invoice, and how much of each (a handful)."""
        ...

    async def application(self, id: str) -> PaymentApplication:
        """One application of a payment by the platform's own id."""
        ...

    async def credit_note(self, id: str) -> CreditNote:
        """One credit note by the platform's own id."""
        ...

    async def refund(self, id: str) -> Refund:
        """One refund by the platform's own id."""
        ...

    async def refunds(self, payment: str) -> tuple[Refund, ...]:
        """What went back of a payment (a handful)."""
        ...

    async def dispute(self, id: str) -> Dispute:
        """One dispute by the platform's own id."""
        ...

    async def payout(self, id: str) -> Payout:
        """One payout with all its lines, by the platform's own id."""
        ...


class Support(Accounts, SupportWrites, Protocol):
    """A system that owns cases."""

    async def cases(self, organization: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Case]:
        """A customer's cases, newest first."""
        ...

    async def case(self, id: str) -> Case:
        """One case by the platform's own id."""
        ...

    async def comments(self, case: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Comment]:
        """A case's comments, oldest first."""
        ...


class Erp(Accounts, ErpWrites, Protocol):
    """A system that owns legal entities, orders, receivables and, after the first order, billing details."""

    async def legal_entities(self) -> tuple[LegalEntity, ...]:
        """Our own companies (a handful)."""
        ...

    async def orders(self, customer: str, cursor: str | None = None, limit: int = LIMIT) -> Page[Order]:
        """A customer's sales orders with lines, newest first."""
        ...

    async def order(self, id: str) -> Order:
        """One sales order by the platform's own id."""
        ...

    async def billing_details(self, customer: str) -> BillingDetails:
        """Where a customer's invoices go, on which terms and how taxed, and since when they order."""
        ...

    async def receivables(
        self, customer: str, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Receivable]:
        """The ERP's copies of a customer's invoices, newest first."""
        ...

    async def open_receivables(
        self, customer: str, cursor: str | None = None, limit: int = LIMIT
    ) -> Page[Receivable]:
        """Those of them on which something is still owed, oldest due first."""
        ...

    async def receivable(self, invoice: str) -> Receivable:
        """The copy of one invoice, by billing's id of it."""
        ...

    async def periods(self, legal_entity: str) -> tuple[AccountingPeriod, ...]:
        """The accounting months of one of our companies that are not long past, oldest first.

        Where several companies share a calendar, one that this company closed may be shown as open: posting
        says it then.
        """
        ...

    async def ledger_entry(self, what: str, source: str) -> LedgerEntry:
        """What was posted for a record of billing, by billing's id: `Missing` when nothing was.

        `what` is invoice, payment, credit_note, refund or payout, `source` what was given as such when it was
        posted.
        """
        ...


async def every(ask: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[T]:
    """Walk a paged list to its end with one page in memory: `every(lambda c: crm.children(id, c))`."""
    cursor: str | None = None
    while True:
        page = await ask(cursor)
        for item in page.items:
            yield item
        if page.next is None:
            return
        cursor = page.next
