"""How many calls may be under way on one connection, and how many may wait for it?"""

import asyncio
from types import TracebackType

from system_apis.errors import Busy


class Places:
    """`async with places:` waits for a place, first come first served; `Busy` at once when too many wait."""

    def __init__(self, connection: str, *, places: int, waiting: int) -> None:
        self._connection = connection
        self._free = asyncio.Semaphore(places)
        self._room = waiting
        self._waiting = 0

    async def __aenter__(self) -> None:
        if self._free.locked() and self._waiting >= self._room:
            raise Busy(self._connection, "not called: too many of our own calls are waiting")
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._free.release()
