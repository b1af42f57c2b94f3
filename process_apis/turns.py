"""Whose turn is it to write about this thing?

Two runs that show the same thing in the same place must not overtake each other on the way: the older of
two writes would arrive last, and stay. A run holds the turn while it looks what is to be shown, shows it and
notes that; a run that died gets its own turn back at once, others get it when it ends by itself.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from process_apis import durable, records
from process_apis.errors import Occupied
from process_apis.records import Statement
from system_apis.errors import OutcomeUnknown

SECONDS: Final = 90.0
"""Longer than any step may take; so long others wait after a crash, unless the run comes back before."""
SLOW: Final = 2.0
"""Seconds without an answer after which a platform that we left is taken to be still at it: one that closed
the connection is not."""
NOBODY: Final = ""
_SECOND: Final = 1_000_000

_TAKE = """
INSERT INTO turn (about, holder, until) VALUES (?, ?, ?)
ON CONFLICT (about) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE turn.holder = excluded.holder OR turn.until < ?
"""
_END = "DELETE FROM turn WHERE about = ? AND holder = ? AND until = ?"
_REST = "UPDATE turn SET holder = ?, until = ? WHERE about = ? AND holder = ? AND until = ?"


@asynccontextmanager
async def turn(*about: str, rests: int = 0) -> AsyncIterator[None]:
    """Inside a step: nobody else writes about this until the end of the block. Raises `Occupied`.

    Nor does anybody for `rests` microseconds after a write that we stopped waiting for, because the platform
    was slow: it may still be carried out, and would stay in place of what was written meanwhile.

    The holder is the run, so two steps of one run must not write about the same thing at the same time.
    """
    name, holder, now = "/".join(about), durable.here().run, _now()
    until = now + int(SECONDS * _SECOND)
    if not await records.store().write_if((_TAKE, [(name, holder, until, now)]), []):
        raise Occupied(name)
    # Which turn it is says `until`: one that a run took again in another life is not ended here.
    end: Statement = (_END, [(name, holder, until)])
    try:
        yield
    except (OutcomeUnknown, asyncio.CancelledError):
        if rests and _now() - now >= SLOW * _SECOND:
            end = (_REST, [(NOBODY, _now() + rests, name, holder, until)])
        raise
    finally:
        await records.store().write(*end)


def _now() -> int:
    return time.time_ns() // 1000
