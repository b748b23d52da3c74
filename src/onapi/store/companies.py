"""Companies that issue through us, with their sealed secrets."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from onapi.errors import Conflict, InvalidDocument
from onapi.store.tables import companies, owner
from onapi.values.identity import RUC
from onapi.values.party import Address, Party
from onapi.values.scope import Environment, Scope

SECRETS = (
    "sol_password",
    "certificate",
    "gre_client_secret",
    "validity_client_secret",
)  # columns, and fields of the vault
Versions = Collection[datetime]  # any of these is what the caller has seen; none asked for, none held against


@dataclass(frozen=True, slots=True)
class About:
    """What a company is beside its party and its credentials."""

    created_at: datetime
    updated_at: datetime
    certificate_updated_at: datetime | None
    sol_updated_at: datetime | None
    gre_updated_at: datetime | None
    validity_updated_at: datetime | None
    logo: str | None  # name of the blob
    logo_form: str | None  # PNG or JPEG
    logo_updated_at: datetime | None
    sender: dict[str, Any] | None


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
    about: About | None = field(default=None, compare=False)  # nothing of it decides whether SUNAT lets it in


_FIND = select(companies).where(
    companies.c.environment == bindparam("environment"), companies.c.ruc == bindparam("ruc")
)


def find(connection: Connection, scope: Scope) -> Company | None:
    """The company, or None if it is not enrolled here."""
    row = connection.execute(_FIND, owner(scope)).one_or_none()
    return _company(scope, row) if row else None


def keep(connection: Connection, scope: Scope, party: Party, now: datetime, *, versions: Versions = ()) -> bool:
    """Enrol a company, or bring its name and address up to date; True if it is new."""
    values = {
        "name": party.name,
        "trade_name": party.trade_name,
        "address": asdict(party.address),
        "email": party.email,
        "telephone": party.telephone,
        "updated_at": now,
    }
    is_new = find(connection, scope) is None
    if is_new and not versions:
        key = {"environment": scope.environment.value, "ruc": scope.ruc}
        connection.execute(companies.insert().values(**key, **values, created_at=now))
    else:
        _change(connection, scope, values, versions)
    return is_new


def keep_certificate(
    connection: Connection, scope: Scope, sealed: bytes, expires_at: datetime, now: datetime, *, versions: Versions = ()
) -> None:
    """Put a sealed certificate in force; an empty one is the place of one that ended."""
    values = {"certificate": sealed, "certificate_expires_at": expires_at, "certificate_updated_at": now}
    _change(connection, scope, {**values, "updated_at": now}, versions)


def keep_sol(
    connection: Connection, scope: Scope, user: str, sealed_password: bytes, now: datetime, *, versions: Versions = ()
) -> None:
    """Keep the SOL user and its sealed password."""
    values = {"sol_user": user, "sol_password": sealed_password, "sol_updated_at": now, "updated_at": now}
    _change(connection, scope, values, versions)


def keep_gre(
    connection: Connection,
    scope: Scope,
    client_id: str,
    secret: bytes,
    now: datetime,
    *,
    versions: Versions = (),
) -> None:
    """Keep the credentials of the REST API for guías, the secret sealed."""
    values = {"gre_client_id": client_id, "gre_client_secret": secret, "gre_updated_at": now, "updated_at": now}
    _change(connection, scope, values, versions)


def keep_validity(
    connection: Connection,
    scope: Scope,
    client_id: str,
    secret: bytes,
    now: datetime,
    *,
    versions: Versions = (),
) -> None:
    """Keep the credentials of the Consulta Integrada de Validez, the secret sealed."""
    values = {"validity_client_id": client_id, "validity_client_secret": secret}
    _change(connection, scope, {**values, "validity_updated_at": now, "updated_at": now}, versions)


def keep_logo(
    connection: Connection, scope: Scope, blob: str, form: str, now: datetime, *, versions: Versions = ()
) -> None:
    """Keep the name of the logo's blob."""
    values = {"logo": blob, "logo_form": form, "logo_updated_at": now, "updated_at": now}
    _change(connection, scope, values, versions)


def keep_sender(
    connection: Connection, scope: Scope, sender: dict[str, Any], now: datetime, *, versions: Versions = ()
) -> None:
    """Keep how its receipts are sent to customers."""
    _change(connection, scope, {"sender": sender, "updated_at": now}, versions)


def touch(connection: Connection, scope: Scope, now: datetime, *, versions: Versions = ()) -> None:
    """Note that something of it changed which stands elsewhere: its channels."""
    _change(connection, scope, {"updated_at": now}, versions)


def page(
    connection: Connection, environment: Environment, rucs: Collection[str] | None, *, after: str, most: int
) -> Sequence[Company]:
    """Some companies by RUC, those after one; only those of `rucs` unless it is None."""
    query = select(companies).where(companies.c.environment == environment.value, companies.c.ruc > after)
    if rucs is not None:
        query = query.where(companies.c.ruc.in_(sorted(rucs)))
    rows = connection.execute(query.order_by(companies.c.ruc).limit(most))
    return [_company(Scope(environment, row.ruc), row) for row in rows]


def expiring(connection: Connection, environment: Environment, since: datetime, until: datetime) -> Sequence[Company]:
    """The companies whose certificate in force ends between two moments and still has its key."""
    ends, held = companies.c.certificate_expires_at, func.length(companies.c.certificate) > 0
    mine = (companies.c.environment == environment.value, ends > since, ends <= until, held)
    rows = connection.execute(select(companies).where(*mine).order_by(ends))
    return [_company(Scope(environment, row.ruc), row) for row in rows]


def _change(connection: Connection, scope: Scope, values: dict[str, Any], versions: Versions = ()) -> None:
    """InvalidDocument if the company is not enrolled, Conflict if somebody changed it after the caller looked."""
    mine = [companies.c.environment == scope.environment, companies.c.ruc == scope.ruc]
    if versions:
        mine.append(companies.c.updated_at.in_(sorted(versions)))
    if connection.execute(update(companies).where(*mine).values(**values)).rowcount:
        return
    if versions:
        raise Conflict("La empresa cambió después de que usted la leyó.", key="version_conflict")
    raise InvalidDocument(f"El RUC {scope.ruc} no está inscrito en esta plataforma.", key="company_not_enrolled")


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
        About(**{name: getattr(row, name) for name in About.__slots__}),
    )
