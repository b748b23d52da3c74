"""Alembic's entry: run the migrations on the connection that `database.migrate` opened."""

from alembic import context

from onapi.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    user_module_prefix="",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
