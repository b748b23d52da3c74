"""Legal windows: said aloud in time and once, kept in the order of their urgency, and never passed in silence."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flow_roads import issue_any, until
from flow_world import World
from structlog.testing import capture_logs

from onapi.engine import urgency
from onapi.flows import alert as alert_module
from onapi.flows.alert import HOURS, alert
from onapi.flows.deadlines import deadline_of
from onapi.flows.issue import Issued
from onapi.lifecycle import State


def warned(here: World, issued: Issued) -> list[str | None]:
    """What was said of its deadline."""
    return [line.message for line in here.history(issued) if line.event == "DEADLINE"]


def asleep(here: World, kind: str = "01") -> Issued:
    """One that nobody works at."""
    issued = here.issue(kind)
    for _, work in here.waiting():
        here.drop(work)
    return issued


@pytest.mark.parametrize("state", ["READY", "SENDING", "TICKETED", "UNKNOWN", "WAITING", "GATHERED"])
def test_each_warning_is_given_once_at_its_hour(here: World, state: str) -> None:
    issued = asleep(here)
    here.move(issued, state=state)
    deadline = here.now(issued).deadline
    assert deadline is not None
    given = []
    for minutes in range(-26 * 60, 121, 10):
        here.clock.now = deadline + timedelta(minutes=minutes)
        if alert(here.platform):
            given.append(minutes / 60)
    assert given == [pytest.approx(-hours, abs=0.2) for hours in HOURS]
    assert [words and words[:12] for words in warned(here, issued)] == ["Quedan menos"] * 3 + ["El plazo par"]


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({"state": "SETTLED", "outcome": "ACCEPTED"}, False),
        ({"state": "VOIDING", "outcome": "ACCEPTED"}, False),
        ({"state": "VOIDED"}, False),
        ({"state": "HELD", "outcome": "HELD", "code": "2800"}, False),
        ({"state": "HELD", "outcome": "HELD", "code": "0102"}, True),
    ],
    ids=str,
)
def test_only_what_is_on_its_way_is_warned_of(here: World, changes: dict[str, str], is_told: bool) -> None:  # noqa: FBT001  a column of the table above
    issued = asleep(here)
    here.move(issued, **changes)
    deadline = here.now(issued).deadline
    assert deadline is not None
    here.clock.now = deadline - timedelta(hours=1)
    assert alert(here.platform) == is_told


def test_two_workers_say_it_once(here: World) -> None:
    many = [asleep(here) for _ in range(6)]
    deadline = here.now(many[0]).deadline
    assert deadline is not None
    here.clock.now = deadline - timedelta(hours=5)
    with capture_logs() as logs, ThreadPoolExecutor(2) as pool:
        told = list(pool.map(alert, [here.platform] * 2))
    assert sum(told) == len(many)
    assert {len(warned(here, each)) for each in many} == {1}
    assert len(logs) == len(many)


def test_what_a_person_has_to_mend_does_not_hide_the_others(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_module, "_DEPTHS", (4, 40))
    for _ in range(6):
        here.move(asleep(here), state="HELD", outcome="HELD", code="2800")
    issued = asleep(here)
    deadline = here.now(issued).deadline
    assert deadline is not None
    here.clock.now = deadline + timedelta(seconds=1)
    assert alert(here.platform) == 1
    assert len(warned(here, issued)) == 1


def test_a_boleta_too_late_to_go_alone_begins_anew_in_the_resumen(here: World) -> None:
    issued = here.issue("03")
    deadline = here.now(issued).deadline
    assert deadline is not None
    here.move(issued, attempts=7, tries=4)
    here.clock.now = deadline + timedelta(minutes=1)
    assert alert(here.platform) == 1
    until(here, issued, State.WAITING)
    found = here.now(issued)
    assert (found.tries, found.alerted_h) == (1, None)
    assert found.deadline == deadline_of(issued.document.receipt, issued.document.issue_date, in_summary=True)
    assert found.next_action_at == here.clock()
    here.clock.now = found.deadline - timedelta(hours=2)
    assert alert(here.platform) == 1  # warned of again, by its new deadline


@pytest.mark.parametrize("kind", ["01", "20", "40", "09", "31", "04"])
def test_what_nothing_takes_any_more_is_held_and_says_so(here: World, kind: str) -> None:
    issued = issue_any(here, kind)
    deadline = here.now(issued).deadline
    assert deadline is not None
    here.clock.now = deadline + timedelta(seconds=1)
    until(here, issued, State.HELD)
    found = here.now(issued)
    assert (found.code, found.attempts, here.talks(issued)) == ("out_of_time", 0, [])
    assert "su número sigue libre" in (found.description or "")


def test_whoever_sleeps_before_an_obstacle_wakes_at_its_deadline(here: World) -> None:
    issued = here.issue()
    deadline = here.now(issued).deadline
    assert deadline is not None
    here.clock.now = deadline - timedelta(minutes=10)

    class Shut:
        def is_shut(self, **_: object) -> bool:
            return True

    object.__setattr__(here.platform, "sunat", Shut())
    here.step()
    assert here.now(issued).obstacle == "host"
    here.step()
    assert here.clock() == deadline + timedelta(seconds=1)
    assert (here.now(issued).state, here.now(issued).code) == ("HELD", "out_of_time")


def test_the_nearest_deadline_goes_first(here: World) -> None:
    many = [here.issue() for _ in range(5)] + [here.issue("03") for _ in range(5)]
    here.run()
    sent = sorted(many, key=lambda each: here.now(each).sent_at or here.clock())
    assert [each.document.receipt.doctype for each in sent] == ["01"] * 5 + ["03"] * 5
    deadlines = [here.now(each).deadline for each in sent]
    assert [urgency(each) for each in deadlines] == sorted(urgency(each) for each in deadlines)


def test_what_comes_back_from_a_try_keeps_its_urgency(here: World) -> None:
    issued = here.issue()
    here.arm({"fault": "F12", "code": "0109", "name": issued.document.receipt.file_name})
    here.step()
    assert here.now(issued).state == State.READY
    with here.platform.database.reading() as connection:
        (priority,) = connection.exec_driver_sql("SELECT priority FROM desk").one()
    assert priority == urgency(here.now(issued).deadline)
