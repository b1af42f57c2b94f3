"""How do many who keep something at the same moment share one commit?

While one commit is on its way to the disk, what comes meanwhile gathers; then it goes together. Nobody waits
for company: whoever comes alone is written at once.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from process_apis.events.rows import inserting
from process_apis.records import Row, Statement, Store, StoreUnavailable

MOST_ROWS: Final = 1_000
"""In one commit."""
MOST_WAITING: Final = 2_000
"""Who wants to keep something and comes after these waits before it is even gathered."""


class _Wish:
    def __init__(self, rows: Sequence[Row], uniting: Sequence[Statement]) -> None:
        self.rows = rows
        self.uniting = uniting
        self.new: asyncio.Future[bool] = asyncio.get_running_loop().create_future()


class Gathering:
    """Everybody's wishes to keep events in this store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._wishes: list[_Wish] = []
        self._room = asyncio.Semaphore(MOST_WAITING)
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, rows: Sequence[Row], uniting: Sequence[Statement]) -> bool:
        """Write these for good; whether all of them surely are new. Raises StoreUnavailable."""
        async with self._room:
            self._wishes.append(wish := _Wish(rows, uniting))
            if self._writing is None:
                self._writing = asyncio.create_task(self._write())
            return await wish.new

    async def _write(self) -> None:
        try:
            while self._wishes:
                await self._together(self._next())
        finally:
            self._writing = None

    def _next(self) -> list[_Wish]:
        """The oldest wishes, as many as go into one commit; at least one."""
        rows, count = 0, 0
        for wish in self._wishes:
            rows += len(wish.rows)
            if count and rows > MOST_ROWS:
                break
            count += 1
        taken, self._wishes = self._wishes[:count], self._wishes[count:]
        return taken

    async def _together(self, wishes: list[_Wish]) -> None:
        rows = [row for wish in wishes for row in wish.rows]
        uniting = [statement for wish in wishes for statement in wish.uniting]
        try:
            changed = await self.store.write_all([*uniting, inserting(rows)], durable=True)
        except StoreUnavailable as trouble:
            _tell(wishes, trouble)
        except Exception as bug:
            # One that cannot be written keeps nobody else from being written.
            if len(wishes) == 1:
                _tell(wishes, bug)
            else:
                for wish in wishes:
                    await self._together([wish])
        else:
            _tell(wishes, changed[-1] == len(rows))


def _tell(wishes: Sequence[_Wish], result: bool | Exception) -> None:
    for wish in wishes:
        if wish.new.done():  # who asked has gone
            continue
        if isinstance(result, Exception):
            wish.new.set_exception(result)
        else:
            wish.new.set_result(result)
