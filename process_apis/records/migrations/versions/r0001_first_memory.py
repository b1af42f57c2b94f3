"""What did our database remember first?

Accounts and references, last known parts, entitlement facts, API clients and their keys.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _accounts()
    _parts_and_facts()
    _clients()


def _accounts() -> None:
    op.create_table(
        "account_record",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("connection", sa.Text, primary_key=True),
        sa.Column("object", sa.Text, primary_key=True),
        sa.Column("external_id", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column(
            "own_id", sa.Text, nullable=False, comment="the account id when no CRM account claims the record"
        ),
        sa.Column("key", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_folded", sa.Text, nullable=False),
        sa.Column("domain", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("parent", sa.Text),
        sa.Column("legal_entity", sa.Text),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("observed_at", sa.BigInteger, nullable=False),
        sa.Column("sweep", sa.BigInteger, nullable=False),
    )
    op.create_index("account_record_account", "account_record", ["account_id"])
    op.create_index("account_record_key", "account_record", ["key"])
    op.create_index("account_record_name", "account_record", ["name_folded", "domain"])
    op.create_index("account_record_domain", "account_record", ["domain"])
    op.create_index("account_record_external", "account_record", ["external_id"])
    op.create_index("account_record_parent", "account_record", ["kind", "connection", "object", "parent"])
    op.create_table(
        "reference",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("connection", sa.Text, nullable=False),
        sa.Column("object", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
    )
    op.create_index("reference_external", "reference", ["external_id"])


def _parts_and_facts() -> None:
    op.create_table(
        "known_part",
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("observed_at", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("stored_at", sa.BigInteger, nullable=False),
    )
    op.create_index("known_part_stored", "known_part", ["stored_at"])
    op.create_table(
        "entitlement_fact",
        sa.Column("connection", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("external_id", sa.Text, primary_key=True),
        sa.Column(
            "customer", sa.Text, nullable=False, comment="the customer's external id in the same connection"
        ),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("observed_at", sa.BigInteger, nullable=False),
        sa.Column("sweep", sa.BigInteger, nullable=False),
    )
    op.create_index("entitlement_fact_customer", "entitlement_fact", ["connection", "customer"])
    op.create_table(
        "entitlement_fill",
        sa.Column("connection", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("observed_at", sa.BigInteger, nullable=False),
    )


def _clients() -> None:
    op.create_table(
        "client",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("accounts", sa.Text, nullable=False),
        sa.Column("children", sa.SmallInteger, nullable=False),
        sa.Column("everyone", sa.SmallInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("last_used_at", sa.BigInteger),
    )
    op.create_index("client_name", "client", ["name"], unique=True)
    op.create_table(
        "client_key",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
    )
    op.create_index("client_key_client", "client_key", ["client_id"])
