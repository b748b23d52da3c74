"""Ask SUNAT now what became of a receipt, because somebody wants to know: soon, once, and by the same road as ever.

What is on its way is asked about by its own durable work, which is only brought forward; so nobody asks twice at once,
and what is heard is judged and recorded as always. Of a receipt that stands in a batch, the batch is asked about. What
came from elsewhere has no work of its own: it is asked about here.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from onapi.engine import urgency
from onapi.errors import Conflict
from onapi.flows import look
from onapi.flows.move import move
from onapi.flows.platform import Platform, work_of
from onapi.flows.store_elsewhere import ask_elsewhere, is_elsewhere
from onapi.lifecycle import State
from onapi.store import refreshes, submissions
from onapi.store.receipts import Kept
from onapi.store.submissions import HistoryLine, Submission

APART: Final = timedelta(seconds=10)  # SUNAT is not asked about the same receipt more often
_ASKED = frozenset({State.TICKETED, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Asked:
    """A receipt, and whose step will move when SUNAT's answer is here; None where nothing is asked."""

    kept: Kept
    watched: Submission | None = None


def refresh(platform: Platform, kept: Kept, actor: str = "") -> Asked:
    """Have SUNAT asked now, if it may know more than we do and was not asked a moment ago."""
    led = _leader(platform, kept)
    if is_elsewhere(kept):
        if _may_ask(platform, kept):
            ask_elsewhere(platform, kept)
        return Asked(look.again(platform, kept))
    if led.submission.state not in _ASKED or not _may_ask(platform, led):
        return Asked(kept)
    return Asked(kept, _bring_forward(platform, led, actor))


def is_answered(platform: Platform, watched: Submission) -> bool:
    """Whether the question was asked and its answer recorded."""
    with platform.database.reading() as connection:
        return submissions.get(connection, watched.scope, watched.id).step != watched.step


def _leader(platform: Platform, kept: Kept) -> Kept:
    """Whose road it goes."""
    if kept.submission.state not in {State.GATHERED, State.VOIDING}:
        return kept
    around = look.surroundings_of(platform, kept)
    led = around.summary if kept.submission.state == State.GATHERED else around.voiding
    return led or kept


def _may_ask(platform: Platform, kept: Kept) -> bool:
    document = kept.document
    with platform.database.transaction() as connection:
        return refreshes.begin(connection, document.scope, document.id, platform.clock(), APART)


def _bring_forward(platform: Platform, kept: Kept, actor: str) -> Submission | None:
    """Its next step is due now; the one that waited in the queue finds itself overtaken and does nothing."""
    was, now = kept.submission, platform.clock()
    platform.queue.open()
    try:
        with platform.database.transaction() as connection:
            line = HistoryLine(now, "REFRESH", was.state, None, "Se pidió preguntar a SUNAT ahora.", actor or None)
            moved = move(platform, connection, was, line, step=was.step + 1, next_action_at=now)
            platform.queue.put(connection, work_of(kept.document, moved), priority=urgency(moved.deadline))
    except Conflict:
        return None  # it moved by itself this very moment
    return moved
