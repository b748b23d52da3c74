"""The certificates of a company, one after the other; of one that ended, all but its key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from onapi.store.tables import certificates, expiry_notices, owner
from onapi.values.scope import Scope


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that is or was in force."""

    fingerprint: str  # SHA-256 of its DER, hexadecimal
    subject: str
    issuer: str
    serial: str  # hexadecimal
    not_before: datetime
    not_after: datetime
    rucs: tuple[str, ...]
    sealed: bytes | None = field(repr=False)  # PEM; None once its key was destroyed
    put_at: datetime
    key_destroyed_at: datetime | None = None


def put(connection: Connection, scope: Scope, found: Certificate) -> None:
    """Keep a certificate; one that is known already is put in force again."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {name: getattr(found, name) for name in Certificate.__slots__} | {"rucs": list(found.rucs)}
    again = {"sealed": found.sealed, "put_at": found.put_at, "key_destroyed_at": None}
    statement = insert(certificates).values(**owner(scope), **values)
    connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=again))


def all_of(connection: Connection, scope: Scope) -> Sequence[Certificate]:
    """Every certificate of a company, the last one put in force first."""
    query = select(certificates).where(*_mine(scope)).order_by(certificates.c.put_at.desc(), certificates.c.fingerprint)
    return [_certificate(row) for row in connection.execute(query)]


def destroy_keys(connection: Connection, scope: Scope, ended_before: datetime, now: datetime) -> int:
    """Destroy the keys of a company's certificates that ended before a moment; gives how many."""
    ended = (certificates.c.sealed.is_not(None), certificates.c.not_after < ended_before)
    statement = update(certificates).where(*_mine(scope), *ended).values(sealed=None, key_destroyed_at=now)
    return connection.execute(statement).rowcount


def with_ended_keys(connection: Connection, environment: str, ended_before: datetime) -> Sequence[str]:
    """The RUCs that still have the key of a certificate that ended before a moment."""
    mine = (certificates.c.environment == environment, certificates.c.sealed.is_not(None))
    query = select(certificates.c.ruc).where(*mine, certificates.c.not_after < ended_before).distinct()
    return connection.execute(query.order_by(certificates.c.ruc)).scalars().all()


def note_expiry(
    connection: Connection, scope: Scope, fingerprint: str, days: int, now: datetime, *, told: bool
) -> bool:
    """Write down that so many days before its end were announced; False if they were already."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {**owner(scope), "fingerprint": fingerprint, "days": days, "is_told": told, "at": now}
    return connection.execute(insert(expiry_notices).values(**values).on_conflict_do_nothing()).rowcount == 1


def is_noted(connection: Connection, scope: Scope, fingerprint: str, days: int) -> bool:
    """Whether so many days before its end were announced."""
    mine = (expiry_notices.c.environment == scope.environment.value, expiry_notices.c.ruc == scope.ruc)
    this = (expiry_notices.c.fingerprint == fingerprint, expiry_notices.c.days == days)
    return connection.execute(select(expiry_notices.c.days).where(*mine, *this)).first() is not None


_KEY = ("environment", "ruc", "fingerprint")


def _mine(scope: Scope) -> tuple[Any, Any]:
    return certificates.c.environment == scope.environment.value, certificates.c.ruc == scope.ruc


def _certificate(row: Row[Any]) -> Certificate:
    found = {name: getattr(row, name) for name in Certificate.__slots__}
    return Certificate(**{**found, "rucs": tuple(row.rucs)})
