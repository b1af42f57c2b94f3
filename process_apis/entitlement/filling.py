"""How does the projection come to know what the platforms know?"""

import asyncio
import logging
from collections.abc import Callable

from msgspec import Struct

from canonical.caller import EVERYONE
from process_apis import clock, links
from process_apis.entitlement import facts
from process_apis.entitlement.asking import pages
from process_apis.entitlement.facts import KIND_OF, Fact, Source
from process_apis.entitlement.projection import Projection, wall_micros
from process_apis.records.moments import micros
from process_apis.systems import systems
from system_apis.errors import PlatformError

log = logging.getLogger(__name__)

Progress = Callable[[str, int], None]
"""Told the connection's name and how many of its facts were seen so far."""

REFRESH_SECONDS = 3.0
"""How long one customer may take to be read from its owner."""


class FillReport(Struct, frozen=True, kw_only=True):
    """How many facts were seen, and which connections could not be read to their end."""

    facts: int
    failed: tuple[str, ...]


class Filling:
    """Reads facts from their owners into the projection."""

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self._coming: dict[str, asyncio.Task[tuple[str, ...]]] = {}
        self._refreshing: dict[str, asyncio.Task[tuple[str, ...]]] = {}

    async def fill(self, progress: Progress | None = None) -> FillReport:
        """Read every list of every connection side by side, one page of each in memory at a time.

        A connection that fails keeps what is known of it and is named in the report.
        """
        sources = all_sources()
        walks = await asyncio.gather(*[self.fill_one(source, progress) for source in sources])
        failed = [source.connection for source, (_, whole) in zip(sources, walks, strict=True) if not whole]
        return FillReport(facts=sum(seen for seen, _ in walks), failed=tuple(dict.fromkeys(failed)))

    async def fill_one(self, source: Source, progress: Progress | None = None) -> tuple[int, bool]:
        """Read one list; how many facts were seen, and whether the walk came to the end."""
        began, observed_at, seen = wall_micros(), micros(clock.now()), 0
        try:
            asked = began
            async for page in pages(source):
                await facts.keep_page(source, page, asked)
                asked, seen = wall_micros(), seen + len(page)
                if progress:
                    progress(source.connection, seen)
        except PlatformError as trouble:
            log.info("%s of %s not read: %s", source.name, source.connection, trouble)
            return seen, False
        finally:
            self._projection.all_changed()
        await facts.complete(source, began, observed_at)
        self._projection.all_changed()
        return seen, True

    async def refresh(self, account: str) -> tuple[str, ...]:
        """Read the facts of one account's customers again; the connections that could not be read.

        What was so before this was called is in it: whoever comes while the account is being read waits for
        the next reading, together with all who come until that begins. Raises NotFound.
        """
        if (task := self._coming.get(account)) is None:
            task = self._coming[account] = asyncio.create_task(self._next(account))
            task.add_done_callback(lambda task: self._over(account, task))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Give up what is being refreshed; the facts stay as they are."""
        tasks = [*self._coming.values(), *self._refreshing.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _next(self, account: str) -> tuple[str, ...]:
        if before := self._refreshing.get(account):
            await asyncio.wait([before])
        self._refreshing[account] = self._coming.pop(account)
        return await self._refresh(account)

    def _over(self, account: str, task: asyncio.Task[tuple[str, ...]]) -> None:
        for tasks in (self._coming, self._refreshing):
            if tasks.get(account) is task:
                del tasks[account]

    async def _refresh(self, id: str) -> tuple[str, ...]:
        account = await links.account(id, EVERYONE)
        customers = [
            (Source(ref.connection, name), ref.id)
            for name, kind in KIND_OF.items()
            for ref in (record.origin.ref for record in account.of(kind))
        ]
        whole = await asyncio.gather(*[self._refresh_one(*customer) for customer in customers])
        failed = {source for (source, _), done in zip(customers, whole, strict=True) if not done}
        for source in {source for source, _ in customers} - failed:
            self._projection.looked(id, source)
        self._projection.changed(id)
        return tuple(sorted({source.connection for source in failed}))

    async def _refresh_one(self, source: Source, customer: str) -> bool:
        asked = wall_micros()
        found: list[Fact] = []
        try:
            async with asyncio.timeout(REFRESH_SECONDS):
                async for page in pages(source, customer):
                    found.extend(page)
        except (PlatformError, TimeoutError) as trouble:
            log.info("%s of %s not refreshed: %r", source.name, source.connection, trouble)
            return False
        await facts.keep_all_of(source, customer, found, asked)
        return True


def all_sources() -> list[Source]:
    """Every list of facts in every connection."""
    return [
        Source(connection.name, name) for name, kind in KIND_OF.items() for connection in systems().all(kind)
    ]
