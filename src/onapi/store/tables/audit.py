"""What persons did besides receipts, and the seals that show whether a line of any record was changed."""

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, String, Table

from onapi.store.columns import Instant
from onapi.store.tables.ground import Row, metadata

acts = Table(
    "acts",
    metadata,
    Column("id", Row, primary_key=True, autoincrement=True),
    Column("environment", String(12), nullable=False),
    Column("ruc", String(11), nullable=False),  # "" where it is about the platform, or about a user of several
    Column("at", Instant, nullable=False),
    Column("act", String(40), nullable=False),
    Column("about", String(120), nullable=False),  # a user, a certificate, an endpoint; never a secret
    Column("actor", String(120)),  # null where it was us
    Column("request_id", String(64)),
    Column("facts", JSON, nullable=False),
    Index("ix_acts_company", "environment", "ruc", "id"),
)

seals = Table(  # each over some lines of one record, and over the seal before it
    "seals",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("record", String(12), nullable=False),  # events, talks or acts
    Column("after_id", Row, nullable=False),  # the lines above this id
    Column("upto_id", Row, nullable=False),  # and up to this one
    Column("marks", LargeBinary, nullable=False),  # of each line its id and the first bytes of its digest
    Column("digest", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

heads = Table(  # the last seal of each day, signed
    "heads",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("day", String(10), primary_key=True),  # in Lima
    Column("number", Integer, nullable=False),  # of the last seal
    Column("digest", LargeBinary, nullable=False),  # of that seal, and of the head before
    Column("key", String(16), nullable=False),  # public name of the key
    Column("signature", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)
