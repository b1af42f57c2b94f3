"""Who wants to know at once that there is something new?"""

import asyncio


class _Waiting:
    events: set[asyncio.Event] = set()  # noqa: RUF012 (one place for the whole process)


def wanting(event: asyncio.Event) -> None:
    """From now on this is set whenever something is new."""
    _Waiting.events.add(event)


def no_longer(event: asyncio.Event) -> None:
    """It need not be told any more."""
    _Waiting.events.discard(event)


def wake() -> None:
    """Something is new: an event, or a wish of whoever runs the house."""
    for event in _Waiting.events:
        event.set()
