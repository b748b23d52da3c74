"""Say aloud, in time, that a document nears its legal deadline, and that one has passed it."""

from datetime import datetime, timedelta

import structlog

from onapi.errors import Conflict
from onapi.flows.move import note
from onapi.flows.pause import CREDENTIAL_CODES
from onapi.flows.platform import Platform
from onapi.lifecycle import State
from onapi.store import submissions
from onapi.store.submissions import HistoryLine, Submission
from onapi.values.moment import in_lima

HOURS = (24, 6, 1, 0)  # before the deadline; the last says that it has passed
_DEPTHS = (500, 5_000, 50_000)  # how many are looked at: those that a person has to mend may stand before all others

_log = structlog.get_logger(__name__)


def alert(platform: Platform) -> int:
    """Note each document that came nearer to its deadline than it was told before; gives how many."""
    now, untold = platform.clock(), list[Submission]()
    for most in _DEPTHS:
        with platform.database.reading() as connection:
            before = now + timedelta(hours=HOURS[0])
            near = submissions.due_soon(connection, platform.environment, before, most=most)
        untold = [each for each in near if _is_news(each, now)]
        if untold or len(near) < most:
            break
    return sum(_tell(platform, each, now) for each in untold)


def _is_news(submission: Submission, now: datetime) -> bool:
    """Whether a warning is due that was not given. What stands accepted, or waits for a person, needs none."""
    if submission.state == State.VOIDING or submission.deadline is None:
        return False
    if submission.state == State.HELD and submission.code not in CREDENTIAL_CODES:
        return False
    return submission.alerted_h is None or submission.alerted_h > _hours(submission.deadline, now)


def _hours(deadline: datetime, now: datetime) -> int:
    """The last of the hours before the deadline that has come."""
    return min(each for each in HOURS if deadline - now <= timedelta(hours=each) or each == HOURS[0])


def _tell(platform: Platform, was: Submission, now: datetime) -> bool:
    hours = _hours(was.deadline or now, now)
    words = _words(hours, was)
    try:
        with platform.database.transaction() as connection:
            submissions.mark_alerted(connection, was, hours)
            note(connection, was, HistoryLine(now, "DEADLINE", was.state, None, words))
    except Conflict:
        return False  # somebody else told it
    _log.warning("near its deadline", submission=was.id, ruc=was.scope.ruc, hours=hours, state=was.state)
    return True


def _words(hours: int, submission: Submission) -> str:
    last = f"{in_lima(submission.deadline):%d/%m/%Y %H:%M}" if submission.deadline else ""
    return f"El plazo para enviarlo venció el {last}." if hours == 0 else f"Quedan menos de {hours} h: vence el {last}."
