"""What persons did besides receipts, and seals over every line of the records."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Instant
from onapi.store.tables.ground import Row

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

EVERYONE = "(SELECT current_setting('onapi.everyone', true)) = 'yes'"
HERE = "environment = (SELECT current_setting('onapi.environment', true))"
MINE = "ruc = ANY ((SELECT string_to_array(current_setting('onapi.rucs', true), ','))::text[])"


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    _acts()
    op.create_table(
        "seals",
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(length=12), nullable=False),
        sa.Column("after_id", Row, nullable=False),
        sa.Column("upto_id", Row, nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("environment", "number", name=op.f("pk_seals")),
    )
    op.create_table(
        "heads",
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("environment", "day", name=op.f("pk_heads")),
    )


def _acts() -> None:
    op.create_table(
        "acts",
        sa.Column("id", Row, autoincrement=True, nullable=False),
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
    )
    op.create_index("ix_acts_company", "acts", ["environment", "ruc", "id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE acts ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE acts FORCE ROW LEVEL SECURITY")
        # whoever acts for a company leaves lines about users, too, which are of no company; he does not see them
        seen, taken = f"{EVERYONE} OR ({HERE} AND {MINE})", f"{EVERYONE} OR ruc = '' OR ({HERE} AND {MINE})"
        op.execute(f"CREATE POLICY acts_wall ON acts USING ({seen}) WITH CHECK ({taken})")
