"""A company that SUNAT does not let in stops alone, tries the door now and then, and goes on when it opens."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flow_roads import enrol_everything, issue_any, until, work_for
from flow_sunat import Scripted, fault_answer, heard
from flow_world import BORN, RUC, World

from onapi.flows import enrol, wake
from onapi.flows.issue import Issued, Request, issue
from onapi.flows.tidy import tidy
from onapi.gateways.door import Talk
from onapi.gateways.sunat import Circuit
from onapi.library.forms import Told
from onapi.lifecycle import State
from onapi.sign.certificate import self_signed
from onapi.store import pauses, submissions
from onapi.values.identity import RUC as RUC_TYPE
from onapi.values.party import Address, Party

OTHER = "20000000010"
ROUND = timedelta(seconds=30)


def another_company(here: World, ruc: str = OTHER) -> None:
    """Enrolled beside the first, with a good password."""
    scope = here.platform.scope(ruc)
    enrol.enrol(here.platform, Party(RUC_TYPE, ruc, "OTRA S.A.C.", "", Address("JR. CUSCO 100", "150101")))
    enrol.keep_signer(here.platform, scope, self_signed(ruc, "OTRA S.A.C.", BORN))
    enrol.set_sol(here.platform, scope, "MODDATOS", "moddatos")


def of_another(here: World, ruc: str = OTHER) -> Issued:
    """A factura of the other company."""
    document = {
        "serie": "F001",
        "correlativo": next(here.numbers),
        "client": {"tipoDoc": "6", "numDoc": "20000000028", "rznSocial": "CLIENTE DE PRUEBA"},
        "details": [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}],
    }
    return issue(here.platform, Request(ruc, Told("json", document, doctype="01", pointer="/document")))


def password(here: World, word: str) -> None:
    """Give the first company this password."""
    enrol.set_sol(here.platform, here.platform.scope(RUC), "MODDATOS", word)


def tried(here: World, many: list[Issued]) -> int:
    """How many of them were sent, ever."""
    return sum(len(here.talks(each)) for each in many)


def live(here: World, time: timedelta) -> None:
    """Work, and look after everything each half minute, as a worker does."""
    for _ in range(int(time / ROUND)):
        work_for(here, ROUND)
        wake.wake(here.platform)


def test_a_wrong_password_is_tried_once_and_then_once_a_quarter_of_an_hour(here: World) -> None:
    another_company(here)
    password(here, "otra")
    many = [here.issue() for _ in range(12)]
    others = [of_another(here) for _ in range(2)]
    work_for(here, timedelta(minutes=14))
    assert tried(here, many) == 1
    assert {here.now(each).outcome for each in others} == {"ACCEPTED"}
    states = Counter((here.now(each).state, here.now(each).obstacle) for each in many)
    assert states == {("HELD", None): 1, ("READY", "company"): 11}
    live(here, timedelta(minutes=61))
    assert tried(here, many) == 1 + 4
    assert sum(here.now(each).attempts for each in many) == 1 + 4
    assert here.now(of_another(here)).state == "READY"
    password(here, "moddatos")
    tidy_and_work(here)
    assert {here.now(each).outcome for each in many} == {"ACCEPTED"}
    assert all(len(here.ledger(each)) == 1 for each in many)


def tidy_and_work(here: World) -> None:
    """One round, and what follows from it at once."""
    wake.wake(here.platform)
    work_for(here, timedelta(seconds=1))


def test_what_sunat_mends_is_found_by_one_probe(here: World) -> None:
    """0102 by mistake: nobody here changes anything, the next probe passes, and everything goes."""
    here.arm({"fault": "F12", "code": "0102", "count": 1000})
    many = [here.issue() for _ in range(6)]
    live(here, timedelta(minutes=10))
    assert tried(here, many) == 1
    here.arm()
    live(here, timedelta(minutes=6))
    assert {here.now(each).outcome for each in many} == {"ACCEPTED"}
    with here.platform.database.reading() as connection:
        assert pauses.all_of(connection, here.platform.environment) == []


def test_ten_thousand_waiting_of_one_company_do_not_hide_another_that_was_mended(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "_MOST", 4)
    monkeypatch.setattr(wake, "_DEPTHS", (4, 40))
    another_company(here)
    enrol.set_sol(here.platform, here.platform.scope(OTHER), "MODDATOS", "mala")
    password(here, "otra")
    noisy = [here.issue() for _ in range(8)]
    work_for(here, timedelta(seconds=1))
    here.clock.forward(3600)  # the other's deadline is the same day, and stands behind in the order of its issue
    quiet = [of_another(here) for _ in range(3)]
    work_for(here, timedelta(seconds=1))
    here.clock.forward(60)
    enrol.set_sol(here.platform, here.platform.scope(OTHER), "MODDATOS", "moddatos")
    tidy_and_work(here)
    assert {here.now(each).outcome for each in quiet} == {"ACCEPTED"}
    assert tried(here, noisy) <= 3


def test_0111_alone_stops_the_company_and_with_others_in_trouble_it_does_not(here: World) -> None:
    boleta, real = here.issue("03"), here.platform.sunat
    refused = replace(heard(here.clock(), fault_answer("soap-env:Client.0111"), status=500))

    class Troubled(Scripted):
        def troubles_others(self, *_: object) -> bool:
            return True

    sunat: Any = Scripted(here.clock, lambda *_: refused)
    here.platform = replace(here.platform, sunat=sunat)
    until(here, boleta, State.HELD)
    assert here.now(boleta).code == "0111"
    with here.platform.database.transaction() as connection:
        assert [each.code for each in pauses.all_of(connection, here.platform.environment)] == ["0111"]
        pauses.end(connection, here.platform.scope(RUC), "sol")
    troubled: Any = Troubled(here.clock, lambda *_: refused)
    here.platform = replace(here.platform, sunat=troubled)
    second = here.issue("03")
    until(here, second, State.UNKNOWN)
    with here.platform.database.reading() as connection:
        assert pauses.all_of(connection, here.platform.environment) == []
    here.platform = replace(here.platform, sunat=real)


def test_0111_heard_by_a_process_that_died_is_judged_like_any_other(here: World) -> None:
    boleta = here.issue("03")
    refused = heard(here.clock(), fault_answer("soap-env:Client.0111"), status=500)
    sunat: Any = Scripted(here.clock, lambda *_: refused)
    here.platform = replace(here.platform, sunat=sunat)
    was = here.move(boleta, state=State.SENDING, attempts=1, sent_at=here.clock())
    with here.platform.database.transaction() as connection:
        talk = {"at": refused.at, "operation": "sendBill", "address": refused.address, "duration_ms": 1}
        told = {"status": refused.status, "answer": refused.answer, "trouble": ""}
        submissions.keep_talk(connection, was.scope, was.id, **talk, **told)
    here.step()
    assert (here.now(boleta).state, here.now(boleta).code) == ("HELD", "0111")


def test_credentials_for_guides_do_not_stop_facturas_nor_the_other_way(here: World) -> None:
    enrol_everything(here)
    here.arm({"fault": "F30", "variant": "token", "count": 1000})
    guides = [issue_any(here, "09") for _ in range(3)]
    facturas = [here.issue() for _ in range(2)]
    work_for(here, timedelta(minutes=10))
    assert Counter(here.now(each).state for each in guides) == {"HELD": 1, "READY": 2}
    assert {here.now(each).outcome for each in facturas} == {"ACCEPTED"}
    here.arm()
    enrol.set_gre(here.platform, here.platform.scope(RUC), "cliente", "otro secreto")
    wake.wake(here.platform)
    here.run()
    assert {here.now(each).outcome for each in guides} == {"ACCEPTED"}


def test_a_document_without_credentials_waits_for_them(here: World) -> None:
    guide = issue_any(here, "09")
    work_for(here, timedelta(minutes=1))
    assert (here.now(guide).state, here.now(guide).code) == ("HELD", "gre_credentials_missing")
    enrol.set_gre(here.platform, here.platform.scope(RUC), "cliente", "secreto")
    wake.wake(here.platform)
    here.run()
    assert here.now(guide).outcome == "ACCEPTED"


def test_only_the_last_revision_of_what_was_refused_goes_again(here: World) -> None:
    """A corrected one took the number while the company was stopped: the first stays where it is, for ever."""
    password(here, "otra")
    first = here.issue()
    work_for(here, timedelta(seconds=1))
    name = first.document.receipt
    second = here.issue(serie=name.series, correlativo=name.number, observacion="corregida")
    assert second.document.revision == 2
    work_for(here, timedelta(seconds=1))
    password(here, "moddatos")
    wake.wake(here.platform)
    here.run()
    assert (here.now(first).state, here.now(first).attempts) == ("HELD", 1)
    assert here.now(second).outcome == "ACCEPTED"
    assert len(here.ledger(second)) == 1


def test_what_is_too_late_says_nothing_about_the_credentials(here: World) -> None:
    """It was sent before and goes no more: that must not open the door to a wrong password."""
    password(here, "otra")
    many = [here.issue() for _ in range(3)]
    work_for(here, timedelta(seconds=1))
    late = next(each for each in many if here.now(each).state == State.READY)
    here.move(late, attempts=2, deadline=here.clock() - timedelta(days=30))
    with here.platform.database.transaction() as connection:
        day = (here.clock() - timedelta(days=33)).date().isoformat()
        connection.exec_driver_sql("UPDATE documents SET issue_date = ? WHERE id = ?", (day, late.document.id))
    here.clock.forward(here.platform.pace.obstacle_s)
    until(here, late, State.HELD)
    assert here.now(late).code == "out_of_time"
    with here.platform.database.reading() as connection:
        assert len(pauses.all_of(connection, here.platform.environment)) == 1


def test_a_password_that_is_mended_while_the_old_one_is_refused_counts(here: World) -> None:
    password(here, "otra")
    issued, real = here.issue(), here.platform.sunat

    class Slow(Scripted):
        def send_bill(self, *parts: Any) -> Talk:
            talk = real.send_bill(*parts)
            if len(self.calls) == 0:
                password(here, "moddatos")
            self.calls.append(("send", here.clock()))
            return talk

    sunat: Any = Slow(here.clock, lambda *_: heard(here.clock(), b""))
    here.platform = replace(here.platform, sunat=sunat)
    work_for(here, timedelta(seconds=10))
    assert (here.now(issued).outcome, here.now(issued).attempts) == ("ACCEPTED", 2)


class Host(Scripted):
    """SUNAT's host behind its circuit, as the wire keeps it."""

    stands = Circuit.CLOSED

    def is_shut(self, **_: object) -> bool:
        """While the circuit stands open."""
        return self.stands is Circuit.OPEN

    def circuit(self, **_: object) -> Circuit:
        """One host."""
        return self.stands


def test_while_the_host_is_shut_documents_wait_without_attempts_and_then_go_the_nearest_deadline_first(
    here: World,
) -> None:
    real = here.platform.sunat
    sent: list[str] = []

    class Door(Host):
        def send_bill(self, account: Any, file_name: str, *parts: Any) -> Talk:
            sent.append(file_name)
            if self.stands is not Circuit.CLOSED:
                self.stands = Circuit.CLOSED
            return real.send_bill(account, file_name, *parts)

    door: Any = Door(here.clock, lambda *_: heard(here.clock(), b""))
    here.platform = replace(here.platform, sunat=door)
    door.stands = Circuit.OPEN
    many = [here.issue() for _ in range(8)]  # accepting goes on
    urgent = many[5]
    here.move(urgent, deadline=here.clock() + timedelta(hours=20))
    live(here, timedelta(hours=3))
    assert (sent, tried(here, many)) == ([], 0)
    assert {(here.now(each).attempts, here.now(each).obstacle) for each in many} == {(0, "host")}
    door.stands = Circuit.HALF_OPEN
    assert wake.wake(here.platform) == 3  # scouts, for nobody knows yet
    here.step()
    assert door.stands is Circuit.CLOSED
    tidy_and_work(here)
    assert {here.now(each).outcome for each in many} == {"ACCEPTED"}
    assert sent[0] == urgent.document.receipt.file_name


def test_one_duty_that_fails_does_not_keep_the_others_from_being_done(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = here.issue()
    for _, work in here.waiting():
        here.drop(work)
    here.clock.forward(3600)

    def fail(_: object) -> int:
        raise RuntimeError

    monkeypatch.setattr("onapi.flows.tidy.wake", fail)
    with pytest.raises(RuntimeError):
        tidy(here.platform)
    here.run()
    assert here.now(lost).outcome == "ACCEPTED"
