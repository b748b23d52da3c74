"""Which call a line of a history is of, since when a certificate is in force, and what was told long ago."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PUT_AT = """
    UPDATE companies SET certificate_updated_at = coalesce(
        (SELECT max(put_at) FROM certificates
         WHERE certificates.environment = companies.environment AND certificates.ruc = companies.ruc),
        updated_at)
    WHERE certificate IS NOT NULL
    """


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    op.add_column("events", sa.Column("request_id", sa.String(length=64), nullable=True))
    of_request = ["environment", "ruc", "request_id"]
    _partial_index("ix_events_request", "events", of_request, "request_id IS NOT NULL")
    op.add_column("companies", sa.Column("certificate_updated_at", Instant(timezone=True), nullable=True))
    op.execute(_PUT_AT)
    op.create_index(op.f("ix_webhook_deliveries_message_id"), "webhook_deliveries", ["message_id"])
    told = ["environment", "ended_at"]
    _partial_index("ix_webhook_deliveries_told", "webhook_deliveries", told, "state = 'DELIVERED'")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
