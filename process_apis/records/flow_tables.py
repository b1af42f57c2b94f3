"""What does our own database remember of late payments, and of what we showed whom?

Moments are microseconds since 1970 in UTC, as in `tables`. A recovery's `looked_at` is the wall time at which
billing was asked that said so: what was asked earlier never overwrites what was asked later.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, Table, Text

from process_apis.records.event_tables import metadata

turn = Table(
    "turn",
    metadata,
    Column("about", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", BigInteger, nullable=False, comment="wall time"),
)

account_risk = Table(
    "account_risk",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("source", Text, primary_key=True, comment="our id of what is at risk, such as an invoice"),
    Column("since", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
)

standing_shown = Table(
    "standing_shown",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("connection", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("payload", LargeBinary, nullable=False),
    Column("shown_at", BigInteger, nullable=False),
)

entitlement_suspension = Table(
    "entitlement_suspension",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("source", Text, primary_key=True, comment="our id of the invoice that is late"),
    Column("connection", Text, nullable=False),
    Column("subscription", Text, nullable=False, comment="external id; empty: all of the account's"),
    Column("since", BigInteger, nullable=False),
)

recovery = Table(
    "recovery",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("invoice", Text, primary_key=True, comment="billing's id"),
    Column("invoice_id", Text, nullable=False, comment="ours"),
    Column("account_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("hard", SmallInteger, nullable=False),
    Column("failure", Text),
    Column("since", BigInteger, nullable=False, comment="business time"),
    Column("grace_until", BigInteger, comment="business time"),
    Column("payload", LargeBinary, nullable=False, comment="what billing said of it last"),
    Column("looked_at", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False, comment="grows with each change that is to be shown"),
    Index("recovery_account", "account_id"),
    Index("recovery_invoice", "invoice_id"),
)

write_intent = Table(
    "write_intent",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("what", Text, nullable=False),
    Column("tries", BigInteger, nullable=False),
    Column("first_at", BigInteger, comment="wall time of the first try that may have arrived"),
    Column("tried_at", BigInteger, comment="wall time of the last one"),
    Column("done_at", BigInteger),
    Column("written", LargeBinary, comment="what was written, as msgspec JSON"),
    Index("write_intent_done", "done_at"),
    Index("write_intent_tried", "tried_at"),
)
