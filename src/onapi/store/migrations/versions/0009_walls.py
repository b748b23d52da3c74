"""The second wall: PostgreSQL shows and takes a company's rows only where a transaction says that it is for it.

SQLite has none. A new table with the columns environment and ruc needs the three statements of `_wall` in its own
migration; a test names the one that has no wall.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OF_COMPANIES = (
    "certificates",
    "checks",
    "companies",
    "data_keys",
    "documents",
    "events",
    "expiry_notices",
    "link_versions",
    "members",
    "number_notes",
    "pauses",
    "refreshes",
    "series",
    "spent_links",
    "submissions",
    "talks",
    "webhook_attempts",
    "webhook_deliveries",
    "webhook_endpoints",
    "webhook_messages",
)
# the subqueries are asked once for each statement, and not again for each row
EVERYONE = "(SELECT current_setting('onapi.everyone', true)) = 'yes'"
HERE = "environment = (SELECT current_setting('onapi.environment', true))"
MINE = "ruc = ANY ((SELECT string_to_array(current_setting('onapi.rucs', true), ','))::text[])"
MY_CREDENTIAL = "(SELECT current_setting('onapi.credential', true))"


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in OF_COMPANIES:
        _wall(table, MINE)
    _wall("request_keys", f"credential = {MY_CREDENTIAL}")
    _wall("onapi_log.requests", f"({MINE} OR credential_id = {MY_CREDENTIAL})")


def _wall(table: str, whose: str) -> None:
    """Forced: without that the owner, who is the one that signs in, would be let through."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    name, allowed = f"{table.rpartition('.')[2]}_wall", f"{EVERYONE} OR ({HERE} AND {whose})"
    op.execute(f"CREATE POLICY {name} ON {table} USING ({allowed}) WITH CHECK ({allowed})")
