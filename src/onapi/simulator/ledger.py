"""What the simulated SUNAT was sent and what it holds: the ground truth that every test of sending is held against.

SQLite in WAL mode, one file: it survives restarts and kill -9, and several processes may share it. A number is
registered once: the row is written in the transaction that looked whether it was there.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock

from onapi.values.number import ReceiptId

_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    ruc TEXT NOT NULL, doctype TEXT NOT NULL, series TEXT NOT NULL, number INTEGER NOT NULL,
    name TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL,
    received_at TEXT NOT NULL, cdr BLOB NOT NULL,
    PRIMARY KEY (ruc, doctype, series, number)
) STRICT;
CREATE TABLE IF NOT EXISTS sends (
    id INTEGER PRIMARY KEY,
    ruc TEXT NOT NULL, doctype TEXT NOT NULL, series TEXT NOT NULL, number INTEGER NOT NULL,
    digest TEXT NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sends_of_a_document ON sends (ruc, doctype, series, number);
"""
_WAIT_MS = 30_000
_FIND = "SELECT * FROM documents WHERE ruc = ? AND doctype = ? AND series = ? AND number = ?"
_REGISTER = "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SEND = "INSERT INTO sends (ruc, doctype, series, number, digest, code, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ALL = """
SELECT d.*, (
    SELECT COUNT(*) FROM sends AS s
    WHERE s.ruc = d.ruc AND s.doctype = d.doctype AND s.series = d.series AND s.number = d.number
) FROM documents AS d ORDER BY ruc, doctype, series, number
"""


class Standing(StrEnum):
    """How a registered document stands with SUNAT."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Registered:
    """A document that SUNAT holds."""

    id: ReceiptId
    name: str  # file stem as it was sent
    digest: str  # SHA-256 of the XML, hexadecimal
    standing: Standing
    code: str  # "0", or why it was rejected
    received_at: datetime
    cdr: bytes  # the ZIP; empty where the profile gives none


class Ledger:
    """The memory. Its methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_WAIT_MS / 1000)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def find(self, key: ReceiptId) -> Registered | None:
        """The document under this number, if SUNAT holds one."""
        with self._lock:
            return self._find(key)

    def register(self, document: Registered, *, over_rejected: bool) -> Registered | None:
        """Take a document in and count its sending; the one that was there first, if its number is taken.

        With `over_rejected` a number that was only rejected is free again.
        """
        with self._transaction():
            holder = self._find(document.id)
            if holder and not (over_rejected and holder.standing is Standing.REJECTED):
                return holder
            told = (document.name, document.digest, document.standing, document.code, document.received_at.isoformat())
            self._db.execute(_REGISTER, (*_key(document.id), *told, document.cdr))
            self._count(document.id, document.digest, document.code, document.received_at)
            return None

    def note_send(self, key: ReceiptId, *, digest: str, code: str, at: datetime) -> None:
        """Count a sending that registered nothing; the digest is "" when no XML could be read."""
        with self._transaction():
            self._count(key, digest, code, at)

    def all_documents(self) -> list[tuple[Registered, int]]:
        """Every document in the order of its number, and how often it was sent."""
        with self._lock:
            rows = self._db.execute(_ALL).fetchall()
        return [(_registered(row[:-1]), row[-1]) for row in rows]

    def count(self) -> int:
        """How many documents are registered."""
        with self._lock:
            return int(self._db.execute("SELECT COUNT(*) FROM documents").fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One writer at a time, in this process and in all."""
        with self._lock, self._db:  # leaving commits, or rolls back what failed
            self._db.execute("BEGIN IMMEDIATE")
            yield

    def _find(self, key: ReceiptId) -> Registered | None:
        row = self._db.execute(_FIND, _key(key)).fetchone()
        return _registered(row) if row else None

    def _count(self, key: ReceiptId, digest: str, code: str, at: datetime) -> None:
        self._db.execute(_SEND, (*_key(key), digest, code, at.isoformat()))


def _key(receipt: ReceiptId) -> tuple[str, str, str, int]:
    return receipt.ruc, receipt.doctype, receipt.series, receipt.number


def _registered(row: tuple[str, str, str, int, str, str, str, str, str, bytes]) -> Registered:
    return Registered(
        id=ReceiptId(row[0], row[1], row[2], row[3]),
        name=row[4],
        digest=row[5],
        standing=Standing(row[6]),
        code=row[7],
        received_at=datetime.fromisoformat(row[8]),
        cdr=row[9],
    )
