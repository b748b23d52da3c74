"""Asking SUNAT now: the next question comes forward, once, and what is heard goes the usual way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flow_roads import enrol_everything, issue_any, until
from flow_world import World

from onapi.flows.issue import Issued
from onapi.flows.refresh import is_answered, refresh
from onapi.lifecycle import State
from onapi.store.receipts import Kept


def ticketed(here: World) -> Issued:
    enrol_everything(here)
    issued = issue_any(here, "09")
    until(here, issued, State.TICKETED)
    return issued


def kept(here: World, issued: Issued) -> Kept:
    return Kept(issued.document, here.now(issued))


def test_the_next_question_comes_forward_and_is_asked_once(here: World) -> None:
    issued = ticketed(here)
    here.clock.now += timedelta(seconds=1)
    asked = refresh(here.platform, kept(here, issued), "quien pregunta")
    assert asked.watched is not None
    assert asked.watched.next_action_at == here.clock()
    assert not is_answered(here.platform, asked.watched)
    before = len(here.talks(issued))
    here.step()
    assert is_answered(here.platform, asked.watched)
    assert len(here.talks(issued)) == before + 1
    line = next(line for line in here.history(issued) if line.event == "REFRESH")
    assert (line.actor, line.state) == ("quien pregunta", "TICKETED")
    here.run()
    assert here.now(issued).state == State.SETTLED
    asks = [talk for talk in here.talks(issued) if talk.operation == "getGre"]
    assert len(asks) == len({talk.at for talk in asks})


def test_not_again_within_ten_seconds(here: World) -> None:
    issued = ticketed(here)
    assert refresh(here.platform, kept(here, issued)).watched is not None
    for seconds, may in ((9, False), (1, True), (5, False)):
        here.clock.now += timedelta(seconds=seconds)
        assert (refresh(here.platform, kept(here, issued)).watched is not None) is may


def test_of_twenty_at_once_one_asks(here: World) -> None:
    issued = ticketed(here)
    now = kept(here, issued)
    with ThreadPoolExecutor(20) as pool:
        asked = list(pool.map(lambda _: refresh(here.platform, now).watched, range(20)))
    assert len([each for each in asked if each is not None]) == 1


def test_what_was_not_sent_or_is_settled_is_not_asked_about(here: World) -> None:
    issued = here.issue()
    assert refresh(here.platform, kept(here, issued)).watched is None
    here.run()
    before = len(here.talks(issued))
    assert refresh(here.platform, kept(here, issued)).watched is None
    assert (here.now(issued).state, len(here.talks(issued))) == (State.SETTLED, before)
