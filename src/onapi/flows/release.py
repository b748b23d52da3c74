"""Send what waits for somebody's word: a receipt that was only signed, or one that SUNAT refused to register.

Nothing is built anew: the same signed bytes go. Where the data themselves were wrong, a corrected receipt is issued
under the same number instead. After silence a person may decide too, but only where SUNAT offers no way to ask.
"""

from onapi.engine import urgency
from onapi.errors import Conflict, InvalidDocument
from onapi.flows import look
from onapi.flows.ask import can_be_told
from onapi.flows.move import move
from onapi.flows.platform import Platform, work_of
from onapi.flows.recover import is_late_enough
from onapi.flows.roads import company_of
from onapi.flows.sender import summary_time
from onapi.lifecycle import Event, State, next_state
from onapi.store import members
from onapi.store.receipts import Kept
from onapi.store.submissions import HistoryLine
from onapi.values.number import ReceiptId, is_series_for

_SPOKEN = frozenset({State.SETTLED, State.VOIDING, State.VOIDED})


def release(platform: Platform, receipt: ReceiptId, actor: str | None = None) -> Kept:
    """Have it sent now; refused while SUNAT may already hold it, and once SUNAT has spoken."""
    kept = look.find(platform, receipt)
    was = kept.submission
    state = State(was.state)
    _refuse_what_may_not_go(platform, kept, state)
    if state is State.WAITING:
        return _put_in_line(platform, kept, actor)
    ready = state if state is State.READY else next_state(state, Event.RELEASE)
    platform.queue.open()
    now = platform.clock()
    changes = {"state": ready, "step": was.step + 1, "next_action_at": now, "outcome": None, "code": None}
    changes |= {"description": None, "channel": None, "obstacle": None}
    line = HistoryLine(now, Event.RELEASE, ready, None, None, actor)
    with platform.database.transaction() as connection:
        moved = move(platform, connection, was, line, **changes)
        platform.queue.put(connection, work_of(kept.document, moved), priority=urgency(moved.deadline))
    return Kept(kept.document, moved)


def _put_in_line(platform: Platform, kept: Kept, actor: str | None) -> Kept:
    """A boleta that was only signed waits from now on for the resumen of its day."""
    now, was = platform.clock(), kept.submission
    at = summary_time(platform, company_of(platform, was.scope)).after(kept.document.issue_date, now)
    line = HistoryLine(now, Event.RELEASE, was.state, None, None, actor)
    with platform.database.transaction() as connection:
        moved = move(platform, connection, was, line, step=was.step + 1, next_action_at=at)
    return Kept(kept.document, moved)


def _refuse_what_may_not_go(platform: Platform, kept: Kept, state: State) -> None:
    receipt = kept.document.receipt
    if not is_series_for(receipt.doctype, receipt.series):
        words = f"La serie {receipt.series} es del portal de SUNAT, que ya tiene este comprobante: no se envía."
        raise InvalidDocument(words, key="number_consumed")
    if state in _SPOKEN:
        raise InvalidDocument("SUNAT ya dio su veredicto sobre este comprobante.", key="number_consumed")
    if state is State.WAITING and kept.submission.next_action_at is not None:
        raise Conflict("El comprobante se informará en el resumen diario de su fecha.", key="in_progress")
    if state is State.UNKNOWN and not _may_go_unasked(platform, kept):
        raise Conflict("El comprobante ya se envió; se espera la palabra de SUNAT.", key="in_progress")
    if state in {State.SENDING, State.TICKETED, State.GATHERED}:
        raise Conflict("El comprobante ya se envió; se espera la palabra de SUNAT.", key="in_progress")
    if state is State.HELD and _has_let_go(platform, kept):
        words = "Lo que este envío informaba ya espera otro; envíe uno nuevo."
        raise InvalidDocument(words, key="number_consumed")


def _may_go_unasked(platform: Platform, kept: Kept) -> bool:
    """SUNAT tells nothing about this kind, has had its time, and takes the same bytes twice without harm."""
    return is_late_enough(platform, kept.submission) and not can_be_told(platform, kept.document)


def _has_let_go(platform: Platform, kept: Kept) -> bool:
    """Whether a batch's receipts were freed when SUNAT refused it."""
    document = kept.document
    with platform.database.reading() as connection:
        rows = members.of_batch(connection, document.scope, document.id)
    return any(row.closed_at is not None for row in rows)
