"""Tickets: files that SUNAT took in and judges later, and the numbers it gives them. Two files never share one."""

from dataclasses import dataclass
from datetime import datetime

from onapi.simulator.memory import Memory, Row
from onapi.values.number import ReceiptId

IN_PROCESS, DONE, FAILED = "98", "0", "99"

_COLUMNS = "ticket, owner, road, name, digest, received_at, ready_at, status, code, words, send_id, tries, xml"
_SELECT = f"SELECT {_COLUMNS} FROM tickets"  # noqa: S608 - our own text
_OPEN = f"INSERT INTO tickets ({_COLUMNS}) VALUES ({', '.join('?' * 13)})"  # noqa: S608 - our own text
_MOST_TRIES = 5  # of judging a file at which the simulator itself breaks down


@dataclass(frozen=True, slots=True)
class Ticket:
    """A file on its way, or judged."""

    number: str
    owner: str  # RUC of who sent it: nobody else may ask
    road: str  # sendSummary, sendGre
    name: str  # file stem
    digest: str  # SHA-256 of the XML, hexadecimal
    received_at: datetime
    ready_at: float  # seconds since 1970: not judged before
    status: str = IN_PROCESS  # 98, then 0 or 99, or the code of an exception
    code: str = ""  # "0" or why not, once judged
    words: str = ""  # of that code
    send_id: int = 0
    tries: int = 0  # how often its judgement was begun
    xml: bytes = b""  # until it is judged


class TicketBook:
    """Every ticket ever given. Its methods may be called from any thread."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def next_number(self, millis: int) -> int:
        """A number of milliseconds, this one or the first after the last given: each is given once."""
        with self.memory.transaction():
            number = max(millis, int(self.memory.setting("last_ticket", "0")) + 1)
            self.memory.keep_setting("last_ticket", str(number))
            return number

    def open(self, ticket: Ticket) -> None:
        """Write a new ticket down."""
        told = (ticket.number, ticket.owner, ticket.road, ticket.name, ticket.digest, ticket.received_at.isoformat())
        more = (ticket.ready_at, ticket.status, ticket.code, ticket.words, ticket.send_id, 0, ticket.xml)
        self.memory.write(_OPEN, (*told, *more))

    def close(self, number: str, *, status: str, code: str, words: str) -> None:
        """Write down how a file was judged; its XML is needed no more."""
        statement = "UPDATE tickets SET status = ?, code = ?, words = ?, xml = x'' WHERE ticket = ?"
        self.memory.write(statement, (status, code, words, number))

    def find(self, number: str) -> Ticket | None:
        """A ticket by its number."""
        row = self.memory.row(f"{_SELECT} WHERE ticket = ?", (number,))
        return _ticket(row) if row else None

    def in_process(self, name: str) -> Ticket | None:
        """The ticket under which a file of this name waits to be judged."""
        row = self.memory.row(f"{_SELECT} WHERE name = ? AND status = ?", (name, IN_PROCESS))
        return _ticket(row) if row else None

    def of(self, name: str = "") -> list[Ticket]:
        """Every ticket, or those of one file name, oldest first."""
        where = "WHERE name = ?" if name else ""
        rows = self.memory.rows(f"{_SELECT} {where} ORDER BY rowid", (name,) if name else ())
        return [_ticket(row) for row in rows]

    def due(self, now: float) -> list[str]:
        """The numbers of the tickets whose time has come, oldest first."""
        query = (
            "SELECT ticket FROM tickets WHERE status = '98' AND ready_at <= ? AND tries < ? ORDER BY ready_at, rowid"
        )
        return [row[0] for row in self.memory.rows(query, (now, _MOST_TRIES))]

    def begin(self, number: str) -> None:
        """Write down that a file's judgement begins: one that breaks the simulator is left alone after some tries."""
        self.memory.write("UPDATE tickets SET tries = tries + 1 WHERE ticket = ?", (number,))

    def stuck(self) -> int:
        """How many files the simulator gave up on; they stay in process."""
        query = "SELECT COUNT(*) FROM tickets WHERE status = '98' AND tries >= ?"
        (number,) = self.memory.row(query, (_MOST_TRIES,)) or (0,)
        return int(number)

    def add_member(self, summary: str, line: int, condition: str, member: ReceiptId) -> None:
        """Write down a line of an accepted summary."""
        key = (member.ruc, member.doctype, member.series, member.number)
        self.memory.write("INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?)", (summary, line, condition, *key))

    def members(self, summary: str) -> list[tuple[str, ReceiptId]]:
        """The lines of an accepted summary: condition (1 add, 2 change, 3 void; "" for RA and RR) and document."""
        query = "SELECT condition, ruc, doctype, series, number FROM members WHERE summary = ? ORDER BY line"
        return [(row[0], ReceiptId(row[1], row[2], row[3], row[4])) for row in self.memory.rows(query, (summary,))]


def _ticket(row: Row) -> Ticket:
    number, owner, road, name, digest, received_at, *rest = row
    return Ticket(number, owner, road, name, digest, datetime.fromisoformat(received_at), *rest)
