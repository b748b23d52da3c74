"""Every table, in SQLAlchemy Core. Migrations are made from these; a test holds the two against each other."""

from sqlalchemy import (
    JSON,
    BigInteger,
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
    text,
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


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that matter; a query finds it by saying the same condition."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


LIVE = "state NOT IN ('SETTLED', 'VOIDED')"  # the few that are still on their way, among the many that have arrived
_Row = BigInteger().with_variant(Integer, "sqlite")  # ids that outlive two thousand million lines

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
    Column("gre_client_id", Text),  # of the REST API for guías
    Column("gre_client_secret", LargeBinary),  # sealed
    Column("validity_client_id", Text),  # of the Consulta Integrada de Validez
    Column("validity_client_secret", LargeBinary),  # sealed
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
    Column("boleta_mode", String(12), nullable=False, server_default="individual"),  # or summary: goes out in an RC
    Column("request_key", String(260)),  # by what a request is known again that left its number to us
    UniqueConstraint("environment", "ruc", "doctype", "series", "number", "revision"),
    _partial("uq_documents_request", "environment", "ruc", "request_key", where="request_key IS NOT NULL", unique=True),
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
    Column("ticket", String(64)),  # SUNAT's word for what it will tell later
    Column("ticketed_at", Instant),
    Column("purpose", String(12), nullable=False, server_default="report"),  # or void
    Column("about_document_id", ForeignKey("documents.id")),  # what a voiding is about
    Column("obstacle", String(12)),  # host or company: what it waits for, whatever it is itself
    Column("alerted_h", Integer),  # hours before its deadline at which that was last said aloud
    _partial("ix_submissions_due", "next_action_at", where="next_action_at IS NOT NULL"),
    _partial("ix_submissions_live", "environment", "state", "ruc", "document_id", where=LIVE),
    _partial("ix_submissions_deadline", "environment", "deadline", where=LIVE),
    _partial("ix_submissions_ticket", "environment", "ruc", "ticket", where="ticket IS NOT NULL"),
    _partial("ix_submissions_obstacle", "environment", "deadline", where="obstacle IS NOT NULL"),
    _partial("ix_submissions_about", "about_document_id", where="about_document_id IS NOT NULL"),
)

members = Table(
    "members",
    metadata,
    Column("batch_document_id", ForeignKey("documents.id"), primary_key=True),
    Column("document_id", ForeignKey("documents.id"), primary_key=True, index=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("status_code", String(1), nullable=False),  # 1 reported, 2 corrected, 3 voided
    Column("line", Integer, nullable=False),
    Column("closed_at", Instant),  # null while SUNAT has not spoken about the batch
    _partial("uq_members_open", "document_id", where="closed_at IS NULL", unique=True),
)

series = Table(
    "series",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("ruc", String(11), primary_key=True),
    Column("doctype", String(2), primary_key=True),
    Column("series", String(8), primary_key=True),  # of a batch: its day
    Column("next_number", Integer, nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("ruc", String(11), primary_key=True),
    Column("door", String(8), primary_key=True),  # sol or gre: whose credentials SUNAT refuses
    Column("code", String(40), nullable=False),
    Column("since", Instant, nullable=False),
    Column("probed_at", Instant, nullable=False),
)

checks = Table(  # what a reconciliation last saw of a document
    "checks",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("looked_at", Instant, nullable=False),
    Column("asked_at", Instant),  # when SUNAT told; null if it did not
    Column("told", String(16)),  # SUNAT's word: ACCEPTED, REJECTED, VOIDED, NOT_FOUND
    Column("channel", String(16), nullable=False),  # who was asked, "none" where nobody can be, "silence"
    Column("findings", Text, nullable=False),  # classes of what does not agree, with spaces between
    _partial("ix_checks_findings", "environment", "document_id", where="findings <> ''"),
)

nights = Table(  # the nightly reconciliation: one a night, whoever does it
    "nights",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("night", Date, primary_key=True),  # in Lima
    Column("started_at", Instant, nullable=False),
    Column("held_until", Instant, nullable=False),  # a worker is at it; afterwards any other may go on
    Column("ended_at", Instant),
    Column("cursor", String(36), nullable=False),  # the last document looked at: they are looked at from the newest on
    Column("checked", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("report", String(64)),  # SHA-256: the name of the blob
)

number_notes = Table(  # why a number of a series was never used, in a person's words
    "number_notes",
    metadata,
    Column("id", _Row, primary_key=True, autoincrement=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("doctype", String(2), nullable=False),
    Column("series", String(8), nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

leases = Table(  # written by the engine, which keeps its own words for it
    "leases",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("place", String(120), nullable=False),  # the table of processes that `process` is of; empty if unknown
    Column("process", String(40), nullable=False),
    Column("expires_ms", BigInteger, nullable=False),  # by the database's clock, since 1970
)

events = Table(
    "events",
    metadata,
    Column("id", _Row, primary_key=True, autoincrement=True),
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
    Column("id", _Row, primary_key=True, autoincrement=True),
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
