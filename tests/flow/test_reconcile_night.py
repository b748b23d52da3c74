"""The nightly reconciliation: once, at its hour, by one worker of many, a little at a time, also when interrupted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import count

import pytest
from flow_books import Books
from flow_world import World

from onapi.flows import reconcile_night
from onapi.flows.platform import Platform
from onapi.flows.reconcile_night import last_report, reconcile_tonight
from onapi.flows.tidy import tidy
from onapi.store import nights
from onapi.store.nights import Night
from onapi.values.scope import Environment

BEFORE, AFTER = datetime(2026, 11, 21, 7, 59, tzinfo=UTC), datetime(2026, 11, 21, 8, 1, tzinfo=UTC)  # 03:00 in Lima
NIGHT = AFTER.date()


@pytest.fixture
def books(here: World) -> Books:
    """Three facturas of which SUNAT says that it has none; by night."""
    found = Books(here)
    for _ in range(3):
        found.accepted("F001", there=None)
    found.plant()
    here.clock.now = AFTER
    return found


def nightly(here: World, most: int = 5000) -> Platform:
    return replace(here.platform, reconcile_at=time(3), reconcile_most=most)


def night_of(here: World) -> Night | None:
    with here.platform.database.reading() as connection:
        return nights.find(connection, Environment.SANDBOX, NIGHT)


def each_time(seconds: float) -> Iterator[float]:
    return (seconds * n for n in count())


def test_it_waits_for_its_hour_and_is_done_once(books: Books) -> None:
    here = books.here
    here.clock.now = BEFORE
    assert reconcile_tonight(nightly(here)) is None
    assert night_of(here) is None
    here.clock.now = AFTER
    report = reconcile_tonight(nightly(here))
    assert report is not None
    assert report.counts == {"accepted_not_there": 3}
    here.clock.forward(600)
    assert reconcile_tonight(nightly(here)) is None
    here.clock.forward(24 * 3600)
    assert reconcile_tonight(nightly(here)) is not None


def test_never_is_never(books: Books) -> None:
    tidy(books.here.platform)
    assert night_of(books.here) is None


def test_a_worker_does_it_among_its_duties_and_its_report_is_kept(books: Books) -> None:
    assert last_report(books.here.platform) is None
    tidy(nightly(books.here))
    report = last_report(books.here.platform)
    assert report is not None
    assert report["counts"] == {"accepted_not_there": 3}
    assert report["complete"] is True


def test_of_many_workers_one_is_at_it(books: Books) -> None:
    with books.here.platform.database.transaction() as connection:
        place = (connection, Environment.SANDBOX, NIGHT, "z")
        until = AFTER.replace(hour=9)
        assert nights.claim(*place, now=AFTER, until=until) is not None
        assert nights.claim(*place, now=AFTER, until=until) is None
    assert reconcile_tonight(nightly(books.here)) is None


def test_whoever_comes_after_a_dead_worker_goes_on_and_the_dead_one_writes_nothing(books: Books) -> None:
    here = books.here
    with here.platform.database.transaction() as connection:
        mine = nights.claim(connection, Environment.SANDBOX, NIGHT, "z", now=AFTER, until=AFTER.replace(minute=16))
    assert mine is not None
    here.clock.now = AFTER.replace(minute=17)
    assert reconcile_tonight(nightly(here)) is not None
    with here.platform.database.transaction() as connection:
        assert not nights.keep(connection, mine, checked=99)


def test_a_slice_ends_in_time_and_the_next_goes_on_where_it_ended(books: Books) -> None:
    here = books.here
    asked = []
    for _ in range(9):
        clock = each_time(20)
        report = reconcile_tonight(nightly(here), lambda ticks=clock: next(ticks))  # type: ignore[misc]  # each look takes long
        night = night_of(here)
        assert night is not None
        asked.append(night.asked)
        here.clock.forward(30)
        if report:
            break
    assert asked[:3] == [1, 2, 3]
    assert report is not None
    assert report.counts == {"accepted_not_there": 3}


def test_a_night_has_an_end_and_the_next_one_takes_what_is_left(books: Books) -> None:
    here = books.here
    first = reconcile_tonight(nightly(here, most=2))
    assert first is not None
    assert (first.checked, first.is_whole, len(first.findings)) == (2, False, 2)
    here.clock.forward(24 * 3600)
    second = reconcile_tonight(nightly(here, most=3))
    assert second is not None
    assert len(second.findings) == 3


def test_what_agreed_and_did_not_change_is_not_asked_about_every_night(books: Books) -> None:
    here = books.here
    books.accepted("F002", there="accepted")
    here.clock.now = AFTER
    books.plant()
    first = reconcile_tonight(nightly(here))
    here.clock.forward(24 * 3600)
    second = reconcile_tonight(nightly(here))
    assert first is not None
    assert second is not None
    assert (first.asked, second.asked) == (4, 3)  # what did not agree is


def test_a_document_that_breaks_it_is_behind_it_the_next_time(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    here = books.here
    was = reconcile_night.look

    def breaks(this: object) -> Iterator[None]:
        for _ in was(this):  # type: ignore[arg-type]  # the round under way
            raise RuntimeError

    monkeypatch.setattr(reconcile_night, "look", breaks)
    with pytest.raises(RuntimeError):
        reconcile_tonight(nightly(here))
    monkeypatch.undo()
    night = night_of(here)
    assert night is not None
    assert (night.checked, night.ended_at) == (1, None)
    assert reconcile_tonight(nightly(here)) is not None
