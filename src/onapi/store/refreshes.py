"""When SUNAT was last asked about a document because somebody wanted to know: not again within seconds."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, text

from onapi.store.columns import Instant
from onapi.store.tables import owner
from onapi.values.scope import Scope

_ASK = text(
    "INSERT INTO refreshes (document_id, environment, ruc, asked_at) VALUES (:document_id, :environment, :ruc, :now)"
    " ON CONFLICT (document_id) DO UPDATE SET asked_at = excluded.asked_at"
    " WHERE refreshes.environment = excluded.environment AND refreshes.ruc = excluded.ruc"
    " AND refreshes.asked_at <= :before"
).bindparams(bindparam("now", type_=Instant()), bindparam("before", type_=Instant()))


def begin(connection: Connection, scope: Scope, document_id: str, now: datetime, apart: timedelta) -> bool:
    """True for the one who may ask now; False if somebody asked so short a time ago."""
    values = {**owner(scope), "document_id": document_id, "now": now, "before": now - apart}
    return connection.execute(_ASK, values).rowcount == 1
