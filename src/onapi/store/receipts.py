"""A receipt as it is kept: the document and its road, read together in one statement."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from onapi.store.documents import StoredDocument, document_of
from onapi.store.submissions import Submission, submission_of
from onapi.store.tables import documents, owner, submissions
from onapi.values.number import ReceiptId
from onapi.values.scope import Scope

_ITS = "its_"  # before the names of a submission's columns


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt and where it stands."""

    document: StoredDocument
    submission: Submission


def _together() -> Select[Any]:
    """Both of one company."""
    its = [column.label(f"{_ITS}{column.name}") for column in submissions.c]
    query = select(*documents.c, *its).join(submissions, submissions.c.document_id == documents.c.id)
    return query.where(
        documents.c.environment == bindparam("environment"),
        documents.c.ruc == bindparam("ruc"),
        submissions.c.environment == bindparam("environment"),
        submissions.c.ruc == bindparam("ruc"),
    )


_BY_ID = _together().where(documents.c.id == bindparam("id"))
_BY_NUMBER = (
    _together()
    .where(
        documents.c.doctype == bindparam("doctype"),
        documents.c.series == bindparam("series"),
        documents.c.number == bindparam("number"),
    )
    .order_by(documents.c.revision.desc())
    .limit(1)
)


def find(connection: Connection, scope: Scope, receipt: ReceiptId) -> Kept | None:
    """A receipt by its number: the latest, where SUNAT refused to register earlier ones."""
    name = {"doctype": receipt.doctype, "series": receipt.series, "number": receipt.number}
    return _kept(connection.execute(_BY_NUMBER, owner(scope) | name).one_or_none())


def get(connection: Connection, scope: Scope, document_id: str) -> Kept | None:
    """A receipt by the id of its document."""
    return _kept(connection.execute(_BY_ID, owner(scope) | {"id": document_id}).one_or_none())


def _kept(row: Row[Any] | None) -> Kept | None:
    if row is None:
        return None
    road = {name.removeprefix(_ITS): value for name, value in row._asdict().items() if name.startswith(_ITS)}
    return Kept(document_of(row), submission_of(road))
