"""Write down what happened to a submission and what comes next: talk first, raw; then the move, in one transaction."""

from datetime import timedelta

from sqlalchemy import Connection

from onapi.facts.codes import Outcome
from onapi.flows.hear import Happening
from onapi.flows.platform import Platform, work_of
from onapi.gateways.door import Talk
from onapi.lifecycle import Event, State, next_state
from onapi.lifecycle.patience import wait_s
from onapi.store import submissions
from onapi.store.documents import StoredDocument
from onapi.store.submissions import HistoryLine, Submission


def keep_talk(platform: Platform, document: StoredDocument, submission: Submission, talk: Talk) -> None:
    """Keep both what was asked of whom and what came back, before anyone reads it."""
    with platform.database.transaction() as connection:
        submissions.keep_talk(
            connection,
            document.scope,
            submission.id,
            at=talk.at,
            operation=talk.operation,
            address=talk.address,
            status=talk.status,
            answer=talk.answer,
            trouble=talk.trouble,
            duration_ms=talk.duration_ms,
        )


def record(platform: Platform, document: StoredDocument, was: Submission, happening: Happening, **more: object) -> None:
    """Move the submission and enqueue its next step, together; `more` are further columns to set."""
    state = next_state(State(was.state), happening.event)
    tries = was.tries + 1 if state == was.state else 1
    wait = _wait(platform, state, happening, tries, was.attempts)
    now = platform.clock()
    changes = {
        "state": state,
        "step": was.step + 1,
        "tries": tries,
        "next_action_at": None if state.is_final else now + timedelta(seconds=wait),
        "last_error": None if happening.verdict else f"{happening.code} {happening.words}".strip(),
        **_outcome(platform, happening),
        **more,
    }
    if not state.is_final:
        platform.queue.open()  # it migrates its tables: inside our transaction that would wait for itself
    with platform.database.transaction() as connection:
        moved = submissions.move(connection, document.scope, was, now, **changes)
        note(platform, connection, moved, happening)
        if not state.is_final:
            platform.queue.put(connection, work_of(document, moved), delay_s=wait)


def note(platform: Platform, connection: Connection, moved: Submission, happening: Happening) -> None:
    """Add the move to the history."""
    line = HistoryLine(platform.clock(), happening.event, moved.state, happening.code or None, happening.words or None)
    submissions.note(connection, moved.scope, moved.id, line)


def _wait(platform: Platform, state: State, happening: Happening, tries: int, attempts: int) -> float:
    if happening.event is Event.ABSENT:
        return 0.0
    return wait_s(platform.pace, state, tries if state is State.UNKNOWN else attempts)


def _outcome(platform: Platform, happening: Happening) -> dict[str, object]:
    """The columns that a verdict or a refusal fills."""
    verdict = happening.verdict
    if verdict is not None:
        return {
            "outcome": verdict.outcome,
            "code": verdict.code,
            "description": verdict.description,
            "remarks": verdict.remarks,
            "link": verdict.link or None,
            "channel": happening.channel,
            "cdr": platform.blobs.put(happening.file) if happening.file else None,
            "cdr_issued_at": verdict.issued_at,
        }
    if happening.event is Event.REFUSED:
        words = {"code": happening.code or None, "description": happening.words, "channel": happening.channel or None}
        return {"outcome": Outcome.HELD, **words}
    return {}
