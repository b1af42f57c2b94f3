"""Where do we remember what happened, and who was told of it?"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

# Before the first row of an insert gets its number: numbers are given out in the order of commits.
_ONE_AT_A_TIME = """
CREATE FUNCTION event_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(hashtext('tieline.event_log')); RETURN NULL; END $$
"""
_TRIGGERS = (
    "CREATE TRIGGER event_turn BEFORE INSERT ON event_log FOR EACH STATEMENT EXECUTE FUNCTION event_turn()",
    "CREATE TRIGGER event_turn BEFORE INSERT ON event_key FOR EACH STATEMENT EXECUTE FUNCTION event_turn()",
)


def upgrade() -> None:
    """Make the tables of events; on Postgres let one transaction at a time add to the log."""
    _log()
    _intake()
    _delivery()
    _operations()
    if op.get_context().dialect.name == "postgresql":
        for statement in (_ONE_AT_A_TIME, *_TRIGGERS):
            op.execute(statement)


def _log() -> None:
    op.create_table(
        "event_log",
        sa.Column("seq", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
        sa.Column("subject", sa.Text, comment="of a type nobody reads: the platform's own word"),
        sa.Column("payload", sa.LargeBinary, comment="the fact as msgspec JSON, until it is pruned"),
        sa.Column("hash", sa.LargeBinary, nullable=False, comment="SHA-256 of the payload"),
        sa.Column("trace", sa.Text),
        sa.Column("traceparent", sa.Text),
        sa.Column("cause", sa.Text),
        sa.Column("aside", sa.SmallInteger, nullable=False, comment="1: only its dead letter hands it on"),
        sqlite_autoincrement=True,
    )
    op.create_index("event_log_id", "event_log", ["id"], unique=True)
    op.create_index("event_log_source", "event_log", ["source", "source_id"], unique=True)
    op.create_index("event_log_type", "event_log", ["type", "seq"])
    op.create_index("event_log_account", "event_log", ["account", "seq"])
    op.create_index("event_log_key", "event_log", ["key", "seq"])
    op.create_index("event_log_kept", "event_log", ["kept_at"])
    op.create_index("event_log_trace", "event_log", ["trace"])
    op.create_index(
        "event_log_whole",
        "event_log",
        ["type", "kept_at"],
        sqlite_where=sa.text("payload IS NOT NULL"),
        postgresql_where=sa.text("payload IS NOT NULL"),
    )
    op.create_table(
        "event_key",
        sa.Column("was", sa.Text, primary_key=True, comment="a key that events have"),
        sa.Column("root", sa.Text, nullable=False, comment="the key they are handed on by"),
    )
    op.create_index("event_key_root", "event_key", ["root"])


def _intake() -> None:
    op.create_table(
        "event_gap",
        sa.Column("connection", sa.Text, primary_key=True),
        sa.Column("cursor", sa.Text),
        sa.Column("since", sa.BigInteger, nullable=False, comment="business time of the first look's start"),
        sa.Column("looked_at", sa.BigInteger),
        sa.Column("complete_at", sa.BigInteger, comment="when there was no further page"),
        sa.Column("read", sa.BigInteger, nullable=False),
        sa.Column("kept", sa.BigInteger, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("node", sa.Text),
        sa.Column("beat", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "quarantined_message",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("connection", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("arrived_at", sa.BigInteger, nullable=False),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, comment="until it is pruned; of a larger one only the beginning"),
        sa.Column("sealed", sa.Text, comment="headers and secret of the address, for reading it again"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
    )
    op.create_index("quarantined_message_once", "quarantined_message", ["connection", "hash"], unique=True)
    op.create_index("quarantined_message_state", "quarantined_message", ["state", "arrived_at"])


def _delivery() -> None:
    op.create_table(
        "delivery_subscriber",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("types", sa.Text, nullable=False, comment="separated by spaces; empty: all"),
        sa.Column("paused", sa.SmallInteger, nullable=False),
        sa.Column("node", sa.Text, comment="who hands on to it now"),
        sa.Column("beat", sa.BigInteger, nullable=False, comment="grows while that node lives"),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_index("delivery_subscriber_node", "delivery_subscriber", ["node"])
    op.create_table(
        "delivery_lane",
        sa.Column("subscriber", sa.Text, primary_key=True),
        sa.Column("lane", sa.Text, primary_key=True, comment="empty, or the id of a replay"),
        sa.Column("cursor", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, comment="the last event of a replay"),
        sa.Column("filter", sa.LargeBinary),
        sa.Column("per_second", sa.Float),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("delivered", sa.BigInteger, nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
    )
    op.create_index("delivery_lane_state", "delivery_lane", ["subscriber", "state"])
    op.create_table(
        "delivery_held",
        sa.Column("subscriber", sa.Text, primary_key=True),
        sa.Column("lane", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False, comment="the key goes on from here"),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger),
        sa.Column("waits_for", sa.Text, comment="the dead letter that is to be settled first"),
        sa.Column("error", sa.Text),
    )
    op.create_index("delivery_held_waits", "delivery_held", ["waits_for"])


def _operations() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("subscriber", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False, comment="of the event or its correction"),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("failed_at", sa.BigInteger, nullable=False),
        sa.Column("died_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("corrected_by", sa.Text),
    )
    op.create_index("dead_letter_due", "dead_letter", ["subscriber", "state", "next_at"])
    op.create_index("dead_letter_state", "dead_letter", ["state", "died_at"])
    op.create_index("dead_letter_died", "dead_letter", ["died_at"])
    op.create_index("dead_letter_settled", "dead_letter", ["settled_at"])
    op.create_table(
        "event_action",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.LargeBinary),
    )
    op.create_index("event_action_subject", "event_action", ["subject", "at"])
    op.create_index("event_action_at", "event_action", ["at", "id"])
