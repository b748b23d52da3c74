"""Every table, in SQLAlchemy Core. Migrations are made from these; a test holds the two against each other."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from onapi.store.columns import Amount, Instant
from onapi.values.scope import Scope

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def owner(scope: Scope) -> dict[str, str]:
    """The two columns that say whose row it is."""
    return {"environment": scope.environment.value, "ruc": scope.ruc}


companies = Table(
    "companies",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("ruc", String(11), primary_key=True),
    Column("name", Text, nullable=False),
    Column("trade_name", Text, nullable=False, default=""),
    Column("address", JSON, nullable=False),
    Column("email", Text, nullable=False, default=""),
    Column("telephone", Text, nullable=False, default=""),
    Column("sol_user", Text),
    Column("sol_password", LargeBinary),  # sealed
    Column("certificate", LargeBinary),  # sealed PEM: key and certificate
    Column("certificate_expires_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

credentials = Table(
    "credentials",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("client_id", String(64), nullable=False),
    Column("username", String(254), nullable=False),  # lower case
    Column("password_hash", Text, nullable=False),
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

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token; the token itself is never kept
    Column("family", String(36), nullable=False, index=True),
    Column("credential_id", ForeignKey("credentials.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("doctype", String(2), nullable=False),
    Column("series", String(8), nullable=False),
    Column("number", Integer, nullable=False),
    Column("revision", Integer, nullable=False),  # above 1 where SUNAT refused to register the one before
    Column("origin", String(12), nullable=False),  # API or STORE_XML
    Column("input_format", String(8), nullable=False),
    Column("external_id", String(64)),
    Column("fingerprint", String(64), nullable=False),
    Column("issue_date", Date, nullable=False),
    Column("currency", String(3)),
    Column("total", Amount),
    Column("customer", JSON),
    Column("digest", String(128), nullable=False),  # ds:DigestValue
    Column("qr", Text),
    Column("xml", String(64), nullable=False),  # SHA-256: the name of the blob
    Column("warnings", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("environment", "ruc", "doctype", "series", "number", "revision"),
    ForeignKeyConstraint(["environment", "ruc"], ["companies.environment", "companies.ruc"]),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, unique=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("route", String(12), nullable=False),
    Column("state", String(12), nullable=False),
    Column("step", Integer, nullable=False, default=0),  # number of the next piece of durable work
    Column("attempts", Integer, nullable=False, default=0),  # sends
    Column("tries", Integer, nullable=False, default=0),  # in the present state
    Column("absences", Integer, nullable=False, default=0),  # times SUNAT said "not there" since the last send
    Column("outcome", String(12)),
    Column("code", String(40)),  # SUNAT's, or a key of ours where SUNAT was never asked
    Column("description", Text),
    Column("remarks", JSON, nullable=False),
    Column("link", Text),
    Column("channel", String(16)),
    Column("cdr", String(64)),  # SHA-256: the name of the blob, as SUNAT sent it
    Column("cdr_issued_at", Instant),
    Column("last_error", Text),
    Column("sent_at", Instant),
    Column("next_action_at", Instant),
    Column("deadline", Instant),
    Column("updated_at", Instant, nullable=False),
    Index("ix_submissions_due", "next_action_at"),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("submission_id", ForeignKey("submissions.id"), nullable=False, index=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("at", Instant, nullable=False),
    Column("event", String(12), nullable=False),
    Column("state", String(12), nullable=False),  # that it led to
    Column("code", String(40)),  # SUNAT's, or a key of ours where SUNAT was never asked
    Column("message", Text),
)

talks = Table(
    "talks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("submission_id", ForeignKey("submissions.id"), nullable=False, index=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("at", Instant, nullable=False),
    Column("operation", String(24), nullable=False),
    Column("address", Text, nullable=False),
    Column("status", Integer),  # HTTP; null when no answer came
    Column("answer", LargeBinary, nullable=False),  # raw, before anybody read it
    Column("trouble", Text, nullable=False),
    Column("duration_ms", Integer, nullable=False),
)
