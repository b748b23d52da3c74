"""Companies that issue through us, with their sealed secrets."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from onapi.store.tables import companies, owner
from onapi.values.identity import RUC
from onapi.values.party import Address, Party
from onapi.values.scope import Scope


@dataclass(frozen=True, slots=True)
class Company:
    """An enrolled company; what is secret stays sealed until a flow opens it."""

    scope: Scope
    party: Party
    sol_user: str | None
    sol_password: bytes | None  # sealed
    certificate: bytes | None  # sealed PEM
    certificate_expires_at: datetime | None
    gre_client_id: str | None = None
    gre_client_secret: bytes | None = None  # sealed
    validity_client_id: str | None = None
    validity_client_secret: bytes | None = None  # sealed


_FIND = select(companies).where(
    companies.c.environment == bindparam("environment"), companies.c.ruc == bindparam("ruc")
)


def find(connection: Connection, scope: Scope) -> Company | None:
    """The company, or None if it is not enrolled here."""
    row = connection.execute(_FIND, owner(scope)).one_or_none()
    return _company(scope, row) if row else None


def keep(connection: Connection, scope: Scope, party: Party, now: datetime) -> None:
    """Enrol a company, or bring its name and address up to date."""
    values = {
        "name": party.name,
        "trade_name": party.trade_name,
        "address": asdict(party.address),
        "email": party.email,
        "telephone": party.telephone,
        "updated_at": now,
    }
    if find(connection, scope) is None:
        key = {"environment": scope.environment.value, "ruc": scope.ruc}
        connection.execute(companies.insert().values(**key, **values, created_at=now))
    else:
        _change(connection, scope, values)


def keep_certificate(connection: Connection, scope: Scope, sealed: bytes, expires_at: datetime, now: datetime) -> None:
    """Put a sealed certificate in force."""
    _change(connection, scope, {"certificate": sealed, "certificate_expires_at": expires_at, "updated_at": now})


def keep_sol(connection: Connection, scope: Scope, user: str, sealed_password: bytes, now: datetime) -> None:
    """Keep the SOL user and its sealed password."""
    _change(connection, scope, {"sol_user": user, "sol_password": sealed_password, "updated_at": now})


def keep_gre(connection: Connection, scope: Scope, client_id: str, sealed_secret: bytes, now: datetime) -> None:
    """Keep the credentials of the REST API for guías."""
    _change(connection, scope, {"gre_client_id": client_id, "gre_client_secret": sealed_secret, "updated_at": now})


def keep_validity(connection: Connection, scope: Scope, client_id: str, sealed_secret: bytes, now: datetime) -> None:
    """Keep the credentials of the Consulta Integrada de Validez."""
    values = {"validity_client_id": client_id, "validity_client_secret": sealed_secret, "updated_at": now}
    _change(connection, scope, values)


def _change(connection: Connection, scope: Scope, values: dict[str, Any]) -> None:
    mine = (companies.c.environment == scope.environment, companies.c.ruc == scope.ruc)
    connection.execute(update(companies).where(*mine).values(**values))


def _company(scope: Scope, row: Row[Any]) -> Company:
    party = Party(RUC, row.ruc, row.name, row.trade_name, Address(**row.address), row.email, row.telephone)
    return Company(
        scope,
        party,
        row.sol_user,
        row.sol_password,
        row.certificate,
        row.certificate_expires_at,
        row.gre_client_id,
        row.gre_client_secret,
        row.validity_client_id,
        row.validity_client_secret,
    )
