"""How does Alembic run our steps on the connection it is given?"""

from alembic import context

from process_apis.records.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
