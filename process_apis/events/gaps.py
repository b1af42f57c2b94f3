"""How is what no message told us read from the platforms' own lists of changes?"""

import asyncio
from datetime import timedelta


async def fill_gaps(stop: asyncio.Event, every: timedelta = timedelta(minutes=1)) -> None:
    """Read every connection's changes `every` so often, and when it comes back, until `stop` is set."""
    raise NotImplementedError
