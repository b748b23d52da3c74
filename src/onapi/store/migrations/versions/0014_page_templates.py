"""Templates that companies brought for their own pages, and what went wrong with one."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ALLOWED = (
    "(SELECT current_setting('onapi.everyone', true)) = 'yes' OR ("
    "environment = (SELECT current_setting('onapi.environment', true)) AND "
    "ruc = ANY ((SELECT string_to_array(current_setting('onapi.rucs', true), ','))::text[]))"
)


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    op.create_table(
        "page_templates",
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("updated_at", Instant(timezone=True), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("fault_at", Instant(timezone=True), nullable=True),
        sa.Column("fault_receipt", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("environment", "ruc", "name", name=op.f("pk_page_templates")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE page_templates ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE page_templates FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY page_templates_wall ON page_templates USING ({ALLOWED}) WITH CHECK ({ALLOWED})")
