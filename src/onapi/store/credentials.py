"""Who may call the API: credentials and the companies each may act for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from onapi.facts.roles import scopes_of
from onapi.store.tables import credential_rucs, credentials


@dataclass(frozen=True, slots=True)
class Credential:
    """A user of the API."""

    id: str
    client_id: str
    username: str
    password_hash: str
    scopes: tuple[str, ...]
    rucs: tuple[str, ...]
    disabled: bool
    role: str | None = None  # what gives him his scopes, where he has one


_BY_NAME = (
    credentials.c.client_id == bindparam("of_client"),
    credentials.c.username == bindparam("of_name"),
)
_LOGIN = select(credentials.c.id, credentials.c.password_hash).where(*_BY_NAME)
_OF_NAME = select(credentials).where(*_BY_NAME)
_OF_ID = select(credentials).where(credentials.c.id == bindparam("of_id"))
_RUCS = (
    select(credential_rucs.c.ruc)
    .where(credential_rucs.c.credential_id == bindparam("of_id"))
    .order_by(credential_rucs.c.ruc)
)


def find_login(connection: Connection, client_id: str, username: str) -> tuple[str, str] | None:
    """Id and password hash of a user: one question, so that known and unknown names cost the same."""
    row = connection.execute(_LOGIN, {"of_client": client_id, "of_name": username.lower()}).one_or_none()
    return None if row is None else (row.id, row.password_hash)


def find_by_name(connection: Connection, client_id: str, username: str) -> Credential | None:
    """A credential by what its owner types."""
    row = connection.execute(_OF_NAME, {"of_client": client_id, "of_name": username.lower()}).one_or_none()
    return _credential(connection, row) if row else None


def find_by_id(connection: Connection, credential_id: str) -> Credential | None:
    """A credential by its id."""
    row = connection.execute(_OF_ID, {"of_id": credential_id}).one_or_none()
    return _credential(connection, row) if row else None


def all_within(connection: Connection, client_id: str, rucs: Collection[str] | None) -> Sequence[Credential]:
    """Users who act for these companies and no others, by name; None means for any."""
    query = select(credentials).where(credentials.c.client_id == client_id).order_by(credentials.c.username)
    if rucs is not None:
        owned = select(credential_rucs.c.credential_id)
        query = query.where(
            credentials.c.id.in_(owned.where(credential_rucs.c.ruc.in_(rucs))),
            credentials.c.id.not_in(owned.where(credential_rucs.c.ruc.not_in(rucs))),
        )
    return [_credential(connection, row) for row in connection.execute(query).all()]


def keep(connection: Connection, credential: Credential, now: datetime) -> None:
    """Add a credential, or replace everything but its id and birth."""
    values = {
        "client_id": credential.client_id,
        "username": credential.username.lower(),
        "password_hash": credential.password_hash,
        "role": credential.role,
        "scopes": list(credential.scopes),
        "disabled": credential.disabled,
    }
    changed = connection.execute(update(credentials).where(credentials.c.id == credential.id).values(**values))
    if changed.rowcount == 0:
        connection.execute(credentials.insert().values(id=credential.id, created_at=now, **values))
    connection.execute(delete(credential_rucs).where(credential_rucs.c.credential_id == credential.id))
    for ruc in credential.rucs:
        connection.execute(credential_rucs.insert().values(credential_id=credential.id, ruc=ruc))


def _credential(connection: Connection, row: Row[Any]) -> Credential:
    scopes = tuple(row.scopes) if row.role is None else scopes_of(row.role)
    rucs = connection.execute(_RUCS, {"of_id": row.id}).scalars().all()
    return Credential(
        row.id, row.client_id, row.username, row.password_hash, scopes, tuple(rucs), row.disabled, row.role
    )
