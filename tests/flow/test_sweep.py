"""The safety net: a submission whose work was lost gets new work, and no other does."""

from datetime import timedelta

import pytest
from flow_world import World
from structlog.testing import capture_logs

from onapi.flows.sweep import GRACE, sweep

LATE_S = (timedelta(minutes=10) + GRACE).total_seconds()


def lose_work(here: World) -> None:
    for _, work in here.waiting():
        here.drop(work)


def test_lost_work_is_put_back_loudly_and_goes_on(here: World) -> None:
    issued = here.issue()
    lose_work(here)
    here.clock.forward(GRACE.total_seconds() + 1)
    with capture_logs() as logs:
        assert sweep(here.platform) == 1
    assert [line["document"] for line in logs] == [issued.document.receipt.file_name]
    assert here.history(issued)[-1].event == "REQUEUED"
    assert sweep(here.platform) == 0  # it waits again
    here.run()
    assert (here.now(issued).outcome, here.now(issued).attempts) == ("ACCEPTED", 1)


def test_what_has_its_work_or_is_over_is_left_alone(here: World) -> None:
    waiting, settled, signed = here.issue(), here.issue(), here.issue()
    here.run()
    waiting = here.issue()
    here.clock.forward(LATE_S)
    assert sweep(here.platform) == 0
    assert here.now(settled).outcome == here.now(signed).outcome == "ACCEPTED"
    assert here.now(waiting).step == 0


def test_work_is_not_missed_before_its_time(here: World) -> None:
    here.issue()
    lose_work(here)
    here.clock.forward(GRACE.total_seconds() - 1)
    assert sweep(here.platform) == 0


@pytest.mark.parametrize(("fault", "sends"), [("F05", 1), ("F06", 2)], ids=["taken", "not taken"])
def test_a_send_whose_work_was_lost_is_asked_about_first(here: World, fault: str, sends: int) -> None:
    issued = here.issue()
    name = issued.document.receipt.file_name
    here.arm({"fault": fault, "name": name, "operation": "sendBill"})
    here.step()
    lose_work(here)
    here.move(issued, state="SENDING", next_action_at=here.clock() + timedelta(seconds=150))
    here.clock.forward(LATE_S)
    assert sweep(here.platform) == 1
    here.run()
    assert here.now(issued).outcome == "ACCEPTED"
    assert here.now(issued).attempts == sends
    assert [row["sends"] for row in here.ledger(issued)] == [1]
