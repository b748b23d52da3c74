"""Messages to persons: each with its receivers, its standing and what was tried."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

EVERYONE = "(SELECT current_setting('onapi.everyone', true)) = 'yes'"
HERE = "environment = (SELECT current_setting('onapi.environment', true))"
MINE = "ruc = ANY ((SELECT string_to_array(current_setting('onapi.rucs', true), ','))::text[])"


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    _notices()
    _messages()
    _moves()
    op.create_table(
        "message_budgets",
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("environment", "ruc", "channel", "day", name=op.f("pk_message_budgets")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("notices", "messages", "message_moves", "message_budgets"):
            _wall(table)


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("masked", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_notices_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_document_id"), "notices", ["document_id"])
    op.create_index(op.f("ix_notices_created_at"), "notices", ["created_at"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("masked", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trying_until", Instant(timezone=True), nullable=True),
        sa.Column("next_action_at", Instant(timezone=True), nullable=True),
        sa.Column("give_up_at", Instant(timezone=True), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.String(length=255), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("resend_of", sa.String(length=36), nullable=True),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("updated_at", Instant(timezone=True), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_messages_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_document_id"), "messages", ["document_id"])
    op.create_index("ix_messages_newest", "messages", ["environment", "ruc", "id"])
    _partial_index("ix_messages_due", ["environment", "next_action_at"], "next_action_at IS NOT NULL")
    _partial_index("ix_messages_provider", ["environment", "provider", "provider_id"], "provider_id IS NOT NULL")
    _partial_index("ix_messages_told", ["environment", "ended_at"], "content IS NOT NULL")
    key = ["environment", "ruc", "request_key"]
    _partial_index("uq_messages_request", key, "request_key IS NOT NULL", unique=True)


def _moves() -> None:
    op.create_table(
        "message_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("environment", sa.String(length=12), nullable=False),
        sa.Column("ruc", sa.String(length=11), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_message_moves_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_moves")),
    )
    op.create_index(op.f("ix_message_moves_message_id"), "message_moves", ["message_id"])


def _partial_index(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, "messages", columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _wall(table: str) -> None:
    """The statements of migration 0009 for a new table."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    allowed = f"{EVERYONE} OR ({HERE} AND {MINE})"
    op.execute(f"CREATE POLICY {table}_wall ON {table} USING ({allowed}) WITH CHECK ({allowed})")
