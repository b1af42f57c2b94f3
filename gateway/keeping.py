"""What is looked over again and again while we serve?"""

import asyncio
from collections.abc import Callable

from process_apis import entitlement, links
from process_apis.records import StoreUnavailable

AGAIN_AFTER = 0.3
"""Seconds between two tries while not every system has been seen once."""

Tell = Callable[[str], None]


class Keeping:
    """Who our customers are and what they are entitled to, kept as fresh as the settings say.

    `complete` once every connection was seen whole since this process started: then we are ready.
    `failed` names the connections that the last look did not see whole.
    """

    def __init__(self, seconds: float, tell: Tell) -> None:
        self._seconds = seconds
        self._tell = tell
        self.complete = asyncio.Event()
        self.failed: tuple[str, ...] = ()

    async def run(self) -> None:
        """Look over everything, for ever. What is down is told of once, tried again, and told of when up."""
        while True:
            failed = await self._look()
            self._note(failed)
            self.failed = failed
            await asyncio.sleep(self._seconds if self.complete.is_set() else AGAIN_AFTER)

    def _note(self, failed: tuple[str, ...]) -> None:
        if failed and failed != self.failed:
            self._tell(f"waiting for {', '.join(failed)}")
        if self.complete.is_set() and (back := [name for name in self.failed if name not in failed]):
            self._tell(f"back again: {', '.join(back)}")

    async def _look(self) -> tuple[str, ...]:
        """Who could not be seen whole. Facts are read here until all were seen once; then by age."""
        try:
            customers = await links.sweep()
            if self.complete.is_set():
                return customers.failed
            facts = await entitlement.fill()
        except StoreUnavailable:
            return ("our own database",)
        failed = tuple(dict.fromkeys((*customers.failed, *facts.failed)))
        if not failed:
            self._tell(f"looked over {customers.records} customer records, {facts.facts} entitlement facts")
            self.complete.set()
        return failed
