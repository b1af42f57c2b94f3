"""What does our own database remember?

Moments are integers of microseconds since 1970 in UTC, so both engines order them alike. `sweep` is the
wall time at which the platform was asked that showed the row: what a completed walk did not see is older
than its beginning, and gone.
Every platform-owned `payload` is the canonical record as msgspec JSON.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, Table, Text

from process_apis.records import flow_tables

metadata = flow_tables.turn.metadata
"""Of these tables, and of the two files beside this one."""

account_record = Table(
    "account_record",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("connection", Text, primary_key=True),
    Column("object", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("own_id", Text, nullable=False, comment="the account id when no CRM account claims the record"),
    Column("key", Text),
    Column("name", Text, nullable=False),
    Column("name_folded", Text, nullable=False),
    Column("domain", Text),
    Column("email", Text),
    Column("parent", Text),
    Column("legal_entity", Text),
    Column("payload", LargeBinary, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    Column("sweep", BigInteger, nullable=False),
    Index("account_record_account", "account_id"),
    Index("account_record_key", "key"),
    Index("account_record_name", "name_folded", "domain"),
    Index("account_record_domain", "domain"),
    Index("account_record_external", "external_id"),
    Index("account_record_parent", "kind", "connection", "object", "parent"),
)

reference = Table(
    "reference",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("connection", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Index("reference_external", "external_id"),
)

known_part = Table(
    "known_part",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("observed_at", BigInteger, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Index("known_part_stored", "stored_at"),
)

entitlement_fact = Table(
    "entitlement_fact",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("customer", Text, nullable=False, comment="the customer's external id in the same connection"),
    Column("payload", LargeBinary, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    Column("sweep", BigInteger, nullable=False),
    Index("entitlement_fact_customer", "connection", "customer"),
)

entitlement_fill = Table(
    "entitlement_fill",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("observed_at", BigInteger, nullable=False),
)

client = Table(
    "client",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("accounts", Text, nullable=False),
    Column("children", SmallInteger, nullable=False),
    Column("everyone", SmallInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
    Index("client_name", "name", unique=True),
)

client_key = Table(
    "client_key",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index("client_key_client", "client_id"),
)

usage_count = Table(
    "usage_count",
    metadata,
    Column("client", Text, primary_key=True),
    Column("document", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("deprecated", SmallInteger, primary_key=True),
    Column("day", Text, primary_key=True, comment="of wall time, as 2026-11-23"),
    Column("calls", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Index("usage_count_day", "day"),
)

ordered_text = Text().with_variant(Text(collation="C"), "postgresql")
"""Ordered by its bytes on both engines, so that an index serves what is looked for by its beginning."""

run = Table(
    "run",
    metadata,
    Column("id", ordered_text, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("account", Text),
    Column("parent", Text),
    Column("trace", Text),
    Column("cause", Text),
    Column("input", LargeBinary, nullable=False),
    Column("outcome", LargeBinary),
    Column("step", BigInteger, nullable=False),
    Column("step_name", Text),
    Column("error", Text),
    Column("needs", Text),
    Column("waits", BigInteger, nullable=False),
    Column("waiting_since", BigInteger),
    Column("waits_for", Text),
    Column("due_at", BigInteger),
    Column("business_due_at", BigInteger),
    Column("claim", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("touched_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index("run_due", "state", "due_at"),
    Index("run_business_due", "state", "business_due_at"),
    Index("run_touched", "state", "touched_at"),
    Index("run_created", "created_at", "id"),
    Index("run_state", "state", "created_at", "id"),
    Index("run_flow", "flow", "created_at", "id"),
    Index("run_account", "account", "created_at", "id"),
    Index("run_waits_for", "waits_for"),
    Index("run_parent", "parent", "created_at", "id"),
    Index("run_claim", "claim"),
    Index("run_ended", "ended_at"),
)

run_key = Table(
    "run_key",
    metadata,
    Column("key", Text, primary_key=True),
    Column("run_id", Text, primary_key=True),
    Index("run_key_run", "run_id"),
)

run_action = Table(
    "run_action",
    metadata,
    Column("id", Text, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("before", LargeBinary),
    Index("run_action_run", "run_id", "at"),
)

due = Table(
    "due",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("at", BigInteger, nullable=False, comment="business time"),
    Column("payload", LargeBinary, nullable=False),
    Column("trace", Text),
    Column("tries", BigInteger, nullable=False),
    Column("error", Text),
    Column("claim", Text),
    Column("free_at", BigInteger, nullable=False, comment="wall time: nobody claims it before"),
    Index("due_at", "at"),
    Index("due_claim", "claim"),
)

recurring = Table(
    "recurring",
    metadata,
    Column("name", Text, primary_key=True),
    Column("rhythm", Text, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("last_at", BigInteger),
    Column("error", Text),
    Column("claim", Text),
    Column("free_at", BigInteger, nullable=False, comment="wall time: nobody claims it before"),
)

node = Table(
    "node",
    metadata,
    Column("id", Text, primary_key=True),
    Column("instance", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

leader = Table(
    "leader",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
)
