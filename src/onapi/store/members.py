"""What each summary or voiding carries: its members, of which each is in at most one that SUNAT has not judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from onapi.errors import Conflict
from onapi.store.tables import members, owner
from onapi.values.scope import Scope


@dataclass(frozen=True, slots=True)
class Member:
    """A document in a batch."""

    document_id: str
    status_code: str  # 1 reported, 2 corrected, 3 voided
    line: int  # from 1
    batch_document_id: str = ""  # filled by what is read
    closed_at: datetime | None = None  # when SUNAT had spoken about the batch


_AT_ONCE = 500
_ADD = members.insert()
_MINE = (members.c.environment == bindparam("of_environment"), members.c.ruc == bindparam("of_ruc"))
_OF_BATCH = select(members).where(*_MINE, members.c.batch_document_id == bindparam("of_id")).order_by(members.c.line)
_OF_DOCUMENT = select(members).where(*_MINE, members.c.document_id == bindparam("of_id"))
_OPEN = _OF_DOCUMENT.where(members.c.closed_at.is_(None))
_CLOSE = update(members).where(*_MINE, members.c.batch_document_id == bindparam("of_id"), members.c.closed_at.is_(None))


def add(connection: Connection, scope: Scope, batch_document_id: str, found: Sequence[Member]) -> None:
    """Say what a batch carries; Conflict if one of them is in another that is still open: roll the transaction back.

    They go in by five hundred: a summary's lines are one statement, and no statement grows without bound.
    """
    batch = {"batch_document_id": batch_document_id, **owner(scope)}
    rows = [{**batch, "document_id": m.document_id, "status_code": m.status_code, "line": m.line} for m in found]
    try:
        for start in range(0, len(rows), _AT_ONCE):
            connection.execute(_ADD, rows[start : start + _AT_ONCE])
    except IntegrityError as error:
        raise Conflict("a member is in another open batch", key="in_progress") from error


def of_batch(connection: Connection, scope: Scope, batch_document_id: str) -> Sequence[Member]:
    """What a batch carries, in the order of its lines."""
    return [_member(row) for row in connection.execute(_OF_BATCH, _key(scope, batch_document_id))]


def of_document(connection: Connection, scope: Scope, document_id: str) -> Sequence[Member]:
    """Every batch that a document was ever in, in no order."""
    return [_member(row) for row in connection.execute(_OF_DOCUMENT, _key(scope, document_id))]


def of_documents(connection: Connection, scope: Scope, document_ids: Sequence[str]) -> Sequence[Member]:
    """Every batch that each of some documents was ever in, in no order."""
    mine = (members.c.environment == scope.environment.value, members.c.ruc == scope.ruc)
    query = select(members).where(*mine, members.c.document_id.in_(document_ids))
    return [_member(row) for row in connection.execute(query)]


def open_batch_of(connection: Connection, scope: Scope, document_id: str) -> str | None:
    """The id of the batch, not judged yet, that a document is in."""
    row = connection.execute(_OPEN, _key(scope, document_id)).one_or_none()
    return None if row is None else str(row.batch_document_id)


def close(connection: Connection, scope: Scope, batch_document_id: str, now: datetime) -> int:
    """SUNAT has spoken about the batch: its members are free for another; gives how many they are."""
    return connection.execute(_CLOSE, {**_key(scope, batch_document_id), "closed_at": now}).rowcount


def _key(scope: Scope, document_id: str) -> dict[str, str]:
    return {f"of_{column}": value for column, value in owner(scope).items()} | {"of_id": document_id}


def _member(row: Row[Any]) -> Member:
    return Member(row.document_id, row.status_code, row.line, row.batch_document_id, row.closed_at)
