"""Requests as they came, a partition for each day on PostgreSQL; on SQLite the log is in files of its own."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("CREATE SCHEMA IF NOT EXISTS onapi_log")
    op.create_table(
        "requests",
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=True),
        sa.Column("credential_id", sa.String(length=36), nullable=True),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("client_ip", sa.String(length=45), nullable=False),
        sa.Column("user", sa.Text(), nullable=True),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("body_truncated", sa.Boolean(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        schema="onapi_log",
        postgresql_partition_by="RANGE (at)",
    )
    for name in ("credential", "ruc"):
        column = "credential_id" if name == "credential" else "ruc"
        op.create_index(f"ix_requests_{name}", "requests", ["environment", column, "at"], schema="onapi_log")
