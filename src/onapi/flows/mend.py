"""The safe repairs: ask for a CDR that is missing, put to work what nobody looks at. No verdict is changed here."""

from collections.abc import Iterable, Iterator

from onapi.engine import urgency
from onapi.errors import Conflict, OnapiError
from onapi.flows import roads
from onapi.flows.check_files import sound_blob
from onapi.flows.compare import STANDS
from onapi.flows.enrol import sol_of
from onapi.flows.hear import Happening, hear_question
from onapi.flows.move import move, note
from onapi.flows.platform import Platform, work_of
from onapi.flows.record import keep_talk
from onapi.gateways.door import Talk
from onapi.lifecycle import Event, State
from onapi.store import talk_report
from onapi.store.documents import StoredDocument
from onapi.store.submissions import HistoryLine, Submission

_FOUND_IN_TALK = "Se repuso la constancia desde la respuesta de SUNAT que estaba guardada."
_FOUND_AT_SUNAT = "Se pidió la constancia a SUNAT y se guardó."
_AT_WORK = "Se puso a trabajar otra vez."
_WORKED_IN = frozenset({State.READY, State.SENDING, State.TICKETED, State.UNKNOWN})


def fetch_cdr(platform: Platform, document: StoredDocument, was: Submission, *, may_ask: bool = True) -> str:
    """Put back a CDR from what SUNAT said before, or ask for it again; says what was done, "" if nothing could be."""
    _keep_altered(platform, was)
    for words, heard in _sources(platform, document, was, may_ask=may_ask):
        if heard.event is not Event.CDR or not heard.file or heard.verdict is None:
            continue
        if (heard.verdict.outcome in STANDS) is (was.outcome in STANDS) and _keep(platform, was, heard, words):
            return words
    return ""


def _keep_altered(platform: Platform, was: Submission) -> None:
    """A file that somebody changed is evidence too: it stays, under its own name."""
    data, trouble = sound_blob(platform, was.cdr) if was.cdr else (b"", "")
    if trouble == "changed":
        platform.blobs.put(data)


def _sources(
    platform: Platform, document: StoredDocument, was: Submission, *, may_ask: bool
) -> Iterator[tuple[str, Happening]]:
    with platform.database.reading() as connection:
        kept = talk_report.of_submission(connection, was.scope, was.id)
    for each in reversed(kept):
        talk = Talk(each.operation, each.address, each.at, each.duration_ms, each.status, each.answer, each.trouble)
        yield _FOUND_IN_TALK, hear_question(document, talk)
    for talk in _asked(platform, document, was) if may_ask else ():
        keep_talk(platform, document, was, talk)
        yield _FOUND_AT_SUNAT, hear_question(document, talk)


def _asked(platform: Platform, document: StoredDocument, was: Submission) -> Iterable[Talk]:
    try:
        company = roads.company_of(platform, was.scope)
        if platform.sunat.can_ask(document.receipt):
            yield platform.sunat.ask_cdr(sol_of(platform, company), document.receipt)
        elif was.ticket:
            yield roads.ask_ticket(platform, roads.account_for(platform, company, was), was)
    except OnapiError:
        return  # its credentials are gone; the finding stands


def _keep(platform: Platform, was: Submission, heard: Happening, words: str) -> bool:
    name = platform.blobs.put(heard.file)
    now = platform.clock()
    platform.queue.open()
    with platform.database.transaction() as connection:
        if name != was.cdr:
            issued_at = heard.verdict.issued_at if heard.verdict else None
            try:
                move(platform, connection, was, cdr=name, cdr_issued_at=issued_at)
            except Conflict:
                return False
        note(connection, was, HistoryLine(now, "CDR_KEPT", was.state, None, words))
    return True


def put_to_work(platform: Platform, document: StoredDocument, was: Submission) -> str:
    """Have the next step taken now; says what was done, "" if it moved meanwhile."""
    now = platform.clock()
    platform.queue.open()
    try:
        with platform.database.transaction() as connection:
            line = HistoryLine(now, "REQUEUED", was.state, None, _AT_WORK)
            moved = move(platform, connection, was, line, step=was.step + 1, next_action_at=now)
            if State(was.state) in _WORKED_IN:  # the others are gathered by whoever looks for them
                platform.queue.put(connection, work_of(document, moved), priority=urgency(moved.deadline))
    except Conflict:
        return ""
    return _AT_WORK
