"""Write down what happened to a submission and what comes next: talk first, raw; then the move, in one transaction.

What a batch carries moves with it, in the same transaction.
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection

from onapi.engine import urgency
from onapi.facts.codes import Outcome
from onapi.flows.carry import follow
from onapi.flows.deadlines import deadline_of
from onapi.flows.hear import Happening
from onapi.flows.move import move
from onapi.flows.pause import (
    COMPANY,
    HOST,
    Obstacle,
    door_of,
    is_about_credentials,
    is_doubtful,
    shows_that_it_passed,
)
from onapi.flows.platform import Platform, work_of
from onapi.gateways.door import Talk
from onapi.lifecycle import Event, State, next_state
from onapi.lifecycle.patience import wait_s
from onapi.store import pauses, submissions
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


def record(
    platform: Platform,
    document: StoredDocument,
    was: Submission,
    happening: Happening,
    *,
    after_s: float | None = None,
    **more: object,
) -> None:
    """Move the submission, and what it carries, and enqueue its next step, together; `more` are further columns.

    The next step is due when patience says, or after so many seconds.
    """
    state = next_state(State(was.state), happening.event)
    tries = was.tries + 1 if state == was.state else 1
    wait = _wait(platform, state, happening, tries, was.attempts) if after_s is None else after_s
    now = platform.clock()
    changes = {
        "state": state,
        "step": was.step + 1,
        "tries": tries,
        "obstacle": HOST if happening.event is Event.BUSY and is_doubtful(platform, was) else None,
        "next_action_at": None if state.is_final else now + timedelta(seconds=wait),
        "last_error": None if happening.verdict else f"{happening.code} {happening.words}".strip(),
        **_outcome(platform, happening),
        **_on_the_way(platform, document, happening),
        **more,
    }
    has_work = not state.is_final and state is not State.WAITING
    platform.queue.open()  # it migrates its tables: inside our transaction that would wait for itself
    with platform.database.transaction() as connection:
        moved = move(platform, connection, was, line_of(platform, state, happening), **changes)
        _tell_the_door(platform, connection, was, happening)
        if document.receipt.is_batch:
            follow(platform, connection, document, moved, happening)
        if has_work:
            platform.queue.put(connection, work_of(document, moved), delay_s=wait, priority=urgency(moved.deadline))


def postpone(platform: Platform, document: StoredDocument, was: Submission, obstacle: Obstacle) -> None:
    """Try again later what nothing could be done for: no attempt was made, so its history stays as it is."""
    now = platform.clock()
    wait = obstacle.wait_s
    if was.deadline is not None and was.deadline >= now:  # whoever sleeps past it would not say so in time
        wait = min(wait, (was.deadline - now).total_seconds() + 1)
    changes = {
        "step": was.step + 1,
        "obstacle": obstacle.what,
        "last_error": obstacle.words,
        "next_action_at": now + timedelta(seconds=wait),
    }
    platform.queue.open()
    with platform.database.transaction() as connection:
        moved = move(platform, connection, was, **changes)
        urgent = urgency(moved.deadline)
        platform.queue.put(connection, work_of(document, moved), delay_s=wait, priority=urgent)


def line_of(platform: Platform, state: State, happening: Happening) -> HistoryLine:
    """What the history says of it."""
    return HistoryLine(platform.clock(), happening.event, state, happening.code or None, happening.words or None)


def _tell_the_door(platform: Platform, connection: Connection, was: Submission, happening: Happening) -> None:
    """A company whose credentials are refused stops; it goes on when a probe finds that they pass."""
    if is_about_credentials(happening):
        pauses.begin(connection, was.scope, door_of(was), happening.code, platform.clock())
    elif was.obstacle == COMPANY and shows_that_it_passed(happening):
        pauses.end(connection, was.scope, door_of(was))


def _wait(platform: Platform, state: State, happening: Happening, tries: int, attempts: int) -> float:
    if happening.event is Event.ABSENT:
        return 0.0
    if state in {State.UNKNOWN, State.TICKETED}:
        return wait_s(platform.pace, state, tries)
    return wait_s(platform.pace, state, attempts)


def _on_the_way(platform: Platform, document: StoredDocument, happening: Happening) -> Mapping[str, object]:
    """The columns that a ticket fills, or a change of road."""
    if happening.event is Event.TICKET:
        return {"ticket": happening.ticket, "ticketed_at": platform.clock(), "absences": 0}
    if happening.event is Event.LATE:
        deadline = deadline_of(document.receipt, document.issue_date, in_summary=True)
        return {"deadline": deadline, "next_action_at": platform.clock(), "alerted_h": None}
    if happening.event in {Event.ABSENT, Event.BUSY}:
        return {"channel": None}  # whoever told that SUNAT has it was wrong
    return {}


def _outcome(platform: Platform, happening: Happening) -> Mapping[str, object]:
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
