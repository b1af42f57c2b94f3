"""How does the projection stay young enough, without a reader ever waiting?"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from process_apis import clock
from process_apis.entitlement import facts
from process_apis.entitlement.facts import Source
from process_apis.entitlement.filling import Filling, all_sources
from process_apis.entitlement.rules import BUDGET
from process_apis.errors import NotFound
from process_apis.records import StoreUnavailable
from process_apis.records.lately import Lately
from process_apis.records.moments import moment

LOOK_EVERY = 1.0
"""Seconds between two looks at the ages of all lists."""
RETRY_SECONDS = 10.0
"""A list or an account that could not be read is left alone this long."""
WANTED = 1000
AT_ONCE = 4
"""How many lists, and how many accounts, are read at the same time."""
SHARE = 0.5
"""A list is read again at this share of its budget, so that it is done before the budget is spent."""

log = logging.getLogger(__name__)


class Freshness:
    """Reads again what is old: every list by its age, oldest first, and the accounts that were asked for."""

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self._wanted: dict[str, None] = {}
        self._tried: Lately[str | Source, bool] = Lately(10_000, RETRY_SECONDS)
        self._wake: asyncio.Event | None = None

    def want(self, account: str) -> None:
        """Somebody was given old facts about this account: read them soon. Never waits; a bounded queue."""
        if len(self._wanted) < WANTED and not self._tried.get(account):
            self._wanted[account] = None
            if self._wake:
                self._wake.set()

    async def keep(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set; what is being read then is read to its end."""
        self._wake, tick = asyncio.Event(), asyncio.Event()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_again_and_again(self._refresh_wanted, self._wake, stop))
                group.create_task(_again_and_again(self._fill_old, tick, stop))
                await stop.wait()
                self._wake.set()
                tick.set()
        finally:
            self._wake = None
            await self._filling.close()

    async def _refresh_wanted(self) -> None:
        """In parts, so that one slow platform holds up a handful of accounts and not a thousand."""
        wanted = list(self._wanted)[:AT_ONCE]
        while wanted:
            for account in wanted:
                del self._wanted[account]
                self._tried.keep(account, True)
            await asyncio.gather(*[self._refresh(account) for account in wanted])
            wanted = list(self._wanted)[:AT_ONCE]

    async def _refresh(self, account: str) -> None:
        try:
            await self._filling.refresh(account)
        except NotFound:  # gone since it was asked for
            return

    async def _fill_old(self) -> None:
        filled = await facts.fills()
        now = clock.now()
        old = [
            (at, source)
            for source in all_sources()
            if not self._tried.get(source)
            and abs(now - (at := moment(filled.get(source, 0)))) > BUDGET[source.name] * SHARE
        ]
        due = [source for _, source in sorted(old, key=lambda one: (one[0], one[1].connection))][:AT_ONCE]
        for source in due:
            self._tried.keep(source, True)
        await asyncio.gather(*[self._filling.fill_one(source) for source in due])


async def _again_and_again(
    work: Callable[[], Awaitable[None]], wake: asyncio.Event, stop: asyncio.Event
) -> None:
    while not stop.is_set():
        wake.clear()
        try:
            await work()
        except StoreUnavailable as trouble:  # our own database comes back, and then we go on
            log.info("entitlement facts not read again: %s", trouble)
        with suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), LOOK_EVERY)
