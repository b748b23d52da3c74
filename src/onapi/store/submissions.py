"""Submissions: the road of each document to SUNAT, its history, and both sides of every talk on it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, not_, select, text, update

from onapi.errors import Conflict
from onapi.store.tables import LIVE, events, owner, submissions, talks
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
    ticket: str | None = None
    ticketed_at: datetime | None = None
    purpose: str = "report"  # or void
    about_document_id: str | None = None  # the document that a voiding is about
    obstacle: str | None = None  # host or company: what it waits for, whatever it is itself
    alerted_h: int | None = None  # hours before its deadline at which that was last said aloud


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One move, as the API shows it."""

    at: datetime
    event: str
    state: str
    code: str | None
    message: str | None
    actor: str | None = None  # the person who did it; None where it was us or SUNAT
    request_id: str | None = None  # of the call that asked for it


_BEFORE = ("READY", "WAITING")  # where a submission may begin
_LED = ("HELD", "GATHERED", "VOIDING")  # a person, or the batch they stand in, decides
_ADD, _NOTE, _KEEP = submissions.insert(), events.insert(), talks.insert()
_MINE = (submissions.c.environment == bindparam("environment"), submissions.c.ruc == bindparam("ruc"))
_BY_ID = select(submissions).where(*_MINE, submissions.c.id == bindparam("id"))
_MOVE = update(submissions).where(
    submissions.c.environment == bindparam("of_environment"),
    submissions.c.ruc == bindparam("of_ruc"),
    submissions.c.id == bindparam("of_id"),
    submissions.c.state == bindparam("was_state"),
    submissions.c.step == bindparam("was_step"),
)
_MOVE_ONE = _MOVE.returning(submissions)


def add(
    connection: Connection,
    scope: Scope,
    submission: Submission,
    now: datetime,
    *,
    actor: str | None = None,
    request_id: str | None = None,
) -> None:
    """Open the road of a document; its history begins with who asked for it."""
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
        "purpose": submission.purpose,
        "about_document_id": submission.about_document_id,
    }
    connection.execute(_ADD, row)
    line = HistoryLine(now, "SIGNED", submission.state, None, None, actor, request_id)
    note(connection, scope, submission.id, line)


def get(connection: Connection, scope: Scope, submission_id: str) -> Submission:
    """A submission by its id."""
    return _submission(connection.execute(_BY_ID, owner(scope) | {"id": submission_id}).one())


def of_documents(connection: Connection, scope: Scope, document_ids: Sequence[str]) -> Sequence[Submission]:
    """The submissions of several documents, in the order of their ids."""
    found = select(submissions).where(*_MINE, submissions.c.document_id.in_(document_ids))
    return [_submission(row) for row in connection.execute(found.order_by(submissions.c.document_id), owner(scope))]


def about(connection: Connection, scope: Scope, document_id: str) -> Sequence[Submission]:
    """The voidings of a document, oldest first."""
    found = select(submissions).where(*_MINE, submissions.c.about_document_id == document_id)
    return [_submission(row) for row in connection.execute(found.order_by(submissions.c.id), owner(scope))]


def with_ticket(connection: Connection, scope: Scope, ticket: str) -> Sequence[Submission]:
    """Whatever bears a ticket: SUNAT has been seen to give one ticket to two files."""
    found = select(submissions).where(*_MINE, submissions.c.ticket == ticket)
    return [_submission(row) for row in connection.execute(found.order_by(submissions.c.id), owner(scope))]


def move(connection: Connection, scope: Scope, was: Submission, now: datetime, **changes: object) -> Submission:
    """Change a submission that still is where `was` says; Conflict if another worker moved it meanwhile."""
    row = connection.execute(_MOVE_ONE, _change(scope, was, now, changes)).one_or_none()
    if row is None:
        raise Conflict(f"submission {was.id} moved on", key="in_progress")
    return _submission(row)


def move_many(
    connection: Connection, scope: Scope, pairs: Sequence[tuple[Submission, Mapping[str, object]]], now: datetime
) -> None:
    """Change many submissions, each with the guard of `move`, in one go: the members of a batch follow it.

    Every pair names the same columns. Conflict if any of them moved meanwhile: roll the transaction back.
    """
    if not pairs:
        return
    if len({frozenset(changes) for _, changes in pairs}) > 1:
        raise ValueError("each submission must change the same columns")
    in_turn = sorted(pairs, key=lambda pair: pair[0].id)  # two batches with the same members do not deadlock
    moved = connection.execute(_MOVE, [_change(scope, was, now, changes) for was, changes in in_turn])
    if moved.rowcount != len(pairs):
        raise Conflict("a member of the batch moved on", key="in_progress")


def _change(scope: Scope, was: Submission, now: datetime, changes: Mapping[str, object]) -> dict[str, object]:
    values = dict(changes)
    if "remarks" in values:
        values["remarks"] = [[remark.code, remark.message] for remark in values["remarks"]]  # type: ignore[attr-defined]  # they are remarks, told by name
    guard = {"of_id": was.id, "was_state": was.state, "was_step": was.step}
    whose = {f"of_{column}": value for column, value in owner(scope).items()}
    return {**values, "updated_at": now, **guard, **whose}


def note(connection: Connection, scope: Scope, submission_id: str, line: HistoryLine) -> None:
    """Add a line to the history; nothing ever leaves it."""
    connection.execute(_NOTE, {"submission_id": submission_id, **owner(scope), **asdict(line)})


def note_many(connection: Connection, scope: Scope, lines: Sequence[tuple[str, HistoryLine]]) -> None:
    """Add a line to the history of each of many submissions, in one go."""
    if lines:
        whose = owner(scope)
        connection.execute(_NOTE, [{"submission_id": its, **whose, **asdict(line)} for its, line in lines])


def history(connection: Connection, scope: Scope, submission_id: str) -> Sequence[HistoryLine]:
    """Every move, oldest first."""
    mine = (events.c.submission_id == submission_id, events.c.ruc == scope.ruc)
    rows = connection.execute(
        select(events).where(*mine, events.c.environment == scope.environment).order_by(events.c.id)
    )
    return [HistoryLine(row.at, row.event, row.state, row.code, row.message, row.actor, row.request_id) for row in rows]


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


def due_soon(
    connection: Connection, environment: Environment, before: datetime, *, most: int = 200
) -> Sequence[Submission]:
    """Submissions of every company without a verdict whose legal deadline is before a moment, nearest first."""
    mine = (submissions.c.environment == environment.value, text(LIVE), submissions.c.deadline < before)
    query = select(submissions).where(*mine).order_by(submissions.c.deadline).limit(most)
    return [_submission(row) for row in connection.execute(query)]


def counts_by_state(connection: Connection, environment: Environment) -> dict[str, int]:
    """How many of every company's submissions are in each state on the way to a verdict."""
    live = (submissions.c.environment == environment.value, text(LIVE))
    rows = connection.execute(select(submissions.c.state, func.count().label("many")).where(*live).group_by("state"))
    return {row.state: row.many for row in rows}


def without_next_action(connection: Connection, environment: Environment, *, most: int = 200) -> Sequence[Submission]:
    """Submissions on their way that nobody will look at again: there should be none.

    Not meant are those that a person has to mend, those that follow their batch, and those that were only signed.
    """
    only_signed = and_(submissions.c.state.in_(_BEFORE), submissions.c.step == 0, submissions.c.attempts == 0)
    mine = (submissions.c.environment == environment.value, text(LIVE), submissions.c.next_action_at.is_(None))
    query = select(submissions).where(*mine, submissions.c.state.not_in(_LED), not_(only_signed))
    return [_submission(row) for row in connection.execute(query.order_by(submissions.c.id).limit(most))]


def stuck(
    connection: Connection, environment: Environment, before: datetime, *, most: int = 200
) -> Sequence[Submission]:
    """Submissions on their way whose next action was due before a moment, whatever their state, oldest first."""
    late = (submissions.c.environment == environment.value, text(LIVE), submissions.c.next_action_at < before)
    query = select(submissions).where(*late).order_by(submissions.c.next_action_at).limit(most)
    return [_submission(row) for row in connection.execute(query)]


def in_state(connection: Connection, scope: Scope, states: Sequence[str], most: int) -> Sequence[Submission]:
    """A company's submissions in some of the states on the way to a verdict, oldest document first."""
    query = select(submissions).where(*_MINE, text(LIVE), submissions.c.state.in_(states))
    rows = connection.execute(query.order_by(submissions.c.document_id).limit(most), owner(scope))
    return [_submission(row) for row in rows]


def with_obstacle(connection: Connection, environment: Environment, *, most: int) -> Sequence[Submission]:
    """Submissions that wait for SUNAT or for their company's credentials, the nearest deadline first."""
    mine = (submissions.c.environment == environment.value, submissions.c.obstacle.is_not(None))
    query = select(submissions).where(*mine).order_by(submissions.c.deadline).limit(most)
    return [_submission(row) for row in connection.execute(query)]


def held_for(
    connection: Connection, environment: Environment, codes: Sequence[str], *, most: int
) -> Sequence[Submission]:
    """Submissions that SUNAT refused to register with one of these codes, the nearest deadline first."""
    mine = (submissions.c.environment == environment.value, text(LIVE), submissions.c.state == "HELD")
    query = select(submissions).where(*mine, submissions.c.code.in_(codes))
    return [_submission(row) for row in connection.execute(query.order_by(submissions.c.deadline).limit(most))]


def mark_alerted(connection: Connection, was: Submission, hours: int) -> None:
    """Remember that its deadline was said aloud; Conflict if somebody else did so since `was` was read."""
    mine = (submissions.c.environment == was.scope.environment.value, submissions.c.ruc == was.scope.ruc)
    same = (submissions.c.id == was.id, submissions.c.alerted_h.is_not_distinct_from(was.alerted_h))
    if connection.execute(update(submissions).where(*mine, *same).values(alerted_h=hours)).rowcount != 1:
        raise Conflict(f"submission {was.id} was told of already", key="in_progress")


def final_among(connection: Connection, owners: Mapping[str, Scope], final: Sequence[str]) -> set[str]:
    """Which of these submissions, each of its own company, are in one of these states."""
    rucs = {scope.ruc for scope in owners.values()}
    mine = (submissions.c.id.in_(list(owners)), submissions.c.ruc.in_(rucs), submissions.c.state.in_(final))
    rows = connection.execute(select(submissions.c.id, submissions.c.environment, submissions.c.ruc).where(*mine))
    return {row.id for row in rows if owners[row.id] == Scope(Environment(row.environment), row.ruc)}


def submission_of(known: dict[str, Any]) -> Submission:
    """A submission, of a row's columns by their names; they are used up."""
    scope = Scope(Environment(known.pop("environment")), known.pop("ruc"))
    remarks = tuple(Remark(code, message) for code, message in known.pop("remarks"))
    return Submission(scope=scope, remarks=remarks, **known)


def _submission(row: Row[Any]) -> Submission:
    return submission_of(row._asdict())
