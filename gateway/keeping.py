"""What is looked over again and again while we serve?"""

import asyncio
import logging
from collections.abc import Callable

from process_apis import entitlement, links

log = logging.getLogger(__name__)

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
        """Look over everything, for ever. A platform that is down is told of once, and tried again."""
        while True:
            customers = await links.sweep()
            facts = await entitlement.fill()
            failed = tuple(dict.fromkeys((*customers.failed, *facts.failed)))
            if failed and failed != self.failed:
                self._tell(f"waiting for {', '.join(failed)}")
            self.failed = failed
            if not failed and not self.complete.is_set():
                self._tell(
                    f"looked over {customers.records} customer records, {facts.facts} entitlement facts"
                )
                self.complete.set()
            await asyncio.sleep(self._seconds if self.complete.is_set() else AGAIN_AFTER)
