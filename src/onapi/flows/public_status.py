"""The public status of a receipt: computed from where its submission stands, never stored.

`store/lists.py` says the same in SQL, for those who ask for receipts by their status; a test holds the two together.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from onapi.flows.kept import Surroundings
from onapi.lifecycle import State
from onapi.store.lists import OVERDUE
from onapi.store.submissions import Submission

STATUSES: Final = (
    *("SIGNED", "QUEUED", "SENT", "UNKNOWN", "ACCEPTED", "OBSERVED", "REJECTED", "FAILED", "VOID_PENDING", "VOIDED"),
)
_SETTLED: Final = frozenset({"ACCEPTED", "OBSERVED", "REJECTED", "FAILED", "SIGNED", "VOIDED"})
_ON_THE_WAY: Final = frozenset({"SENT", "UNKNOWN"})
_ALONE: Final = Surroundings()
_STATUS_OF: Final[Mapping[State, str]] = {
    State.HELD: "FAILED",
    State.UNKNOWN: "UNKNOWN",
    State.TICKETED: "SENT",
    State.WAITING: "SIGNED",
    State.GATHERED: "QUEUED",
    State.VOIDING: "VOID_PENDING",
    State.VOIDED: "VOIDED",
}


def status_of(submission: Submission, now: datetime, around: Surroundings = _ALONE) -> str:
    """One of `STATUSES`."""
    state = State(submission.state)
    match state:
        case State.SETTLED:
            return str(submission.outcome)
        case State.SENDING:
            sent = submission.sent_at or now
            return "UNKNOWN" if now - sent > OVERDUE else "QUEUED"
        case State.READY:
            return "QUEUED" if submission.next_action_at else "SIGNED"
        case State.GATHERED if around.summary:
            led = status_of(around.summary.submission, now)
            return led if led in _ON_THE_WAY else "QUEUED"  # held for credentials or only signed: its number is taken
        case _:
            return _STATUS_OF[state]


def is_settled(status: str) -> bool:
    """Nothing changes any more within a wait."""
    return status in _SETTLED
