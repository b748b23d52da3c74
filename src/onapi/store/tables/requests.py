"""The log of requests: not among the other tables, since it may never wait for them nor they for it.

On PostgreSQL it is one table of a schema of its own, in a partition for each day; on SQLite a file for each day holds
the same table without the schema. A day goes by dropping a partition or deleting a file.
"""

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text

from onapi.store.columns import Instant

SCHEMA = "onapi_log"

log_metadata = MetaData(schema=SCHEMA)

requests = Table(
    "requests",
    log_metadata,
    Column("at", Instant, nullable=False),  # when its first byte was read; the day of its partition is Lima's
    Column("id", String(36), nullable=False),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11)),  # the company it is about, if the caller may act for it
    Column("credential_id", String(36)),  # null for one without a good token
    Column("method", String(8), nullable=False),
    Column("path", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("client_ip", String(45), nullable=False),
    Column("user", Text),
    Column("query", Text, nullable=False),
    Column("body_truncated", Boolean, nullable=False),
    Column("headers", Text, nullable=False),  # JSON, redacted
    Column("body", Text),  # JSON, redacted; last, so that a search need not read past it
    Index("ix_requests_credential", "environment", "credential_id", "at"),
    Index("ix_requests_ruc", "environment", "ruc", "at"),
)
