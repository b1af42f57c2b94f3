"""How are the facts that decide read from their owners?"""

from collections.abc import AsyncIterator
from typing import cast

from canonical.identity import Page
from process_apis.entitlement.facts import Fact, Source
from process_apis.systems import systems
from system_apis.errors import Unreadable
from system_apis.ports import LIMIT, Billing, Crm


async def pages(source: Source, customer: str | None = None) -> AsyncIterator[tuple[Fact, ...]]:
    """One list page by page, of one customer or of all. Raises PlatformError."""
    cursor: str | None = None
    while True:
        page = await _page(source, customer, cursor)
        yield page.items
        if page.next is None:
            return
        if page.next == cursor:
            raise Unreadable(source.connection, "the same page follows itself")
        cursor = page.next


async def _page(source: Source, customer: str | None, cursor: str | None) -> Page[Fact]:
    port = systems().by_name(source.connection).port
    if source.name == "subscriptions":
        return cast("Page[Fact]", await cast("Billing", port).subscriptions(customer, cursor, LIMIT))
    return cast("Page[Fact]", await cast("Crm", port).contracts(customer, cursor, LIMIT))
