"""The log of requests, kept apart from the documents: a file for each day on SQLite, a partition on PostgreSQL.

Whoever reads says who he is: a credential sees its own requests, an administrator those about his companies too.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Row, make_url, select, text
from sqlalchemy.schema import CreateIndex, CreateTable

from onapi.store.acting import acting_for_all
from onapi.store.database import Database, open_database
from onapi.store.tables.requests import SCHEMA, requests
from onapi.values.moment import LIMA, in_lima
from onapi.values.scope import Environment

_LOCK = 70_912_027  # any number of our own
_ADD = requests.insert()
_SUFFIX = ".sqlite3"


@dataclass(frozen=True, slots=True)
class Line:
    """One request, redacted. `body` is what JSON can say; `query` and `path` hold nothing that was not known."""

    at: datetime
    id: str
    environment: str
    ruc: str | None
    credential_id: str | None
    method: str
    path: str
    status: int
    duration_ms: int
    request_id: str
    client_ip: str
    user: str | None
    query: str
    body_truncated: bool
    headers: Mapping[str, Any]
    body: Any


@dataclass(frozen=True, slots=True)
class Asked:
    """Who reads, and which requests he wants; `rucs` are the companies whose requests of others he sees."""

    environment: Environment
    credential_id: str
    rucs: frozenset[str] = frozenset()
    ruc: str | None = None
    method: str | None = None
    path_contains: str | None = None
    status: int | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included


class RequestLog(Protocol):
    """Where requests are kept."""

    def add(self, lines: Sequence[Line]) -> None:
        """Keep these."""

    def read(self, asked: Asked, limit: int) -> Sequence[Line]:
        """The newest first."""

    def drop_before(self, day: date) -> None:
        """Forget the days before this one, of Lima."""

    def close(self) -> None:
        """Give files and connections back."""


def open_request_log(url: str, folder: Path) -> RequestLog:
    """The log beside a database; `folder` is for the files of days, where that is SQLite."""
    return DayFiles(folder) if make_url(url).get_backend_name() == "sqlite" else DayPartitions(url)


class DayFiles:
    """A SQLite file for each day: the log's writes never wait for the lock of the documents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing: tuple[date, Database] | None = None

    def add(self, lines: Sequence[Line]) -> None:
        """Keep these, each in its day's file."""
        for day, its in _by_day(lines):
            with self._of(day).transaction() as connection:
                connection.execute(_ADD, [_row(line) for line in its])

    def read(self, asked: Asked, limit: int) -> Sequence[Line]:
        """The newest first: no more days are opened than are needed."""
        return list(islice(self._found(asked, limit), limit))

    def drop_before(self, day: date) -> None:
        """Delete files."""
        for old in [each for each in self._days() if each < day]:
            if self._writing and self._writing[0] == old:
                self.close()
            for end in ("", "-wal", "-shm"):
                self._file(old).with_name(self._file(old).name + end).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file of the day."""
        if self._writing:
            self._writing[1].close()
        self._writing = None

    def _found(self, asked: Asked, limit: int) -> Iterator[Line]:
        for day in sorted(self._days(), reverse=True):
            start = _midnight(day)
            if (asked.until and start >= asked.until) or (asked.since and start + timedelta(days=1) <= asked.since):
                continue
            with closing(_opened(self._file(day))) as database, database.reading() as connection:
                yield from _read(connection, asked, limit)

    def _of(self, day: date) -> Database:
        if self._writing is None or self._writing[0] != day:
            self.close()
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            database = _opened(self._file(day))
            with database.transaction() as connection:
                connection.execute(CreateTable(requests, if_not_exists=True))
                for index in sorted(requests.indexes, key=lambda each: str(each.name)):
                    connection.execute(CreateIndex(index, if_not_exists=True))
            self._writing = day, database
        return self._writing[1]

    def _file(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}{_SUFFIX}"

    def _days(self) -> Sequence[date]:
        found = []
        for file in self._folder.glob(f"*{_SUFFIX}"):
            with suppress(ValueError):
                found.append(date.fromisoformat(file.name.removesuffix(_SUFFIX)))
        return found


class DayPartitions:
    """A table of PostgreSQL in a partition for each day, by connections of the log's own."""

    def __init__(self, url: str) -> None:
        self._database = open_database(url)
        self._made: date | None = None

    @acting_for_all("one batch holds the requests of all companies")
    def add(self, lines: Sequence[Line]) -> None:
        """Keep these; the day's partition is made when its first request comes."""
        for day, its in _by_day(lines):
            self._make(day)
            with self._database.transaction() as connection:
                connection.execute(text("SET LOCAL synchronous_commit = off"))  # a power cut may take the last second
                connection.execute(_ADD, [_row(line) for line in its])

    def read(self, asked: Asked, limit: int) -> Sequence[Line]:
        """The newest first."""
        with self._database.reading() as connection:
            return _read(connection, asked, limit)

    def drop_before(self, day: date) -> None:
        """Drop partitions."""
        with self._database.reading() as connection:
            names = connection.execute(
                text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST(:parent AS regclass)"),
                {"parent": f"{SCHEMA}.requests"},
            ).scalars()
            old = [name for name in names if name.rpartition("_")[2] < f"{day:%Y%m%d}"]
        for name in old:
            with self._database.transaction() as connection:
                connection.execute(text(f"DROP TABLE IF EXISTS {name}"))

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def _make(self, day: date) -> None:
        if self._made == day:
            return
        name, start = f"{SCHEMA}.requests_{day:%Y%m%d}", _midnight(day)
        bounds = f"FROM ('{start.isoformat()}') TO ('{(start + timedelta(days=1)).isoformat()}')"
        with self._database.transaction() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execute(
                text(f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {SCHEMA}.requests FOR VALUES {bounds}")
            )
        self._made = day


def _opened(file: Path) -> Database:
    """A day's file: its table has no schema there."""
    database = open_database(f"sqlite:///{file}", durable=False)
    engine = database.engine.execution_options(schema_translate_map={SCHEMA: None})
    return Database(engine)


def _by_day(lines: Sequence[Line]) -> Iterator[tuple[date, Sequence[Line]]]:
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(in_lima(line.at).date(), []).append(line)
    yield from sorted(days.items())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LIMA)


def _row(line: Line) -> dict[str, Any]:
    row = {name: getattr(line, name) for name in Line.__slots__}
    return row | {"headers": _written(line.headers), "body": None if line.body is None else _written(line.body)}


def _written(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _line(row: Row[Any]) -> Line:
    told = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's own name for it
    return Line(
        **told | {"headers": json.loads(row.headers), "body": None if row.body is None else json.loads(row.body)}
    )


def _read(connection: Connection, asked: Asked, limit: int) -> Sequence[Line]:
    """Each index gives its newest; the newest of all those are the answer."""
    mine = requests.c.environment == asked.environment.value
    wanted = [condition for make in _CONDITIONS if (condition := make(asked)) is not None]
    own = [requests.c.credential_id == asked.credential_id] + ([requests.c.ruc == asked.ruc] if asked.ruc else [])
    rucs = asked.rucs & {asked.ruc} if asked.ruc else asked.rucs
    arms: list[list[ColumnElement[bool]]] = [own, *([requests.c.ruc == ruc] for ruc in sorted(rucs))]
    found: dict[str, Line] = {}
    for arm in arms:
        query = select(requests).where(mine, *arm, *wanted).order_by(requests.c.at.desc()).limit(limit)
        found |= {line.id: line for line in map(_line, connection.execute(query))}
    return sorted(found.values(), key=lambda line: (line.at, line.id), reverse=True)[:limit]


_CONDITIONS: tuple[Callable[[Asked], ColumnElement[bool] | None], ...] = (
    lambda asked: requests.c.method == asked.method if asked.method else None,
    lambda asked: requests.c.status == asked.status if asked.status is not None else None,
    lambda asked: requests.c.at >= asked.since if asked.since else None,
    lambda asked: requests.c.at < asked.until if asked.until else None,
    lambda asked: requests.c.path.contains(asked.path_contains, autoescape=True) if asked.path_contains else None,
)
