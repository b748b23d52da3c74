"""The safety net: whatever is overdue and has no work waiting for it gets new work.

Work can be lost only by a bug or a database that fails at the wrong moment; neither may lose a document.
"""

from datetime import timedelta

import structlog

from onapi.engine import urgency
from onapi.errors import Conflict
from onapi.flows.move import move
from onapi.flows.platform import Platform, work_of
from onapi.lifecycle import State
from onapi.store import documents, submissions
from onapi.store.submissions import HistoryLine, Submission

GRACE = timedelta(seconds=30)
_MOST = 200
WORKING = (State.READY, State.SENDING, State.TICKETED, State.UNKNOWN)  # have durable work of their own

_log = structlog.get_logger(__name__)


def sweep(platform: Platform) -> int:
    """Put back what fell out of the queue; gives how many there were."""
    with platform.database.reading() as connection:
        due = platform.clock() - GRACE
        overdue = submissions.overdue(connection, platform.environment, WORKING, due, most=_MOST)
    return sum(_put_back(platform, submission) for submission in overdue)


def _put_back(platform: Platform, submission: Submission) -> bool:
    with platform.database.reading() as connection:
        document = documents.get(connection, submission.scope, submission.document_id)
    if document is None or platform.queue.holds(work_of(document, submission)):
        return False
    now = platform.clock()
    try:
        with platform.database.transaction() as connection:
            changes = {"step": submission.step + 1, "next_action_at": now}
            line = HistoryLine(now, "REQUEUED", submission.state, None, "El trabajo se había perdido; se repuso.")
            moved = move(platform, connection, submission, line, **changes)
            platform.queue.put(connection, work_of(document, moved), priority=urgency(moved.deadline))
    except Conflict:
        return False  # it moved meanwhile
    _log.error("lost work was put back", submission=submission.id, document=document.receipt.file_name)
    return True
