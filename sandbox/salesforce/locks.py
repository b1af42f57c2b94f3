"""Which rows is a write holding, so that another one has to wait?

A write holds its rows and the rows they belong to until it is committed. Who needs one of them waits, ten
seconds at most, and is then refused with UNABLE_TO_LOCK_ROW ("Record-Level Locking"). Here a commit takes no
time unless it is told to, so that nobody waits.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox.salesforce.errors import fault


@dataclass
class Commits:
    """How long a commit takes, and how long one waits for a row, in seconds of wall time."""

    seconds: float = 0.0
    patience: float = 10.0


class Locks:
    """The rows that are held right now."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()
        self._freed = asyncio.Event()

    def are_free(self, ids: Iterable[str]) -> bool:
        """Whether nobody holds any of these rows."""
        return not self._held or not any(id in self._held for id in ids)

    async def wait(self, until: float) -> None:
        """Until somebody lets go, or raise `Refused` at this moment of the loop's time."""
        try:
            async with asyncio.timeout_at(until):
                await self._freed.wait()
        except TimeoutError:
            raise fault("locked_row") from None

    @asynccontextmanager
    async def holding(self, ids: set[str]) -> AsyncIterator[None]:
        """Keep these rows until the end."""
        self._held.update(ids)
        try:
            yield
        finally:
            self._held -= Counter(ids)
            self._freed.set()
            self._freed = asyncio.Event()
