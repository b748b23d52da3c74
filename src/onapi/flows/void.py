"""Void an accepted receipt: the batch that its kind asks for is made, numbered and sent, and the receipt follows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from onapi.errors import Conflict, InvalidDocument
from onapi.facts.codes import Outcome
from onapi.flows import look
from onapi.flows.carry import Carried
from onapi.flows.draw_up import Wishes, draw_up
from onapi.flows.keep import Drawn, keep_next
from onapi.flows.platform import Platform
from onapi.flows.roads import company_of
from onapi.kinds import KINDS
from onapi.kinds.batch.model import NOTES, SUMMARY, VOID, SummaryLineForm, VoidedLine
from onapi.kinds.sale.model import Sale
from onapi.library.batches import batch_of
from onapi.library.summary_line import read_for_summary, summary_line
from onapi.library.voiding import Mechanism, mechanism, void_window
from onapi.lifecycle import State
from onapi.store.documents import StoredDocument
from onapi.store.receipts import Kept
from onapi.values.moment import end_of_day, in_lima
from onapi.values.number import ReceiptId
from onapi.values.xmltree import parse_xml


@dataclass(frozen=True, slots=True)
class Voiding:
    """Where the voiding of a receipt stands."""

    kept: Kept
    mechanism: Mechanism | None  # RA, RC, RR; None where SUNAT offers no batch for its kind
    batch: Kept | None  # the last batch that names it, if there was one
    until: datetime | None  # the last moment at which SUNAT takes it
    reason: str | None = None  # RC has no place for one

    @property
    def is_under_way(self) -> bool:
        """SUNAT has not answered yet."""
        return self.kept.submission.state == State.VOIDING


def void(platform: Platform, receipt: ReceiptId, reason: str) -> Voiding:
    """Have it voided; refused, with what to do instead, where SUNAT would not take it."""
    kept = look.find(platform, receipt)
    code = _mechanism_now(platform, kept)
    company = company_of(platform, kept.document.scope)
    day, now = kept.document.issue_date, platform.clock()
    lines = _lines(platform, kept.document, code, reason)
    carried = (Carried(1, VOID, kept.document, kept.submission),)

    def draw(connection: Connection, number: int) -> Drawn:
        batch = batch_of(code, company.party, day, lines, number=number, now=now)
        return draw_up(platform, connection, company, batch, Wishes(), carried=carried)

    try:
        keep_next(platform, kept.document.scope, code, f"{in_lima(now):%Y%m%d}", draw)
    except Conflict as conflict:
        words = f"{receipt.label} está en otro envío que SUNAT todavía no juzga; espere su veredicto."
        raise Conflict(words, key="in_progress") from conflict
    return voiding_of(platform, receipt)


def voiding_of(platform: Platform, receipt: ReceiptId) -> Voiding:
    """What became of the voiding of a receipt, if one was asked for."""
    kept = look.find(platform, receipt)
    window = void_window(receipt, kept.document.issue_date)
    last_day = window.last_day(kept.document.issue_date) if window and window.days is not None else None
    batch = look.surroundings_of(platform, kept).voiding
    until = end_of_day(last_day) if last_day else None
    code = _mechanism(platform, kept.document)
    return Voiding(kept, code, batch, until, _reason(platform, batch, receipt) if batch else None)


def _reason(platform: Platform, batch: Kept, receipt: ReceiptId) -> str | None:
    """Why it was voided, as its batch says."""
    if batch.document.receipt.doctype == SUMMARY:
        return None
    told = KINDS[batch.document.receipt.doctype].read(parse_xml(platform.blobs.get(batch.document.xml)))
    name = (receipt.doctype, receipt.series, str(receipt.number))
    return next((x.reason for x in told.lines if (x.doctype, x.series, x.correlative.lstrip("0")) == name), None)


def _mechanism(platform: Platform, document: StoredDocument) -> Mechanism | None:
    """The batch for its kind; of a printer's note, the kind of receipt that it modifies tells which."""
    name = document.receipt
    modified = ""
    if name.doctype in NOTES and name.series.isdigit():
        told = _sale(platform, document).modified
        modified = told.doctype if told else ""
    return mechanism(name, modified)


def _sale(platform: Platform, document: StoredDocument) -> Sale:
    return read_for_summary(platform.blobs.get(document.xml))


def _mechanism_now(platform: Platform, kept: Kept) -> Mechanism:
    """The batch that voids it, if it may be voided now."""
    document, submission = kept.document, kept.submission
    label, state = document.receipt.label, State(submission.state)
    code = _mechanism(platform, document)
    if code is None:
        raise _refusal(f"{label} no se anula por un servicio de SUNAT; hágalo en SUNAT Operaciones en Línea.")
    if state is State.VOIDING:
        raise Conflict(f"La anulación de {label} ya está en camino.", key="in_progress")
    if state is State.VOIDED:
        raise _refusal(f"{label} ya está anulado.")
    if not state.is_final:
        words = f"{label} todavía no tiene veredicto de SUNAT; anúlelo cuando sea aceptado."
        raise InvalidDocument(words, key="document_not_final")
    if submission.outcome not in {Outcome.ACCEPTED, Outcome.OBSERVED}:
        raise _refusal(f"SUNAT no aceptó {label}: no hay nada que anular.")
    _refuse_late(platform, document)
    return code


def _refuse_late(platform: Platform, document: StoredDocument) -> None:
    window = void_window(document.receipt, document.issue_date)
    today = in_lima(platform.clock()).date()
    if window is None or window.days is None or today <= window.last_day(document.issue_date):
        return
    last = f"{window.last_day(document.issue_date):%d/%m/%Y}"
    raise _refusal(f"El plazo para anular {document.receipt.label} venció el {last}; emita una nota de crédito.")


def _lines(
    platform: Platform, document: StoredDocument, code: str, reason: str
) -> list[SummaryLineForm] | list[VoidedLine]:
    name = document.receipt
    if code != SUMMARY:
        return [VoidedLine(1, name.doctype, name.series, str(name.number), reason)]
    return [summary_line(name, _sale(platform, document), VOID)]


def _refusal(sentence: str) -> InvalidDocument:
    return InvalidDocument(sentence, key="not_voidable")
