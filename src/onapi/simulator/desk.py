"""One document on its way through SUNAT, from its XML to its CDR: judged, registered once, answered."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from onapi.cdr import Note
from onapi.errors import Refused
from onapi.simulator.batches import apply_lines
from onapi.simulator.constancy import ACCEPTED, Filing, acceptance, code_of, qr_link, rejection
from onapi.simulator.content import Finding, findings
from onapi.simulator.deadlines import deadline_findings
from onapi.simulator.faults import Asked, Moment
from onapi.simulator.findings import gather
from onapi.simulator.headers import BATCHES
from onapi.simulator.inspect import Inspected, inspect
from onapi.simulator.ledger import Registered, Sending, Standing
from onapi.simulator.office import Office, refusal
from onapi.simulator.received import FileName
from onapi.simulator.references import reference_findings
from onapi.simulator.registers import register_findings
from onapi.values.moment import in_lima

REJECTIONS = range(2000, 4000)
_GUIDES = frozenset({"09", "31"})
_MAY_COME_AGAIN = frozenset({"09", "20", "31", "40", *BATCHES})  # a rejection does not use their numbers up
_ALSO_IN_SUMMARIES = frozenset({"03", "07", "08"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """A file that came in, and under which ticket it is judged."""

    name: FileName
    digest: str  # SHA-256 of the XML; "" where none could be read
    ticket: str
    received_at: datetime
    send_id: int = 0  # of its sending, where that is written down already

    @property
    def filing(self) -> Filing:
        """What its CDR is about."""
        return Filing(self.name, self.ticket, self.received_at)


def judge(office: Office, receipt: Receipt, xml: bytes) -> tuple[Inspected, tuple[Note, ...]]:
    """A document with the notes it gets; Refused with SUNAT's first reason against it. Nothing is written."""
    certified = not office.in_beta
    inspected = inspect(xml, receipt.name, receipt.received_at, knows_certificates=certified)
    if not receipt.name.is_batch:  # a summary's name was asked about when it came in
        refuse_taken(office, receipt.name, office.ledger.find(receipt.name.key))
    return inspected, gather(_all_findings(office, receipt, inspected))


def _all_findings(office: Office, receipt: Receipt, inspected: Inspected) -> Iterator[Finding]:
    root, name, strict = inspected.root, receipt.name, not office.in_beta
    yield from deadline_findings(root, name, in_lima(receipt.received_at).date())
    yield from findings(root, name.doctype)
    yield from register_findings(root, name.doctype, strict=strict)
    yield from reference_findings(inspected, name, office.ledger, strict=strict)
    yield from _wished_findings(office, name)


def _wished_findings(office: Office, name: FileName) -> Iterator[Finding]:
    """What the plan of faults has against a document that is sound otherwise."""
    operation = "sendSummary" if name.is_batch else "sendGre" if name.doctype in _GUIDES else "sendBill"
    for mishap in office.plan.take(Asked(operation, ruc=name.ruc, name=name.stem), Moment.JUDGE):
        yield Finding(mishap.settings["code"].zfill(4), mishap.act == "refuse", "/*/cbc:ID", name.label)


def receive(office: Office, receipt: Receipt, xml: bytes, operation: str) -> bytes:
    """The CDR of a document that is judged at once or whose turn has come; it is registered with it.

    A rejection is registered too, and raised with its CDR in `facts["cdr"]`. What else is refused is only counted.
    """
    try:
        inspected, notes = judge(office, receipt, xml)
        if not receipt.name.is_batch:
            return _accept(office, receipt, inspected, notes, operation)
        with office.memory.undoable():  # a summary and its lines together, or none of them
            more = gather(apply_lines(office, receipt.name, inspected.root, receipt.received_at))
            return _accept(office, receipt, inspected, (*notes, *more), operation)
    except Refused as refused:
        if int(code_of(refused)) not in REJECTIONS:
            office.ledger.note_send(_sending(receipt, code_of(refused), operation))
            raise
        raise _reject(office, receipt, refused, operation) from None


def _accept(office: Office, receipt: Receipt, inspected: Inspected, notes: tuple[Note, ...], operation: str) -> bytes:
    cdr = acceptance(
        office,
        receipt.filing,
        recipient=inspected.recipient,
        notes=notes,
        link=qr_link(receipt.digest) if receipt.name.doctype in _GUIDES else "",
    )
    document = _accepted(receipt, inspected, notes, operation)
    refuse_taken(office, receipt.name, _register(office, receipt, document, cdr))
    return cdr


def refuse_taken(office: Office, name: FileName, holder: Registered | None) -> None:
    """1033 over a document that stands, be it the same or not; 1032 over a voided or rejected one.

    Summaries have codes of their own, and so has a contingent document that a summary told of (1084).
    """
    if holder is None or holder.standing in gives_way(office, name):
        if holder and name.is_contingency and name.doctype in _ALSO_IN_SUMMARIES and "-RC-" in holder.came_by:
            raise refusal("1084")
        return
    if name.is_batch:
        raise refusal(BATCHES[name.doctype].again)
    label = name.key.label
    if holder.standing is Standing.ACCEPTED or name.doctype in {"20", "40"}:
        raise refusal("1033", _detail(office, f"El comprobante {label} fue informado anteriormente"))
    raise refusal("1032", _detail(office, f"El comprobante {label} ya fue informado"))


def gives_way(office: Office, name: FileName) -> frozenset[Standing]:
    """The standings of a holder over which a file of this name may be registered again."""
    if name.is_contingency:
        return frozenset({Standing.ACCEPTED, Standing.REJECTED})
    return frozenset({Standing.REJECTED}) if office.in_beta or name.doctype in _MAY_COME_AGAIN else frozenset()


def _reject(office: Office, receipt: Receipt, refused: Refused, operation: str) -> Refused:
    """Register a rejection and give it back with its CDR; the reason why not, if the number is another's."""
    code = code_of(refused)
    cdr = rejection(office, receipt.filing, refused)
    document = Registered(
        receipt.name.key,
        receipt.name.stem,
        receipt.digest,
        Standing.REJECTED,
        code,
        receipt.received_at,
        came_by=operation,
    )
    holder = _register(office, receipt, document, b"" if office.in_beta and operation == "sendBill" else cdr)
    if holder:
        office.ledger.note_send(_sending(receipt, code, operation))
        try:
            refuse_taken(office, receipt.name, holder)
        except Refused as taken:
            return taken
    refused.facts["cdr"] = cdr
    return refused


def _register(office: Office, receipt: Receipt, document: Registered, cdr: bytes) -> Registered | None:
    sending = _sending(receipt, document.code, document.came_by)
    over = gives_way(office, receipt.name)
    if document.standing is Standing.REJECTED:
        over -= {Standing.ACCEPTED}  # what stands is not lost to a worse copy
    return office.ledger.register(document, sending, cdr, over=over)


def _accepted(receipt: Receipt, inspected: Inspected, notes: tuple[Note, ...], operation: str) -> Registered:
    standing = Registered(
        receipt.name.key, receipt.name.stem, receipt.digest, Standing.ACCEPTED, ACCEPTED, receipt.received_at
    )
    return replace(
        standing,
        issued_on=inspected.issued_on,
        currency=inspected.currency,
        total=inspected.total,
        recipient=inspected.recipient,
        notes=tuple(note.code for note in notes),
        came_by=operation,
    )


def _sending(receipt: Receipt, code: str, operation: str) -> Sending:
    return Sending(
        receipt.name.key, receipt.digest, code, receipt.received_at, operation, receipt.ticket, receipt.send_id
    )


def _detail(office: Office, words: str) -> str:
    return f"ticket: {office.new_ticket()} error: {words}"
