"""What was the last we knew of a part, and when?

A bounded memory in front of a bounded table. Memory is written at once, the table in the background and
in batches, so that showing a picture never waits for a write; what is still unwritten goes out on `close`.
"""

import asyncio
import logging
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

import msgspec

from process_apis import records
from process_apis.account_360.warm import Warm
from process_apis.records.moments import micros, moment

log = logging.getLogger(__name__)

IN_MEMORY = 20_000
STORED = 200_000
BATCH_SECONDS = 0.5

_Key = tuple[str, str]

_FIND = "SELECT observed_at, payload FROM known_part WHERE account_id = ? AND part = ?"
_ANY = "SELECT 1 FROM known_part WHERE account_id = ? LIMIT 1"
_KEEP = """
INSERT INTO known_part (account_id, part, observed_at, payload, stored_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, part) DO UPDATE SET
  observed_at = excluded.observed_at, payload = excluded.payload, stored_at = excluded.stored_at
WHERE excluded.stored_at >= known_part.stored_at
"""
_BOUND = """
DELETE FROM known_part WHERE stored_at < COALESCE(
  (SELECT stored_at FROM known_part ORDER BY stored_at DESC LIMIT 1 OFFSET ?), 0)
"""


class KnownParts:
    """The last known answer to each question about each account, kept across restarts."""

    def __init__(self) -> None:
        self.warm = Warm()
        self._memory: OrderedDict[_Key, tuple[datetime, Any]] = OrderedDict()
        self._unwritten: dict[_Key, tuple[datetime, Any]] = {}
        self._writer: asyncio.Task[None] | None = None

    def keep(self, account: str, part: str, observed_at: datetime, data: Any) -> None:
        """Remember an answer that has just been given."""
        key = account, part
        self._memory[key] = self._unwritten[key] = observed_at, data
        self._memory.move_to_end(key)
        if len(self._memory) > IN_MEMORY:
            self._memory.popitem(last=False)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_soon())

    async def last(self, account: str, part: str, answer: Any) -> tuple[datetime, Any] | None:
        """The last answer and when it was observed; None when there is none that we can read."""
        key = account, part
        if key in self._memory:
            self._memory.move_to_end(key)
            return self._memory[key]
        for observed_at, payload in await records.store().rows(_FIND, account, part):
            try:
                data = msgspec.json.decode(payload, type=answer)
            except msgspec.DecodeError:  # written by a version with other words: as good as not known
                return None
            return moment(observed_at), data
        return None

    async def any(self, account: str) -> bool:
        """Whether any part of this account was ever shown."""
        if any(key[0] == account for key in self._unwritten):
            return True
        return bool(await records.store().rows(_ANY, account))

    async def close(self) -> None:
        """Write what is not yet written, and begin again with an empty memory."""
        if self._writer and not self._writer.done():
            self._writer.cancel()
            await asyncio.wait([self._writer])  # what it was just writing is unwritten again
        await self._write()
        self._memory.clear()

    async def _write_soon(self) -> None:
        while self._unwritten:
            await asyncio.sleep(BATCH_SECONDS)  # one batch for all pictures of this moment
            try:
                await self._write()
            except records.StoreUnavailable:
                log.info("our database does not take last known parts; %d wait", len(self._unwritten))

    async def _write(self) -> None:
        """What is newest when the write begins; what could not be written waits for the next one."""
        batch, self._unwritten = self._unwritten, {}
        if not batch:
            return
        stored_at = micros(datetime.now(UTC))
        rows = [
            (account, part, micros(observed_at), msgspec.json.encode(data), stored_at)
            for (account, part), (observed_at, data) in sorted(batch.items(), key=lambda entry: entry[0])
        ]
        try:
            await records.store().write_all([(_KEEP, rows), (_BOUND, [(STORED,)])])
        except (records.StoreUnavailable, asyncio.CancelledError):
            self._unwritten = dict(list({**batch, **self._unwritten}.items())[-IN_MEMORY:])
            raise
