"""After silence: ask SUNAT what it holds, and adopt that. Nothing is sent again without its own "not there"."""

from datetime import timedelta

from onapi.flows.hear import NOT_THERE, Happening, hear_question, hear_send
from onapi.flows.platform import Platform
from onapi.flows.record import keep_talk, record
from onapi.gateways.door import Talk
from onapi.gateways.sunat import SolAccount
from onapi.lifecycle import Event
from onapi.store import submissions
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission

_DIED = "El proceso terminó antes de guardar la respuesta."
_NOBODY_TELLS = "SUNAT no ofrece consultar este comprobante."


def adopt_last_talk(platform: Platform, document: StoredDocument, sending: Submission) -> None:
    """A process died while sending: if it had kept SUNAT's answer, that is the answer; otherwise there is silence."""
    since = sending.sent_at or sending.updated_at or platform.clock()
    with platform.database.reading() as connection:
        row = submissions.last_talk(connection, document.scope, sending.id, since)
    if row is None:
        record(platform, document, sending, Happening(Event.SILENCE, words=_DIED))
        return
    talk = Talk(row.operation, row.address, row.at, row.duration_ms, row.status, row.answer, row.trouble)
    record(platform, document, sending, hear_send(document, talk))


def ask(platform: Platform, document: StoredDocument, submission: Submission, account: SolAccount) -> None:
    """Ask once. Two "not there", late enough after the send, allow the same signed bytes to go again."""
    if not platform.sunat.can_ask(document.receipt):
        record(platform, document, submission, Happening(Event.SILENCE, words=_NOBODY_TELLS))
        return
    talk = platform.sunat.ask_cdr(account, document.receipt)
    keep_talk(platform, document, submission, talk)
    heard = hear_question(document, talk)
    if heard.code != NOT_THERE or not _late_enough(platform, submission):
        record(platform, document, submission, heard)
        return
    absences = submission.absences + 1
    if absences >= platform.pace.absent_times:
        heard = Happening(Event.ABSENT, code=heard.code, words=heard.words, channel=heard.channel)
    record(platform, document, submission, heard, absences=absences)


def _late_enough(platform: Platform, submission: Submission) -> bool:
    since = submission.sent_at or platform.clock()
    return platform.clock() - since >= timedelta(seconds=platform.pace.absent_after_s)
