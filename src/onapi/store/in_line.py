"""A company's receipts that wait for their hour to be reported in a summary, and that were in none yet."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, TextClause, select, text, update

from onapi.store.tables import LIVE, documents, submissions
from onapi.values.scope import Scope


def days(connection: Connection, scope: Scope, now: datetime) -> Sequence[date]:
    """The days on which they were issued."""
    query = select(documents.c.issue_date).join(submissions, submissions.c.document_id == documents.c.id)
    found = query.where(*_of(scope), *_waits(scope, now)).distinct().order_by(documents.c.issue_date)
    return connection.execute(found).scalars().all()


def wait_until(connection: Connection, scope: Scope, day: date, at: datetime, now: datetime) -> None:
    """Have those of a day wait for another hour."""
    of_day = select(documents.c.id).where(*_of(scope), documents.c.issue_date == day)
    query = update(submissions).where(*_waits(scope, now), submissions.c.document_id.in_(of_day))
    connection.execute(query.values(next_action_at=at))


def _of(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (documents.c.environment == scope.environment.value, documents.c.ruc == scope.ruc)


def _waits(scope: Scope, now: datetime) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """What was refused together with others has an hour of its own, and is none of them."""
    return (
        submissions.c.environment == scope.environment.value,
        submissions.c.ruc == scope.ruc,
        text(f"submissions.{LIVE}"),
        submissions.c.state == "WAITING",
        submissions.c.tries == 0,
        submissions.c.next_action_at > now,
    )
