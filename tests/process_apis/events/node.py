"""What does a node do that hands on events, until it is killed? (run in a process of its own)

Its one subscriber keeps the newest state of each account in a table, and adds a line per event to a file.
"""

import asyncio
import os

from canonical.events import Event
from process_apis import cursors, events, records
from process_apis.events import leases
from process_apis.events.model import Subscriber
from process_apis.records import open_store, postgres, schema  # noqa: F401 (imported before the fork)
from process_apis.records.moments import micros

KEEP = """
INSERT INTO known_part (account_id, part, observed_at, payload, stored_at) VALUES (?, 'state', ?, ?, 0)
ON CONFLICT (account_id, part) DO UPDATE SET observed_at = excluded.observed_at, payload = excluded.payload
WHERE excluded.observed_at > known_part.observed_at
"""
STATE = "SELECT account_id, observed_at, payload FROM known_part ORDER BY account_id"


async def main(url: str, file: str, name: str, silence: float | None) -> None:
    """Hand on until somebody kills us."""
    if silence:
        leases.SECONDS, leases.BEAT_EVERY = silence, silence / 5  # type: ignore[misc]
    cursors.seal_with(b"tests")
    lines = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    async def receive(event: Event) -> None:
        state = (event.account, micros(event.at), event.source_id.encode())
        await records.store().write(KEEP, [state])
        os.write(lines, f"{name} {event.account} {event.source_id}\n".encode())

    async with open_store(url) as store:
        records.use(store)
        await events.deliver([Subscriber(name="node", receive=receive)], asyncio.Event())


def run(url: str, file: str, name: str, silence: float | None = None) -> None:
    """The whole life of a node."""
    asyncio.run(main(url, file, name, silence))
