"""Templates that companies brought for their own pages."""

from sqlalchemy import Column, Integer, String, Table, Text

from onapi.store.columns import Instant
from onapi.store.tables.ground import metadata

page_templates = Table(
    "page_templates",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("ruc", String(11), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("blob", String(64), nullable=False),  # name of the file
    Column("size_bytes", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("fault", Text),  # what went wrong the last time that it failed, since it was put
    Column("fault_at", Instant),
    Column("fault_receipt", String(64)),  # whose page it was
)
