"""Who may call the API: credentials, the companies each may act for, and refresh tokens (only their digests)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from onapi.store.tables import credential_rucs, credentials, refresh_tokens


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


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as kept."""

    digest: str
    family: str
    credential_id: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def find_by_name(connection: Connection, client_id: str, username: str) -> Credential | None:
    """A credential by what its owner types."""
    return _find(connection, credentials.c.client_id == client_id, credentials.c.username == username.lower())


def find_by_id(connection: Connection, credential_id: str) -> Credential | None:
    """A credential by its id."""
    return _find(connection, credentials.c.id == credential_id)


def keep(connection: Connection, credential: Credential, now: datetime) -> None:
    """Add a credential, or replace everything but its id and birth."""
    values = {
        "client_id": credential.client_id,
        "username": credential.username.lower(),
        "password_hash": credential.password_hash,
        "scopes": list(credential.scopes),
        "disabled": credential.disabled,
    }
    changed = connection.execute(update(credentials).where(credentials.c.id == credential.id).values(**values))
    if changed.rowcount == 0:
        connection.execute(credentials.insert().values(id=credential.id, created_at=now, **values))
    connection.execute(delete(credential_rucs).where(credential_rucs.c.credential_id == credential.id))
    for ruc in credential.rucs:
        connection.execute(credential_rucs.insert().values(credential_id=credential.id, ruc=ruc))


def add_refresh_token(connection: Connection, token: RefreshToken, now: datetime) -> None:
    """Keep a new refresh token."""
    connection.execute(
        refresh_tokens.insert().values(
            digest=token.digest,
            family=token.family,
            credential_id=token.credential_id,
            created_at=now,
            expires_at=token.expires_at,
        )
    )


def find_refresh_token(connection: Connection, digest: str) -> RefreshToken | None:
    """A refresh token by its digest."""
    row = connection.execute(select(refresh_tokens).where(refresh_tokens.c.digest == digest)).one_or_none()
    if row is None:
        return None
    return RefreshToken(row.digest, row.family, row.credential_id, row.expires_at, row.used_at, row.revoked_at)


def use_refresh_token(connection: Connection, digest: str, now: datetime) -> bool:
    """Mark a token as used; False if somebody did so before."""
    mine = (refresh_tokens.c.digest == digest, refresh_tokens.c.used_at.is_(None))
    return connection.execute(update(refresh_tokens).where(*mine).values(used_at=now)).rowcount == 1


def revoke_family(connection: Connection, family: str, now: datetime) -> None:
    """End every token that descends from the same login."""
    mine = (refresh_tokens.c.family == family, refresh_tokens.c.revoked_at.is_(None))
    connection.execute(update(refresh_tokens).where(*mine).values(revoked_at=now))


def _find(connection: Connection, *condition: object) -> Credential | None:
    row = connection.execute(select(credentials).where(*condition)).one_or_none()  # type: ignore[arg-type]  # column conditions
    if row is None:
        return None
    return Credential(
        row.id,
        row.client_id,
        row.username,
        row.password_hash,
        tuple(row.scopes),
        tuple(_rucs(connection, row.id)),
        row.disabled,
    )


def _rucs(connection: Connection, credential_id: str) -> Sequence[str]:
    query = select(credential_rucs.c.ruc).where(credential_rucs.c.credential_id == credential_id)
    return connection.execute(query.order_by(credential_rucs.c.ruc)).scalars().all()
