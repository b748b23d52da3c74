"""How each company reaches persons: one row for each channel that it set up itself."""

from sqlalchemy import JSON, Column, LargeBinary, String, Table

from onapi.store.columns import Instant
from onapi.store.tables.ground import metadata

company_channels = Table(
    "company_channels",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("ruc", String(11), primary_key=True),
    Column("channel", String(16), primary_key=True),  # email, whatsapp
    Column("settings", JSON, nullable=False),  # what may be shown
    Column("secret", LargeBinary, nullable=False),  # sealed JSON: passwords and tokens, by name
    Column("updated_at", Instant, nullable=False),
)
