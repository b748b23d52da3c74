"""Messages to persons: those that wait for SUNAT, those on their way, how each went, and how many a day."""

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from onapi.store.columns import Instant
from onapi.store.tables.ground import Row, metadata, partial

notices = Table(  # who is to be told of a receipt once it is accepted: each row becomes one message, under its own id
    "notices",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("channel", String(12), nullable=False),
    Column("files", JSON, nullable=False),
    Column("masked", JSON, nullable=False),
    Column("content", LargeBinary, nullable=False),  # sealed
    Column("created_at", Instant, nullable=False, index=True),
)

messages = Table(
    "messages",
    metadata,
    Column("id", String(36), primary_key=True),  # goes along with every attempt: repeats are known by it
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("channel", String(12), nullable=False),
    Column("standing", String(12), nullable=False),
    Column("files", JSON, nullable=False),  # kinds: pdf, xml, cdr, qr
    Column("masked", JSON, nullable=False),  # its receivers, too little of them to reach anybody
    Column("content", LargeBinary),  # sealed: receivers and words; null once it is forgotten
    Column("counted", Boolean, nullable=False),  # in the budget of a day
    Column("step", Integer, nullable=False),  # number of the next piece of durable work
    Column("attempts", Integer, nullable=False),
    Column("trying_until", Instant),  # so long nobody else may try
    Column("next_action_at", Instant),
    Column("give_up_at", Instant, nullable=False),
    Column("provider", String(40), nullable=False),
    Column("provider_id", String(255)),
    Column("code", String(60)),  # what is wrong, in the provider's words and our keys
    Column("error", Text),
    Column("request_key", String(64)),  # whoever asks again with it gets this one
    Column("resend_of", String(36)),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("ended_at", Instant),  # of our own work at it: what follows is the provider's news
    Index("ix_messages_newest", "environment", "ruc", "id"),
    partial("ix_messages_due", "environment", "next_action_at", where="next_action_at IS NOT NULL"),
    partial("ix_messages_provider", "environment", "provider", "provider_id", where="provider_id IS NOT NULL"),
    partial("ix_messages_told", "environment", "ended_at", where="content IS NOT NULL"),
    partial("uq_messages_request", "environment", "ruc", "request_key", where="request_key IS NOT NULL", unique=True),
)

message_moves = Table(
    "message_moves",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),
    Column("message_id", ForeignKey("messages.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("standing", String(12), nullable=False),
    Column("attempt", Integer),  # of ours, from 1; null: the provider told it
    Column("code", String(60)),
    Column("words", Text),
)

message_budgets = Table(  # how many receivers a company has written to, by channel and day in Lima
    "message_budgets",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("ruc", String(11), primary_key=True),
    Column("channel", String(12), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("used", Integer, nullable=False),
)
