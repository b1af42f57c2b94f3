"""What does our own database remember of events, and of who was told of them?

Moments are microseconds since 1970 in UTC, as in `tables`; what is waited for (`next_at`) is wall time.
Postgres gives out numbers before it commits, so a trigger lets one transaction at a time add events: who
has read up to a number has read all below it (docs/decisions/events-are-kept-in-one-order.md).
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)

metadata = MetaData()
"""Of all our tables: `tables` adds the others."""

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

event_log = Table(
    "event_log",
    metadata,
    Column("seq", _NUMBER, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("account", Text),
    Column("key", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    Column("subject", Text, comment="of a type nobody reads: the platform's own word"),
    Column("payload", LargeBinary, comment="the fact as msgspec JSON, until it is pruned"),
    Column("hash", LargeBinary, nullable=False, comment="SHA-256 of the payload"),
    Column("trace", Text),
    Column("traceparent", Text),
    Column("cause", Text),
    Column("aside", SmallInteger, nullable=False, comment="1: only its dead letter hands it on"),
    Index("event_log_id", "id", unique=True),
    Index("event_log_source", "source", "source_id", unique=True),
    Index("event_log_type", "type", "seq"),
    Index("event_log_account", "account", "seq"),
    Index("event_log_key", "key", "seq"),
    Index("event_log_kept", "kept_at"),
    Index("event_log_trace", "trace"),
    Index(
        "event_log_whole",
        "type",
        "kept_at",
        sqlite_where=text("payload IS NOT NULL"),
        postgresql_where=text("payload IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

event_key = Table(
    "event_key",
    metadata,
    Column("was", Text, primary_key=True, comment="a key that events have"),
    Column("root", Text, nullable=False, comment="the key they are handed on by"),
    Index("event_key_root", "root"),
)

event_gap = Table(
    "event_gap",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("cursor", Text),
    Column("since", BigInteger, nullable=False, comment="business time of the first look's start"),
    Column("looked_at", BigInteger),
    Column("complete_at", BigInteger, comment="when there was no further page"),
    Column("read", BigInteger, nullable=False),
    Column("kept", BigInteger, nullable=False),
    Column("error", Text),
    Column("node", Text),
    Column("beat", BigInteger, nullable=False),
)

quarantined_message = Table(
    "quarantined_message",
    metadata,
    Column("id", Text, primary_key=True),
    Column("connection", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("arrived_at", BigInteger, nullable=False),
    Column("times", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("body", LargeBinary, comment="until it is pruned; of a larger one only the beginning"),
    Column("sealed", Text, comment="headers and secret of the address, for reading it again"),
    Column("state", Text, nullable=False),
    Column("settled_at", BigInteger),
    Index("quarantined_message_once", "connection", "hash", unique=True),
    Index("quarantined_message_state", "state", "arrived_at"),
)

delivery_subscriber = Table(
    "delivery_subscriber",
    metadata,
    Column("name", Text, primary_key=True),
    Column("types", Text, nullable=False, comment="separated by spaces; empty: all"),
    Column("paused", SmallInteger, nullable=False),
    Column("node", Text, comment="who hands on to it now"),
    Column("beat", BigInteger, nullable=False, comment="grows while that node lives"),
    Column("seen_at", BigInteger, nullable=False),
    Index("delivery_subscriber_node", "node"),
)

delivery_lane = Table(
    "delivery_lane",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("lane", Text, primary_key=True, comment="empty, or the id of a replay"),
    Column("cursor", BigInteger, nullable=False),
    Column("until", BigInteger, comment="the last event of a replay"),
    Column("filter", LargeBinary),
    Column("per_second", Float),
    Column("state", Text, nullable=False),
    Column("delivered", BigInteger, nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index("delivery_lane_state", "subscriber", "state"),
)

delivery_held = Table(
    "delivery_held",
    metadata,
    Column("subscriber", Text, primary_key=True),
    Column("lane", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, comment="the key goes on from here"),
    Column("attempts", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("since", BigInteger),
    Column("waits_for", Text, comment="the dead letter that is to be settled first"),
    Column("error", Text),
    Index("delivery_held_waits", "waits_for"),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subscriber", Text, nullable=False),
    Column("seq", BigInteger, nullable=False, comment="of the event or its correction"),
    Column("event", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("account", Text),
    Column("key", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("failed_at", BigInteger, nullable=False),
    Column("died_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Column("corrected_by", Text),
    Index("dead_letter_due", "subscriber", "state", "next_at"),
    Index("dead_letter_state", "state", "died_at"),
    Index("dead_letter_died", "died_at"),
    Index("dead_letter_settled", "settled_at"),
)

event_action = Table(
    "event_action",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", LargeBinary),
    Index("event_action_subject", "subject", "at"),
    Index("event_action_at", "at", "id"),
)
