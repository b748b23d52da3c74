"""What becomes of each document on its road to SUNAT, and who does the work."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from onapi.store.columns import Instant
from onapi.store.tables.ground import LIVE, RARE, Row, metadata, partial

submissions = Table(
    "submissions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, unique=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("route", String(12).with_variant(String(16), "postgresql"), nullable=False),  # SQLite minds no length
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
    partial("ix_submissions_due", "next_action_at", where="next_action_at IS NOT NULL"),
    partial("ix_submissions_live", "environment", "state", "ruc", "document_id", where=LIVE),
    partial("ix_submissions_deadline", "environment", "deadline", where=LIVE),
    partial("ix_submissions_ticket", "environment", "ruc", "ticket", where="ticket IS NOT NULL"),
    partial("ix_submissions_obstacle", "environment", "deadline", where="obstacle IS NOT NULL"),
    partial("ix_submissions_about", "about_document_id", where="about_document_id IS NOT NULL"),
    partial("ix_submissions_rare", "environment", "ruc", "state", "outcome", "document_id", where=RARE),
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
    partial("uq_members_open", "document_id", where="closed_at IS NULL", unique=True),
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
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("submission_id", ForeignKey("submissions.id"), nullable=False, index=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("at", Instant, nullable=False),
    Column("event", String(12), nullable=False),
    Column("state", String(12), nullable=False),  # that it led to
    Column("code", String(40)),  # SUNAT's, or a key of ours where SUNAT was never asked
    Column("message", Text),
    Column("actor", String(120)),  # the person who did it; null where it was us or SUNAT
    Column("request_id", String(64)),  # of the call that asked for it, as its caller and the log know it
    partial("ix_events_request", "environment", "ruc", "request_id", where="request_id IS NOT NULL"),
)

talks = Table(
    "talks",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
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
