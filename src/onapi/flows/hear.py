"""What a talk with SUNAT comes to: an event, and where there is one a verdict with its proof. Never raises."""

import re
from dataclasses import dataclass

from onapi.cdr import read_cdr
from onapi.cdr.judge import judge
from onapi.errors import Unreadable
from onapi.facts.codes import Outcome, return_code
from onapi.gateways.door import Talk
from onapi.gateways.sunat import Answer, Kind, read_answer
from onapi.lifecycle import Event
from onapi.store.documents import StoredDocument
from onapi.values.archive import unzip_one
from onapi.values.number import ReceiptId
from onapi.values.verdict import Verdict

_FILE_NAME = re.compile(r"(?:R-)?(\d{11})-(\w{2})-(\w{4,8})-(\d{1,8})\.xml", re.ASCII | re.IGNORECASE)
NOT_THERE = "0011"  # the consult service's own word: no such document
PRESENTED_BEFORE = frozenset({"2223", "2324"})  # a batch of this name is there: ours, or another program's


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that moves a submission."""

    event: Event
    verdict: Verdict | None = None
    file: bytes = b""  # the CDR as SUNAT sent it
    code: str = ""
    words: str = ""
    channel: str = ""  # the operation that brought it
    ticket: str = ""  # what to ask with


def hear_send(document: StoredDocument, talk: Talk) -> Happening:
    """The answer to a send."""
    if not talk.was_sent:
        return Happening(Event.BUSY, words=talk.trouble, channel=talk.operation)
    answer = read_answer(talk)
    match answer.kind:
        case Kind.FILE:
            return _verdict(document, answer, talk.operation)
        case Kind.TICKET:
            return Happening(Event.TICKET, channel=talk.operation, ticket=answer.ticket)
        case Kind.CODE:
            return _code(answer, talk.operation)
        case _:
            return _silence(answer, talk.operation)


def hear_ticket(document: StoredDocument, talk: Talk) -> Happening:
    """The answer to "what became of this ticket?".

    A code counts only where it stands as the ticket's status: a fault says something about the question, no more.
    """
    answer = read_answer(talk)
    match answer.kind:
        case Kind.FILE:
            return _verdict(document, answer, talk.operation)
        case Kind.PENDING:
            return Happening(Event.PENDING, code=answer.code, words=answer.words, channel=talk.operation)
        case Kind.CODE if answer.status and talk.was_sent:
            return _code(answer, talk.operation)
        case _:
            return _silence(answer, talk.operation)


def hear_question(document: StoredDocument, talk: Talk) -> Happening:
    """The answer to "what do you hold?": the CDR, or silence; SUNAT's "not there" is a silence with code 0011."""
    answer = read_answer(talk)
    if answer.kind is Kind.FILE:
        return _verdict(document, answer, talk.operation)
    return _silence(answer, talk.operation)


def _verdict(document: StoredDocument, answer: Answer, channel: str) -> Happening:
    try:
        named = is_named_after(document.receipt, unzip_one(answer.file)[0])
        verdict = judge(read_cdr(answer.file), document.receipt, document.digest) if named else None
    except Unreadable as error:
        return Happening(Event.SILENCE, words=str(error), channel=channel)
    if verdict is None:
        return Happening(Event.SILENCE, words="La constancia recibida no es de este comprobante.", channel=channel)
    return Happening(Event.CDR, verdict, answer.file, verdict.code, verdict.description, channel)


def is_named_after(receipt: ReceiptId, file_name: str) -> bool:
    """False if the file in the ZIP bears another receipt's name: the CDR itself does not tell a factura from a note."""
    found = _FILE_NAME.fullmatch(file_name)
    return found is None or ReceiptId(found[1], found[2].upper(), found[3].upper(), int(found[4])) == receipt


def _code(answer: Answer, channel: str) -> Happening:
    """A SOAP fault: its class is a fact, not a guess. SUNAT's beta rejects content this way, with no CDR."""
    known = return_code(answer.code)
    words = answer.words or known.message
    match known.outcome:
        case Outcome.PASSING:
            return Happening(Event.BUSY, code=answer.code, words=words, channel=channel)
        case Outcome.HELD:
            return Happening(Event.REFUSED, code=answer.code, words=words, channel=channel)
        case Outcome.REJECTED:
            verdict = Verdict(Outcome.REJECTED, answer.code, words)
            return Happening(Event.CDR, verdict, code=answer.code, words=words, channel=channel)
        case _:
            return _silence(answer, channel)


def _silence(answer: Answer, channel: str) -> Happening:
    return Happening(Event.SILENCE, code=answer.code, words=answer.words, channel=channel)
