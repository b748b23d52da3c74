"""Who is told of what happens, what there is to tell, and each attempt to tell it."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from onapi.store.columns import Instant
from onapi.store.tables.ground import Row, metadata, partial

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("events", JSON, nullable=False),  # kinds of events; "*" is all of them
    Column("enabled", Boolean, nullable=False),
    Column("disabled_why", String(12)),  # gone, failing; null: a person did it
    Column("secret", LargeBinary, nullable=False),  # sealed
    Column("old_secret", LargeBinary),  # sealed; signs along for a day
    Column("old_secret_until", Instant),
    Column("failing_since", Instant),  # null while the last attempt went well
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    partial("uq_webhook_endpoints_url", "environment", "ruc", "url", where="deleted_at IS NULL", unique=True),
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("id", String(36), primary_key=True),  # the header webhook-id
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("about", String(64), nullable=False),  # of one thing, events are told in their order; "" of none
    Column("sequence", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # the very text that is signed and sent, each time
    Column("created_at", Instant, nullable=False),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("message_id", ForeignKey("webhook_messages.id"), nullable=False, index=True),
    Column("endpoint_id", ForeignKey("webhook_endpoints.id"), nullable=False),
    Column("about", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("step", Integer, nullable=False),  # number of the next piece of durable work
    Column("attempts", Integer, nullable=False),
    Column("next_action_at", Instant),
    Column("replay_of", String(36)),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_webhook_deliveries_endpoint", "endpoint_id", "id"),
    partial("ix_webhook_deliveries_due", "environment", "next_action_at", where="next_action_at IS NOT NULL"),
    partial("ix_webhook_deliveries_order", "endpoint_id", "about", where="next_action_at IS NOT NULL"),
    partial("ix_webhook_deliveries_told", "environment", "ended_at", where="state = 'DELIVERED'"),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("delivery_id", ForeignKey("webhook_deliveries.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),  # from 1
    Column("at", Instant, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("status", Integer),  # HTTP; null when no answer came
    Column("trouble", Text, nullable=False),
    Column("answer", Text, nullable=False),  # the first KiB
)
