"""The records that are only ever added to, as the database holds them: each line with the SHA-256 of all it says.

Lines are read raw and not as our types see them: what cannot be read any more can still be compared.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.exc import OperationalError

from onapi.store.columns import Instant
from onapi.store.tables import acts, documents, events, submissions, talks
from onapi.values.scope import Environment

RECORDS: Final = MappingProxyType({"events": events, "talks": talks, "acts": acts})
_FIXED = (  # of a document: what never changes; it counts to the line that its history begins with
    "id", "doctype", "series", "number", "revision", "origin", "external_id", "fingerprint", "issue_date", "currency",
    "total", "customer", "digest", "qr", "xml", "created_at", "request_key", "source",
)  # fmt: skip
_FIRST = "SIGNED"
_AS_ON_SQLITE = "YYYY-MM-DD HH24:MI:SS.US"
_PATIENCE_MS = 200  # writers wait behind us meanwhile


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a record: its id, and the SHA-256 of all it holds."""

    id: int
    digest: bytes


def settled(connection: Connection) -> Mapping[str, int] | None:
    """The highest id of each record, no lower one of which can still come; None at a bad moment for asking.

    PostgreSQL gives ids before the transactions that take them are seen: for an instant nobody may write, and whoever
    was at it has ended. SQLite lets one write at a time. Ask in a transaction that does nothing else.
    """
    if connection.dialect.name == "postgresql":
        try:
            connection.execute(text(f"SET LOCAL lock_timeout = {_PATIENCE_MS}"))
            connection.execute(text(f"LOCK TABLE {', '.join(RECORDS)} IN SHARE MODE"))
        except OperationalError:
            return None
    return tops(connection)


def tops(connection: Connection) -> Mapping[str, int]:
    """The highest id of each record that is seen now."""
    found = {record: connection.execute(select(func.max(table.c.id))).scalar() for record, table in RECORDS.items()}
    return {record: top or 0 for record, top in found.items()}


def lines(
    connection: Connection, environment: Environment, record: str, after: int, upto: int, *, most: int | None = None
) -> Iterator[Line]:
    """The lines of a record above one id and up to another, by id."""
    key = {"environment": environment.value, "after": after, "upto": upto}
    for row in connection.execute(_query(record, connection.dialect.name).limit(most), key):
        yield Line(row[0], _digest(row[1:]))


def count_after(connection: Connection, environment: Environment, record: str, after: int) -> int:
    """How many lines are above an id."""
    table = RECORDS[record]
    mine = (table.c.environment == environment.value, table.c.id > after)
    return connection.execute(select(func.count()).select_from(table).where(*mine)).scalar_one()


def oldest_after(connection: Connection, environment: Environment, record: str, after: int) -> datetime | None:
    """Since when the oldest line above an id is there; None if there is none."""
    table = RECORDS[record]
    mine = (table.c.environment == environment.value, table.c.id > after)
    return connection.execute(select(table.c.at).where(*mine).order_by(table.c.id).limit(1)).scalar()


def raw_of(column: Column[Any], dialect: str) -> ColumnElement[Any]:
    """What stands in a column, as bytes or as text; `text_of` reads it."""
    if dialect == "sqlite":
        return cast(column, LargeBinary)
    if isinstance(column.type, Instant):
        return func.to_char(func.timezone("UTC", column), _AS_ON_SQLITE)
    return column.expression if isinstance(column.type, LargeBinary) else cast(column, Text)


def text_of(raw: bytes | str | None) -> str:
    """Text that may have been damaged; "" for none."""
    return raw.decode(errors="replace") if isinstance(raw, bytes) else raw or ""


def _digest(values: Sequence[bytes | str | None]) -> bytes:
    """Each value with its length before it: no two lines are written alike."""
    whole = hashlib.sha256()
    for value in values:
        raw = value.encode() if isinstance(value, str) else value
        whole.update(b"-" if raw is None else b"%d:%b" % (len(raw), raw))
    return whole.digest()


@cache
def _query(record: str, dialect: str) -> Select[Any]:
    table = RECORDS[record]
    raw = [raw_of(column, dialect) for column in table.c]
    source: Any = table
    if table is events:
        first = and_(submissions.c.id == events.c.submission_id, events.c.event == _FIRST)
        source = events.outerjoin(submissions, first).outerjoin(documents, documents.c.id == submissions.c.document_id)
        raw += [raw_of(documents.c[name], dialect) for name in _FIXED]
    mine = table.c.environment == bindparam("environment")
    between = (table.c.id > bindparam("after"), table.c.id <= bindparam("upto"))
    return select(table.c.id, *raw).select_from(source).where(mine, *between).order_by(table.c.id)
