"""Where do we remember who used what?"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of uses."""
    op.create_table(
        "usage_count",
        sa.Column("client", sa.Text, primary_key=True),
        sa.Column("document", sa.Text, primary_key=True),
        sa.Column("operation", sa.Text, primary_key=True),
        sa.Column("deprecated", sa.SmallInteger, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True, comment="of wall time, as 2026-11-23"),
        sa.Column("calls", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
    )
    op.create_index("usage_count_day", "usage_count", ["day"])
