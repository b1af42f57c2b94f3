"""How does one process become a node of the house that also minds the clock?"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from process_apis import durable
from process_apis.durable import Limits, Pace
from process_apis.records import StoreUnavailable
from process_apis.schedule.recurring import Recurring, call_due, know
from process_apis.schedule.waits import Wake, wake_due

LOOK_EVERY: Final = 0.5
"""Seconds between two looks at what is due."""

_log = logging.getLogger("tieline.schedule")


@asynccontextmanager
async def standing(
    database: str,
    folder: Path,
    *,
    node: str | None = None,
    limits: Limits | None = None,
    pace: Pace | None = None,
    wakes: Mapping[str, Wake] | None = None,
    recurring: Sequence[Recurring] = (),
) -> AsyncIterator[str]:
    """As `durable.standing`; and `wakes` says what is woken for each kind of wait, `recurring` what recurs.

    Gives the node's name. All nodes of a house are given the same tables.
    """
    async with durable.standing(database, folder, node=node, limits=limits, pace=pace) as id:
        await know(recurring)
        stop = asyncio.Event()
        looks: list[Callable[[], Awaitable[None]]] = [
            partial(wake_due, dict(wakes or {})),
            *(partial(call_due, one) for one in recurring),
        ]
        tasks = [asyncio.create_task(_every(look, stop)) for look in looks]
        try:
            yield id
        finally:
            stop.set()
            await asyncio.gather(*tasks)


async def _every(look: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await look()
        except StoreUnavailable as trouble:  # our own database comes back, and then we go on
            _log.info("our own database is away: %s", trouble)
        except Exception:  # a bug in one look must not stop the clock: it is told of each time
            _log.exception("a look at what is due failed")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
