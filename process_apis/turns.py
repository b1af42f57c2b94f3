"""Whose turn is it to write about this thing?

Two runs that show the same thing in the same place must not overtake each other on the way: the older of
two writes would arrive last, and stay. A run holds the turn while it looks what is to be shown, shows it and
notes that; a run that died gets its own turn back at once, others get it when it ends by itself.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from process_apis import durable, records
from process_apis.errors import Occupied

SECONDS: Final = 90.0
"""Longer than any step may take; so long others wait after a crash, unless the run comes back before."""
_SECOND: Final = 1_000_000

_TAKE = """
INSERT INTO turn (about, holder, until) VALUES (?, ?, ?)
ON CONFLICT (about) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE turn.holder = excluded.holder OR turn.until < ?
"""
_END = "DELETE FROM turn WHERE about = ? AND holder = ?"


@asynccontextmanager
async def turn(*about: str) -> AsyncIterator[None]:
    """Inside a step: nobody else writes about this until the end of the block. Raises `Occupied`.

    The holder is the run, so two steps of one run must not write about the same thing at the same time.
    """
    name, holder, now = "/".join(about), durable.here().run, time.time_ns() // 1000
    taken = (_TAKE, [(name, holder, now + int(SECONDS * _SECOND), now)])
    if not await records.store().write_if(taken, []):
        raise Occupied(name)
    try:
        yield
    finally:
        await records.store().write(_END, [(name, holder)])
