"""Where do we remember late payments, and what we showed whom?"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the flows."""
    op.create_table(
        "turn",
        sa.Column("about", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False, comment="wall time"),
    )
    op.create_table(
        "account_risk",
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column(
            "source", sa.Text, primary_key=True, comment="our id of what is at risk, such as an invoice"
        ),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "standing_shown",
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("connection", sa.Text, primary_key=True),
        sa.Column("external_id", sa.Text, primary_key=True),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("shown_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "entitlement_suspension",
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True, comment="our id of the invoice that is late"),
        sa.Column("connection", sa.Text, nullable=False),
        sa.Column(
            "subscription", sa.Text, nullable=False, comment="external id; empty: all of the account's"
        ),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "recovery",
        sa.Column("connection", sa.Text, primary_key=True),
        sa.Column("invoice", sa.Text, primary_key=True, comment="billing's id"),
        sa.Column("invoice_id", sa.Text, nullable=False, comment="ours"),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("hard", sa.SmallInteger, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("since", sa.BigInteger, nullable=False, comment="business time"),
        sa.Column("grace_until", sa.BigInteger, comment="business time"),
        sa.Column("payload", sa.LargeBinary, nullable=False, comment="what billing said of it last"),
        sa.Column("looked_at", sa.BigInteger, nullable=False),
        sa.Column(
            "version", sa.BigInteger, nullable=False, comment="grows with each change that is to be shown"
        ),
    )
    op.create_index("recovery_account", "recovery", ["account_id"])
    op.create_index("recovery_invoice", "recovery", ["invoice_id"])
