"""Receipts issued elsewhere, orders of lists, links, keys of requests, who did what."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RARE = "state = 'VOIDED' OR outcome = 'OBSERVED' OR outcome = 'REJECTED'"


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    op.add_column("documents", sa.Column("source", sa.String(length=64), nullable=True))
    op.add_column("documents", sa.Column("pdf", sa.String(length=64), nullable=True))
    op.add_column("documents", sa.Column("customer_number", sa.String(length=20), nullable=True))
    op.add_column("events", sa.Column("actor", sa.String(length=120), nullable=True))
    _tell_customers()
    mine = ["environment", "ruc"]
    op.create_index("ix_documents_newest", "documents", [*mine, "id"])
    op.create_index("ix_documents_created", "documents", [*mine, "created_at", "id"])
    op.create_index("ix_documents_issued", "documents", [*mine, "issue_date", "id"])
    op.create_index("ix_documents_number", "documents", [*mine, "number", "id"])
    for name, column in (("customer", "customer_number"), ("external", "external_id")):
        _partial_index(f"ix_documents_{name}", "documents", [*mine, column, "id"], f"{column} IS NOT NULL")
    _partial_index("ix_submissions_rare", "submissions", [*mine, "state", "outcome", "document_id"], RARE)
    _links()
    _keys()


def _tell_customers() -> None:
    """Lists find a customer by its number; those kept before have it in their JSON only."""
    told = (
        "customer->>'id_number'"
        if op.get_bind().dialect.name == "postgresql"
        else "json_extract(customer, '$.id_number')"
    )
    op.execute(f"UPDATE documents SET customer_number = substr({told}, 1, 20) WHERE customer IS NOT NULL")  # noqa: S608  one of two texts of ours


def _links() -> None:
    op.create_table(
        "link_versions",
        *_of_a_document("link_versions"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revoked_at", Instant(timezone=True), nullable=False),
    )
    op.create_table(
        "spent_links",
        sa.Column("nonce", sa.String(length=32), nullable=False),
        *_owner(),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_spent_links")),
    )
    op.create_index(op.f("ix_spent_links_expires_at"), "spent_links", ["expires_at"])
    op.create_table(
        "refreshes", *_of_a_document("refreshes"), sa.Column("asked_at", Instant(timezone=True), nullable=False)
    )


def _keys() -> None:
    op.create_table(
        "request_keys",
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("credential", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("held_until", Instant(timezone=True), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("environment", "credential", "operation", "key", name=op.f("pk_request_keys")),
    )
    op.create_index(op.f("ix_request_keys_expires_at"), "request_keys", ["expires_at"])


def _owner() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
    )


def _of_a_document(table: str) -> tuple[sa.Column[str] | sa.Constraint, ...]:
    return (
        sa.Column("document_id", sa.String(length=36), nullable=False),
        *_owner(),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f(f"fk_{table}_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f(f"pk_{table}")),
    )


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
