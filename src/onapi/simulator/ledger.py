"""What the simulated SUNAT was sent and what it holds: the ground truth that every test of sending is held against.

A number is registered once: its row is written in the transaction that looked whether it was there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from onapi.simulator.memory import Memory, Row
from onapi.values.number import ReceiptId

_COLUMNS = (
    "ruc, doctype, series, number, name, digest, state, code, received_at, send_id, issued_on, currency, total,"
    " recipient, notes, came_by, changed_by, changed_at"
)
_THIS = "ruc = ? AND doctype = ? AND series = ? AND number = ?"
_REGISTER = f"INSERT OR REPLACE INTO documents ({_COLUMNS}) VALUES ({', '.join('?' * 18)})"  # noqa: S608 - our own text
_FIND = f"SELECT {_COLUMNS} FROM documents WHERE {_THIS}"  # noqa: S608 - our own text
_ALL = f"SELECT {_COLUMNS} FROM documents"  # noqa: S608 - our own text
_SEND = (
    "INSERT INTO sends (ruc, doctype, series, number, digest, code, at, operation, ticket) VALUES (?,?,?,?,?,?,?,?,?)"
)
_SENDS = f"SELECT digest, code, at, operation, ticket, id FROM sends WHERE {_THIS} ORDER BY id"  # noqa: S608 - our own text


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
    digest: str  # SHA-256 of the XML, hexadecimal; "" for what only a summary told
    standing: Standing
    code: str  # "0", or why it was rejected
    received_at: datetime
    issued_on: str = ""  # YYYY-MM-DD
    currency: str = ""
    total: str = ""  # as it was written, without currency
    recipient: str = ""  # type and number: 6-20000000001
    notes: tuple[str, ...] = ()  # codes of its observations
    came_by: str = "sendBill"  # operation, or the name of the summary that told of it
    changed_by: str = ""  # name of the summary that changed it last
    changed_at: str = ""
    send_id: int = 0  # the sending whose CDR is its own; 0 if there is none


@dataclass(frozen=True, slots=True)
class Sending:
    """One time that a file came in."""

    id: ReceiptId
    digest: str  # "" when no XML could be read
    code: str  # what was answered: "0", "98" for a ticket, or why not
    at: datetime
    operation: str = "sendBill"
    ticket: str = ""
    row: int = 0  # its id, once it is written down


class Ledger:
    """Documents and sendings. Its methods may be called from any thread."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def find(self, key: ReceiptId) -> Registered | None:
        """The document under this number, if SUNAT holds one."""
        row = self.memory.row(_FIND, _key(key))
        return _registered(row) if row else None

    def register(
        self, document: Registered, sending: Sending, cdr: bytes = b"", *, over: frozenset[Standing] = frozenset()
    ) -> Registered | None:
        """Take a document in with its sending; the one that was there first, if its number is taken.

        A holder whose standing is one of `over` gives way. Nothing is written when the number is taken.
        """
        with self.memory.transaction():
            holder = self.find(document.id)
            if holder and holder.standing not in over:
                return holder
            self.put(document, self.note_send(sending, cdr))
            return None

    def put(self, document: Registered, send_id: int = 0) -> None:
        """Write a document down, in place of any under its number."""
        told = (document.name, document.digest, document.standing, document.code, document.received_at.isoformat())
        more = (document.issued_on, document.currency, document.total, document.recipient, " ".join(document.notes))
        change = (document.came_by, document.changed_by, document.changed_at)
        self.memory.write(_REGISTER, (*_key(document.id), *told, send_id or document.send_id, *more, *change))

    def forget(self, key: ReceiptId) -> None:
        """Hold nothing under this number any more; that it was sent stays written."""
        ruc, doctype, series, number = _key(key)
        self.memory.write(f"DELETE FROM documents WHERE {_THIS}", (ruc, doctype, series, number))  # noqa: S608 - our own text

    def note_send(self, sending: Sending, cdr: bytes = b"") -> int:
        """Count a sending once, with the CDR that answers it; its id."""
        told = (sending.digest, sending.code, sending.at.isoformat(), sending.operation, sending.ticket)
        with self.memory.transaction():
            send_id = sending.row or self.memory.write(_SEND, (*_key(sending.id), *told))
            if cdr:
                self.memory.write("INSERT INTO cdrs VALUES (?, ?)", (send_id, cdr))
            return send_id

    def cdr(self, send_id: int) -> bytes:
        """The ZIP that answered a sending; empty where none did."""
        row = self.memory.row("SELECT zip FROM cdrs WHERE send_id = ?", (send_id,))
        return bytes(row[0]) if row else b""

    def sends(self, key: ReceiptId) -> list[Sending]:
        """Every time this number came in, oldest first."""
        rows = self.memory.rows(_SENDS, _key(key))
        return [Sending(key, row[0], row[1], datetime.fromisoformat(row[2]), row[3], row[4], row[5]) for row in rows]

    def all_documents(self, name: str = "") -> Iterator[Registered]:
        """Every document in the order of its number, or those of one file name."""
        if name:
            rows = self.memory.rows(f"{_ALL} WHERE name = ?", (name,))
        else:
            rows = self.memory.rows(f"{_ALL} ORDER BY ruc, doctype, series, number")
        return (_registered(row) for row in rows)

    def count(self) -> int:
        """How many documents are registered."""
        (number,) = self.memory.row("SELECT COUNT(*) FROM documents") or (0,)
        return int(number)

    def send_counts(self) -> dict[tuple[str, str, str, int], int]:
        """How often each number came in."""
        query = "SELECT ruc, doctype, series, number, COUNT(*) FROM sends GROUP BY ruc, doctype, series, number"
        return {(row[0], row[1], row[2], row[3]): row[4] for row in self.memory.rows(query)}


def _key(receipt: ReceiptId) -> tuple[str, str, str, int]:
    return receipt.ruc, receipt.doctype, receipt.series, receipt.number


def _registered(row: Row) -> Registered:
    return Registered(
        id=ReceiptId(row[0], row[1], row[2], row[3]),
        name=row[4],
        digest=row[5],
        standing=Standing(row[6]),
        code=row[7],
        received_at=datetime.fromisoformat(row[8]),
        send_id=row[9] or 0,
        issued_on=row[10],
        currency=row[11],
        total=row[12],
        recipient=row[13],
        notes=tuple(row[14].split()),
        came_by=row[15],
        changed_by=row[16],
        changed_at=row[17],
    )
