"""How is a SuiteQL query asked, a page at a time?"""

from collections.abc import AsyncIterator
from math import gcd
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from system_apis.errors import Refused, Unreadable
from system_apis.netsuite.mapping import Sight
from system_apis.netsuite.wire import Rows
from system_apis.transport import Transport

Row = TypeVar("Row")

MOST: Final = 1000
"""Rows in a page at most (Oracle, "Collection Paging")."""
_DIGITS: Final = 9


class Seen(Struct, Generic[Row], frozen=True):
    """Rows, when they were seen, and the cursor of the page after them."""

    rows: list[Row]
    sight: Sight
    next: str | None


class Books:
    """What one NetSuite account says to a query."""

    def __init__(self, transport: Transport, zone: ZoneInfo) -> None:
        self._transport = transport
        self._zone = zone

    async def page(
        self, query: str, rows: type[Rows[Row]], cursor: str | None = None, limit: int = MOST
    ) -> Seen[Row]:
        """One page of what a query finds, at most `limit` rows; the cursor is a position in the result."""
        offset = self._offset(cursor)
        # NetSuite takes an offset only if the limit divides it: after a change of limit, pages are smaller.
        size = gcd(offset, min(limit, MOST))
        answer = await self._transport.call(
            "POST",
            "/services/rest/query/v1/suiteql",
            returns=rows,
            params={"limit": size, "offset": offset},
            json={"q": query},
            headers={"Prefer": "transient"},
        )
        if answer.value.has_more and not answer.value.items:  # else a walk would never end
            raise Unreadable(self._transport.connection, "an empty page that says it is not the last")
        return Seen(
            answer.value.items,
            Sight(self._transport.connection, answer.observed_at, self._zone),
            str(offset + size) if answer.value.has_more else None,
        )

    async def every(self, query: str, rows: type[Rows[Row]]) -> AsyncIterator[Row]:
        """All that a query finds, for results that are known to be short."""
        cursor: str | None = None
        while True:
            seen = await self.page(query, rows, cursor)
            for row in seen.rows:
                yield row
            if (cursor := seen.next) is None:
                return

    def _offset(self, cursor: str | None) -> int:
        if cursor is None:
            return 0
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _DIGITS):
            raise Refused(self._transport.connection, "not a cursor")
        return int(cursor)
