"""What does the clock start again and again? (one table, handed to the schedule)"""

from datetime import UTC, datetime, timedelta
from typing import Final

from process_apis import events, landing
from process_apis.schedule import Recurring

WRITES_KEPT: Final = timedelta(days=400)
"""More than a year: a key that comes back after a yearly invoice still says what it wrote."""


async def forget_events(due: datetime) -> events.Pruned:
    """Payloads, then events, that are older than their type is kept."""
    return await events.prune()


async def forget_writes(due: datetime) -> None:
    """What we noted of writes that are long done. Wall time: nothing of it is about the business's clock."""
    await landing.forget(datetime.now(UTC) - WRITES_KEPT)


ROUNDS: Final[tuple[Recurring, ...]] = (
    Recurring(name="forget-events", call=forget_events, every=3600.0),
    Recurring(name="forget-writes", call=forget_writes, every=86_400.0),
)
