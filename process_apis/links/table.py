"""How do records of customers get into our table, and to which account are they placed?

Placement is one statement over what the table says, so it ends the same in whichever order the records
came: see docs/identity.md.
"""

from collections.abc import Iterable, Sequence

import msgspec

from canonical.customer import AccountRecord
from process_apis.links.identity import folded, folded_domain, own_id
from process_apis.records import Row, Statement
from process_apis.records.moments import micros

_KEEP = """
INSERT INTO account_record (
  kind, connection, object, external_id, account_id, own_id, key, name, name_folded, domain, email,
  parent, legal_entity, payload, observed_at, sweep
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, connection, object, external_id) DO UPDATE SET
  account_id = excluded.account_id, own_id = excluded.own_id, key = excluded.key, name = excluded.name,
  name_folded = excluded.name_folded, domain = excluded.domain, email = excluded.email,
  parent = excluded.parent, legal_entity = excluded.legal_entity, payload = excluded.payload,
  observed_at = excluded.observed_at, sweep = excluded.sweep
WHERE excluded.sweep >= account_record.sweep
"""

# The account of the CRM into which the same key was written, or whose id is that key, or the record's own.
_CLAIMANT = """COALESCE(
  (SELECT MIN(o.account_id) FROM account_record o WHERE o.kind = 'crm' AND o.key = account_record.key),
  (SELECT MIN(o.account_id) FROM account_record o WHERE o.kind = 'crm' AND o.account_id = account_record.key),
  own_id)"""
_PLACE = f"""
UPDATE account_record SET account_id = {_CLAIMANT}
WHERE kind <> 'crm' AND account_id <> {_CLAIMANT}
"""  # noqa: S608 - no value enters the text

_DROP_UNSEEN = "DELETE FROM account_record WHERE kind = ? AND connection = ? AND sweep < ?"


def keeping(records: Iterable[AccountRecord], sweep: int) -> list[Statement]:
    """Keep these records and place them; `sweep` is the wall time, in microseconds, of asking for them."""
    rows = [_row(record, sweep) for record in records]
    keys = {record.key for record in records if record.key and record.kind != "crm"}
    return [(_KEEP, rows), (f"{_PLACE} AND key = ?", [(key,) for key in sorted(keys)])]


def placing() -> list[Statement]:
    """Place every record again, after what the CRM says of itself has changed."""
    return [(_PLACE, [()])]


def dropping_unseen(kind: str, connection: str, sweep: int) -> list[Statement]:
    """Drop what this completed walk did not see."""
    return [(_DROP_UNSEEN, [(kind, connection, sweep)])]


def marks(count: int) -> str:
    """`?, ?, ?` for so many values."""
    return ", ".join("?" * count)


def parts(values: Sequence[str], size: int = 400) -> Iterable[Sequence[str]]:
    """The values in parts that one statement can take."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _row(record: AccountRecord, sweep: int) -> Row:
    ref = record.origin.ref
    own = own_id(record)
    return (
        ref.kind,
        ref.connection,
        ref.object,
        ref.id,
        own,
        own,
        record.key,
        record.name,
        folded(record.name),
        folded_domain(record.domain),
        record.email.lower() if record.email else None,
        record.parent,
        record.legal_entity,
        msgspec.json.encode(record),
        micros(record.origin.observed_at),
        sweep,
    )
