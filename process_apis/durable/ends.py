"""Who in this process waits for a run to stop, so that it is told at once?

A run that goes on another node stops without a word here: whoever waits looks for itself now and then, too.
"""

import asyncio
from contextlib import suppress

_waiting: dict[str, set[asyncio.Event]] = {}


def tell(run: str) -> None:
    """It has ended, or stopped where it needs a person."""
    for told in _waiting.get(run, ()):
        told.set()


class Listening:
    """Hears of the stop of one run between `with` and its end, also of one that nobody awaited yet."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._told = asyncio.Event()

    def __enter__(self) -> "Listening":
        _waiting.setdefault(self._run, set()).add(self._told)
        return self

    def __exit__(self, *_: object) -> None:
        others = _waiting[self._run]
        others.discard(self._told)
        if not others:
            del _waiting[self._run]

    async def told(self, within: float) -> None:
        """It stopped, or so many seconds have passed."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._told.wait(), within)
        self._told.clear()
