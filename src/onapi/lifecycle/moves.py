"""Which event leads from which state to which; what is not here cannot happen.

After silence nothing is sent again by itself; only SUNAT's own word leads back to READY, or a person's.
"""

from onapi.errors import Conflict
from onapi.lifecycle.state import Event, State

S, E = State, Event

MOVES: dict[tuple[State, Event], State] = {
    (S.READY, E.SEND): S.SENDING,  # committed before the call
    (S.READY, E.REFUSED): S.HELD,  # not sendable: no SOL user, no password, too late
    (S.READY, E.LATE): S.WAITING,
    (S.READY, E.GATHER): S.GATHERED,  # never sent, and somebody's own resumen names it
    (S.READY, E.CDR): S.SETTLED,  # the answer to an earlier send, which came when nobody waited for it any more
    (S.READY, E.TICKET): S.TICKETED,  # the same
    (S.SENDING, E.CDR): S.SETTLED,
    (S.SENDING, E.TICKET): S.TICKETED,
    (S.SENDING, E.BUSY): S.READY,
    (S.SENDING, E.REFUSED): S.HELD,
    (S.SENDING, E.SILENCE): S.UNKNOWN,
    (S.TICKETED, E.CDR): S.SETTLED,
    (S.TICKETED, E.PENDING): S.TICKETED,
    (S.TICKETED, E.SILENCE): S.TICKETED,
    (S.TICKETED, E.BUSY): S.READY,  # the ticket itself says that nothing was taken
    (S.TICKETED, E.REFUSED): S.HELD,
    (S.TICKETED, E.LOST): S.UNKNOWN,
    (S.UNKNOWN, E.CDR): S.SETTLED,
    (S.UNKNOWN, E.TICKET): S.TICKETED,  # it came after somebody had taken the sender for dead
    (S.UNKNOWN, E.BUSY): S.READY,  # told by a ticket that was found again
    (S.UNKNOWN, E.REFUSED): S.HELD,
    (S.UNKNOWN, E.PENDING): S.UNKNOWN,
    (S.UNKNOWN, E.SILENCE): S.UNKNOWN,
    (S.UNKNOWN, E.ABSENT): S.READY,
    (S.UNKNOWN, E.RELEASE): S.READY,  # where SUNAT offers no question, a person decides
    (S.WAITING, E.GATHER): S.GATHERED,
    (S.WAITING, E.CDR): S.SETTLED,  # of when it was sent alone, as above
    (S.WAITING, E.REFUSED): S.HELD,
    (S.GATHERED, E.CDR): S.SETTLED,
    (S.GATHERED, E.FREE): S.WAITING,
    (S.GATHERED, E.SILENCE): S.UNKNOWN,  # it stood alone in a resumen, and SUNAT says that it knows it already
    (S.GATHERED, E.REFUSED): S.HELD,  # it stood alone in the resumen that SUNAT refused
    (S.HELD, E.RELEASE): S.READY,
    (S.HELD, E.CDR): S.SETTLED,  # as above
    (S.HELD, E.LATE): S.WAITING,
    (S.HELD, E.GATHER): S.GATHERED,
    (S.READY, E.ADOPT): S.SETTLED,
    (S.WAITING, E.ADOPT): S.SETTLED,
    (S.TICKETED, E.ADOPT): S.SETTLED,
    (S.UNKNOWN, E.ADOPT): S.SETTLED,
    (S.HELD, E.ADOPT): S.SETTLED,
    (S.SETTLED, E.VOID): S.VOIDING,
    (S.VOIDING, E.KEPT): S.SETTLED,
    (S.VOIDING, E.VOIDED): S.VOIDED,
}


def next_state(state: State, event: Event) -> State:
    """Where the event leads; Conflict if it cannot happen here."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise Conflict(f"{event} cannot happen in {state}", key="in_progress") from None


def can_happen(state: State, event: Event) -> bool:
    """Whether the event can happen here."""
    return (state, event) in MOVES
