"""Seals over the lines of the records that are only ever added to: what SUNAT said, what became of it, who did what.

A seal is a SHA-256 over some lines of one record and over the seal before it, so that no line, and no seal, can be
changed, removed or slipped in later without a seal that no longer fits. The last of each day is signed: its head.
"""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Executable, Row, Select, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from onapi.store.record_lines import RECORDS, Line, raw_of, text_of
from onapi.store.tables import heads, seals
from onapi.values.scope import Environment

BEGINNING: Final = bytes(32)  # before the first seal, and before the first head
_MARK = struct.Struct(">q8s")  # id of a line, first bytes of its digest


@dataclass(frozen=True, slots=True)
class Seal:
    """Over the lines of a record above one id and up to another, and over the seal before it."""

    environment: Environment
    number: int  # from 1, without gaps
    record: str
    after_id: int
    upto_id: int
    marks: bytes = field(repr=False)
    digest: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal of a day, over the head before it, signed."""

    environment: Environment
    day: str  # in Lima: 2026-11-23
    number: int
    digest: bytes
    key: str  # public name
    signature: bytes = field(repr=False)


def sealed(
    environment: Environment, number: int, record: str, after: int, *, lines: Sequence[Line], before: bytes
) -> Seal:
    """The seal over lines that are there, by their ids; never over none."""
    upto = lines[-1].id
    said = f"{environment.value} {number} {record} {after} {upto} ".encode()
    digest = hashlib.sha256(said + before + b"".join(line.digest for line in lines)).digest()
    marks = b"".join(_MARK.pack(line.id, line.digest[:8]) for line in lines)
    return Seal(environment, number, record, after, upto, marks, digest)


def marks_of(marks: bytes) -> dict[int, bytes]:
    """The first bytes of each line's digest by its id; what is left over of a mark that was cut is left out."""
    whole = len(marks) - len(marks) % _MARK.size
    return dict(_MARK.iter_unpack(marks[:whole]))


def last(connection: Connection, environment: Environment) -> Seal | None:
    """The newest seal."""
    query = (
        _all(connection, seals).where(seals.c.environment == environment.value).order_by(seals.c.number.desc()).limit(1)
    )
    row = connection.execute(query).one_or_none()
    return _seal(environment, row) if row else None


def last_at(connection: Connection, environment: Environment) -> datetime | None:
    """When the newest seal was made."""
    return connection.execute(select(func.max(seals.c.at)).where(seals.c.environment == environment.value)).scalar()


def ends(connection: Connection, environment: Environment) -> Mapping[str, int]:
    """Up to which id the lines of each record are sealed."""
    mine = (seals.c.environment == environment.value, seals.c.record.in_(RECORDS))
    query = select(seals.c.record, func.max(seals.c.upto_id).label("upto")).where(*mine).group_by(seals.c.record)
    found = {row.record: row.upto for row in connection.execute(query)}
    return {record: found.get(record, 0) for record in RECORDS}


def page(connection: Connection, environment: Environment, after: int, *, most: int) -> Sequence[Seal]:
    """Seals by number, those after one."""
    mine = (seals.c.environment == environment.value, seals.c.number > after)
    query = _all(connection, seals).where(*mine).order_by(seals.c.number).limit(most)
    return [_seal(environment, row) for row in connection.execute(query)]


def add(connection: Connection, seal: Seal, at: datetime) -> bool:
    """Keep a seal; False if another has made the one of that number."""
    names = ("number", "record", "after_id", "upto_id", "marks", "digest")
    row = {name: getattr(seal, name) for name in names}
    query = _new(connection, seals, row | {"environment": seal.environment.value, "at": at})
    return connection.execute(query).first() is not None


def add_head(connection: Connection, head: Head, at: datetime) -> bool:
    """Keep the head of a day; False if another has."""
    row = {name: getattr(head, name) for name in ("day", "number", "digest", "key", "signature")}
    query = _new(connection, heads, row | {"environment": head.environment.value, "at": at})
    return connection.execute(query).first() is not None


def all_heads(connection: Connection, environment: Environment) -> Sequence[Head]:
    """The heads of every day, oldest first."""
    query = _all(connection, heads).where(heads.c.environment == environment.value).order_by(heads.c.day)
    return [_head(environment, row) for row in connection.execute(query)]


def last_head(connection: Connection, environment: Environment) -> Head | None:
    """The newest head."""
    query = (
        _all(connection, heads).where(heads.c.environment == environment.value).order_by(heads.c.day.desc()).limit(1)
    )
    row = connection.execute(query).one_or_none()
    return _head(environment, row) if row else None


def _new(connection: Connection, table: Table, row: Mapping[str, object]) -> Executable:
    """Adds a row where there is none of its key, and gives one back if it did."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return insert(table).values(row).on_conflict_do_nothing().returning(table.c.environment)


def _seal(environment: Environment, row: Row[Any]) -> Seal:
    return Seal(environment, row.number, text_of(row.record), row.after_id, row.upto_id, row.marks, row.digest)


def _head(environment: Environment, row: Row[Any]) -> Head:
    return Head(environment, text_of(row.day), row.number, row.digest, text_of(row.key), row.signature)


def _all(connection: Connection, table: Table) -> Select[Any]:
    """Names as they stand: what was damaged may be no text any more."""
    raw = {"record", "day", "key"}
    columns = [raw_of(each, connection.dialect.name).label(each.name) if each.name in raw else each for each in table.c]
    return select(*(each for each in columns if each.name not in {"environment", "at"})).select_from(table)
