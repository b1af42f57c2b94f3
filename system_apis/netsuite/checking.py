"""What must a role be allowed to read?"""

from typing import Final

from msgspec import Struct

from system_apis.findings import Finding, Need, looked_at
from system_apis.netsuite import suiteql
from system_apis.netsuite.books import Books
from system_apis.netsuite.suiteql import Question
from system_apis.netsuite.wire import Rows

_CREDENTIAL: Final = (
    "check client_id, certificate_id and private_key: the certificate must be mapped to the integration, a"
    " user and a role with Log in using OAuth 2.0 Access Tokens, REST Web Services and SuiteAnalytics"
    " Workbook"
)
_QUESTIONS: Final[dict[str, tuple[Question, str]]] = {
    "customers": (suiteql.CUSTOMERS, "Lists: Customers, and Subsidiaries"),
    "billing details": (suiteql.BILLING_DETAILS, "Lists: Customers, Terms, and Transactions: Sales Order"),
    "subsidiaries": (suiteql.SUBSIDIARIES, "Lists: Subsidiaries, and Currency"),
    "sales orders": (suiteql.ORDERS, "Transactions: Find Transaction, and Sales Order"),
    "order lines": (suiteql.ORDER_LINES, "Transactions: Sales Order, and Lists: Items"),
    "ledger entries": (suiteql.ENTRIES, "Transactions: Invoice, Customer Payment, and Credit Memo"),
    "accounting periods": (suiteql.PERIODS, "Setup: Manage Accounting Periods"),
}


class _Anything(Struct):
    """A row of which nothing is read."""


class Checking:
    """Looks at one account's books with the means of a reader."""

    def __init__(self, books: Books, receivables: Question) -> None:
        self._books = books
        self._receivables = receivables

    async def findings(self) -> list[Finding]:
        """The credential and SuiteQL, then each question that we ask, of which one row is enough."""
        needs = [
            *(self._need(name, *asked) for name, asked in _QUESTIONS.items()),
            self._need(
                "receivables", self._receivables, "Transactions: Invoice, and dunning_field as it is set"
            ),
        ]
        return await looked_at(needs, _CREDENTIAL)

    def _need(self, name: str, question: Question, permissions: str) -> Need:
        async def first() -> None:
            await self._books.page(question.where(), Rows[_Anything], limit=1)

        return Need(name, first, f"give the role View on {permissions}")
