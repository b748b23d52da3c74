"""Ask SUNAT what it holds of a document, where it offers to tell."""

from enum import Enum, auto

from onapi.facts.codes import Outcome
from onapi.flows import roads
from onapi.flows.enrol import sol_of, validity_account_of
from onapi.flows.hear import NOT_THERE, Happening, hear_question
from onapi.flows.platform import Platform
from onapi.flows.record import keep_talk
from onapi.gateways.sunat import ReceiptState, SolAccount, read_validity
from onapi.lifecycle import Event
from onapi.store import documents, members
from onapi.store.documents import StoredDocument
from onapi.store.members import Member
from onapi.store.submissions import Submission
from onapi.values.verdict import Verdict

CONSULTA = "consulta"  # the channel of a state told without proof
_EXISTS = frozenset({"0001", "0002", "0003", "0004"})  # getStatusCdr without its CDR: accepted, rejected, voided, kept
VOIDED_CODE = "0003"  # the consult service's own word for a voided document
_NOBODY_TELLS = "SUNAT no ofrece consultar este comprobante."
_HELD_WORDS = "SUNAT confirma que lo tiene registrado; todavía no entrega su constancia."
_VOIDED_WORDS = "SUNAT informa que el comprobante está dado de baja."
_ABSENT_WORDS = "SUNAT informa que no lo tiene registrado."
_REPORTED, _VOIDED = "1", "3"  # catalogue 19

# What the Consulta Integrada says of a member once SUNAT has processed its batch, and what it says before.
_MARKS = {
    _REPORTED: (ReceiptState.ACCEPTED, ReceiptState.NOT_FOUND),
    _VOIDED: (ReceiptState.VOIDED, ReceiptState.ACCEPTED),
}


class Finding(Enum):
    """What SUNAT holds, beside what moves the document."""

    NOTHING_TOLD = auto()
    HELD = auto()  # it has it
    ABSENT = auto()  # it has no such document


Told = tuple[Finding, Happening]
_ABSENT = (Finding.ABSENT, Happening(Event.SILENCE, code=NOT_THERE, words=_ABSENT_WORDS, channel=CONSULTA))
_HELD = (Finding.HELD, Happening(Event.SILENCE, words=_HELD_WORDS, channel=CONSULTA))


def can_be_told(platform: Platform, document: StoredDocument) -> bool:
    """Whether SUNAT offers any way to ask about the document itself."""
    account = validity_account_of(platform, roads.company_of(platform, document.scope))
    if document.receipt.is_batch:
        found = _members(platform, document)
        return any(platform.sunat.can_ask_validity(account, each.receipt) for _, each in found)
    return platform.sunat.can_ask(document.receipt) or platform.sunat.can_ask_validity(account, document.receipt)


def question(platform: Platform, document: StoredDocument, submission: Submission) -> Told:
    """Ask whoever may know, until one does; the talks are kept. Misconfigured where the SOL account is gone."""
    company = roads.company_of(platform, document.scope)
    told: Told = (Finding.NOTHING_TOLD, Happening(Event.SILENCE, words=_NOBODY_TELLS))
    if platform.sunat.can_ask(document.receipt):
        told = _of_cdr(platform, document, submission, sol_of(platform, company))
        if told[1].event is Event.CDR or told[0] is Finding.ABSENT:
            return told
        if told[0] is Finding.HELD:  # whoever denies it now is behind, or was asked with another amount
            state = _of_state(platform, document, submission, validity_account_of(platform, company))
            return state if state and state[0] is Finding.HELD else told
    account = validity_account_of(platform, company)
    if document.receipt.is_batch:
        return _of_members(platform, document, submission, account) or told
    return _of_state(platform, document, submission, account) or told


def _of_cdr(platform: Platform, document: StoredDocument, submission: Submission, account: SolAccount) -> Told:
    talk = platform.sunat.ask_cdr(account, document.receipt)
    keep_talk(platform, document, submission, talk)
    heard = hear_question(document, talk)
    if heard.event is Event.SILENCE and heard.code in _EXISTS:
        return Finding.HELD, heard
    return (Finding.ABSENT if heard.code == NOT_THERE else Finding.NOTHING_TOLD), heard


def _of_state(platform: Platform, document: StoredDocument, submission: Submission, account: SolAccount) -> Told | None:
    """What the Consulta Integrada tells of a receipt; None where it is not offered or told nothing."""
    match _state(platform, submission, document, account):
        case ReceiptState.NOT_FOUND:
            return _ABSENT
        case ReceiptState.ACCEPTED:
            return _HELD
        case ReceiptState.VOIDED:
            verdict = Verdict(Outcome.REJECTED, VOIDED_CODE, _VOIDED_WORDS)
            return Finding.HELD, Happening(Event.CDR, verdict, b"", VOIDED_CODE, _VOIDED_WORDS, CONSULTA)
        case _:
            return None


def _of_members(platform: Platform, batch: StoredDocument, submission: Submission, account: SolAccount) -> Told | None:
    """One by one. SUNAT takes a batch as a whole: the first member that bears its mark proves it was processed."""
    asked = [(row, each) for row, each in _members(platform, batch) if row.status_code in _MARKS]
    for row, member in asked:
        mark, absent = _MARKS[row.status_code]
        state = _state(platform, submission, member, account)
        if state is mark:
            return _HELD
        if state is not absent:
            return None
    return _ABSENT if asked else None


def _state(platform: Platform, submission: Submission, about: StoredDocument, account: SolAccount) -> ReceiptState:
    if not platform.sunat.can_ask_validity(account, about.receipt):
        return ReceiptState.SILENCE
    talk = platform.sunat.ask_validity(account, about.scope.ruc, about.receipt, about.issue_date, about.total)
    keep_talk(platform, about, submission, talk)
    return read_validity(talk).state


def _members(platform: Platform, batch: StoredDocument) -> list[tuple[Member, StoredDocument]]:
    with platform.database.reading() as connection:
        rows = members.of_batch(connection, batch.scope, batch.id)
        found = ((row, documents.get(connection, batch.scope, row.document_id)) for row in rows)
        return [(row, document) for row, document in found if document is not None]
