"""Ask SUNAT whether a company's credentials pass, without sending it anything: by a ticket that nobody was given.

Whoever is refused stops at that door as if a document had been refused (see `pause`): asking again and again with a
wrong password blocks the user at SUNAT. New credentials open the door, and the check asks again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from onapi.errors import OnapiError
from onapi.flows import pause
from onapi.flows.enrol import (
    DOOR_OF_GUIDES,
    DOOR_OF_SOL,
    guide_account_of,
    signer_of,
    sol_of,
    validity_account_of,
)
from onapi.flows.platform import Platform
from onapi.gateways.door import Talk
from onapi.gateways.sunat import SolAccount, read_answer
from onapi.store import pauses
from onapi.store.companies import Company
from onapi.values.moment import in_lima
from onapi.values.number import ReceiptId

Standing = Literal["PASSED", "REFUSED", "MISSING", "UNREACHABLE", "NOT_OFFERED"]
_NO_TICKET = "1000000000000"
_NO_GUIDE = "00000000-0000-4000-8000-000000000000"
_NOT_OFFERED = "SUNAT no ofrece este servicio en este ambiente."
_FIRST_FAILURE = 500


@dataclass(frozen=True, slots=True)
class Checked:
    """How one of a company's means stands."""

    standing: Standing
    detail: str  # in Spanish
    code: str = ""  # SUNAT's, or a key of ours


def check(platform: Platform, company: Company) -> dict[str, Checked]:
    """The certificate, the SOL user, and the credentials for guías and for the Consulta Integrada."""
    return {
        "certificate": _certificate(platform, company),
        "sol": _sol(platform, company),
        "gre": _guides(platform, company),
        "validity": _validity(platform, company),
    }


def _certificate(platform: Platform, company: Company) -> Checked:
    try:
        signer = signer_of(platform, company)
    except OnapiError as error:
        return Checked("MISSING" if error.key == "certificate_missing" else "REFUSED", str(error), error.key)
    until = in_lima(signer.certificate.not_valid_after_utc)
    return Checked("PASSED", f"El certificado firma y vale hasta el {until:%d/%m/%Y}.")


def _sol(platform: Platform, company: Company) -> Checked:
    if company.sol_user is None or company.sol_password is None:
        return Checked("MISSING", "Falta el usuario SOL y su clave.", "sol_credentials_missing")
    account = sol_of(platform, company)
    return _asked(platform, company, DOOR_OF_SOL, lambda: platform.sunat.ask_ticket(account, _NO_TICKET))


def _guides(platform: Platform, company: Company) -> Checked:
    if not company.gre_client_id or not company.gre_client_secret:
        return Checked("MISSING", "Faltan las credenciales de API SUNAT para guías.", "gre_credentials_missing")
    if company.sol_user is None or company.sol_password is None:
        return Checked("MISSING", "Las guías necesitan también el usuario SOL.", "sol_credentials_missing")
    account = guide_account_of(platform, company)
    if not platform.sunat.can_send_guide(account):
        return Checked("NOT_OFFERED", _NOT_OFFERED)
    return _asked(platform, company, DOOR_OF_GUIDES, lambda: platform.sunat.ask_guide(account, _NO_GUIDE))


def _validity(platform: Platform, company: Company) -> Checked:
    if not company.validity_client_id or not company.validity_client_secret:
        return Checked("MISSING", "Faltan las credenciales de la Consulta Integrada de Validez.")
    account: SolAccount = validity_account_of(platform, company)
    nothing = ReceiptId(company.scope.ruc, "01", "F001", 1)
    if not platform.sunat.can_ask_validity(account, nothing):
        return Checked("NOT_OFFERED", _NOT_OFFERED)
    today = in_lima(platform.clock()).date()
    talk = platform.sunat.ask_validity(account, company.scope.ruc, nothing, today, None)
    return _read(talk)


def _asked(platform: Platform, company: Company, door: str, ask: Callable[[], Talk]) -> Checked:
    """Ask, unless SUNAT has refused these very credentials a moment ago."""
    with platform.database.reading() as connection:
        stopped = pauses.find(connection, company.scope, door)
    if stopped is not None and not pause.is_due(platform, stopped):
        sentence = "SUNAT ya rechazó estas credenciales; cámbielas antes de probar otra vez."
        return Checked("REFUSED", sentence, stopped.code)
    found = _read(ask())
    if found.standing == "REFUSED" and found.code != pause.NO_PERMISSION:
        with platform.database.transaction() as connection:
            pauses.begin(connection, company.scope, door, found.code, platform.clock())
    return found


def _read(talk: Talk) -> Checked:
    """SUNAT spoke about the question: then it had let the asker in."""
    answer = read_answer(talk)
    if answer.code in pause.CREDENTIAL_CODES:
        return Checked("REFUSED", f"SUNAT no acepta estas credenciales: {answer.words[:200]}", answer.code)
    if talk.status is None or (talk.status >= _FIRST_FAILURE and not answer.code):
        return Checked("UNREACHABLE", f"SUNAT no respondió; pruebe más tarde. {talk.trouble}".strip())
    if talk.operation == "token":
        return Checked("UNREACHABLE", f"SUNAT no dio una sesión (HTTP {talk.status}); pruebe más tarde.", answer.code)
    return Checked("PASSED", "SUNAT aceptó las credenciales.")
