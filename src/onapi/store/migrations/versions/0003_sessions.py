"""Sessions, guesses of passwords, roles."""

import sqlalchemy as sa
from alembic import op

from onapi.store.columns import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# a session is what the tokens of a family were: it ends with the last of them
SESSIONS = """
INSERT INTO sessions (id, credential_id, created_at, used_at, ends_at, address, agent, ended_at, end_reason)
SELECT family, MAX(credential_id), MIN(created_at), MAX(created_at), MAX(expires_at), '', '', MAX(revoked_at),
  CASE WHEN MAX(revoked_at) IS NULL THEN NULL ELSE 'replay' END
FROM refresh_tokens GROUP BY family
"""


def upgrade() -> None:
    """Forward; there is no way back: evidence is never dropped."""
    op.add_column("credentials", sa.Column("role", sa.String(length=16), nullable=True))
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("used_at", Instant(timezone=True), nullable=False),
        sa.Column("ends_at", Instant(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["credential_id"], ["credentials.id"], name=op.f("fk_sessions_credential_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_credential_id"), "sessions", ["credential_id"])
    op.create_index(op.f("ix_sessions_ended_at"), "sessions", ["ended_at"])
    op.execute(SESSIONS)
    op.add_column("refresh_tokens", sa.Column("used_by", sa.String(length=64), nullable=True))
    op.add_column("refresh_tokens", sa.Column("used_device", sa.String(length=64), nullable=True))
    op.add_column("refresh_tokens", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.drop_column("refresh_tokens", "revoked_at")
    op.create_table(
        "session_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=True),
        sa.Column("session_id", sa.String(length=36), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_events")),
    )
    op.create_index(op.f("ix_session_events_credential_id"), "session_events", ["credential_id"])
    _create_counters()


def _create_counters() -> None:
    op.create_table(
        "guessed_accounts",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("guesses", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(timezone=True), nullable=False),
        sa.Column("open_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_guessed_accounts")),
    )
    op.create_index(op.f("ix_guessed_accounts_last_at"), "guessed_accounts", ["last_at"])
    op.create_table(
        "known_places",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("guesses", sa.Integer(), nullable=False),
        sa.Column("succeeded_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "place", name=op.f("pk_known_places")),
    )
    op.create_index("ix_known_places_succeeded_at", "known_places", ["succeeded_at"])
    op.create_table(
        "buckets",
        sa.Column("bucket", sa.String(length=80), nullable=False),
        sa.Column("full_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_buckets")),
    )
    op.create_index(op.f("ix_buckets_full_at"), "buckets", ["full_at"])
