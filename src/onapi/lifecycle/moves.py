"""Which event leads from which state to which; what is not here cannot happen.

After silence nothing is sent again; only SUNAT's own word leads back to READY.
"""

from onapi.errors import Conflict
from onapi.lifecycle.state import Event, State

S, E = State, Event

MOVES: dict[tuple[State, Event], State] = {
    (S.READY, E.SEND): S.SENDING,  # committed before the call
    (S.READY, E.REFUSED): S.HELD,  # not sendable: no SOL user, no password
    (S.SENDING, E.CDR): S.SETTLED,
    (S.SENDING, E.BUSY): S.READY,
    (S.SENDING, E.REFUSED): S.HELD,
    (S.SENDING, E.SILENCE): S.UNKNOWN,
    (S.UNKNOWN, E.CDR): S.SETTLED,
    (S.UNKNOWN, E.ABSENT): S.READY,
    (S.UNKNOWN, E.SILENCE): S.UNKNOWN,
    (S.HELD, E.RELEASE): S.READY,
}


def next_state(state: State, event: Event) -> State:
    """Where the event leads; Conflict if it cannot happen here."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise Conflict(f"{event} cannot happen in {state}", key="in_progress") from None
