"""How is a record of billing posted in a NetSuite account, once?

What is there already under its external id stays as it is: a second PUT would change it, and could move
it into another period.
"""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Final

from msgspec import Struct

from canonical.money import Money
from canonical.projections import ErpCreditNote, ErpInvoice, ErpPayment, ErpPayout, ErpRefund, ReceivableMark
from canonical.sales import Line
from system_apis.errors import Missing, Refused
from system_apis.netsuite import shaping, suiteql
from system_apis.netsuite.books import Books
from system_apis.netsuite.lookups import Lookups
from system_apis.netsuite.putting import Putting
from system_apis.netsuite.shaping import Body, Items
from system_apis.netsuite.suiteql import owed
from system_apis.netsuite.wire import OwedRow, Rows
from system_apis.writes import Written

# The code of each record in SuiteQL, and the sublists that are ours as a whole.
TYPES: Final[dict[str, tuple[str, str]]] = {
    "invoice": ("CustInvc", "item,taxDetails"),
    "creditMemo": ("CustCred", "item,taxDetails,apply"),
    "customerPayment": ("CustPymt", "apply"),
    "customerRefund": ("CustRfnd", "apply"),
    "deposit": ("Deposit", "other,cashBack"),
}
PAYMENT: Final = "py-"
"""Begins the external id of a payment."""


class Accounts(Struct, frozen=True, kw_only=True):
    """Where money stands in the ledger, by account numbers, and the SKU for lines that have none.

    `dunning` is the custom field of an invoice that shows how its collection stands. What needs one that
    is not set is refused.
    """

    bank: str | None = None
    clearing: str | None = None
    fees: str | None = None
    other_item: str | None = None
    dunning: str | None = None


class Posting:
    """Postings in one account."""

    def __init__(self, putting: Putting, books: Books, lookups: Lookups, accounts: Accounts) -> None:
        self._putting = putting
        self._books = books
        self._lookups = lookups
        self._accounts = accounts
        self.aclose = putting.aclose

    async def invoice(self, one: ErpInvoice) -> Written:
        """An invoice."""

        async def body() -> Body:
            books = await self._in(one.legal_entity, one.total)
            return shaping.invoice(one, books, await self._items(one.lines))

        return await self._post("invoice", one.invoice, body)

    async def credit_note(self, one: ErpCreditNote) -> Written:
        """A credit memo, applied as far as its invoice is still owed: the rest is the customer's.

        Of an invoice that was paid before nothing is taken off, though its payment may not be posted yet:
        that would find too little owed, and be refused.
        """

        async def body() -> Body:
            invoice = await self._owed(one.invoice)
            most = one.total if one.applied is None else one.applied
            applied = min(invoice.foreignamountunpaid or Decimal(), most.major)
            books = await self._in(one.legal_entity, one.total)
            items = await self._items(one.lines, str(invoice.id))
            return shaping.credit_note(one, books, items, str(invoice.id), applied)

        return await self._post("creditMemo", one.credit_note, body)

    async def payment(self, one: ErpPayment) -> Written:
        """A payment, applied to its invoice."""

        async def body() -> Body:
            invoice = await self._lookups.posted("CustInvc", one.invoice) if one.invoice else None
            books = await self._in(one.legal_entity, one.amount)
            return shaping.payment(one, books, invoice, await self._clearing())

        return await self._post("customerPayment", PAYMENT + one.payment, body)

    async def refund(self, one: ErpRefund) -> Written:
        """A refund, out of the account that payments go into."""

        async def body() -> Body:
            credit = await self._lookups.posted("CustCred", one.credit_note) if one.credit_note else None
            books = await self._in(one.legal_entity, one.amount)
            return shaping.refund(one, books, credit, await self._clearing())

        return await self._post("customerRefund", one.refund, body)

    async def payout(self, one: ErpPayout) -> Written:
        """A deposit."""

        async def body() -> Body:
            bank = await self._account(self._accounts.bank, "bank_account")
            clearing = await self._account(self._accounts.clearing, "clearing_account")
            fees = await self._account(self._accounts.fees, "fees_account")
            books = await self._in(one.legal_entity, one.net)
            return shaping.payout(one, books, bank=bank, clearing=clearing, fees=fees)

        return await self._post("deposit", one.payout, body)

    async def mark(self, invoice: str, mark: ReceivableMark) -> Written:
        """In a field of ours on the invoice, in words; empty when all is well."""
        if (name := self._accounts.dunning) is None:
            raise Refused(self._putting.connection, "no dunning_field is set")
        row = await self._owed(invoice, f"t.{name} AS dunning")
        id = str(row.id)
        said = (mark.dunning.reason or "late") if mark.dunning and mark.dunning.flagged else None
        if (row.dunning or None) != said:
            await self._putting.change("invoice", id, {name: said})
        return self._putting.written("invoice", id, created=False)

    async def _post(self, type: str, external_id: str, body: Callable[[], Awaitable[Body]]) -> Written:
        code, ours = TYPES[type]
        try:
            id = await self._lookups.posted(code, external_id)
            return self._putting.written(type, id, created=False)
        except Missing:
            pass
        try:
            shaped = await body()
        except ValueError as error:
            raise Refused(self._putting.connection, f"{type}: {error}") from None
        put = await self._putting.put(type, external_id, shaped, ours)
        return self._putting.written(type, put or await self._lookups.posted(code, external_id), created=True)

    async def _in(self, legal_entity: str, amount: Money) -> shaping.Books:
        return shaping.Books(
            subsidiary=await self._lookups.subsidiary(legal_entity),
            currency=await self._lookups.currency(amount.currency),
        )

    async def _items(self, lines: tuple[Line, ...], invoice: str | None = None) -> Items:
        """By the SKUs of the lines, in their order; a credit without a SKU is of what was invoiced first."""
        found = {line.sku: await self._lookups.item(line.sku) for line in lines if line.sku}
        if (sku := self._accounts.other_item) is not None:
            return Items(found, await self._lookups.item(sku))
        if invoice is None or all(line.sku for line in lines):
            return Items(found, None)
        return Items(found, await self._lookups.first_item(invoice))

    async def _owed(self, invoice: str, *more: str) -> OwedRow:
        asked = owed(*more).where(f"t.externalid = {suiteql.text(invoice)}")
        seen = await self._books.page(asked, Rows[OwedRow], limit=1)
        if not seen.rows:
            raise Missing(self._putting.connection, "the invoice is not posted")
        return seen.rows[0]

    async def _clearing(self) -> str | None:
        number = self._accounts.clearing
        return await self._lookups.account(number) if number else None

    async def _account(self, number: str | None, name: str) -> str:
        if number is None:
            raise Refused(self._putting.connection, f"no {name} is set")
        return await self._lookups.account(number)
