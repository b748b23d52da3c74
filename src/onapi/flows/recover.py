"""After silence: ask SUNAT what it holds, and adopt that. Nothing is sent again without its own "not there".

Who is asked, in this order: the ticket, if one was ever given; the service that keeps CDRs (facturas and their notes);
the Consulta Integrada, which tells a state and brings no proof. Of a batch, its members are asked about.
"""

from dataclasses import replace
from datetime import timedelta

from onapi.errors import OnapiError
from onapi.flows import poll
from onapi.flows.ask import CONSULTA, Finding, can_be_told, question
from onapi.flows.hear import PRESENTED_BEFORE, Happening, hear_send
from onapi.flows.pause import settle_permission
from onapi.flows.platform import Platform
from onapi.flows.record import record
from onapi.gateways.door import Talk
from onapi.lifecycle import Event
from onapi.store import submissions
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission

IN_PROCESS = "0402"
_WAIT = "SUNAT dijo que lo tiene en proceso: se espera su veredicto y no se envía otra vez."
_PRESENTED_TIMES = 2  # sent again after a "not there", and the name was taken still: the file there is not ours
_ANOTHERS = "El archivo ya fue presentado anteriormente, y nada de lo que este informa figura como presentado."
_DIED = "El proceso terminó antes de guardar la respuesta."


def adopt_last_talk(platform: Platform, document: StoredDocument, sending: Submission) -> None:
    """A process died while sending: if it had kept SUNAT's answer, that is the answer; otherwise there is silence."""
    talk = _last_talk(platform, sending)
    if talk is None:
        record(platform, document, sending, Happening(Event.SILENCE, words=_DIED))
        return
    heard = hear_send(document, talk)
    record(platform, document, sending, settle_permission(platform, sending, document.receipt, talk, heard))


def _last_talk(platform: Platform, submission: Submission) -> Talk | None:
    """The last that was said since its last send began."""
    since = submission.sent_at or submission.updated_at or platform.clock()
    with platform.database.reading() as connection:
        row = submissions.last_talk(connection, submission.scope, submission.id, since)
    if row is None:
        return None
    return Talk(row.operation, row.address, row.at, row.duration_ms, row.status, row.answer, row.trouble)


def resolve(platform: Platform, document: StoredDocument, submission: Submission) -> None:
    """Ask once. Two "not there", late enough after the send, allow the same signed bytes to go again."""
    if late := _late_answer(platform, document, submission):
        record(platform, document, submission, late)
        return
    if submission.ticket:
        heard, _ = poll.ask(platform, document, submission)
        if heard.event is not Event.SILENCE:
            record(platform, document, submission, heard, absences=0)  # in process: whoever denies it is behind
            return
    found, heard = _asked(platform, document, submission)
    if found is Finding.HELD:
        after_s = None if _brings_proof(platform, document, submission) else platform.pace.told_s
        record(platform, document, submission, heard, after_s=after_s, absences=0, channel=CONSULTA)
    elif found is Finding.NOTHING_TOLD and not can_be_told(platform, document) and not submission.ticket:
        record(platform, document, submission, heard, after_s=platform.pace.told_s)
    elif found is not Finding.ABSENT or not is_late_enough(platform, submission):
        record(platform, document, submission, heard)
    elif _said_to_wait(platform, submission):
        record(platform, document, submission, replace(heard, words=_WAIT))
    else:
        absences = submission.absences + 1
        if absences >= platform.pace.absent_times:
            heard = _anothers(platform, submission) or replace(heard, event=Event.ABSENT)
        record(platform, document, submission, heard, absences=absences)


def _brings_proof(platform: Platform, document: StoredDocument, submission: Submission) -> bool:
    """Whether somebody who is asked may give the CDR, and not only tell of it."""
    return bool(submission.ticket) or platform.sunat.can_ask(document.receipt)


def _late_answer(platform: Platform, document: StoredDocument, submission: Submission) -> Happening | None:
    """The answer to the send itself, kept by a process that was taken for dead, and that died then."""
    talk = _last_talk(platform, submission)
    if talk is None or not talk.operation.startswith("send"):
        return None
    heard = hear_send(document, talk)
    return heard if heard.event in {Event.CDR, Event.TICKET} else None


def _said_to_wait(platform: Platform, submission: Submission) -> bool:
    """Whether SUNAT answered the last send with "in process, wait" (0402): then it has it, whatever others see."""
    with platform.database.reading() as connection:
        lines = submissions.history(connection, submission.scope, submission.id)
    since = max((n for n, line in enumerate(lines) if line.event == Event.SEND), default=0)
    return any(line.code == IN_PROCESS for line in lines[since:])


def _anothers(platform: Platform, submission: Submission) -> Happening | None:
    """The end of a batch whose name another program's file bears: sending it again would bring the same answer."""
    with platform.database.reading() as connection:
        lines = submissions.history(connection, submission.scope, submission.id)
    codes = [line.code for line in lines if line.code in PRESENTED_BEFORE]
    if len(codes) < _PRESENTED_TIMES:
        return None
    return Happening(Event.REFUSED, code=codes[-1] or "", words=_ANOTHERS)


def _asked(platform: Platform, document: StoredDocument, submission: Submission) -> tuple[Finding, Happening]:
    try:
        return question(platform, document, submission)
    except OnapiError as error:  # the account went away after the send: we ask again once it is back
        return Finding.NOTHING_TOLD, Happening(Event.SILENCE, words=str(error))


def is_late_enough(platform: Platform, submission: Submission) -> bool:
    """Whether SUNAT has had time to know the document since it was sent."""
    since = submission.sent_at or platform.clock()
    return platform.clock() - since >= timedelta(seconds=platform.pace.absent_after_s)
