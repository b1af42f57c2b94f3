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
_NOTHING_LATE = """
INSERT INTO recovery (connection, invoice, invoice_id, account_id, stage, hard, failure, since, grace_until,
  payload, looked_at, version)
VALUES (?, ?, ?, ?, ?, 0, NULL, 0, NULL, ?, ?, 0)
ON CONFLICT (connection, invoice) DO UPDATE SET looked_at = excluded.looked_at
WHERE recovery.stage = 'heard' AND recovery.looked_at = ?
"""
_HEARD = "SELECT 1 FROM recovery WHERE connection = ? AND invoice = ?"
_READ = "SELECT stage, payload, looked_at FROM recovery WHERE connection = ? AND invoice = ?"

_decode = msgspec.json.Decoder(Recovery).decode


async def hear(invoice: ExternalRef) -> None:
    """Remember that a failure was told of, so that what is told later of this invoice is not passed over."""
    await records.store().write(_HEAR, [_heard(invoice)])


async def heard(invoice: ExternalRef) -> bool:
    """Whether anything late was ever told of this invoice."""
    return bool(await records.store().rows(_HEARD, invoice.connection, invoice.id))


async def read(invoice: ExternalRef) -> Recovery | None:
    """The recovery of an invoice, if there is one."""
    found, _ = await known(invoice)
    return found


async def known(invoice: ExternalRef) -> tuple[Recovery | None, int]:
    """The recovery, if there is one, and when billing was asked last (wall time in microseconds, or 0)."""
    for stage, payload, looked_at in await records.store().rows(_READ, invoice.connection, invoice.id):
        return None if stage == Stage.HEARD else _decode(payload), looked_at
    return None, 0


async def nothing_late(invoice: ExternalRef, asked: int, looked_at: int) -> bool:
    """Remember that billing, asked at this moment, said that nothing is late; False when more is known.

    What was asked before then must not make it late. `asked` is what `known` said.
    """
    return await records.store().write_if((_NOTHING_LATE, [(*_heard(invoice), looked_at, asked)]), [])


async def keep(asked: int, after: Recovery, along_with: Sequence[Statement]) -> bool:
    """Keep `after`, with what goes along; False when more is known than when `known` said `asked`."""
    return await records.store().write_if((_KEEP, [(*_row(after), asked)]), along_with)


def _heard(invoice: ExternalRef) -> Row:
    return invoice.connection, invoice.id, derive(Prefix.INVOICE, invoice), "", Stage.HEARD, b""


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
