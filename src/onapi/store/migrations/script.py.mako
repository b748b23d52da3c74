"""${message}."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Amount, Instant

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    ${upgrades if upgrades else "pass"}
