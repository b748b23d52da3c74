"""Boletas in a resumen diario: each in at most one that is alive, following its verdict together, none ever lost."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import structlog
from batch_world import begin_batches, boleta, counted, find, kept, lives, note_of, plant, sizes, states
from flow_world import BORN, RUC, World

from onapi.api.shapes.record import record
from onapi.flows import enrol, look, waiting_line
from onapi.flows.release import release
from onapi.flows.summarise import gather, summarise
from onapi.flows.wake import wake
from onapi.lifecycle import State
from onapi.lifecycle.schedule import SummaryTime
from onapi.sign.certificate import self_signed
from onapi.store import documents, submissions
from onapi.store.documents import StoredDocument
from onapi.store.tables import companies as company_rows
from onapi.store.tables import documents as document_rows
from onapi.values.moment import LIMA

HALF_PAST_ONE = SummaryTime(time(1, 30))
AT_NIGHT = datetime(2026, 11, 21, 1, 30, tzinfo=LIMA)


@pytest.fixture(autouse=True)
def _batches(here: World) -> None:
    begin_batches(here)


@pytest.fixture
def log() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as found:
        yield found


def at_night(here: World) -> None:
    """Gather at half past one, as in production."""
    here.platform = replace(here.platform, summary_time=HALF_PAST_ONE)


def public(here: World, document: StoredDocument) -> dict[str, Any]:
    """What the API tells of it."""
    found = find(here, document.receipt)
    return record(found, here.clock(), look.surroundings_of(here.platform, found))


def test_it_waits_for_its_hour_and_follows_its_resumen(here: World) -> None:
    at_night(here)
    first, second = boleta(here), boleta(here)
    told = public(here, first.document)
    assert (told["status"], told["numberState"], told["summary"]) == ("SIGNED", "TAKEN", None)
    assert told["nextAction"]["code"] == "summarise"
    assert datetime.fromisoformat(told["nextAction"]["at"]) == AT_NIGHT
    here.clock.now = AT_NIGHT - timedelta(seconds=1)
    assert summarise(here.platform) == 0
    here.clock.forward(1)
    assert (summarise(here.platform), summarise(here.platform)) == (1, 0)
    told = public(here, first.document)
    (batch,) = kept(here, "RC")
    assert (told["status"], told["summary"]) == ("QUEUED", batch.document.receipt.label)
    assert told["nextAction"]["at"] is not None
    here.step()
    assert public(here, first.document)["status"] == "SENT"
    here.run()
    (batch,) = kept(here, "RC")
    for each in (first, second):
        told = public(here, each.document)
        assert (told["status"], told["summary"]) == ("ACCEPTED", batch.document.receipt.label)
        assert (told["sunat"]["channel"], told["nextAction"]) == ("getStatus", None)
        assert here.now(each).cdr == batch.submission.cdr
        assert [row["state"] for row in here.ledger(each)] == ["accepted"]
    assert here.states(first) == ["WAITING", "GATHERED", "SETTLED"]


def test_twelve_hundred_and_one_go_in_three(here: World) -> None:
    first = boleta(here)
    plant(here, 1200, first)
    with counted(here) as said:
        assert summarise(here.platform) == 3
    assert sizes(here) == [500, 500, 201]
    assert len(said) < 120  # a resumen's statements do not grow with its lines
    with counted(here) as said:
        here.run()
    assert len(said) < 200
    batches = {each.submission.cdr for each in kept(here, "RC")}
    assert states(here) == {"SETTLED": 1201}
    assert {each.submission.cdr for each in kept(here, "03")} == batches
    assert len(batches) == 3


def test_days_and_currencies_go_apart(here: World) -> None:
    boleta(here)
    boleta(here, tipoMoneda="USD")
    boleta(here, fechaEmision="2026-11-19")
    assert summarise(here.platform) == 3
    here.run()
    assert states(here) == {"SETTLED": 3}


def test_only_what_is_due_is_gathered(here: World) -> None:
    at_night(here)
    today, yesterday = boleta(here), boleta(here, fechaEmision="2026-11-19")
    here.move(yesterday, next_action_at=here.clock())
    late = boleta(here)
    here.move(late, next_action_at=here.clock())  # as after a refusal
    assert summarise(here.platform) == 2
    assert here.now(today).state == State.WAITING
    assert gather(here.platform, RUC, today.document.issue_date) == 1  # somebody asks for it


def test_an_old_one_does_not_wait_for_the_night(here: World) -> None:
    at_night(here)
    old = boleta(here, fechaEmision="2026-11-14")
    assert here.now(old).deadline is not None
    assert summarise(here.platform) == 1
    here.run()
    assert here.now(old).outcome == "ACCEPTED"


def test_the_guilty_one_stands_alone_in_the_end(here: World) -> None:
    fine = [boleta(here) for _ in range(2)]
    planted = plant(here, 17, fine[0])
    guilty = note_of(here, "B001-99999999")  # SUNAT knows no such boleta
    rounds = 0
    while summarise(here.platform):
        here.run()
        rounds += 1
    assert (rounds, sizes(here)) == (3, [20, 5, 5, 5, 5, 2, 2, 1])
    assert states(here) == {"SETTLED": 19}
    assert {find(here, each.receipt).submission.outcome for each in planted} == {"ACCEPTED"}
    told = public(here, guilty.document)
    assert (told["status"], told["sunat"]["code"], told["numberState"]) == ("FAILED", "2989", "FREE")
    assert told["summary"] is None
    assert not lives(here)


@pytest.mark.parametrize("code", ["0306", "2325"])
def test_a_refused_resumen_loses_nobody(here: World, code: str) -> None:
    first = boleta(here)
    plant(here, 7, first)
    summarise(here.platform)
    here.arm({"fault": "F11", "code": code, "spelling": "usual", "operation": "sendSummary"})
    here.run()
    assert states(here) == {"WAITING": 8}
    if code == "2325":  # about the certificate, not about any of them: later, and all together
        assert summarise(here.platform) == 0
        here.clock.forward(here.platform.pace.probe_s)
    summarise(here.platform)
    assert sizes(here) == ([8, 8] if code == "2325" else [8, 2, 2, 2, 2])
    here.run()
    assert states(here) == {"SETTLED": 8}


def test_refused_credentials_keep_it_where_it_is(here: World) -> None:
    first = boleta(here)
    scope = here.platform.scope(RUC)
    enrol.set_sol(here.platform, scope, "MODDATOS", "otra")
    summarise(here.platform)
    here.run()
    assert [each.submission.state for each in kept(here, "RC")] == [State.HELD]
    told = public(here, first.document)
    assert (told["status"], told["numberState"]) == ("QUEUED", "TAKEN")
    assert told["nextAction"]["code"] == "fix_credentials"
    assert summarise(here.platform) == 0
    enrol.set_sol(here.platform, scope, "MODDATOS", "moddatos")
    wake(here.platform)
    here.run()
    assert public(here, first.document)["status"] == "ACCEPTED"


def test_a_lost_answer_leaves_it_in_its_resumen(here: World) -> None:
    first = boleta(here)
    summarise(here.platform)
    here.arm({"fault": "F05", "operation": "sendSummary"})
    here.step()
    told = public(here, first.document)
    assert (told["status"], told["numberState"]) == ("UNKNOWN", "UNKNOWN")
    assert (summarise(here.platform), lives(here)) == (0, {first.document.id: 1})


def test_who_is_second_makes_no_other(here: World) -> None:
    first = boleta(here)
    plant(here, 40, first)
    (day,) = _days(here)
    found = waiting_line.next_group(here.platform, day, None)  # one worker looks, another is quicker
    assert summarise(here.platform) == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waiting_line, "next_group", lambda *_: found)
        assert gather(here.platform) == 0
    assert (sizes(here), set(lives(here).values())) == ([41], {1})


def _days(here: World) -> Any:
    with here.platform.database.reading() as connection:
        return documents.days_waiting(connection, here.platform.environment)


def test_many_workers_at_once_make_as_many_as_one(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_line, "MOST_LINES", 50)
    plant(here, 99, boleta(here))
    ready = threading.Barrier(4)
    made: list[int] = []

    def work() -> None:
        ready.wait()
        made.append(summarise(here.platform))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    summarise(here.platform)
    assert (sizes(here), set(lives(here).values())) == ([50, 50], {1})
    assert states(here) == {"GATHERED": 100}


def test_without_certificate_it_is_said_and_heals(here: World, log: list[Any]) -> None:
    first = boleta(here)
    with here.platform.database.transaction() as connection:
        connection.execute(company_rows.update().values(certificate=None))
    assert (summarise(here.platform), summarise(here.platform)) == (0, 0)
    assert {line["event"] for line in log if line["log_level"] == "error"} == {"a resumen could not be made"}
    assert "certificado" in public(here, first.document)["delivery"]["lastError"]
    signer = self_signed(RUC, "EMPRESA DE PRUEBA S.A.C.", BORN)
    enrol.keep_signer(here.platform, here.platform.scope(RUC), signer)
    assert summarise(here.platform) == 1
    here.run()
    assert here.now(first).outcome == "ACCEPTED"


def test_one_that_fits_in_none_does_not_hold_up_the_others(here: World, log: list[Any]) -> None:
    fine, unreadable, unfit = boleta(here), boleta(here), boleta(here)
    with here.platform.database.transaction() as connection:
        rows = document_rows.update()
        connection.execute(rows.where(document_rows.c.id == unreadable.document.id).values(xml="0" * 64))
        connection.execute(rows.where(document_rows.c.id == unfit.document.id).values(series="EB01"))
    summarise(here.platform)
    here.run()
    assert here.now(fine).outcome == "ACCEPTED"
    assert (here.now(unfit).state, here.now(unfit).code) == (State.HELD, "not_for_summary")
    assert here.now(unreadable).state == State.WAITING
    assert {line["event"] for line in log if line["log_level"] == "error"} >= {
        "a boleta cannot be read",
        "a boleta fits in no resumen",
    }


def test_a_line_that_our_rules_refuse_is_put_aside(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = boleta(here), boleta(here)
    real = waiting_line.read_for_summary
    total = second.document.receipt.number

    def spoilt(xml: bytes) -> Any:
        sale = real(xml)
        bad = replace(sale.customer, id_type="Z")
        return replace(sale, customer=bad) if sale.id.number == total else sale

    monkeypatch.setattr(waiting_line, "read_for_summary", spoilt)
    assert summarise(here.platform) == 1
    assert here.now(first).state == State.GATHERED
    assert (here.now(second).state, here.now(second).code) == (State.HELD, "2016")


def test_a_note_waits_for_its_boleta(here: World) -> None:
    first = boleta(here, fechaEmision="2026-11-19")
    note = note_of(here, first.document.receipt.label)
    together = boleta(here)
    with_it = note_of(here, together.document.receipt.label)
    assert summarise(here.platform) == 2
    assert (here.now(note).state, here.now(with_it).state) == (State.WAITING, State.GATHERED)
    here.run()
    assert summarise(here.platform) == 1
    here.run()
    assert {here.now(each).outcome for each in (first, note, together, with_it)} == {"ACCEPTED"}


def test_one_tried_alone_for_days_is_not_taken_for_guilty(here: World) -> None:
    first = boleta(here)
    for each in plant(here, 5, first):
        found = find(here, each.receipt).submission
        with here.platform.database.transaction() as connection:
            submissions.move(connection, found.scope, found, here.clock(), attempts=30)
    assert summarise(here.platform) == 1
    assert sizes(here) == [6]


def test_only_signed_it_waits_for_a_word(here: World) -> None:
    at_night(here)
    signed = boleta(here, send_it=False)
    told = public(here, signed.document)
    assert (told["status"], told["nextAction"]["code"]) == ("SIGNED", "send_on_request")
    here.clock.now = AT_NIGHT
    assert summarise(here.platform) == 0
    release(here.platform, signed.document.receipt)
    assert public(here, signed.document)["nextAction"]["code"] == "summarise"
    assert summarise(here.platform) == 1
    here.run()
    assert here.now(signed).outcome == "ACCEPTED"
