"""Enrol a company: its data, its certificate, its SOL user, its credentials for SUNAT's REST services."""

from dataclasses import replace

from onapi.errors import InvalidDocument, Misconfigured
from onapi.flows.platform import Platform
from onapi.gateways.sunat import SolAccount
from onapi.sign.certificate import Signer, read_signer, trouble
from onapi.store import companies, pauses
from onapi.store.companies import Company
from onapi.values.party import Party
from onapi.values.scope import Scope

DOOR_OF_SOL, DOOR_OF_GUIDES = "sol", "gre"  # where a company may be stopped for its credentials
_CERTIFICATE = "certificate"
_SOL_PASSWORD = "sol_password"  # noqa: S105  a field's name
_GRE_SECRET = "gre_client_secret"  # noqa: S105  a field's name
_VALIDITY_SECRET = "validity_client_secret"  # noqa: S105  a field's name


def enrol(platform: Platform, party: Party) -> None:
    """Add a company or bring it up to date."""
    with platform.database.transaction() as connection:
        companies.keep(connection, platform.scope(party.id_number), party, platform.clock())


def set_certificate(platform: Platform, scope: Scope, data: bytes, password: str) -> None:
    """Put a certificate in force; InvalidDocument says in Spanish what is wrong with it."""
    keep_signer(platform, scope, read_signer(data, password))


def keep_signer(platform: Platform, scope: Scope, signer: Signer) -> None:
    """Seal a signer that fits the company."""
    if problem := trouble(signer, scope.ruc, platform.clock()):
        raise problem
    sealed = platform.vault.seal(scope, _CERTIFICATE, signer.to_pem())
    expires_at = signer.certificate.not_valid_after_utc
    with platform.database.transaction() as connection:
        companies.keep_certificate(connection, scope, sealed, expires_at, platform.clock())


def set_sol(platform: Platform, scope: Scope, user: str, password: str) -> None:
    """Keep the SOL user, without the RUC in front, and its password."""
    sealed = platform.vault.seal(scope, _SOL_PASSWORD, password.encode())
    with platform.database.transaction() as connection:
        companies.keep_sol(connection, scope, user, sealed, platform.clock())
        pauses.end(connection, scope, DOOR_OF_SOL)
        pauses.end(connection, scope, DOOR_OF_GUIDES)  # its login needs the SOL user too


def set_gre(platform: Platform, scope: Scope, client_id: str, secret: str) -> None:
    """Keep the credentials of the REST API for guías ("Credenciales de API SUNAT" in SOL)."""
    sealed = platform.vault.seal(scope, _GRE_SECRET, secret.encode())
    with platform.database.transaction() as connection:
        companies.keep_gre(connection, scope, client_id, sealed, platform.clock())
        pauses.end(connection, scope, DOOR_OF_GUIDES)


def set_validity(platform: Platform, scope: Scope, client_id: str, secret: str) -> None:
    """Keep the credentials of the Consulta Integrada de Validez."""
    sealed = platform.vault.seal(scope, _VALIDITY_SECRET, secret.encode())
    with platform.database.transaction() as connection:
        companies.keep_validity(connection, scope, client_id, sealed, platform.clock())


def signer_of(platform: Platform, company: Company) -> Signer:
    """The company's signer, fit to sign now."""
    if company.certificate is None:
        raise InvalidDocument("La empresa no tiene certificado; cárguelo antes de emitir.", key="certificate_missing")
    signer = _opened(platform, company.scope, company.certificate)
    if problem := trouble(signer, company.scope.ruc, platform.clock()):
        raise problem
    return signer


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


_signers: dict[bytes, Signer] = {}


def _opened(platform: Platform, scope: Scope, sealed: bytes) -> Signer:
    """Loading a key costs 60 ms, signing half of one: a few opened ones are kept in memory, never on disk."""
    if sealed not in _signers:
        if len(_signers) >= _MOST_SIGNERS:
            _signers.pop(next(iter(_signers)))
        _signers[sealed] = read_signer(platform.vault.open(scope, _CERTIFICATE, sealed))
    return _signers[sealed]


_MOST_SIGNERS = 500
