"""What rows say of each other and of files, for whoever checks that it is still so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func, select

from onapi.store.record_lines import raw_of, text_of
from onapi.store.tables import documents, events, submissions, talks
from onapi.values.scope import Environment


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of a document, by their names: the signed XML, and what there is of page and CDR."""

    document_id: str
    files: tuple[str, ...]


def files(connection: Connection, environment: Environment, after: str, *, most: int) -> Sequence[Kept]:
    """The files of documents, by id, those after one."""
    query = (
        select(*_raw(connection, documents.c.id, documents.c.xml, documents.c.pdf, submissions.c.cdr))
        .select_from(documents)
        .outerjoin(submissions, submissions.c.document_id == documents.c.id)
        .where(documents.c.environment == environment.value, documents.c.id > after)
        .order_by(documents.c.id)
        .limit(most)
    )
    rows = [[text_of(each) for each in row] for row in connection.execute(query)]
    return [Kept(row[0], tuple(each for each in row[1:] if each)) for row in rows]


def astray(connection: Connection, environment: Environment) -> Sequence[str]:
    """Documents whose state is not the one that their history ends in."""
    ends = select(func.max(events.c.id).label("id")).group_by(events.c.submission_id).subquery()
    query = (
        select(*_raw(connection, submissions.c.document_id))
        .select_from(submissions)
        .outerjoin(events, (events.c.submission_id == submissions.c.id) & events.c.id.in_(select(ends.c.id)))
        .where(submissions.c.environment == environment.value)
        .where(events.c.state.is_distinct_from(submissions.c.state))
    )
    return [text_of(each) for each in connection.execute(query.order_by(submissions.c.document_id)).scalars()]


def receipt_of_line(connection: Connection, record: str, line: int) -> str:
    """The file name of the receipt that a line of history, or a talk, is about; "" if that cannot be told."""
    table = {"events": events, "talks": talks}.get(record)
    if table is None:
        return ""
    its = table.c.submission_id == submissions.c.id
    query = select(*_raw(connection, submissions.c.document_id)).select_from(submissions).join(table, its)
    return receipt_of(connection, text_of(connection.execute(query.where(table.c.id == line)).scalar()))


def receipt_of(connection: Connection, document_id: str) -> str:
    """The file name of a receipt; "" if there is none of that id."""
    names = _raw(connection, documents.c.ruc, documents.c.doctype, documents.c.series, documents.c.number)
    row = connection.execute(select(*names).where(documents.c.id == document_id)).one_or_none()
    return "-".join(text_of(each) for each in row) if row else ""


def _raw(connection: Connection, *columns: Column[Any]) -> list[ColumnElement[Any]]:
    """As they stand: what was damaged may be no text any more."""
    return [raw_of(column, connection.dialect.name) for column in columns]
