"""What is remembered of links to files: which were taken back, and which were good for one use and had it."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, text

from onapi.store.columns import Instant
from onapi.store.tables import link_versions, owner, spent_links
from onapi.values.scope import Scope

_REVOKE = text(
    "INSERT INTO link_versions (document_id, environment, ruc, version, revoked_at)"
    " VALUES (:document_id, :environment, :ruc, 1, :now)"
    " ON CONFLICT (document_id) DO UPDATE SET version = link_versions.version + 1, revoked_at = excluded.revoked_at"
    " WHERE link_versions.environment = excluded.environment AND link_versions.ruc = excluded.ruc"
).bindparams(bindparam("now", type_=Instant()))
_SPEND = text(
    "INSERT INTO spent_links (nonce, environment, ruc, expires_at) VALUES (:nonce, :environment, :ruc, :expires_at)"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("expires_at", type_=Instant()))


def version_of(connection: Connection, scope: Scope, document_id: str) -> int:
    """How often the links of a document were taken back: a link of an earlier time is good no more."""
    mine = (link_versions.c.environment == scope.environment.value, link_versions.c.ruc == scope.ruc)
    query = select(link_versions.c.version).where(*mine, link_versions.c.document_id == document_id)
    return connection.execute(query).scalar_one_or_none() or 0


def revoke(connection: Connection, scope: Scope, document_id: str, now: datetime) -> None:
    """Take back every link that was given of a document."""
    connection.execute(_REVOKE, {**owner(scope), "document_id": document_id, "now": now})


def spend(connection: Connection, scope: Scope, nonce: str, expires_at: datetime, now: datetime) -> bool:
    """Use up a link for one use; False if it was used before. Those that expired meanwhile are forgotten."""
    mine = (spent_links.c.environment == scope.environment.value, spent_links.c.ruc == scope.ruc)
    connection.execute(delete(spent_links).where(*mine, spent_links.c.expires_at < now))
    return connection.execute(_SPEND, {**owner(scope), "nonce": nonce, "expires_at": expires_at}).rowcount == 1
