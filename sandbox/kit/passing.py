"""Who is told that business time has passed?

Platforms do things by themselves: bill a new month, end a trial, try a card again. They are told after
every move of the clock, and once a second while time just goes by.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sandbox.kit.clock import BusinessClock

TICK: Final = 1.0
"""Seconds of wall time."""

Told = Callable[[datetime], Awaitable[None]]


class Passing:
    """Tells everybody who listens, one telling at a time."""

    def __init__(self, clock: BusinessClock) -> None:
        self._clock = clock
        self._listening: list[Told] = []
        self._telling = asyncio.Lock()

    @contextmanager
    def listening(self, *told: Told) -> Iterator[None]:
        """Tell these, in this order, from now on and until the end."""
        self._listening.extend(told)
        self._telling = asyncio.Lock()  # a lock belongs to the loop in which it was first waited for
        try:
            yield
        finally:
            for one in told:
                self._listening.remove(one)

    async def tell(self) -> None:
        """What time it is; returns when everybody has done what was due."""
        async with self._telling:
            for told in list(self._listening):
                await told(self._clock.now())

    async def tick(self) -> None:
        """Tell it every second, until cancelled. A bug in one telling is logged and does not stop time."""
        while True:
            await asyncio.sleep(TICK)
            try:
                await self.tell()
            except Exception:
                logging.getLogger(__name__).exception("what was due could not be done")
