"""Numbers that are missing in a series, numbers that are held twice, and what people said about those never used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from onapi.store.tables import documents, number_notes, owner, series
from onapi.values.number import BATCHES
from onapi.values.scope import Environment, Scope


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that nobody used, from the first to the last, between two that are kept or after the last of them."""

    scope: Scope
    doctype: str
    series: str
    first: int
    last: int
    after_id: str | None  # the document after the gap; None where the series ends in it


@dataclass(frozen=True, slots=True)
class NumberNote:
    """Why numbers were never used."""

    doctype: str
    series: str
    first: int
    last: int
    words: str
    actor: str
    at: datetime


_KEY = (documents.c.environment, documents.c.ruc, documents.c.doctype, documents.c.series)
_RECEIPTS = documents.c.doctype.not_in(sorted(BATCHES))  # the numbers of a day's batches mean nothing


def gaps(connection: Connection, environment: Environment, ruc: str | None = None) -> Sequence[Gap]:
    """Every gap between kept numbers, and at the end of series whose last numbers were given and are not kept."""
    before = func.lag(documents.c.number).over(partition_by=_KEY, order_by=documents.c.number)
    inner = select(*_KEY, documents.c.number, documents.c.id, before.label("before")).where(
        documents.c.environment == environment.value, _RECEIPTS, *_of(ruc)
    )
    kept = inner.subquery()
    rows = connection.execute(
        select(kept).where(kept.c.number - kept.c.before > 1).order_by(kept.c.ruc, kept.c.doctype, kept.c.series)
    )
    between = [
        Gap(Scope(environment, row.ruc), row.doctype, row.series, row.before + 1, row.number - 1, row.id)
        for row in rows
    ]
    return [*between, *_tails(connection, environment, ruc)]


def _tails(connection: Connection, environment: Environment, ruc: str | None) -> Sequence[Gap]:
    names = ("environment", "ruc", "doctype", "series")
    highest = select(func.max(documents.c.number)).where(*(documents.c[n] == series.c[n] for n in names))
    most = highest.correlate(series).scalar_subquery()
    mine = (series.c.environment == environment.value, series.c.doctype.not_in(sorted(BATCHES)))
    query = select(series, most.label("highest")).where(*mine, series.c.next_number - 1 > most)
    query = query.where(series.c.ruc == ruc) if ruc else query
    return [
        Gap(Scope(environment, row.ruc), row.doctype, row.series, row.highest + 1, row.next_number - 1, None)
        for row in connection.execute(query)
    ]


def held_twice(connection: Connection, environment: Environment, ruc: str | None = None) -> Sequence[tuple[str, Scope]]:
    """The ids of every document whose number another one holds too, later revisions first."""
    again = select(*_KEY, documents.c.number).where(
        documents.c.environment == environment.value, documents.c.revision > 1, *_of(ruc)
    )
    twice = again.distinct().subquery()
    names = ("environment", "ruc", "doctype", "series", "number")
    query = select(documents.c.id, documents.c.ruc).join(twice, _same(twice.c, names))
    rows = connection.execute(query.order_by(*_KEY, documents.c.number, documents.c.revision.desc()))
    return [(row.id, Scope(environment, row.ruc)) for row in rows]


def explain(connection: Connection, scope: Scope, said: NumberNote) -> None:
    """Keep why numbers were never used."""
    values = {name: getattr(said, name) for name in ("doctype", "series", "first", "last", "words", "actor", "at")}
    connection.execute(number_notes.insert().values(**owner(scope), **values))


def explained(connection: Connection, scope: Scope) -> Sequence[NumberNote]:
    """Every number of a company that somebody explained."""
    mine = (number_notes.c.environment == scope.environment.value, number_notes.c.ruc == scope.ruc)
    rows = connection.execute(select(number_notes).where(*mine).order_by(number_notes.c.id))
    return [NumberNote(r.doctype, r.series, r.first, r.last, r.words, r.actor, r.at) for r in rows]


def _of(ruc: str | None) -> tuple[ColumnElement[bool], ...]:
    return (documents.c.ruc == ruc,) if ruc else ()


def _same(other: Any, names: Sequence[str]) -> ColumnElement[bool]:  # noqa: ANN401  the columns of a subquery
    return and_(*(documents.c[name] == other[name] for name in names))
