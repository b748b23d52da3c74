"""The name of the longest road, `other_summary`, has a letter more than there was room for; SQLite never minded."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("submissions", "route", type_=sa.String(16))
