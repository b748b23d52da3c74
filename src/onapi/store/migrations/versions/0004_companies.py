"""Certificates of a company one after the other, data keys, logo, sender settings."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    for name in ("sol_updated_at", "gre_updated_at", "validity_updated_at", "logo_updated_at"):
        op.add_column("companies", sa.Column(name, Instant(timezone=True), nullable=True))
    op.add_column("companies", sa.Column("logo", sa.String(length=64), nullable=True))
    op.add_column("companies", sa.Column("logo_form", sa.String(length=4), nullable=True))
    op.add_column("companies", sa.Column("sender", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "data_keys",
        *_owner(),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("master", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("environment", "ruc", name=op.f("pk_data_keys")),
    )
    op.create_index(op.f("ix_data_keys_master"), "data_keys", ["master"])
    op.create_table(
        "certificates",
        *_owner(),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("not_before", Instant(timezone=True), nullable=False),
        sa.Column("not_after", Instant(timezone=True), nullable=False),
        sa.Column("rucs", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("put_at", Instant(timezone=True), nullable=False),
        sa.Column("key_destroyed_at", Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("environment", "ruc", "fingerprint", name=op.f("pk_certificates")),
    )
    op.create_table(
        "expiry_notices",
        *_owner(),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("environment", "ruc", "fingerprint", "days", name=op.f("pk_expiry_notices")),
    )


def _owner() -> tuple[sa.Column[str], sa.Column[str]]:
    environment = sa.Column("environment", sa.String(length=12), nullable=False)
    return environment, sa.Column("ruc", sa.String(length=11), nullable=False)
