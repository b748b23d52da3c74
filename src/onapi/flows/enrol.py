"""Enrol a company: its data, its certificate, its SOL user, its credentials for SUNAT's REST services."""

from dataclasses import replace

from onapi.errors import Misconfigured
from onapi.flows.act import act
from onapi.flows.certificates import keep_signer, set_certificate, signer_of
from onapi.flows.platform import Platform
from onapi.gateways.sunat import SolAccount
from onapi.store import companies, pauses
from onapi.store.companies import Company, Versions
from onapi.values.party import Party
from onapi.values.scope import Scope

__all__ = [
    "DOOR_OF_GUIDES",
    "DOOR_OF_SOL",
    "enrol",
    "guide_account_of",
    "keep_signer",
    "set_certificate",
    "set_gre",
    "set_sol",
    "set_validity",
    "signer_of",
    "sol_of",
    "validity_account_of",
]

DOOR_OF_SOL, DOOR_OF_GUIDES = "sol", "gre"  # where a company may be stopped for its credentials
_SOL_PASSWORD = "sol_password"  # noqa: S105  a field's name
_GRE_SECRET = "gre_client_secret"  # noqa: S105  a field's name
_VALIDITY_SECRET = "validity_client_secret"  # noqa: S105  a field's name


def enrol(platform: Platform, party: Party, *, versions: Versions = ()) -> bool:
    """Add a company or bring it up to date; True if it is new."""
    with platform.database.transaction() as connection:
        scope = platform.scope(party.id_number)
        is_new = companies.keep(connection, scope, party, platform.clock(), versions=versions)
        act(platform, connection, "company_enrolled" if is_new else "company_changed", scope.ruc, scope)
        return is_new


def set_sol(platform: Platform, scope: Scope, user: str, password: str, *, versions: Versions = ()) -> None:
    """Keep the SOL user, without the RUC in front, and its password."""
    sealed = platform.vault.seal(scope, _SOL_PASSWORD, password.encode())
    with platform.database.transaction() as connection:
        companies.keep_sol(connection, scope, user, sealed, platform.clock(), versions=versions)
        act(platform, connection, "sol_set", user, scope)
        pauses.end(connection, scope, DOOR_OF_SOL)
        pauses.end(connection, scope, DOOR_OF_GUIDES)  # its login needs the SOL user too


def set_gre(platform: Platform, scope: Scope, client_id: str, secret: str, *, versions: Versions = ()) -> None:
    """Keep the credentials of the REST API for guías ("Credenciales de API SUNAT" in SOL)."""
    sealed = platform.vault.seal(scope, _GRE_SECRET, secret.encode())
    with platform.database.transaction() as connection:
        companies.keep_gre(connection, scope, client_id, sealed, platform.clock(), versions=versions)
        act(platform, connection, "gre_credentials_set", client_id, scope)
        pauses.end(connection, scope, DOOR_OF_GUIDES)


def set_validity(platform: Platform, scope: Scope, client_id: str, secret: str, *, versions: Versions = ()) -> None:
    """Keep the credentials of the Consulta Integrada de Validez."""
    sealed = platform.vault.seal(scope, _VALIDITY_SECRET, secret.encode())
    with platform.database.transaction() as connection:
        companies.keep_validity(connection, scope, client_id, sealed, platform.clock(), versions=versions)
        act(platform, connection, "validity_credentials_set", client_id, scope)


def sol_of(platform: Platform, company: Company) -> SolAccount:
    """The company's SOL account."""
    if company.sol_user is None or company.sol_password is None:
        raise Misconfigured("La empresa no tiene usuario SOL.", key="sol_credentials_missing")
    password = platform.vault.open(company.scope, _SOL_PASSWORD, company.sol_password).decode()
    return SolAccount(company.scope.ruc + company.sol_user, password)


def guide_account_of(platform: Platform, company: Company) -> SolAccount:
    """The SOL account with the credentials for guías, which are empty where none are enrolled."""
    secret = _opened_text(platform, company.scope, _GRE_SECRET, company.gre_client_secret)
    return replace(sol_of(platform, company), client_id=company.gre_client_id or "", client_secret=secret)


def validity_account_of(platform: Platform, company: Company) -> SolAccount:
    """The company with its credentials for the Consulta Integrada, which are empty where none are enrolled."""
    secret = _opened_text(platform, company.scope, _VALIDITY_SECRET, company.validity_client_secret)
    user = company.scope.ruc + (company.sol_user or "")
    return SolAccount(user, "", company.validity_client_id or "", secret)


def _opened_text(platform: Platform, scope: Scope, name: str, sealed: bytes | None) -> str:
    return platform.vault.open(scope, name, sealed).decode() if sealed else ""
