"""How are Salesforce's rows read: a batch, a page of a list, everything at once?"""

from typing import Final, TypeVar

from msgspec import Struct

from system_apis.errors import Refused
from system_apis.salesforce import soql
from system_apis.salesforce.mapping import Seen
from system_apis.salesforce.soql import Listing
from system_apis.salesforce.wire import LineRow, Rows
from system_apis.transport import Answer, Transport

R = TypeVar("R")

# The lines of a page are asked by its ids, and a question must fit into a URL of 16 KB.
MOST: Final = 200
LINES: Final = soql.columns(LineRow)
LINES_OF_ONE_CURRENCY: Final = soql.columns(LineRow, without={"CurrencyIsoCode"})


class Read(Struct, frozen=True):
    """Rows as they came: the cursor behind them, and when they were seen."""

    seen: Seen
    next: str | None


class Reading:
    """Questions to one org. `currency` and `batch` as in the platform's `Config`."""

    def __init__(self, transport: Transport, *, version: str, currency: str | None, batch: int) -> None:
        self._transport = transport
        self._path = f"/services/data/v{version}/query"
        self._options = {"Sforce-Query-Options": f"batchSize={batch}"}
        self._currency = currency
        self._lines = LINES_OF_ONE_CURRENCY if currency else LINES

    async def rows(self, returns: type[Rows[R]], question: str) -> tuple[tuple[R, ...], Read]:
        """The first batch of a question's rows; what is behind it is asked by `following`."""
        answer = await self._transport.call(
            "GET", self._path, params={"q": question}, headers=self._options, returns=returns
        )
        return answer.value.records, self._read(answer)

    async def following(self, returns: type[Rows[R]], cursor: str) -> tuple[tuple[R, ...], Read]:
        """A further batch. `Refused` when Salesforce no longer has it."""
        # Only the locator travels, never a path: a cursor must not lead anywhere else.
        answer = await self._transport.call(
            "GET", self._path + "/{locator}", ids={"locator": cursor}, headers=self._options, returns=returns
        )
        return answer.value.records, self._read(answer)

    async def page(
        self, returns: type[Rows[R]], listing: Listing, *conditions: str, cursor: str | None, limit: int
    ) -> tuple[tuple[R, ...], Read]:
        """At most `limit` rows (1 to 200) behind the row of a cursor. `Refused` for a bad cursor."""
        wanted = min(max(limit, 1), MOST)
        behind = () if cursor is None else (self._behind(listing, cursor),)
        question = soql.select(
            listing.columns, listing.source, *conditions, *behind, order=listing.order, limit=wanted + 1
        )
        rows, read = await self.rows(returns, question)
        kept = rows[:wanted]
        more = len(rows) > wanted or read.next is not None
        return kept, Read(read.seen, listing.cursor(kept[-1]) if more and kept else None)

    async def lines(self, *conditions: str) -> tuple[LineRow, ...]:
        """The lines of deals in their order, all of them."""
        question = soql.select(
            self._lines, "OpportunityLineItem", *conditions, order="ORDER BY SortOrder, Id"
        )
        rows, read = await self.rows(Rows[LineRow], question)
        while read.next is not None:
            further, read = await self.following(Rows[LineRow], read.next)
            rows += further
        return rows

    def _behind(self, listing: Listing, cursor: str) -> str:
        try:
            return listing.after(cursor)
        except ValueError:
            raise Refused(
                self._transport.connection, f"{listing.source}: not a cursor of this list"
            ) from None

    def _read(self, answer: Answer[Rows[R]]) -> Read:
        link = answer.value.next_records_url
        locator = None if answer.value.done or link is None else link.rpartition("/")[2]
        return Read(Seen(self._transport.connection, answer.observed_at, self._currency), locator)
