"""How do we come to know the records of customers?"""

import asyncio
import time
from collections.abc import Callable, Iterable

import msgspec

from canonical.customer import AccountRecord
from canonical.identity import Kind
from process_apis import records
from process_apis.links import references
from process_apis.links.model import SweepReport
from process_apis.links.reading import memory
from process_apis.links.table import dropping_unseen, keeping, marks, parts, placing
from process_apis.systems import systems
from system_apis.connections import Connection
from system_apis.errors import PlatformError, Unreadable

Progress = Callable[[str, int], None]
"""Told the connection's name and how many of its records were seen so far."""

_KNOWN = """
SELECT kind, connection, object, external_id, payload, account_id FROM account_record
WHERE external_id IN ({marks})
"""
_Key = tuple[str, str, str, str]


async def sweep(progress: Progress | None = None) -> SweepReport:
    """Read every record of every connection, owner first, one page in memory at a time.

    A connection that fails keeps its former records and is named in the report; what a completed walk did
    not see is dropped.
    """
    walks = await asyncio.gather(*[_walk(one, progress) for one in systems().all(Kind.CRM)])
    others = [one for kind in Kind if kind is not Kind.CRM for one in systems().all(kind)]
    walks += await asyncio.gather(*[_walk(one, progress) for one in others])
    await records.store().write_all(placing())
    _read_again()
    return SweepReport(
        records=sum(seen for _, seen, _ in walks), failed=tuple(name for name, _, whole in walks if not whole)
    )


async def learn(seen: Iterable[AccountRecord]) -> tuple[str, ...]:
    """Keep records that were just seen; the ids of their accounts, each once, in the order of the records.

    Only what is new or differs from what we know is written.
    """
    seen = tuple(seen)
    known = await _known(seen)
    changed = [record for record in seen if not _same(record, known.get(_key(record)))]
    if changed:
        claims = placing() if any(record.kind is Kind.CRM for record in changed) else []
        await records.store().write_all([*keeping(changed, _wall_micros()), *claims])
        _read_again()
        known = await _known(seen)
    return tuple(dict.fromkeys(known[_key(record)][1] for record in seen if _key(record) in known))


async def _walk(connection: Connection, progress: Progress | None) -> tuple[str, int, bool]:
    """One connection, page by page: its name, how many records, and whether the walk came to the end."""
    began, seen, cursor = _wall_micros(), 0, None
    try:
        while True:
            asked = _wall_micros()
            page = await connection.port.account_records(cursor)
            await records.store().write_all(keeping(page.items, asked))
            seen += len(page.items)
            if progress:
                progress(connection.name, seen)
            if page.next is None:
                break
            if page.next == cursor:
                raise Unreadable(connection.name, "the same page follows itself")
            cursor = page.next
    except PlatformError:
        return connection.name, seen, False
    await records.store().write_all(dropping_unseen(connection.kind, connection.name, began))
    return connection.name, seen, True


async def _known(seen: tuple[AccountRecord, ...]) -> dict[_Key, tuple[bytes, str]]:
    ids = sorted({record.origin.ref.id for record in seen})
    rows = [
        row
        for some in parts(ids)
        for row in await records.store().rows(_KNOWN.format(marks=marks(len(some))), *some)
    ]
    return {(kind, name, object, id): (payload, account) for kind, name, object, id, payload, account in rows}


def _same(record: AccountRecord, known: tuple[bytes, str] | None) -> bool:
    if known is None:
        return False
    before = msgspec.json.decode(known[0], type=AccountRecord)
    return msgspec.structs.replace(record, origin=before.origin) == before


def _key(record: AccountRecord) -> _Key:
    ref = record.origin.ref
    return ref.kind, ref.connection, ref.object, ref.id


def _read_again() -> None:
    memory.clear()
    references.forget()


def _wall_micros() -> int:
    # Wall time: business time may be moved back, and then what is gone would look newer than the walk.
    return time.time_ns() // 1000
