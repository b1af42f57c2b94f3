"""What do we remember of each late payment?"""

from collections.abc import Sequence

import msgspec

from canonical.identity import ExternalRef, Prefix, derive
from process_apis import records
from process_apis.payment_recovery.model import Recovery, Stage
from process_apis.records import Row, Statement
from process_apis.records.moments import micros

_HEAR = """
INSERT INTO recovery (connection, invoice, invoice_id, account_id, stage, hard, failure, since, grace_until,
  payload, looked_at, version)
VALUES (?, ?, ?, ?, ?, 0, NULL, 0, NULL, ?, 0, 0)
ON CONFLICT (connection, invoice) DO NOTHING
"""
_KEEP = """
INSERT INTO recovery (connection, invoice, invoice_id, account_id, stage, hard, failure, since, grace_until,
  payload, looked_at, version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (connection, invoice) DO UPDATE SET
  account_id = excluded.account_id, stage = excluded.stage, hard = excluded.hard, failure = excluded.failure,
  since = excluded.since, grace_until = excluded.grace_until, payload = excluded.payload,
  looked_at = excluded.looked_at, version = excluded.version
WHERE recovery.looked_at = ? AND recovery.looked_at < excluded.looked_at
"""
_HEARD = "SELECT 1 FROM recovery WHERE connection = ? AND invoice = ?"
_READ = "SELECT payload FROM recovery WHERE connection = ? AND invoice = ? AND stage <> 'heard'"

_decode = msgspec.json.Decoder(Recovery).decode


async def hear(invoice: ExternalRef) -> None:
    """Remember that a failure was told of, so that what is told later of this invoice is not passed over."""
    row = (invoice.connection, invoice.id, derive(Prefix.INVOICE, invoice), "", Stage.HEARD, b"")
    await records.store().write(_HEAR, [row])


async def heard(invoice: ExternalRef) -> bool:
    """Whether anything late was ever told of this invoice."""
    return bool(await records.store().rows(_HEARD, invoice.connection, invoice.id))


async def read(invoice: ExternalRef) -> Recovery | None:
    """The recovery of an invoice, if there is one."""
    for (payload,) in await records.store().rows(_READ, invoice.connection, invoice.id):
        return _decode(payload)
    return None


async def keep(before: Recovery | None, after: Recovery, along_with: Sequence[Statement]) -> bool:
    """Put `after` in the place of `before`, with what goes along; False when it is another one by now."""
    guard = (_KEEP, [(*_row(after), before.looked_at if before else 0)])
    return await records.store().write_if(guard, along_with)


def _row(one: Recovery) -> Row:
    return (
        one.bill.ref.connection,
        one.bill.ref.id,
        one.bill.id,
        one.bill.account,
        one.stage,
        int(one.hard),
        one.failure,
        micros(one.since),
        micros(one.grace_until) if one.grace_until else None,
        msgspec.json.encode(one),
        one.looked_at,
        one.version,
    )
