"""What does our own database remember?

Moments are integers of microseconds since 1970 in UTC, so both engines order them alike. `sweep` is the
wall time at which the platform was asked that showed the row: what a completed walk did not see is older
than its beginning, and gone.
Every platform-owned `payload` is the canonical record as msgspec JSON.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, SmallInteger, Table, Text

metadata = MetaData()

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
