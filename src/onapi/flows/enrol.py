"""Enrol a company: its data, its certificate, its SOL user."""

from onapi.errors import InvalidDocument, Misconfigured
from onapi.flows.platform import Platform
from onapi.gateways.sunat import SolAccount
from onapi.sign.certificate import Signer, read_signer, trouble
from onapi.store import companies
from onapi.store.companies import Company
from onapi.values.party import Party
from onapi.values.scope import Scope

_CERTIFICATE = "certificate"
_SOL_PASSWORD = "sol_password"  # noqa: S105  a field's name


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


_signers: dict[bytes, Signer] = {}


def _opened(platform: Platform, scope: Scope, sealed: bytes) -> Signer:
    """Loading a key costs 60 ms, signing half of one: a few opened ones are kept in memory, never on disk."""
    if sealed not in _signers:
        if len(_signers) >= _MOST_SIGNERS:
            _signers.pop(next(iter(_signers)))
        _signers[sealed] = read_signer(platform.vault.open(scope, _CERTIFICATE, sealed))
    return _signers[sealed]


_MOST_SIGNERS = 500
