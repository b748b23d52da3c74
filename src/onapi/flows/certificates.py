"""The certificates of a company: put one in force, find the one that signs, destroy the keys of those that ended.

The last one put in force signs while it is valid; if it ends before an older one does, the older signs on. So a new
certificate may be loaded long before the old one ends. The key of a certificate is destroyed seven days after its end:
it can sign nothing any more, and a week is enough to find out that a clock was wrong. What else it says is kept.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from sqlalchemy import Connection

from onapi import cell
from onapi.errors import InvalidDocument
from onapi.flows.act import act
from onapi.flows.platform import Platform
from onapi.sign.certificate import Signer, read_signer, rucs_of, trouble
from onapi.sign.parcel import packed, unpacked
from onapi.store import certificates, companies
from onapi.store.certificates import Certificate
from onapi.store.companies import Company, Versions
from onapi.values.moment import in_lima
from onapi.values.scope import Scope

KEPT_AFTER_END = timedelta(days=7)
_FIELD = "certificate"
_LIMITS = cell.Limits(cpu_s=10, wall_s=20, most_in_bytes=72 * 1024, most_out_bytes=256 * 1024)
_MOST_SIGNERS = 500
_signers: dict[bytes, Signer] = {}


def set_certificate(
    platform: Platform, scope: Scope, data: bytes, password: str, *, versions: Versions = ()
) -> Certificate:
    """Put a certificate file in force; InvalidDocument says in Spanish what is wrong with it."""
    pem = cell.run(unpacked, packed(data, password), _LIMITS, key="certificate_missing")
    return keep_signer(platform, scope, read_signer(pem), versions=versions)


def keep_signer(platform: Platform, scope: Scope, signer: Signer, *, versions: Versions = ()) -> Certificate:
    """Seal a signer that fits the company, and put it in force."""
    if problem := trouble(signer, scope.ruc, platform.clock()):
        raise problem
    history(platform, scope)  # the one before may be older than the history
    found = _described(platform, signer, platform.vault.seal(scope, _FIELD, signer.to_pem()))
    with platform.database.transaction() as connection:
        _put_in_force(platform, connection, scope, found, versions)
        certificates.put(connection, scope, found)
        act(platform, connection, "certificate_set", found.fingerprint, scope, until=found.not_after.isoformat())
    return found


def history(platform: Platform, scope: Scope) -> Sequence[Certificate]:
    """Every certificate of a company, the last one put in force first."""
    with platform.database.reading() as connection:
        known, company = certificates.all_of(connection, scope), companies.find(connection, scope)
    if known or company is None or not company.certificate:
        return known
    pem = platform.vault.open(scope, _FIELD, company.certificate)  # from before there was a history
    found = _described(platform, read_signer(pem), platform.vault.seal(scope, _FIELD, pem))
    with platform.database.transaction() as connection:
        certificates.put(connection, scope, found)
    return [found]


def signer_of(platform: Platform, company: Company) -> Signer:
    """The company's signer, fit to sign now."""
    if company.certificate is None:
        raise InvalidDocument("La empresa no tiene certificado; cárguelo antes de emitir.", key="certificate_missing")
    problem = _ended(company)
    if company.certificate:
        found = _fit(platform, company.scope, company.certificate)
        if isinstance(found, Signer):
            return found
        problem = found
    return _older(platform, company.scope) or _refuse(problem)


def end_keys(platform: Platform) -> int:
    """Destroy the keys of certificates that ended a week ago; the newest that is still valid takes the place."""
    now = platform.clock()
    before, ever = now - KEPT_AFTER_END, now - timedelta(days=36_500)
    with platform.database.reading() as connection:
        ended = {each.scope.ruc for each in companies.expiring(connection, platform.environment, ever, before)}
        ended.update(certificates.with_ended_keys(connection, platform.environment, before))
    return sum(_end_keys(platform, platform.scope(ruc)) for ruc in sorted(ended))


def _end_keys(platform: Platform, scope: Scope) -> int:
    now = platform.clock()
    known = history(platform, scope)
    with platform.database.transaction() as connection:
        many = certificates.destroy_keys(connection, scope, now - KEPT_AFTER_END, now)
        company = companies.find(connection, scope)
        until = company.certificate_expires_at if company else None
        if company is None or until is None or until >= now - KEPT_AFTER_END:
            return many
        good = [each for each in known if each.sealed and each.not_after > now]
        if good:
            _put_in_force(platform, connection, scope, good[0], ())
        else:
            companies.keep_certificate(connection, scope, b"", until, now)
    return many


def _put_in_force(
    platform: Platform, connection: Connection, scope: Scope, found: Certificate, versions: Versions
) -> None:
    sealed = found.sealed or b""
    companies.keep_certificate(connection, scope, sealed, found.not_after, platform.clock(), versions=versions)


def _older(platform: Platform, scope: Scope) -> Signer | None:
    """The newest of the others that is fit to sign."""
    with platform.database.reading() as connection:
        known = certificates.all_of(connection, scope)
    fit = (_fit(platform, scope, each.sealed) for each in known if each.sealed)
    return next((each for each in fit if isinstance(each, Signer)), None)


def _fit(platform: Platform, scope: Scope, sealed: bytes) -> Signer | InvalidDocument:
    signer = _opened(platform, scope, sealed)
    problem = trouble(signer, scope.ruc, platform.clock())
    if problem is not None:
        _signers.pop(sealed, None)
    return problem or signer


def _opened(platform: Platform, scope: Scope, sealed: bytes) -> Signer:
    """Loading a key costs 60 ms, signing half of one: a few opened ones are kept in memory, never on disk."""
    found = _signers.get(sealed)
    if found is None:
        found = read_signer(platform.vault.open(scope, _FIELD, sealed))
        if len(_signers) >= _MOST_SIGNERS:
            _signers.pop(next(iter(_signers)), None)
        _signers[sealed] = found
    return found


def _ended(company: Company) -> InvalidDocument:
    until = company.certificate_expires_at
    when = f" el {in_lima(until):%d/%m/%Y}" if until else ""
    return InvalidDocument(f"El certificado venció{when}; cargue uno vigente.", key="certificate_expired")


def _refuse(problem: InvalidDocument) -> Signer:
    raise problem


def _described(platform: Platform, signer: Signer, sealed: bytes) -> Certificate:
    certificate = signer.certificate
    der = certificate.public_bytes(serialization.Encoding.DER)
    return Certificate(
        fingerprint=hashlib.sha256(der).hexdigest(),
        subject=certificate.subject.rfc4514_string(),
        issuer=_issuer(certificate),
        serial=f"{certificate.serial_number:x}"[:64],
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        rucs=tuple(sorted(rucs_of(certificate))),
        sealed=sealed,
        put_at=platform.clock(),
    )


def _issuer(certificate: x509.Certificate) -> str:
    try:
        return certificate.issuer.rfc4514_string()
    except ValueError:
        return ""  # an issuer whose name is no text
