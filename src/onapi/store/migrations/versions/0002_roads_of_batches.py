"""Tickets, voidings, members of summaries, numbers of series, leases of workers; indexes of live rows."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LIVE = "state NOT IN ('SETTLED', 'VOIDED')"


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    for service in ("gre", "validity"):
        op.add_column("companies", sa.Column(f"{service}_client_id", sa.Text(), nullable=True))
        op.add_column("companies", sa.Column(f"{service}_client_secret", sa.LargeBinary(), nullable=True))
    mode = sa.Column("boleta_mode", sa.String(length=12), server_default="individual", nullable=False)
    op.add_column("documents", mode)
    op.add_column("documents", sa.Column("request_key", sa.String(length=260), nullable=True))
    op.add_column("submissions", sa.Column("obstacle", sa.String(length=12), nullable=True))
    op.add_column("submissions", sa.Column("alerted_h", sa.Integer(), nullable=True))
    op.add_column("submissions", sa.Column("ticket", sa.String(length=64), nullable=True))
    op.add_column("submissions", sa.Column("ticketed_at", Instant(timezone=True), nullable=True))
    purpose = sa.Column("purpose", sa.String(length=12), server_default="report", nullable=False)
    op.add_column("submissions", purpose)
    op.execute(  # in words of its own: alembic would copy the whole table on SQLite, and events point at it
        "ALTER TABLE submissions ADD COLUMN about_document_id VARCHAR(36)"
        " CONSTRAINT fk_submissions_about_document_id REFERENCES documents (id)"
    )
    op.create_table(
        "members",
        sa.Column("batch_document_id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("status_code", sa.String(length=1), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("closed_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["batch_document_id"], ["documents.id"], name=op.f("fk_members_batch_document_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_members_document_id")),
        sa.PrimaryKeyConstraint("batch_document_id", "document_id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_document_id"), "members", ["document_id"])
    _partial_index("uq_members_open", "members", ["document_id"], "closed_at IS NULL", unique=True)
    op.create_table(
        "series",
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("doctype", sa.String(length=2), nullable=False),
        sa.Column("series", sa.String(length=8), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("environment", "ruc", "doctype", "series", name=op.f("pk_series")),
    )
    op.create_table(
        "pauses",
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("door", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("since", Instant(timezone=True), nullable=False),
        sa.Column("probed_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("environment", "ruc", "door", name=op.f("pk_pauses")),
    )
    op.create_table(
        "leases",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leases")),
    )
    _tables_of_reconciliation()
    op.drop_index("ix_submissions_due", "submissions")
    _partial_index("ix_submissions_due", "submissions", ["next_action_at"], "next_action_at IS NOT NULL")
    _partial_index("ix_submissions_live", "submissions", ["environment", "state", "ruc", "document_id"], LIVE)
    _partial_index("ix_submissions_deadline", "submissions", ["environment", "deadline"], LIVE)
    _partial_index("ix_submissions_ticket", "submissions", ["environment", "ruc", "ticket"], "ticket IS NOT NULL")
    _partial_index("ix_submissions_obstacle", "submissions", ["environment", "deadline"], "obstacle IS NOT NULL")
    keys = ["environment", "ruc", "request_key"]
    _partial_index("uq_documents_request", "documents", keys, "request_key IS NOT NULL", unique=True)
    _partial_index("ix_submissions_about", "submissions", ["about_document_id"], "about_document_id IS NOT NULL")
    if op.get_bind().dialect.name == "postgresql":  # SQLite's ids are wide enough as they are
        for table in ("events", "talks"):
            op.alter_column(table, "id", type_=sa.BigInteger())
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS BIGINT")


def _tables_of_reconciliation() -> None:
    op.create_table(
        "checks",
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("looked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=True),
        sa.Column("told", sa.String(length=16), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_checks_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_checks")),
    )
    _partial_index("ix_checks_findings", "checks", ["environment", "document_id"], "findings <> ''")
    op.create_table(
        "nights",
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("started_at", Instant(timezone=True), nullable=False),
        sa.Column("held_until", Instant(timezone=True), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("cursor", sa.String(length=36), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("environment", "night", name=op.f("pk_nights")),
    )
    op.create_table(
        "number_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("doctype", sa.String(length=2), nullable=False),
        sa.Column("series", sa.String(length=8), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_notes")),
    )


def _partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
