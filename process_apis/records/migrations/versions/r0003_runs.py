"""Where do we remember what runs, what waits for the clock, and which nodes there are?"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Ids are looked for by their beginning, which an index serves only when letters are ordered by their bytes.
_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of runs, waits and nodes."""
    _runs()
    _clockwork()
    _nodes()


def _runs() -> None:
    op.create_table(
        "run",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("parent", sa.Text),
        sa.Column("trace", sa.Text),
        sa.Column("cause", sa.Text),
        sa.Column("input", sa.LargeBinary, nullable=False),
        sa.Column("outcome", sa.LargeBinary),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("step_name", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("needs", sa.Text),
        sa.Column("waits", sa.BigInteger, nullable=False),
        sa.Column("waiting_since", sa.BigInteger),
        sa.Column("waits_for", sa.Text),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("business_due_at", sa.BigInteger),
        sa.Column("claim", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("touched_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
    )
    op.create_index("run_due", "run", ["state", "due_at"])
    op.create_index("run_business_due", "run", ["state", "business_due_at"])
    op.create_index("run_touched", "run", ["state", "touched_at"])
    op.create_index("run_created", "run", ["created_at", "id"])
    op.create_index("run_state", "run", ["state", "created_at", "id"])
    op.create_index("run_flow", "run", ["flow", "created_at", "id"])
    op.create_index("run_account", "run", ["account", "created_at", "id"])
    op.create_index("run_waits_for", "run", ["waits_for"])
    op.create_index("run_parent", "run", ["parent", "created_at", "id"])
    op.create_index("run_claim", "run", ["claim"])
    op.create_index("run_ended", "run", ["ended_at"])
    op.create_table(
        "run_key",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("run_id", sa.Text, primary_key=True),
    )
    op.create_index("run_key_run", "run_key", ["run_id"])
    op.create_table(
        "run_action",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("before", sa.LargeBinary),
    )
    op.create_index("run_action_run", "run_action", ["run_id", "at"])


def _clockwork() -> None:
    op.create_table(
        "due",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False, comment="business time"),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("trace", sa.Text),
        sa.Column("tries", sa.BigInteger, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("claim", sa.Text),
        sa.Column("free_at", sa.BigInteger, nullable=False, comment="wall time: nobody claims it before"),
    )
    op.create_index("due_at", "due", ["at"])
    op.create_index("due_claim", "due", ["claim"])
    op.create_table(
        "recurring",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("rhythm", sa.Text, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("claim", sa.Text),
        sa.Column("free_at", sa.BigInteger, nullable=False, comment="wall time: nobody claims it before"),
    )


def _nodes() -> None:
    op.create_table(
        "node",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("instance", sa.Text, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "leader",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
