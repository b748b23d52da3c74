"""Send what waits for somebody's word: a receipt that was only signed, or one that SUNAT refused to register.

Nothing is built anew: the same signed bytes go. Where the data themselves were wrong, a corrected receipt is issued
under the same number instead.
"""

from onapi.errors import Conflict, InvalidDocument
from onapi.flows import look
from onapi.flows.look import Kept
from onapi.flows.platform import Platform, work_of
from onapi.lifecycle import Event, State, next_state
from onapi.store import submissions
from onapi.store.submissions import HistoryLine
from onapi.values.number import ReceiptId


def release(platform: Platform, receipt: ReceiptId) -> Kept:
    """Have it sent now; refused while SUNAT may already hold it, and once SUNAT has spoken."""
    kept = look.find(platform, receipt)
    was = kept.submission
    state = State(was.state)
    if state is State.SETTLED:
        raise InvalidDocument("SUNAT ya dio su veredicto sobre este comprobante.", key="number_consumed")
    if state in {State.SENDING, State.UNKNOWN}:
        raise Conflict("El comprobante ya se envió; se espera la palabra de SUNAT.", key="in_progress")
    ready = next_state(state, Event.RELEASE) if state is State.HELD else state
    platform.queue.open()
    now = platform.clock()
    changes = {"state": ready, "step": was.step + 1, "next_action_at": now, "outcome": None, "code": None}
    with platform.database.transaction() as connection:
        moved = submissions.move(connection, was.scope, was, now, **changes, description=None, channel=None)
        submissions.note(connection, was.scope, was.id, HistoryLine(now, Event.RELEASE, ready, None, None))
        platform.queue.put(connection, work_of(kept.document, moved))
    return Kept(kept.document, moved)
