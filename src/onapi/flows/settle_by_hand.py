"""A person's word: a CDR that SUNAT gave elsewhere, or "send it again". Both are judged, and noted with who said it.

The CDR goes through the judge that all others go through: it has to name the document. It never takes the place of a
proof that is there.
"""

from onapi.cdr import read_cdr
from onapi.errors import Conflict, InvalidDocument
from onapi.flows import look
from onapi.flows.author import written_by
from onapi.flows.check_files import file_troubles, judged, unsigned
from onapi.flows.compare import STANDS
from onapi.flows.hear import Happening
from onapi.flows.move import move, note
from onapi.flows.platform import Platform
from onapi.flows.record import record
from onapi.flows.release import release
from onapi.lifecycle import Event, State, can_happen
from onapi.store.receipts import Kept
from onapi.store.submissions import HistoryLine
from onapi.values.number import ReceiptId
from onapi.values.verdict import Verdict

BY_HAND = "person"  # the channel of a CDR that a person brought
_WAIT = "{label} está en camino a SUNAT; espere un momento y repita."
_LED = "{label} sigue a su lote ({state}): adopte la constancia del lote."
_VOID = "{label} está anulado; su constancia ya no cambia nada."
_HAS_ONE = "{label} ya tiene su constancia guardada, y dice otra cosa; no se reemplaza."
_SAME = "{label} ya tiene esta constancia, o una que dice lo mismo."
_UNSIGNED = "La firma de la constancia no se puede comprobar, y no se adopta: {words}"
_FOREIGN = "La constancia no es de {label}: no se adopta."


def adopt(platform: Platform, receipt: ReceiptId, file: bytes, actor: str) -> Kept:
    """Settle a document with a CDR; InvalidDocument if it is another's, Conflict where it may not be settled so."""
    kept = look.find(platform, receipt)
    verdict = judged(file, kept.document)
    if verdict is None:
        raise InvalidDocument(_FOREIGN.format(label=receipt.label))
    if words := unsigned(read_cdr(file)):
        raise InvalidDocument(_UNSIGNED.format(words=words))
    words = f"{actor} adoptó la constancia: {verdict.description}"
    state = State(kept.submission.state)
    if state is State.SETTLED:
        with written_by(actor):
            _attach(platform, kept, verdict, file, words)
    elif can_happen(state, Event.ADOPT):
        happening = Happening(Event.ADOPT, verdict, file, verdict.code, words, BY_HAND)
        with written_by(actor):
            record(platform, kept.document, kept.submission, happening)
    else:
        raise Conflict(_why_not(state, receipt), key="in_progress")
    return look.again(platform, kept)


def resend(platform: Platform, receipt: ReceiptId, actor: str) -> Kept:
    """Send the same signed bytes again, where that cannot make two of it."""
    kept = release(platform, receipt, actor)
    was = kept.submission
    line = HistoryLine(platform.clock(), "ASKED", was.state, None, f"{actor} pidió enviarlo otra vez.", actor)
    with platform.database.transaction() as connection:
        note(connection, was, line)
    return kept


def _attach(platform: Platform, kept: Kept, verdict: Verdict, file: bytes, words: str) -> None:
    """Give a settled document the proof that it lacks; the verdict follows the proof."""
    was, label = kept.submission, kept.document.receipt.label
    agrees = (verdict.outcome in STANDS) is (was.outcome in STANDS)
    if was.cdr is not None and _is_proof(platform, kept):
        raise Conflict((_SAME if agrees else _HAS_ONE).format(label=label))
    now = platform.clock()
    changes: dict[str, object] = {
        "outcome": verdict.outcome,
        "code": verdict.code,
        "description": verdict.description,
        "remarks": verdict.remarks,
        "link": verdict.link or None,
        "channel": BY_HAND,
        "cdr": platform.blobs.put(file),
        "cdr_issued_at": verdict.issued_at,
        "step": was.step + 1,
    }
    platform.queue.open()
    with platform.database.transaction() as connection:
        move(platform, connection, was, HistoryLine(now, Event.ADOPT, was.state, verdict.code, words), **changes)


def _is_proof(platform: Platform, kept: Kept) -> bool:
    """Whether the CDR that is kept is there and its own; one of its resumen proves it as well."""
    return not any(kind.startswith("cdr_") for kind, _ in file_troubles(platform, kept.document, kept.submission))


def _why_not(state: State, receipt: ReceiptId) -> str:
    words = _WAIT if state is State.SENDING else _VOID if state is State.VOIDED else _LED
    return words.format(label=receipt.label, state=state)
