"""Work that comes late, twice, or to two workers at once changes nothing that is settled and loses nothing."""

import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flow_sunat import Scripted, bill_answer, cdr_zip, heard
from flow_world import World

from onapi.engine import Work
from onapi.errors import Conflict
from onapi.flows.hear import Happening
from onapi.flows.platform import work_of
from onapi.flows.record import record
from onapi.flows.submit import take_step
from onapi.gateways.door import Talk
from onapi.lifecycle import Event, State
from onapi.store import submissions


def first_work(issued: Any) -> Work:
    return work_of(issued.document, issued.submission)


def test_work_of_a_settled_receipt_does_nothing(here: World) -> None:
    issued = here.issue()
    here.run()
    before, talks = here.now(issued), len(here.talks(issued))
    for step in range(before.step + 2):
        take_step(here.platform, replace(first_work(issued), step=step))
    assert (here.now(issued), len(here.talks(issued)), here.waiting()) == (before, talks, [])
    assert here.ledger(issued)[0]["sends"] == 1


def test_old_work_of_a_receipt_on_its_way_does_nothing(here: World) -> None:
    issued = here.issue()
    here.arm({"fault": "F12", "value": "0109", "name": issued.document.receipt.file_name})
    here.step()
    before = here.now(issued)
    assert (before.state, before.step) == ("READY", 1)
    take_step(here.platform, first_work(issued))
    assert here.now(issued) == before
    here.run()
    assert here.now(issued).attempts == 2


def test_work_of_another_company_finds_nothing(here: World) -> None:
    issued = here.issue()
    with pytest.raises(Exception, match="No row"):
        take_step(here.platform, replace(first_work(issued), ruc="20000000010"))
    assert here.now(issued).state == "READY"


def test_two_workers_send_once(here: World) -> None:
    for _ in range(15):
        issued = here.issue()
        work = first_work(issued)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(take_step, [here.platform] * 2, [work] * 2))
        here.run()
        assert here.ledger(issued)[0]["sends"] == 1
        assert (here.now(issued).outcome, here.now(issued).attempts) == ("ACCEPTED", 1)


@pytest.mark.parametrize("doctype", ["01", "03"])
def test_an_answer_that_comes_after_another_worker_gave_up_is_not_lost(here: World, doctype: str) -> None:
    """The second takes the first for dead while SUNAT still thinks: the answer, when it comes, is adopted."""
    issued = here.issue(doctype)
    work, thinking, given_up = first_work(issued), threading.Event(), threading.Event()
    content = cdr_zip(issued.document.receipt)

    def say(call: str, _: object) -> Talk:
        if call == "send":
            thinking.set()
            assert given_up.wait(20)
            return heard(here.clock(), bill_answer(b64encode(content).decode()))
        return heard(here.clock(), b"", status=None, trouble="timeout: de prueba")

    sunat: Any = Scripted(here.clock, say)
    here.platform = replace(here.platform, sunat=sunat)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(take_step, here.platform, work)
        assert thinking.wait(20)
        take_step(here.platform, work)
        assert here.now(issued).state == "UNKNOWN"
        given_up.set()
        slow.result(20)
    for _ in range(3):
        here.step()
    assert here.now(issued).outcome == "ACCEPTED"
    assert [call for call, _ in sunat.calls].count("send") == 1


def test_a_move_from_a_state_left_behind_is_refused(here: World) -> None:
    issued = here.issue()
    old = here.now(issued)
    here.run()
    with pytest.raises(Conflict), here.platform.database.transaction() as connection:
        submissions.move(connection, old.scope, old, here.clock(), state=State.SENDING)
    with pytest.raises(Conflict):
        record(here.platform, issued.document, here.now(issued), Happening(Event.SEND))
    assert here.now(issued).outcome == "ACCEPTED"


def test_what_is_moved_and_what_comes_next_are_kept_together(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = here.issue()
    here.arm({"fault": "F12", "value": "0109", "name": issued.document.receipt.file_name})

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(here.platform.queue, "put", fail)
        with pytest.raises(OSError, match="no space"):
            here.step()
    assert (here.now(issued).state, here.now(issued).step) == ("SENDING", 0)  # the move went back with its work
    here.run()
    assert (here.now(issued).outcome, here.now(issued).attempts) == ("ACCEPTED", 2)


def test_a_receipt_and_its_first_work_are_kept_together(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(here.platform.queue, "put", fail)
    with pytest.raises(OSError, match="no space"):
        here.issue(correlativo=77_777_777)
    with here.platform.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM documents").scalar_one() == 0
