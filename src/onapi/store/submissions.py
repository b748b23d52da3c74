"""Submissions: the road of each document to SUNAT, its history, and both sides of every talk on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from onapi.errors import Conflict
from onapi.store.tables import events, owner, submissions, talks
from onapi.values.scope import Environment, Scope
from onapi.values.verdict import Remark


@dataclass(frozen=True, slots=True)
class Submission:
    """Where a document stands on its road. `step` numbers its pieces of durable work and guards against stale ones."""

    id: str
    document_id: str
    scope: Scope
    route: str
    state: str  # lifecycle.State
    step: int = 0
    attempts: int = 0  # sends
    tries: int = 0  # in the present state
    absences: int = 0
    outcome: str | None = None
    code: str | None = None
    description: str | None = None
    remarks: tuple[Remark, ...] = ()
    link: str | None = None
    channel: str | None = None
    cdr: str | None = None
    cdr_issued_at: datetime | None = None
    last_error: str | None = None
    sent_at: datetime | None = None
    next_action_at: datetime | None = None
    deadline: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One move, as the API shows it."""

    at: datetime
    event: str
    state: str
    code: str | None
    message: str | None


_ADD, _NOTE, _KEEP = submissions.insert(), events.insert(), talks.insert()
_MINE = (submissions.c.environment == bindparam("environment"), submissions.c.ruc == bindparam("ruc"))
_BY_ID = select(submissions).where(*_MINE, submissions.c.id == bindparam("id"))
_BY_DOCUMENT = select(submissions).where(*_MINE, submissions.c.document_id == bindparam("document_id"))
_MOVE = update(submissions).where(
    submissions.c.environment == bindparam("of_environment"),
    submissions.c.ruc == bindparam("of_ruc"),
    submissions.c.id == bindparam("of_id"),
    submissions.c.state == bindparam("was_state"),
    submissions.c.step == bindparam("was_step"),
)


def add(connection: Connection, scope: Scope, submission: Submission, now: datetime) -> None:
    """Open the road of a document."""
    row: dict[str, object] = {
        "id": submission.id,
        "document_id": submission.document_id,
        **owner(scope),
        "route": submission.route,
        "state": submission.state,
        "step": submission.step,
        "remarks": [],
        "next_action_at": submission.next_action_at,
        "deadline": submission.deadline,
        "updated_at": now,
    }
    connection.execute(_ADD, row)
    note(connection, scope, submission.id, HistoryLine(now, "SIGNED", submission.state, None, None))


def get(connection: Connection, scope: Scope, submission_id: str) -> Submission:
    """A submission by its id."""
    return _submission(connection.execute(_BY_ID, owner(scope) | {"id": submission_id}).one())


def of_document(connection: Connection, scope: Scope, document_id: str) -> Submission:
    """The submission of a document."""
    return _submission(connection.execute(_BY_DOCUMENT, owner(scope) | {"document_id": document_id}).one())


def move(connection: Connection, scope: Scope, was: Submission, now: datetime, **changes: object) -> Submission:
    """Change a submission that still is where `was` says; Conflict if another worker moved it meanwhile."""
    values = dict(changes)
    if "remarks" in values:
        values["remarks"] = [[remark.code, remark.message] for remark in values["remarks"]]  # type: ignore[attr-defined]  # they are remarks, told by name
    guard = {"of_id": was.id, "was_state": was.state, "was_step": was.step}
    whose = {f"of_{column}": value for column, value in owner(scope).items()}
    moved = connection.execute(_MOVE, {**values, "updated_at": now, **guard, **whose})
    if moved.rowcount != 1:
        raise Conflict(f"submission {was.id} moved on", key="in_progress")
    return get(connection, scope, was.id)


def supersede(connection: Connection, scope: Scope, was: Submission, now: datetime) -> None:
    """Another document takes the number of one that SUNAT refused to register; Conflict if it is on its way again."""
    move(connection, scope, was, now, step=was.step + 1)
    note(connection, scope, was.id, HistoryLine(now, "SUPERSEDED", was.state, None, None))


def note(connection: Connection, scope: Scope, submission_id: str, line: HistoryLine) -> None:
    """Add a line to the history; nothing ever leaves it."""
    said = {"at": line.at, "event": line.event, "state": line.state, "code": line.code, "message": line.message}
    connection.execute(_NOTE, {"submission_id": submission_id, **owner(scope), **said})


def history(connection: Connection, scope: Scope, submission_id: str) -> Sequence[HistoryLine]:
    """Every move, oldest first."""
    mine = (events.c.submission_id == submission_id, events.c.ruc == scope.ruc)
    rows = connection.execute(
        select(events).where(*mine, events.c.environment == scope.environment).order_by(events.c.id)
    )
    return [HistoryLine(row.at, row.event, row.state, row.code, row.message) for row in rows]


def keep_talk(connection: Connection, scope: Scope, submission_id: str, **talk: object) -> None:
    """Keep what was said, raw, before anyone reads it."""
    connection.execute(_KEEP, {"submission_id": submission_id, **owner(scope), **talk})


def last_talk(connection: Connection, scope: Scope, submission_id: str, since: datetime) -> Row[Any] | None:
    """The last talk of a submission that began at or after a moment."""
    mine = (talks.c.submission_id == submission_id, talks.c.ruc == scope.ruc, talks.c.at >= since)
    query = select(talks).where(*mine, talks.c.environment == scope.environment.value)
    return connection.execute(query.order_by(talks.c.id.desc()).limit(1)).one_or_none()


def overdue(
    connection: Connection, environment: Environment, states: Sequence[str], before: datetime, *, most: int
) -> Sequence[Submission]:
    """Submissions of every company whose next action was due before a moment, oldest first: for the safety net."""
    mine = (submissions.c.environment == environment.value, submissions.c.state.in_(states))
    late = submissions.c.next_action_at < before
    query = select(submissions).where(*mine, late).order_by(submissions.c.next_action_at).limit(most)
    return [_submission(row) for row in connection.execute(query)]


def final_among(connection: Connection, owners: Mapping[str, Scope], final: Sequence[str]) -> set[str]:
    """Which of these submissions, each of its own company, are in one of these states."""
    rucs = {scope.ruc for scope in owners.values()}
    mine = (submissions.c.id.in_(list(owners)), submissions.c.ruc.in_(rucs), submissions.c.state.in_(final))
    rows = connection.execute(select(submissions.c.id, submissions.c.environment, submissions.c.ruc).where(*mine))
    return {row.id for row in rows if owners[row.id] == Scope(Environment(row.environment), row.ruc)}


def _submission(row: Row[Any]) -> Submission:
    known = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for a row as mapping
    scope = Scope(Environment(known.pop("environment")), known.pop("ruc"))
    remarks = tuple(Remark(code, message) for code, message in known.pop("remarks"))
    return Submission(scope=scope, remarks=remarks, **known)
