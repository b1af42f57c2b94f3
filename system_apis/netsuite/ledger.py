"""What stands in a NetSuite account's ledger, by billing's ids, and which months are open?"""

from typing import Final

from canonical.finance import AccountingPeriod, LedgerEntry, Receivable
from system_apis.answers import translating
from system_apis.errors import Missing
from system_apis.netsuite import mapping, suiteql
from system_apis.netsuite.books import Books
from system_apis.netsuite.posting import PAYMENT, TYPES
from system_apis.netsuite.suiteql import ENTRIES, PERIODS, Question
from system_apis.netsuite.wire import EntryRow, InvoiceRow, PeriodRow, Rows

# The record of each of our words, and what its external id begins with before billing's id.
_RECORDS: Final[dict[str, tuple[str, str]]] = {
    "invoice": ("invoice", ""),
    "credit_note": ("creditMemo", ""),
    "payment": ("customerPayment", PAYMENT),
    "refund": ("customerRefund", ""),
    "payout": ("deposit", ""),
}
_MONTHS: Final = 36
"""Months back, at most, that are still of interest to somebody who posts."""


class Ledger:
    """What was posted in one account; `receivables` is how its invoices are asked for."""

    def __init__(self, connection: str, books: Books, receivables: Question) -> None:
        self._connection = connection
        self._books = books
        self._receivables = receivables

    async def receivable(self, invoice: str) -> Receivable:
        """The copy of one invoice. Raises `Missing`."""
        asked = self._receivables.where(f"t.externalid = {suiteql.text(invoice)}")
        seen = await self._books.page(asked, Rows[InvoiceRow], limit=1)
        if not seen.rows:
            raise Missing(self._connection, "no such receivable")
        with translating(self._connection):
            return mapping.to_receivable(seen.rows[0], seen.sight)

    async def entry(self, what: str, source: str) -> LedgerEntry:
        """What was posted for a record of billing. Raises `Missing`."""
        if what not in _RECORDS:
            raise Missing(self._connection, "nothing of this kind is posted")
        record, prefix = _RECORDS[what]
        code, _ = TYPES[record]
        same = f"t.externalid = {suiteql.text(prefix + source)}"
        asked = ENTRIES.where(f"t.type = {suiteql.text(code)}", same)
        seen = await self._books.page(asked, Rows[EntryRow], limit=1)
        if not seen.rows:
            raise Missing(self._connection, f"no such {what} was posted")
        with translating(self._connection):
            return mapping.to_ledger_entry(seen.rows[0], what, source, record, seen.sight)

    async def periods(self, legal_entity: str) -> tuple[AccountingPeriod, ...]:
        """The last years' months and those that are set up ahead, oldest first: the newest are asked first.

        An account has one calendar for all its subsidiaries, and closes a month for all of them.
        """
        seen = await self._books.page(PERIODS.where(), Rows[PeriodRow], limit=_MONTHS)
        with translating(self._connection):
            return tuple(mapping.to_period(row, legal_entity) for row in reversed(seen.rows))
