"""One step of a submission's road: send, or ask; judge, record, and say what comes next.

The order is what keeps the promise "nothing sent twice, nothing believed without proof": SENDING is committed before
the call; the raw answer is kept before it is read; after silence only SUNAT's own word allows another send. A step may
be run twice (the process may die anywhere): it looks first at what is written.
"""

from datetime import timedelta

from onapi.engine import Work
from onapi.errors import Conflict, OnapiError
from onapi.flows.enrol import sol_of
from onapi.flows.hear import Happening, hear_send
from onapi.flows.platform import Platform
from onapi.flows.record import keep_talk, note, record
from onapi.flows.recover import adopt_last_talk, ask
from onapi.gateways.sunat import SolAccount
from onapi.lifecycle import Event, State
from onapi.store import companies, documents, submissions
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission
from onapi.values.scope import Environment, Scope

LONGEST_CALL = timedelta(seconds=150)


def take_step(platform: Platform, work: Work) -> None:
    """Do a piece of work. A stale one, or one whose submission has come to its end, does nothing."""
    scope = Scope(Environment(work.environment), work.ruc)
    with platform.database.reading() as connection:
        submission = submissions.get(connection, scope, work.submission_id)
        document = documents.get(connection, scope, submission.document_id)
    if document is None or submission.step != work.step:
        return
    try:
        _step(platform, document, submission)
    except Conflict:
        return  # another worker moved it; its work goes on


def _step(platform: Platform, document: StoredDocument, submission: Submission) -> None:
    match State(submission.state):
        case State.READY:
            _send(platform, document, submission)
        case State.SENDING:
            adopt_last_talk(platform, document, submission)
        case State.UNKNOWN:
            _ask(platform, document, submission)
        case _:
            return


def _send(platform: Platform, document: StoredDocument, submission: Submission) -> None:
    try:
        account = _account(platform, document)
    except OnapiError as error:
        record(platform, document, submission, Happening(Event.REFUSED, code=error.key, words=str(error)))
        return
    xml = platform.blobs.get(document.xml)
    now = platform.clock()
    changes = {
        "state": State.SENDING,
        "attempts": submission.attempts + 1,
        "absences": 0,
        "sent_at": now,
        "next_action_at": now + LONGEST_CALL,  # later than any answer: whoever finds it overdue knows the call is dead
    }
    with platform.database.transaction() as connection:
        sending = submissions.move(connection, document.scope, submission, now, **changes)
        note(platform, connection, sending, Happening(Event.SEND))
    talk = platform.sunat.send_bill(account, document.receipt.file_name, xml)
    keep_talk(platform, document, submission, talk)
    _conclude(platform, document, sending, hear_send(document, talk))


def _conclude(platform: Platform, document: StoredDocument, sending: Submission, heard: Happening) -> None:
    """Record what came; a verdict counts also when somebody took us for dead meanwhile and declared silence."""
    try:
        record(platform, document, sending, heard)
    except Conflict:
        with platform.database.reading() as connection:
            now = submissions.get(connection, document.scope, sending.id)
        if heard.event is not Event.CDR or now.state != State.UNKNOWN:
            raise
        record(platform, document, now, heard)


def _ask(platform: Platform, document: StoredDocument, submission: Submission) -> None:
    try:
        account = _account(platform, document)
    except OnapiError as error:  # the account went away after the send: we ask again once it is back
        record(platform, document, submission, Happening(Event.SILENCE, words=str(error)))
        return
    ask(platform, document, submission, account)


def _account(platform: Platform, document: StoredDocument) -> SolAccount:
    with platform.database.reading() as connection:
        company = companies.find(connection, document.scope)
    if company is None:
        raise AssertionError("a document without its company")  # the database holds a foreign key on it
    return sol_of(platform, company)
