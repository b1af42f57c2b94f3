"""Where do we note that we are about to write, and what came of it?"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of writes that a platform does not promise to do once."""
    op.create_table(
        "write_intent",
        sa.Column("connection", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("tries", sa.BigInteger, nullable=False),
        sa.Column("first_at", sa.BigInteger, comment="wall time of the first try that may have arrived"),
        sa.Column("tried_at", sa.BigInteger, comment="wall time of the last one"),
        sa.Column("done_at", sa.BigInteger),
        sa.Column("written", sa.LargeBinary, comment="what was written, as msgspec JSON"),
    )
    op.create_index("write_intent_done", "write_intent", ["done_at"])
    op.create_index("write_intent_tried", "write_intent", ["tried_at"])
