"""What we hold against what SUNAT holds."""

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, Text

from onapi.store.columns import Instant
from onapi.store.tables.ground import Row, metadata, partial

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
    partial("ix_checks_findings", "environment", "document_id", where="findings <> ''"),
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
    Column("id", Row, primary_key=True, autoincrement=True),
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
