"""The file in which the simulated SUNAT remembers: SQLite in WAL mode, its tables, and the way from older files.

It survives restarts and kill -9, and several processes may share it. Whoever reads and writes does so under one
transaction of one writer; transactions inside a transaction are part of it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import RLock
from typing import Any, TypeAlias

_VERSION = 2
_WAIT_MS = 30_000

Row: TypeAlias = tuple[Any, ...]  # of column values, as SQLite has them
Values: TypeAlias = Sequence[str | int | float | bytes | None]

_KEY = "ruc TEXT NOT NULL, doctype TEXT NOT NULL, series TEXT NOT NULL, number INTEGER NOT NULL"
_TABLES = (
    f"""CREATE TABLE documents (
        {_KEY}, name TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL,
        received_at TEXT NOT NULL, send_id INTEGER, issued_on TEXT NOT NULL DEFAULT '',
        currency TEXT NOT NULL DEFAULT '', total TEXT NOT NULL DEFAULT '', recipient TEXT NOT NULL DEFAULT '',
        notes TEXT NOT NULL DEFAULT '', came_by TEXT NOT NULL DEFAULT '', changed_by TEXT NOT NULL DEFAULT '',
        changed_at TEXT NOT NULL DEFAULT '', PRIMARY KEY (ruc, doctype, series, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX documents_by_name ON documents (name)",
    # Evidence is never overwritten: a CDR belongs to the sending it answered, and a document points at one of those.
    "CREATE TABLE cdrs (send_id INTEGER PRIMARY KEY, zip BLOB NOT NULL) STRICT",
    """CREATE TABLE tickets (
        ticket TEXT PRIMARY KEY, owner TEXT NOT NULL, road TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
        received_at TEXT NOT NULL, ready_at REAL NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL,
        words TEXT NOT NULL, send_id INTEGER NOT NULL, tries INTEGER NOT NULL, xml BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX tickets_by_name ON tickets (name)",
    "CREATE INDEX tickets_in_process ON tickets (ready_at) WHERE status = '98'",
    f"""CREATE TABLE members (
        summary TEXT NOT NULL, line INTEGER NOT NULL, condition TEXT NOT NULL, {_KEY}, PRIMARY KEY (summary, line)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)
_SENDS = (
    f"""CREATE TABLE IF NOT EXISTS sends (
        id INTEGER PRIMARY KEY, {_KEY}, digest TEXT NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS sends_of_a_document ON sends (ruc, doctype, series, number)",
    "ALTER TABLE sends ADD COLUMN operation TEXT NOT NULL DEFAULT 'sendBill'",
    "ALTER TABLE sends ADD COLUMN ticket TEXT NOT NULL DEFAULT ''",
)
# The first files had the CDR in the document's row, and knew sendBill alone.
_FROM_FIRST = (
    """INSERT INTO documents (ruc, doctype, series, number, name, digest, state, code, received_at, came_by, send_id)
       SELECT ruc, doctype, series, number, name, digest, state, code, received_at, 'sendBill', (
           SELECT MAX(s.id) FROM sends AS s WHERE s.ruc = d.ruc AND s.doctype = d.doctype AND s.series = d.series
           AND s.number = d.number AND s.digest = d.digest AND s.code = d.code
       ) FROM first_documents AS d""",
    """INSERT INTO cdrs SELECT n.send_id, d.cdr FROM first_documents AS d JOIN documents AS n
       USING (ruc, doctype, series, number) WHERE n.send_id IS NOT NULL AND LENGTH(d.cdr) > 0""",
    "DROP TABLE first_documents",
)


class Memory:
    """The open file. Its methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self._depth = 0
        self._parts = count()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_WAIT_MS / 1000)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        with self.transaction():
            self._bring_up_to_date()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One writer at a time, in this process and in all; what fails leaves nothing behind."""
        with self._lock:
            if self._depth:
                yield
                return
            with self._db:  # leaving commits, or rolls back what failed
                self._db.execute("BEGIN IMMEDIATE")
                self._depth = 1
                try:
                    yield
                finally:
                    self._depth = 0

    @contextmanager
    def undoable(self) -> Iterator[None]:
        """A part of a transaction (or one of its own) that, when it fails, is undone by itself."""
        with self.transaction():
            name, is_whole = f"part_{next(self._parts)}", False
            self._db.execute(f"SAVEPOINT {name}")
            try:
                yield
                is_whole = True
            finally:
                if not is_whole:
                    self._db.execute(f"ROLLBACK TO {name}")
                self._db.execute(f"RELEASE {name}")

    def rows(self, query: str, values: Values = ()) -> list[Row]:
        """Everything a query finds."""
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def row(self, query: str, values: Values = ()) -> Row | None:
        """The first row a query finds."""
        with self._lock:
            found: Row | None = self._db.execute(query, values).fetchone()
            return found

    def write(self, statement: str, values: Values = ()) -> int:
        """Change something, within a transaction; the id of an inserted row."""
        with self.transaction():
            return self._db.execute(statement, values).lastrowid or 0

    def setting(self, key: str, default: str = "") -> str:
        """A small thing remembered by its name."""
        found = self.row("SELECT value FROM settings WHERE key = ?", (key,))
        return str(found[0]) if found else default

    def keep_setting(self, key: str, value: str) -> None:
        """Remember a small thing."""
        self.write("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))

    def _bring_up_to_date(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version >= _VERSION:
            return
        is_first = self.row("SELECT 1 FROM sqlite_master WHERE name = 'documents'") is not None
        if is_first:
            self._db.execute("ALTER TABLE documents RENAME TO first_documents")
        for statement in (*_TABLES, *_SENDS, *(_FROM_FIRST if is_first else ())):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {_VERSION}")
