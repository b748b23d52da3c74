"""How each company reaches persons: its mail server and its WhatsApp number, sealed."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# as in 0009: the second wall
EVERYONE = "(SELECT current_setting('onapi.everyone', true)) = 'yes'"
HERE = "environment = (SELECT current_setting('onapi.environment', true))"
MINE = "ruc = ANY ((SELECT string_to_array(current_setting('onapi.rucs', true), ','))::text[])"


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    op.create_table(
        "company_channels",
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("environment", "ruc", "channel", name=op.f("pk_company_channels")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _wall("company_channels")


def _wall(table: str) -> None:
    allowed = f"{EVERYONE} OR ({HERE} AND {MINE})"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_wall ON {table} USING ({allowed}) WITH CHECK ({allowed})")
