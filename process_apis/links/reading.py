"""What does our own table say about an account?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from canonical.customer import AccountRecord
from canonical.identity import ExternalRef
from process_apis import records
from process_apis.links.model import NAMED_BY, LinkedAccount
from process_apis.links.table import marks, parts
from process_apis.records.lately import Lately
from process_apis.systems import systems

IN_MEMORY = 10_000
SECONDS_IN_MEMORY = 60.0
DUPLICATES_SHOWN = 25

memory: Lately[str, LinkedAccount] = Lately(IN_MEMORY, SECONDS_IN_MEMORY)
"""Accounts just read. Whoever writes the table clears it."""

_RECORDS = """
SELECT r.account_id, r.payload, p.account_id FROM account_record r
LEFT JOIN account_record p ON p.kind = r.kind AND p.connection = r.connection
  AND p.object = r.object AND p.external_id = r.parent
WHERE r.account_id IN ({marks})
ORDER BY r.kind, r.connection, r.external_id
"""
# `kind || ''` keeps SQLite from walking the whole CRM by the index that begins with the kind.
_DUPLICATES = """
SELECT a.account_id, b.account_id FROM account_record a
JOIN account_record b ON b.kind = a.kind AND b.name_folded = a.name_folded AND b.domain = a.domain
  AND b.account_id <> a.account_id
WHERE a.account_id IN ({marks}) AND a.kind || '' = 'crm'
ORDER BY b.account_id
"""

_decode = msgspec.json.Decoder(AccountRecord).decode


async def read(ids: Sequence[str]) -> list[LinkedAccount]:
    """The accounts of these ids that exist, in the same order."""
    missing = [id for id in dict.fromkeys(ids) if memory.get(id) is None]
    if not missing:
        return [account for id in ids if (account := memory.get(id))]
    generation = memory.generation
    fresh: dict[str, LinkedAccount] = {}
    for some in parts(missing):
        fresh |= await _from_table(some)
    for id, account in fresh.items():
        memory.keep(id, account, read_in=generation)
    return [account for id in ids if (account := fresh.get(id) or memory.get(id))]


async def _from_table(ids: Sequence[str]) -> dict[str, LinkedAccount]:
    store = records.store()
    found: dict[str, list[tuple[AccountRecord, str | None]]] = defaultdict(list)
    for id, payload, parent in await store.rows(_RECORDS.format(marks=marks(len(ids))), *ids):
        # A connection that was taken out of the settings leaves its records behind, for when it comes back.
        if is_connected((record := _decode(payload)).origin.ref):
            found[id].append((record, parent))
    alike: dict[str, list[str]] = defaultdict(list)
    for id, other in await store.rows(_DUPLICATES.format(marks=marks(len(ids))), *ids):
        alike[id].append(other)
    return {id: _linked(id, rows, alike[id]) for id, rows in found.items()}


def is_connected(ref: ExternalRef) -> bool:
    """Whether we can still ask where this record came from."""
    return any(one.name == ref.connection for one in systems().all(ref.kind))


def _linked(id: str, rows: list[tuple[AccountRecord, str | None]], alike: Iterable[str]) -> LinkedAccount:
    by_owner = sorted(rows, key=lambda row: NAMED_BY.index(row[0].kind))
    naming, parent = by_owner[0]
    return LinkedAccount(
        id=id,
        name=naming.name,
        parent=parent if parent != id else None,
        legal_entity=next((record.legal_entity for record, _ in by_owner if record.legal_entity), None),
        records=tuple(record for record, _ in by_owner),
        possible_duplicates=tuple(dict.fromkeys(alike))[:DUPLICATES_SHOWN],
    )
