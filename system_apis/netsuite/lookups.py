"""Under which internal ids does an account keep what we know by codes? (they never change: kept)"""

from collections import OrderedDict
from typing import Final

from system_apis.errors import Missing, Refused
from system_apis.netsuite import suiteql
from system_apis.netsuite.books import Books
from system_apis.netsuite.suiteql import Question
from system_apis.netsuite.wire import IdRow, Rows

MOST: Final = 2_000
"""Ids that are kept, the least used go first."""


def _ids(tables: str, *only: str) -> Question:
    alias = tables.rpartition(" ")[2]
    return Question(columns=f"{alias}.id AS id", tables=tables, only=only, order=f"{alias}.id")


_SUBSIDIARY: Final = _ids("subsidiary s", "s.isinactive = 'F'", "s.iselimination = 'F'")
_COUNTRY: Final = Question(columns="s.country AS id", tables="subsidiary s", order="s.id")
_CURRENCY: Final = _ids("currency u")
_ITEM: Final = _ids("item i", "i.isinactive = 'F'")
_ACCOUNT: Final = _ids("account a", "a.isinactive = 'F'")
_TERM: Final = _ids("term m", "m.isinactive = 'F'")
_CUSTOMER: Final = _ids("customer c")
_TRANSACTION: Final = _ids("transaction t")
_SOLD: Final = Question(
    columns="l.item AS id",
    tables="transactionline l",
    only=("l.mainline = 'F'", "l.taxline = 'F'", "l.item IS NOT NULL"),
    order="l.linesequencenumber, l.id",
)


class Lookups:
    """Internal ids by what they are known by. What an account has not got is `Refused`."""

    def __init__(self, books: Books, connection: str) -> None:
        self._books = books
        self._connection = connection
        self._kept: OrderedDict[str, str] = OrderedDict()

    async def subsidiary(self, code: str) -> str:
        """Of a legal entity: by its own code, else by its country where it has none."""
        said = suiteql.text(code)
        mine = f"(s.externalid = {said} OR (s.externalid IS NULL AND s.country = {said}))"
        return await self._id(_SUBSIDIARY.where(mine), f"subsidiary for legal entity {code}")

    async def country(self, subsidiary: str) -> str:
        """Where a subsidiary is (ISO 3166-1 alpha-2)."""
        return await self._id(_COUNTRY.where(f"s.id = {subsidiary}"), "country of a subsidiary")

    async def currency(self, code: str) -> str:
        """By its ISO 4217 code."""
        return await self._id(_CURRENCY.where(f"u.symbol = {suiteql.text(code)}"), f"currency {code}")

    async def item(self, sku: str) -> str:
        """What is sold, by its SKU."""
        return await self._id(_ITEM.where(f"i.itemid = {suiteql.text(sku)}"), f"item {sku}")

    async def account(self, number: str) -> str:
        """An account of the ledger, by its number."""
        return await self._id(_ACCOUNT.where(f"a.acctnumber = {suiteql.text(number)}"), f"account {number}")

    async def terms(self, days: int) -> str:
        """Payment terms, by their days."""
        return await self._id(_TERM.where(f"m.daysuntilnetdue = {days}"), f"terms of {days} days")

    async def customer(self, account: str) -> str:
        """A customer by our account id. Raises `Missing`: it may be made yet."""
        return await self._made(_CUSTOMER.where(f"c.externalid = {suiteql.text(account)}"), "customer")

    async def posted(self, type: str, external_id: str) -> str:
        """A transaction by its type and external id. Raises `Missing`: it may be posted yet."""
        conditions = f"t.type = {suiteql.text(type)}", f"t.externalid = {suiteql.text(external_id)}"
        return await self._made(_TRANSACTION.where(*conditions), f"{type} of this id")

    async def first_item(self, transaction: str) -> str:
        """What stands on the first line of a transaction. Raises `Missing`."""
        return await self._made(_SOLD.where(f"l.transaction = {transaction}"), "line of an item")

    async def _id(self, query: str, what: str) -> str:
        if (kept := self._kept.get(query)) is not None:
            self._kept.move_to_end(query)
            return kept
        try:
            id = await self._made(query, what)
        except Missing as error:
            raise Refused(self._connection, error.detail) from None
        self._kept[query] = id
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return id

    async def _made(self, query: str, what: str) -> str:
        seen = await self._books.page(query, Rows[IdRow], limit=1)
        if not seen.rows:
            raise Missing(self._connection, f"no {what}")
        return str(seen.rows[0].id)
