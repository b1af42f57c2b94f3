"""How does every subscriber get every event, in order within a key, through failures?"""

import asyncio
from collections.abc import Sequence

from process_apis.events.model import Subscriber


async def deliver(subscribers: Sequence[Subscriber], stop: asyncio.Event) -> None:
    """Hand on what is in the log and what comes into it, until `stop` is set.

    Any number of nodes may call this with the same subscribers: one of them hands on to each, and another
    takes over within seconds when it dies.
    """
    raise NotImplementedError
