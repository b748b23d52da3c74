"""The companies that issue, what seals their secrets, and their certificates one after the other."""

from sqlalchemy import JSON, Boolean, Column, Integer, LargeBinary, String, Table, Text

from onapi.store.columns import Instant
from onapi.store.tables.ground import metadata

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
    Column("certificate", LargeBinary),  # sealed PEM: key and certificate; empty once it ended and its key is gone
    Column("certificate_expires_at", Instant),
    Column("certificate_updated_at", Instant),
    Column("gre_client_id", Text),  # of the REST API for guías
    Column("gre_client_secret", LargeBinary),  # sealed
    Column("validity_client_id", Text),  # of the Consulta Integrada de Validez
    Column("validity_client_secret", LargeBinary),  # sealed
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("sol_updated_at", Instant),
    Column("gre_updated_at", Instant),
    Column("validity_updated_at", Instant),
    Column("logo", String(64)),  # name of the blob
    Column("logo_form", String(4)),  # PNG or JPEG
    Column("logo_updated_at", Instant),
    Column("sender", JSON(none_as_null=True)),  # how its receipts are sent to customers
)

data_keys = Table(
    "data_keys",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("ruc", String(11), primary_key=True),
    Column("name", LargeBinary, nullable=False),  # what each secret is bound to
    Column("sealed", LargeBinary, nullable=False),  # by a master key, which is not in the database
    Column("master", String(16), nullable=False, index=True),  # the name of that key
)

certificates = Table(
    "certificates",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("ruc", String(11), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),  # SHA-256 of its DER, hexadecimal
    Column("subject", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("serial", String(64), nullable=False),  # hexadecimal
    Column("not_before", Instant, nullable=False),
    Column("not_after", Instant, nullable=False),
    Column("rucs", JSON, nullable=False),
    Column("sealed", LargeBinary),  # PEM; none once its key was destroyed
    Column("put_at", Instant, nullable=False),  # the last time somebody put it in force
    Column("key_destroyed_at", Instant),
)

expiry_notices = Table(
    "expiry_notices",
    metadata,
    Column("environment", String(12), primary_key=True),
    Column("ruc", String(11), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("days", Integer, primary_key=True),  # 60, 30, 15, 7 or 1
    Column("is_told", Boolean, nullable=False),  # False: a nearer one was told in its place
    Column("at", Instant, nullable=False),
)
