"""Who may call, what keeps them signed in, and who guesses at their passwords."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from onapi.store.columns import Instant
from onapi.store.tables.ground import metadata

credentials = Table(
    "credentials",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("client_id", String(64), nullable=False),
    Column("username", String(254), nullable=False),  # lower case
    Column("password_hash", Text, nullable=False),
    Column("role", String(16)),  # of facts/roles.tsv; without one the scopes of this row hold
    Column("scopes", JSON, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("client_id", "username"),
)

credential_rucs = Table(
    "credential_rucs",
    metadata,
    Column("credential_id", ForeignKey("credentials.id"), primary_key=True),
    Column("ruc", String(11), primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(36), primary_key=True),  # also the name of its family of refresh tokens
    Column("credential_id", ForeignKey("credentials.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),  # the last sign-in or renewal
    Column("ends_at", Instant, nullable=False),  # however often it is renewed
    Column("address", String(64), nullable=False),  # of the last use
    Column("agent", String(200), nullable=False),
    Column("ended_at", Instant, index=True),
    Column("end_reason", String(16)),  # logout, replay, password, disabled, access
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token; the token itself is never kept
    Column("family", String(36), nullable=False, index=True),
    Column("credential_id", ForeignKey("credentials.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", String(64)),  # digest of address and user agent of whoever used it
    Column("used_device", String(64)),  # digest of his device, if he has one
    Column("salt", LargeBinary),  # makes the successor out of the token; emptied once nobody may ask for it again
)

session_events = Table(
    "session_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("event", String(24), nullable=False),
    Column("credential_id", String(36), index=True),
    Column("session_id", String(36)),
    Column("address", String(64), nullable=False),
)

guessed_accounts = Table(  # names that nobody has are counted like those of users
    "guessed_accounts",
    metadata,
    Column("account", String(64), primary_key=True),  # digest of client and user name
    Column("guesses", Integer, nullable=False),  # passwords looked at since the last good one
    Column("last_at", Instant, nullable=False, index=True),
    Column("open_at", Instant, nullable=False),  # when strangers may try again
)

known_places = Table(
    "known_places",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("place", String(64), primary_key=True),  # digest of a device or of an address that signed in
    Column("guesses", Integer, nullable=False),  # since the last good one
    Column("succeeded_at", Instant, nullable=False),
    Index("ix_known_places_succeeded_at", "succeeded_at"),
)

buckets = Table(
    "buckets",
    metadata,
    Column("bucket", String(80), primary_key=True),
    Column("full_at", Instant, nullable=False, index=True),  # when it will be full again: the whole state of a bucket
)
