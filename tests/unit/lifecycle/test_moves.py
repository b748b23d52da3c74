"""The road of a submission: what may happen where, and how long each wait is."""

from itertools import pairwise, product

import pytest

from onapi.errors import Conflict
from onapi.lifecycle import MOVES, Event, State, next_state
from onapi.lifecycle.patience import BRISK, PATIENT, Pace, wait_s


def test_every_move_leads_where_the_table_says() -> None:
    for (state, event), after in MOVES.items():
        assert next_state(state, event) is after


@pytest.mark.parametrize(("state", "event"), [pair for pair in product(State, Event) if pair not in MOVES])
def test_what_is_not_in_the_table_cannot_happen(state: State, event: Event) -> None:
    with pytest.raises(Conflict) as caught:
        next_state(state, event)
    assert caught.value.key == "in_progress"


def test_only_sending_leads_to_sending() -> None:
    assert [pair for pair, after in MOVES.items() if after is State.SENDING] == [(State.READY, Event.SEND)]


def test_what_is_settled_can_only_be_voided_and_what_is_void_stays_so() -> None:
    assert [event for state, event in MOVES if state is State.SETTLED] == [Event.VOID]
    assert not [event for state, event in MOVES if state is State.VOIDED]
    assert {state for state in State if state.is_final} == {State.HELD, State.SETTLED, State.VOIDED}


def test_from_unknown_only_sunats_word_or_a_persons_leads_back_to_ready() -> None:
    back = [event for (state, event), after in MOVES.items() if state is State.UNKNOWN and after is State.READY]
    assert back == [Event.BUSY, Event.ABSENT, Event.RELEASE]


def test_every_state_but_voided_has_a_way_on() -> None:
    assert {state for state, _ in MOVES} == set(State) - {State.VOIDED}


def test_every_state_can_be_reached() -> None:
    assert set(MOVES.values()) == set(State)


def test_what_a_batch_carries_moves_only_as_the_batch_does() -> None:
    carried = {event for state, event in MOVES if state.is_carried}
    assert carried == {Event.CDR, Event.FREE, Event.REFUSED, Event.SILENCE, Event.KEPT, Event.VOIDED}


@pytest.mark.parametrize("pace", [PATIENT, BRISK])
@pytest.mark.parametrize("state", [State.READY, State.UNKNOWN, State.TICKETED])
def test_waits_double_up_to_their_limit(pace: Pace, state: State) -> None:
    waits = [wait_s(pace, state, tries) for tries in range(1, 40)]
    limits = {State.UNKNOWN: pace.ask_most_s, State.TICKETED: pace.poll_most_s, State.READY: pace.busy_most_s}
    most = limits[state]
    assert waits == sorted(waits)
    assert waits[-1] == most
    assert all(after in {2 * before, most} for before, after in pairwise(waits))


def test_a_try_before_the_first_waits_like_the_first() -> None:
    assert wait_s(PATIENT, State.READY, 0) == wait_s(PATIENT, State.READY, 1) == 5
    assert wait_s(PATIENT, State.READY, 10**9) == 600
