"""Is what was the last we knew still known after the house was closed?"""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from process_apis import records
from process_apis.account_360 import known
from process_apis.account_360.known import KnownParts
from process_apis.records import Statement, Store
from tests import builders as a


class Held:
    """A store whose first write is never done, like one that is cancelled before it reached the database."""

    def __init__(self, store: Store) -> None:
        self.rows, self.write, self.write_if, self.check = (
            store.rows,
            store.write,
            store.write_if,
            store.check,
        )
        self._store = store
        self.writing = asyncio.Event()

    async def write_all(self, statements: Sequence[Statement], **how: Any) -> Any:
        if not self.writing.is_set():
            self.writing.set()
            await asyncio.Event().wait()
        return await self._store.write_all(statements, **how)


@pytest.mark.parametrize("newer", [False, True])
async def test_what_is_being_written_when_the_house_closes_is_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch, newer: bool
) -> None:
    monkeypatch.setattr(known, "BATCH_SECONDS", 0.0)
    held = Held(store)
    records.use(held)
    parts = KnownParts()
    parts.keep("acc", "cases", a.NOW, ["first"])
    parts.keep("acc", "orders", a.NOW, ["only"])
    await asyncio.wait_for(held.writing.wait(), 5)
    if newer:
        parts.keep("acc", "cases", a.NOW + a.MONTH, ["second"])
    await asyncio.wait_for(parts.close(), 5)
    assert await parts.last("acc", "orders", list[str]) == (a.NOW, ["only"])
    expected = (a.NOW + a.MONTH, ["second"]) if newer else (a.NOW, ["first"])
    assert await parts.last("acc", "cases", list[str]) == expected


async def test_nothing_is_written_behind_a_closed_house(store: Store) -> None:
    parts = KnownParts()
    parts.keep("acc", "cases", a.NOW, ["first"])
    writer = parts._writer
    assert writer is not None
    await parts.close()
    assert writer.done()
    await parts.close()
