"""Where summaries and guides lie until SUNAT judges them.

A file is judged when its time has come and somebody asks SUNAT anything: so a clock that was moved and a process that
was killed make no difference. Verdict, lines and ticket are written together.
"""

from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from onapi.errors import Refused
from onapi.simulator.constancy import code_of, words_of
from onapi.simulator.desk import REJECTIONS, Receipt, receive
from onapi.simulator.ledger import Sending
from onapi.simulator.office import Office
from onapi.simulator.received import FileName, split_name
from onapi.simulator.ticketbook import DONE, FAILED, IN_PROCESS, Ticket

SUMMARY, GUIDE = "sendSummary", "sendGre"  # the roads that end in a ticket
_JUDGING = Lock()


@dataclass(frozen=True, slots=True)
class Filed:
    """A file that is taken in."""

    name: FileName
    xml: bytes
    owner: str  # RUC
    road: str


def file(office: Office, filed: Filed, number: str) -> Ticket:
    """Take a file in under a ticket's number; it is judged after the office's delay."""
    now = office.clock()
    digest = sha256(filed.xml).hexdigest()
    with office.memory.transaction():
        sent = office.ledger.note_send(Sending(filed.name.key, digest, IN_PROCESS, now, filed.road, number))
        ready_at = now.timestamp() + office.patience.ticket_delay_s
        ticket = Ticket(
            number, filed.owner, filed.road, filed.name.stem, digest, now, ready_at, send_id=sent, xml=filed.xml
        )
        office.tickets.open(ticket)
    return ticket


def settle(office: Office) -> None:
    """Judge every file whose time has come."""
    now = office.clock().timestamp()
    if not office.tickets.due(now):
        return
    with _JUDGING:
        for number in office.tickets.due(now):
            office.tickets.begin(number)
            with office.memory.transaction():
                ticket = office.tickets.find(number)
                if ticket and ticket.status == IN_PROCESS:  # no other process was faster
                    _judge(office, ticket)


def _judge(office: Office, ticket: Ticket) -> None:
    name = split_name(ticket.name)
    if name is None:
        raise AssertionError(f"{ticket.name} was no file name when it came in")
    receipt = Receipt(name, ticket.digest, ticket.number, ticket.received_at, ticket.send_id)
    try:
        receive(office, receipt, ticket.xml, ticket.road)
        status, code, words = DONE, "0", ""
    except Refused as refused:
        code, words = code_of(refused), words_of(refused)
        # A summary that SUNAT cannot even read has no CDR, and its code stands where 99 would.
        status = FAILED if int(code) in REJECTIONS or ticket.road == GUIDE else code
    office.tickets.close(ticket.number, status=status, code=code, words=words)
