"""What a reconciliation last saw of each document, and which documents it has to look at: the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Boolean, ColumnElement, Connection, and_, exists, literal_column, or_, select, text, update

from onapi.store.tables import LIVE, checks, documents, owner, submissions
from onapi.values.scope import Environment, Scope

SILENCE, NOBODY = "silence", "none"  # channels: asked in vain, and nobody to ask
END = "\uffff"  # after every id


@dataclass(frozen=True, slots=True)
class Check:
    """What was seen of a document."""

    document_id: str
    scope: Scope
    looked_at: datetime
    channel: str
    asked_at: datetime | None = None
    told: str | None = None
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents a reconciliation is about."""

    environment: Environment
    ruc: str | None = None
    first: date | None = None  # issue dates
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A document in the order in which it is looked at."""

    id: str
    scope: Scope
    created_at: datetime
    is_due: bool


_LATER = documents.alias("later")
_SUPERSEDED = exists().where(  # its number was given to another document, because SUNAT had registered nothing
    *(_LATER.c[name] == documents.c[name] for name in ("environment", "ruc", "doctype", "series", "number")),
    _LATER.c.revision > documents.c.revision,
)


def keep(connection: Connection, check: Check) -> None:
    """Write down what was seen, in place of what was seen before."""
    values = {
        "looked_at": check.looked_at,
        "asked_at": check.asked_at,
        "told": check.told,
        "channel": check.channel,
        "findings": " ".join(check.findings),
    }
    mine = (checks.c.document_id == check.document_id, checks.c.ruc == check.scope.ruc)
    here = checks.c.environment == check.scope.environment.value
    if connection.execute(update(checks).where(*mine, here).values(values)).rowcount == 0:
        connection.execute(checks.insert().values(document_id=check.document_id, **owner(check.scope), **values))


def of_documents(connection: Connection, scope: Scope, document_ids: Sequence[str]) -> Mapping[str, Check]:
    """What was seen of several documents of a company, by their ids."""
    mine = (checks.c.environment == scope.environment.value, checks.c.ruc == scope.ruc)
    rows = connection.execute(select(checks).where(*mine, checks.c.document_id.in_(document_ids)))
    return {
        row.document_id: Check(
            row.document_id, scope, row.looked_at, row.channel, row.asked_at, row.told, tuple(row.findings.split())
        )
        for row in rows
    }


def page(
    connection: Connection, wanted: Wanted, before: str, *, started_at: datetime, again_at: datetime, most: int
) -> Sequence[Place]:
    """The next documents from the newest on; each says whether it is due.

    Due is what changed since it was looked at, what SUNAT was asked about in vain, and what nobody looked at since
    `again_at`; nothing is that was looked at since this reconciliation started.
    """
    changed = or_(checks.c.looked_at < submissions.c.updated_at, checks.c.channel == SILENCE)
    due = or_(checks.c.document_id.is_(None), changed, checks.c.looked_at < again_at)
    now = and_(or_(checks.c.document_id.is_(None), checks.c.looked_at < started_at), due, ~_SUPERSEDED)
    columns = (documents.c.id, documents.c.ruc, documents.c.created_at, now.label("is_due"))
    query = select(*columns).join(submissions, submissions.c.document_id == documents.c.id)
    query = query.outerjoin(checks, checks.c.document_id == documents.c.id).where(*_about(wanted))
    rows = connection.execute(query.where(documents.c.id < before).order_by(documents.c.id.desc()).limit(most))
    return [Place(row.id, Scope(wanted.environment, row.ruc), row.created_at, bool(row.is_due)) for row in rows]


def urgent(connection: Connection, wanted: Wanted, started_at: datetime, *, most: int) -> Sequence[Place]:
    """What did not agree before, and what has no verdict, as far as nobody looked at it since the start."""
    columns = (documents.c.id, documents.c.ruc, documents.c.created_at)
    query = select(*columns).join(submissions, submissions.c.document_id == documents.c.id)
    query = query.outerjoin(checks, checks.c.document_id == documents.c.id).where(*_about(wanted), ~_SUPERSEDED)
    query = query.where(or_(checks.c.document_id.is_(None), checks.c.looked_at < started_at))
    live = and_(submissions.c.environment == wanted.environment.value, literal_column(f"submissions.{LIVE}", Boolean))
    found: dict[str, Place] = {}
    for condition in (checks.c.findings != "", live):
        rows = connection.execute(query.where(condition).order_by(documents.c.id.desc()).limit(most))
        for row in rows:
            found[row.id] = Place(row.id, Scope(wanted.environment, row.ruc), row.created_at, is_due=True)
    return list(found.values())[:most]


def open_ones(connection: Connection, wanted: Wanted, after: str, *, most: int) -> Sequence[Place]:
    """Documents of which something did not agree when they were last looked at, in the order of their ids."""
    query = select(documents.c.id, documents.c.ruc, documents.c.created_at)
    query = query.join(checks, checks.c.document_id == documents.c.id).where(*_about(wanted), text("findings <> ''"))
    rows = connection.execute(query.where(documents.c.id > after).order_by(documents.c.id).limit(most))
    return [Place(row.id, Scope(wanted.environment, row.ruc), row.created_at, is_due=True) for row in rows]


def count_open(connection: Connection, environment: Environment) -> int:
    """How many documents do not agree with what SUNAT holds, or with their files."""
    mine = (checks.c.environment == environment.value, text("findings <> ''"))
    return len(connection.execute(select(checks.c.document_id).where(*mine).limit(10_000)).all())


def _about(wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    found = [documents.c.environment == wanted.environment.value]
    if wanted.ruc:
        found.append(documents.c.ruc == wanted.ruc)
    if wanted.first:
        found.append(documents.c.issue_date >= wanted.first)
    if wanted.last:
        found.append(documents.c.issue_date <= wanted.last)
    return tuple(found)
