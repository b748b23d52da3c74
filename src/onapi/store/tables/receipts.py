"""Documents, the numbers of their series, and what callers have in hand of them: links, keys of requests."""

from sqlalchemy import (
    JSON,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from onapi.store.columns import Amount, Instant
from onapi.store.tables.ground import metadata, partial

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
    Column("source", String(64)),  # who issued it, where it was not issued here
    Column("pdf", String(64)),  # SHA-256 of a page made elsewhere, given out as it came
    Column("customer_number", String(20)),  # of `customer`, where lists look for it
    UniqueConstraint("environment", "ruc", "doctype", "series", "number", "revision"),
    # each order of a list is an index: a page costs the same however many documents there are
    Index("ix_documents_newest", "environment", "ruc", "id"),
    Index("ix_documents_created", "environment", "ruc", "created_at", "id"),
    Index("ix_documents_issued", "environment", "ruc", "issue_date", "id"),
    Index("ix_documents_number", "environment", "ruc", "number", "id"),
    partial(
        "ix_documents_customer", "environment", "ruc", "customer_number", "id", where="customer_number IS NOT NULL"
    ),
    partial("ix_documents_external", "environment", "ruc", "external_id", "id", where="external_id IS NOT NULL"),
    partial("uq_documents_request", "environment", "ruc", "request_key", where="request_key IS NOT NULL", unique=True),
    ForeignKeyConstraint(["environment", "ruc"], ["companies.environment", "companies.ruc"]),
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

link_versions = Table(  # a link is good for the version that it was made with: raising it takes all links back
    "link_versions",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("version", Integer, nullable=False),
    Column("revoked_at", Instant, nullable=False),
)

spent_links = Table(  # links for one use that were used, until they expire by themselves
    "spent_links",
    metadata,
    Column("nonce", String(32), primary_key=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

refreshes = Table(  # when SUNAT was last asked about a document because somebody wanted to know
    "refreshes",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("asked_at", Instant, nullable=False),
)

request_keys = Table(  # `Idempotency-Key` of requests other than receipts, with what was answered
    "request_keys",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("credential", String(64), primary_key=True),  # whose key it is: two callers may think of the same
    Column("operation", String(120), primary_key=True),
    Column("key", String(64), primary_key=True),  # SHA-256 of what the caller sent
    Column("fingerprint", String(64), nullable=False),  # of the request that it is bound to
    Column("holder", String(36), nullable=False),  # which run of the request may write the answer
    Column("status", Integer),  # null while it is under way
    Column("headers", JSON),
    Column("body", LargeBinary),
    Column("held_until", Instant, nullable=False),  # who died on the way holds it no longer than this
    Column("expires_at", Instant, nullable=False, index=True),
)
