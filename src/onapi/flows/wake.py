"""Call back what waits for an obstacle that is gone: SUNAT answers again, or the company's credentials were mended.

Documents that were refused for the credentials alone go again; of a company that is still stopped, one tries the door,
and while SUNAT's host has not answered yet, a few try that.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from onapi.engine import urgency
from onapi.errors import Conflict
from onapi.flows.move import move
from onapi.flows.pause import COMPANY, CREDENTIAL_CODES, door_of, is_doubtful, is_due, is_shut
from onapi.flows.platform import Platform, work_of
from onapi.lifecycle import Event, State, next_state
from onapi.store import documents, pauses, receipts, submissions
from onapi.store.documents import StoredDocument
from onapi.store.pauses import Pause
from onapi.store.submissions import HistoryLine, Submission
from onapi.values.scope import Scope

_MOST = 600  # in one round of half a minute: about what one worker sends in it
_DEPTHS = (_MOST, 10 * _MOST)  # how many are looked at: those of a stopped company may stand before all others
_SCOUTS = 3  # of each door in a round
_SOON = timedelta(seconds=5)
_SLEEPING = frozenset({State.READY, State.TICKETED, State.UNKNOWN})


@dataclass(slots=True)
class _Round:
    """What is known of the obstacles in this round, and who was sent to try them."""

    platform: Platform
    stopped: dict[tuple[Scope, str], Pause]
    probed: set[tuple[Scope, str]] = field(default_factory=set)
    scouts: Counter[str] = field(default_factory=Counter)

    def lets_in(self, each: Submission) -> bool:
        """Whether the company's credentials stand in the way no more, or this one is to try them."""
        place = (each.scope, door_of(each))
        pause = self.stopped.get(place)
        if pause is None:
            return True
        if place in self.probed or not is_due(self.platform, pause):
            return False
        self.probed.add(place)
        return True

    def answers(self, each: Submission) -> bool:
        """Whether its host does, or this one is to try."""
        if is_shut(self.platform, each):
            return False
        self.scouts[door_of(each)] += 1
        return not is_doubtful(self.platform, each) or self.scouts[door_of(each)] <= _SCOUTS


def wake(platform: Platform) -> int:
    """Put to work whatever nothing stands in the way of any more; gives how many."""
    with platform.database.reading() as connection:
        stopped = {(each.scope, each.door): each for each in pauses.all_of(connection, platform.environment)}
        refused = submissions.held_for(connection, platform.environment, sorted(CREDENTIAL_CODES), most=_MOST)
    this = _Round(platform, stopped)
    woken = sum(_go(platform, each, next_state(State.HELD, Event.RELEASE)) for each in refused if _goes(this, each))
    return woken + sum(_go(platform, each, State(each.state)) for each in _freed(this))


def _goes(this: _Round, held: Submission) -> bool:
    return _standing(this.platform, held) is not None and this.lets_in(held)


def _freed(this: _Round) -> list[Submission]:
    """Those that nothing hinders; where all of the nearest deadlines are hindered, those behind them."""
    found: list[Submission] = []
    for most in _DEPTHS:
        with this.platform.database.reading() as connection:
            waiting = submissions.with_obstacle(connection, this.platform.environment, most=most)
        found = list(_unhindered(this, waiting))[:_MOST]
        if found or len(waiting) < most:
            break
    return found


def _unhindered(this: _Round, waiting: Sequence[Submission]) -> Iterator[Submission]:
    later = this.platform.clock() + _SOON
    for each in waiting:
        if each.state not in _SLEEPING or each.next_action_at is None or each.next_action_at <= later:
            continue
        if this.lets_in(each) if each.obstacle == COMPANY else this.answers(each):
            yield each


def _standing(platform: Platform, submission: Submission) -> StoredDocument | None:
    """Its document; None if a corrected one has taken its number."""
    with platform.database.reading() as connection:
        document = documents.get(connection, submission.scope, submission.document_id)
        latest = receipts.find(connection, submission.scope, document.receipt) if document else None
    return document if latest is not None and latest.document.id == submission.document_id else None


def _go(platform: Platform, was: Submission, state: State) -> bool:
    now = platform.clock()
    platform.queue.open()
    document = _standing(platform, was)
    if document is None:
        return False
    changes = {"state": state, "step": was.step + 1, "next_action_at": now, "obstacle": None}
    lines = list[HistoryLine]()
    if was.state == State.HELD:
        words = "Las credenciales cambiaron, o toca probarlas otra vez."
        lines.append(HistoryLine(now, Event.RELEASE, state, None, words))
        changes |= {"outcome": None, "code": None, "description": None, "channel": None}
    try:
        with platform.database.transaction() as connection:
            moved = move(platform, connection, was, *lines, **changes)
            platform.queue.put(connection, work_of(document, moved), priority=urgency(moved.deadline))
    except Conflict:
        return False  # it moved meanwhile
    return True
