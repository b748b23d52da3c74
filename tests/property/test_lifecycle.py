"""No run of events leads from silence to a second send without SUNAT's own word."""

from hypothesis import given, settings
from hypothesis import strategies as st

from onapi.lifecycle import MOVES, Event, State, next_state

_WORDS = frozenset({Event.CDR, Event.ABSENT, Event.REFUSED, Event.RELEASE, Event.ADOPT})  # RELEASE, ADOPT: a person's
_TOLD_BY_A_TICKET = frozenset({State.TICKETED, State.UNKNOWN})  # there BUSY is what the ticket says


@settings(max_examples=200)
@given(st.data())
def test_after_silence_only_sunats_word_allows_another_send(data: st.DataObject) -> None:
    state, may_be_there = State.READY, False
    for _ in range(data.draw(st.integers(1, 25))):
        choices = [event for known, event in MOVES if known is state]
        if not choices:
            break
        event = data.draw(st.sampled_from(choices))
        assert not (event is Event.SEND and may_be_there), "sent again while SUNAT may hold it"
        if event is Event.SILENCE:
            may_be_there = True
        elif event in _WORDS or (event is Event.BUSY and state in _TOLD_BY_A_TICKET):
            may_be_there = False
        state = next_state(state, event)
    assert state is not State.READY or not may_be_there
