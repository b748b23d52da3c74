"""billService: SUNAT takes a document and answers with its CDR, takes a summary and answers with a ticket, or refuses.

What is not played says so in a fault of its own: nothing here pretends to have judged what it has not.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from onapi.errors import Refused
from onapi.simulator.backroom import SUMMARY, Filed, file, settle
from onapi.simulator.constancy import code_of
from onapi.simulator.desk import Receipt, receive, refuse_taken
from onapi.simulator.envelope import Call, answer, leaf
from onapi.simulator.ledger import Sending
from onapi.simulator.office import Office, refusal
from onapi.simulator.received import LOT, FileName, authenticate, decoded, file_name, refuse_foreign, split_name, unpack
from onapi.simulator.ticketbook import DONE, FAILED, IN_PROCESS

# Which kinds each of SUNAT's addresses takes, at once and in summaries.
SALES = frozenset({"01", "03", "04", "07", "08"})
WITHHOLDINGS = frozenset({"20", "40"})
SALES_SUMMARIES = frozenset({"RC", "RA"})
WITHHOLDING_SUMMARIES = frozenset({"RR"})


@dataclass(frozen=True, slots=True)
class Counter:
    """One address of billService: what it takes."""

    documents: frozenset[str]
    summaries: frozenset[str]
    is_retired: bool = False  # guides have gone to another service


def serve_bill(office: Office, counter: Counter, call: Call) -> bytes:
    """The answer to any operation of billService; raises Refused."""
    settle(office)
    user_ruc = authenticate(call.username, call.password)
    operation = _OPERATIONS.get(call.operation)
    if operation is None:
        raise refusal("", f"No existe la operación {call.operation}.")
    if counter.is_retired:
        raise refusal("1085")
    return operation(office, counter, call, user_ruc)


def _send_bill(office: Office, counter: Counter, call: Call, user_ruc: str) -> bytes:
    text = call.fields.get("fileName", "")
    named = split_name(text[:-4])
    if named and (named.is_batch or named.doctype == LOT):
        raise refusal("0153" if named.doctype == LOT else "0152")
    name = file_name(text, counter.documents)
    refuse_foreign(name, user_ruc)
    xml = _opened(office, name, call)
    receipt = Receipt(name, sha256(xml).hexdigest(), office.new_ticket(), office.clock())
    try:
        cdr = receive(office, receipt, xml, call.operation)
    except Refused as refused:
        told = refused.facts.get("cdr")
        if office.in_beta or not isinstance(told, bytes):
            raise
        cdr = told
    return answer("sendBill", leaf("applicationResponse", b64encode(cdr).decode()))


def _send_summary(office: Office, counter: Counter, call: Call, user_ruc: str) -> bytes:
    name = file_name(call.fields.get("fileName", ""), counter.summaries)
    refuse_foreign(name, user_ruc)
    xml = _opened(office, name, call)
    with _counted(office, name, call.operation, sha256(xml).hexdigest()), office.memory.undoable():
        if office.tickets.in_process(name.stem):
            words = "ya fue enviado y se encuentra en estado 98; por favor espere a que se termine de procesar el envio"
            raise refusal("0402", f"ticket: error: El documento: {name.stem} {words}")
        refuse_taken(office, name, office.ledger.find(name.key))
        ticket = file(office, Filed(name, xml, user_ruc, SUMMARY), office.new_ticket())
    return answer("sendSummary", leaf("ticket", ticket.number))


def _get_status(office: Office, counter: Counter, call: Call, user_ruc: str) -> bytes:
    del counter
    number = call.fields.get("ticket", "")
    ticket = office.tickets.find(number)
    if ticket is None or ticket.owner != user_ruc or ticket.road != SUMMARY:
        # In SUNAT's own manner: the sentence stands, as plain text, where a ZIP belongs.
        return _status("0127", str(refusal("0127")))
    if ticket.status == IN_PROCESS:
        return _status(IN_PROCESS, "")
    if ticket.status in {DONE, FAILED}:
        return _status(ticket.status, b64encode(office.ledger.cdr(ticket.send_id)).decode())
    return _status(ticket.status, ticket.words)


def _send_pack(office: Office, counter: Counter, call: Call, user_ruc: str) -> bytes:
    del office, counter, call, user_ruc
    raise refusal("", "SIMULADOR: sendPack no se ofrece; envíe cada comprobante con sendBill.")


_OPERATIONS: dict[str, Callable[[Office, Counter, Call, str], bytes]] = {
    "sendBill": _send_bill,
    "sendSummary": _send_summary,
    "sendPack": _send_pack,
    "getStatus": _get_status,
}


def _status(code: str, content: str) -> bytes:
    told = leaf("content", content) if content else ""
    return answer("getStatus", f"<status>{told}{leaf('statusCode', code)}</status>")


def _opened(office: Office, name: FileName, call: Call) -> bytes:
    """The XML of a call; a ZIP that is none is counted before it is refused."""
    with _counted(office, name, call.operation):
        return unpack(decoded(call.fields.get("contentFile", "")), name)


@contextmanager
def _counted(office: Office, name: FileName, operation: str, digest: str = "") -> Iterator[None]:
    """Count a sending that is refused here."""
    try:
        yield
    except Refused as refused:
        office.ledger.note_send(Sending(name.key, digest, code_of(refused), office.clock(), operation))
        raise
