"""One step of a submission's road: send, poll its ticket, or ask; judge, record, and say what comes next.

The order is what keeps the promise "nothing sent twice, nothing believed without proof": SENDING is committed before
the call; the raw answer is kept before it is read; after silence only SUNAT's own word allows another send. A step may
be run twice (the process may die anywhere): it looks first at what is written.
"""

from dataclasses import replace

from onapi.engine import Work
from onapi.errors import Conflict, OnapiError
from onapi.flows import pause, roads
from onapi.flows.deadlines import OUT_OF_TIME, goes_in_summary, is_too_late, late_words
from onapi.flows.hear import Happening, hear_send
from onapi.flows.move import move
from onapi.flows.platform import Platform
from onapi.flows.poll import poll
from onapi.flows.record import keep_talk, line_of, postpone, record
from onapi.flows.recover import adopt_last_talk, resolve
from onapi.lifecycle import Event, State, can_happen
from onapi.store import companies, documents, pauses, submissions
from onapi.store.companies import Company
from onapi.store.documents import StoredDocument
from onapi.store.pauses import Pause
from onapi.store.submissions import Submission
from onapi.values.scope import Environment, Scope

_CALLS = frozenset({State.READY, State.TICKETED, State.UNKNOWN})
_ATTEMPTS = 5  # to put a late answer beside what others write at the same moment


def take_step(platform: Platform, work: Work) -> None:
    """Do a piece of work. A stale one, or one whose submission has come to its end, does nothing."""
    scope = Scope(Environment(work.environment), work.ruc)
    with platform.database.reading() as connection:
        submission = submissions.get(connection, scope, work.submission_id)
        document = documents.get(connection, scope, submission.document_id)
        company = companies.find(connection, scope)
        stop = pauses.find(connection, scope, pause.door_of(submission))
    if document is None or company is None or submission.step != work.step:
        return
    try:
        _step(platform, company, document, submission, stop)
    except Conflict:
        return  # another worker moved it; its work goes on


def _step(
    platform: Platform, company: Company, document: StoredDocument, submission: Submission, stop: Pause | None
) -> None:
    state = State(submission.state)
    if state is State.SENDING:
        adopt_last_talk(platform, document, submission)
    elif state is State.READY and _is_out_of_time(platform, document, submission):
        _give_up_sending(platform, document, submission)
    elif state in _CALLS and _calls(platform, document, submission):
        if obstacle := pause.obstacle(platform, submission, stop):
            postpone(platform, document, submission, obstacle)
            return
        trying = replace(submission, obstacle=pause.COMPANY if stop else None)
        _call(platform, company, document, trying)
    elif state is State.UNKNOWN:
        resolve(platform, document, submission)


def _calls(platform: Platform, document: StoredDocument, submission: Submission) -> bool:
    """Whether this step takes the company's credentials to the host of its road; other questions go elsewhere."""
    return submission.state != State.UNKNOWN or bool(submission.ticket) or platform.sunat.can_ask(document.receipt)


def _call(platform: Platform, company: Company, document: StoredDocument, submission: Submission) -> None:
    match State(submission.state):
        case State.READY:
            _send(platform, company, document, submission)
        case State.TICKETED:
            poll(platform, document, submission)
        case _:
            resolve(platform, document, submission)


def _is_out_of_time(platform: Platform, document: StoredDocument, submission: Submission) -> bool:
    return is_too_late(document, submission.deadline, platform.clock())


def _give_up_sending(platform: Platform, document: StoredDocument, submission: Submission) -> None:
    """Too late to go alone: in a resumen, if one takes it."""
    event = Event.LATE if goes_in_summary(document.receipt, document.issue_date) else Event.REFUSED
    words = late_words(submission.deadline) if submission.deadline else ""
    record(platform, document, submission, Happening(event, code=OUT_OF_TIME, words=words))


def _send(platform: Platform, company: Company, document: StoredDocument, submission: Submission) -> None:
    try:
        account = roads.account_for(platform, company, submission)
    except OnapiError as error:
        record(platform, document, submission, Happening(Event.REFUSED, code=error.key, words=str(error)))
        return
    xml = platform.blobs.get(document.xml)
    sending = _announce(platform, submission)
    talk = roads.send(platform, account, document, submission, xml)
    keep_talk(platform, document, submission, talk)
    heard = pause.settle_permission(platform, sending, document.receipt, talk, hear_send(document, talk))
    if pause.is_about_credentials(heard) and roads.company_of(platform, document.scope) != company:
        heard = replace(heard, event=Event.BUSY)  # they were changed while SUNAT looked at the old ones
    _conclude(platform, document, sending, heard)


def _announce(platform: Platform, submission: Submission) -> Submission:
    """Say, and have it on disk, that it is about to be sent: if we die now, SUNAT may have it."""
    now = platform.clock()
    changes = {
        "state": State.SENDING,
        "attempts": submission.attempts + 1,
        "absences": 0,
        "obstacle": submission.obstacle,  # company: this send is the probe
        "ticket": None,
        "sent_at": now,
        "next_action_at": now + roads.longest_call(submission),  # whoever finds it overdue knows the call is dead
    }
    with platform.database.promise() as connection:  # a power cut after the call may not forget it
        line = line_of(platform, State.SENDING, Happening(Event.SEND))
        return move(platform, connection, submission, line, **changes)


def _conclude(platform: Platform, document: StoredDocument, sending: Submission, heard: Happening) -> None:
    """Record what came; a verdict or a ticket counts whatever others did meanwhile who took us for dead."""
    now = sending
    for _ in range(_ATTEMPTS):
        try:
            record(platform, document, now, heard)
        except Conflict:
            with platform.database.reading() as connection:
                now = submissions.get(connection, document.scope, sending.id)
            if heard.event not in {Event.CDR, Event.TICKET} or not can_happen(State(now.state), heard.event):
                raise
        else:
            return
