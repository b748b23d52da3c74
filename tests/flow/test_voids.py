"""Voiding: the batch that each kind asks for, what follows its verdict, and what is refused with the reason."""

from dataclasses import replace
from typing import Any

import pytest
from batch_world import begin_batches, boleta, day_of, find, kept, lines_of, lives, note_of, send
from flow_roads import enrol_everything, issue_any
from flow_world import RUC, World

from onapi.api.shapes.cancellation import cancellation
from onapi.api.shapes.record import record
from onapi.errors import Conflict, InvalidDocument, NotFound, OnapiError
from onapi.flows import enrol, look, press
from onapi.flows.issue import Issued, Request, issue
from onapi.flows.print import printed
from onapi.flows.summarise import summarise
from onapi.flows.void import void, voiding_of
from onapi.flows.wake import wake
from onapi.library import read
from onapi.library.forms import tell
from onapi.lifecycle import State
from onapi.values.number import ReceiptId

WHY = "ERROR EN RUC"


@pytest.fixture(autouse=True)
def _batches(here: World) -> None:
    begin_batches(here)


def told(here: World, name: ReceiptId) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record and the cancellation, as the API tells them."""
    found = find(here, name)
    around = look.surroundings_of(here.platform, found)
    return record(found, here.clock(), around), cancellation(voiding_of(here.platform, name), here.clock())


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        *((kind, "RA") for kind in ("01", "07", "08")),
        *((kind, "RR") for kind in ("20", "40", "04")),
        ("03", "RC"),
        ("03 in summary", "RC"),
    ],
)
def test_each_kind_has_its_batch(here: World, kind: str, code: str) -> None:
    issued = boleta(here) if "summary" in kind else issue_any(here, kind)
    summarise(here.platform)
    here.run()
    name = issued.document.receipt
    assert here.now(issued).outcome == "ACCEPTED", here.now(issued)
    before = told(here, name)
    assert (before[1]["cancelStatus"], before[1]["mechanism"]) == ("NOT_REQUESTED", code)
    asked = void(here.platform, name, WHY)
    assert asked.batch is not None
    assert (asked.batch.document.receipt.doctype, asked.is_under_way) == (code, True)
    shown = told(here, name)
    assert (shown[0]["status"], shown[1]["cancelStatus"]) == ("VOID_PENDING", "PENDING")
    assert shown[0]["voiding"]["name"] == asked.batch.document.receipt.file_name
    assert shown[0]["nextAction"]["at"] is not None
    here.run()
    shown = told(here, name)
    assert (shown[0]["status"], shown[0]["nextAction"]) == ("VOIDED", None)
    assert (shown[1]["cancelStatus"], shown[1]["documentStatus"]) == ("ACCEPTED", "VOIDED")
    assert shown[1]["reason"] == (None if code == "RC" else WHY)
    assert shown[0]["summary"] == before[0]["summary"]
    assert [row["state"] for row in here.ledger(issued)] == ["voided"]


@pytest.mark.parametrize("asked", ["WAITING", "GATHERED", "READY", "UNKNOWN"])
def test_what_sunat_has_not_judged_cannot_be_voided_yet(here: World, asked: str) -> None:
    issued = here.issue() if asked in {"READY", "UNKNOWN"} else boleta(here)
    if asked == "UNKNOWN":
        here.arm({"fault": "F06"})
        here.step()
    if asked == "GATHERED":
        summarise(here.platform)
    assert here.now(issued).state == asked
    with pytest.raises(InvalidDocument) as refused:
        void(here.platform, issued.document.receipt, WHY)
    assert refused.value.key == "document_not_final"
    assert not kept(here, "RA")


@pytest.mark.parametrize("kind", ["09", "31"])
def test_no_service_voids_a_guide(here: World, kind: str) -> None:
    enrol_everything(here)
    issued = issue_any(here, kind)
    here.run()
    shown = told(here, issued.document.receipt)[1]
    assert (shown["mechanism"], shown["cancelStatus"], shown["voidableUntil"]) == (None, "NOT_REQUESTED", None)
    with pytest.raises(InvalidDocument, match="Operaciones en Línea") as refused:
        void(here.platform, issued.document.receipt, WHY)
    assert refused.value.key == "not_voidable"


def test_the_page_of_a_voided_receipt_says_so(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stamps: list[str | None] = []
    issued = here.issue()
    monkeypatch.setattr(press, "set_page", lambda order: stamps.append(order.context.stamp) or b"")
    for state in (State.SETTLED, State.VOIDING, State.VOIDED):
        kept_now = replace(find(here, issued.document.receipt), submission=here.move(issued, state=state))
        printed(here.platform, kept_now)
    assert stamps == ["SIN VALOR FISCAL", "SIN VALOR FISCAL", "ANULADO · SIN VALOR FISCAL"]


def test_what_cannot_be_voided_says_why(here: World) -> None:
    voided, refused = here.issue(), here.issue()
    here.run()
    void(here.platform, voided.document.receipt, WHY)
    with pytest.raises(Conflict) as conflict:
        void(here.platform, voided.document.receipt, WHY)
    assert conflict.value.key == "in_progress"
    here.run()
    here.move(refused, outcome="REJECTED")
    for name in (voided.document.receipt, refused.document.receipt):
        with pytest.raises(InvalidDocument) as wrong:
            void(here.platform, name, WHY)
        assert wrong.value.key == "not_voidable"
    with pytest.raises(NotFound):
        void(here.platform, ReceiptId(RUC, "01", "F001", 99_999_998), WHY)
    here.clock.forward(8 * 86400)
    late = here.issue(fechaEmision="2026-11-20")
    here.move(late, state=State.SETTLED, outcome="ACCEPTED")
    with pytest.raises(InvalidDocument, match="venció el 27/11/2026"):
        void(here.platform, late.document.receipt, WHY)


def test_a_refused_voiding_leaves_the_receipt_as_it_was(here: World) -> None:
    issued = here.issue()
    here.run()
    here.arm({"fault": "F24/then-99", "operation": "sendSummary", "code": "2375", "polls": 0})
    void(here.platform, issued.document.receipt, WHY)
    here.run()
    shown = told(here, issued.document.receipt)
    assert (shown[0]["status"], shown[1]["cancelStatus"]) == ("ACCEPTED", "REJECTED")
    assert here.states(issued)[-2:] == ["VOIDING", "SETTLED"]
    assert here.history(issued)[-1].code == shown[1]["communication"]["sunat"]["code"]
    assert not lives(here)
    here.arm()
    void(here.platform, issued.document.receipt, WHY)
    here.run()
    assert told(here, issued.document.receipt)[1]["cancelStatus"] == "ACCEPTED"


def test_a_voiding_waits_for_credentials(here: World) -> None:
    issued = here.issue()
    here.run()
    scope = here.platform.scope(RUC)
    enrol.set_sol(here.platform, scope, "MODDATOS", "otra")
    void(here.platform, issued.document.receipt, WHY)
    here.run()
    shown = told(here, issued.document.receipt)
    assert (shown[0]["status"], shown[1]["cancelStatus"]) == ("VOID_PENDING", "PENDING")
    assert shown[0]["nextAction"]["code"] == "fix_credentials"
    enrol.set_sol(here.platform, scope, "MODDATOS", "moddatos")
    wake(here.platform)
    here.run()
    assert told(here, issued.document.receipt)[0]["status"] == "VOIDED"


def voiding_line(issued: Issued) -> dict[str, Any]:
    """A line of a comunicación de baja."""
    name = issued.document.receipt
    return {"tipoDoc": name.doctype, "serie": name.series, "correlativo": str(name.number), "desMotivoBaja": WHY}


def test_the_callers_own_communication_binds_what_we_hold(here: World) -> None:
    first, second = here.issue(), here.issue()
    here.run()
    foreign = {"tipoDoc": "01", "serie": "F001", "correlativo": "99999997", "desMotivoBaja": WHY}
    document = {"fecGeneracion": day_of(first), "details": [voiding_line(first), foreign, voiding_line(second)]}
    batch = send(here, "RA", document, external_id="baja-1")
    assert {here.now(each).state for each in (first, second)} == {State.VOIDING}
    assert send(here, "RA", document, external_id="baja-1").document.id == batch.document.id
    here.clock.forward(86400)  # the same request, after midnight
    again = send(here, "RA", document, external_id="baja-1")
    assert (again.replayed, again.document.id) == (True, batch.document.id)


@pytest.mark.parametrize("form", ["bare", "full"])
def test_the_callers_own_resumen_binds_what_we_hold(here: World, form: str) -> None:
    new, signed = boleta(here), boleta(here, in_summary=False, send_it=False)
    told_before = boleta(here, in_summary=False)
    here.run()
    lines = [*lines_of([new, signed], "1"), *lines_of([told_before], "2")]
    if form == "full":
        amounts = {"clienteTipo": "1", "clienteNro": "45678912", "total": 236, "mtoOperGravadas": 200, "mtoIGV": 36}
        lines = [{**line, **amounts} for line in lines]
    document = {"fecGeneracion": day_of(new), "details": lines}
    document["correlativo"] = 90_000 + next(here.numbers) % 9_000
    batch = send(here, "RC", document)
    assert [here.now(each).state for each in (new, signed, told_before)] == ["GATHERED", "GATHERED", "SETTLED"]
    assert summarise(here.platform) == 0
    with pytest.raises(Conflict, match="en camino"):
        send(here, "RC", {"fecGeneracion": day_of(new), "details": lines_of([told_before, new], "3")})
    here.run()
    assert {here.now(each).outcome for each in (batch, new, signed, told_before)} == {"ACCEPTED"}
    assert here.history(told_before)[-1].event == "CHANGE"
    assert send(here, "RC", document).replayed


def test_what_cannot_stand_in_it_is_named_by_its_place(here: World) -> None:
    accepted, waiting = boleta(here, in_summary=False), boleta(here)
    here.run()
    day = day_of(waiting)
    lines = [*lines_of([waiting], "3"), *lines_of([accepted], "1")]
    with pytest.raises(InvalidDocument) as refused:
        send(here, "RC", {"fecGeneracion": day, "details": lines})
    found = {(fault.path, fault.code) for fault in refused.value.facts["faults"]}  # type: ignore[attr-defined]  # they are faults
    assert found == {
        ("/document/details/0/serieNro", "document_not_final"),
        ("/document/details/1/serieNro", "number_consumed"),
    }
    summarise(here.platform)
    with pytest.raises(Conflict) as conflict:
        send(here, "RC", {"fecGeneracion": day, "details": lines_of([waiting], "1")})
    assert [fault.path for fault in conflict.value.facts["faults"]] == ["/document/details/0/serieNro"]  # type: ignore[attr-defined]  # as above
    assert conflict.value.key == "in_progress"


def test_a_trama_names_the_line(here: World) -> None:
    issued = here.issue()
    document = {"fecGeneracion": day_of(issued), "correlativo": "1", "details": [voiding_line(issued)]}
    trama = read({**document, "tipoDoc": "RA", "company": {"ruc": RUC}}, doctype="RA", now=here.clock()).trama
    with pytest.raises(OnapiError) as refused:
        issue(here.platform, Request(RUC, tell(trama)))
    (fault,) = refused.value.facts["faults"]  # type: ignore[misc]  # one fault
    assert (fault.code, fault.path[:5]) == ("document_not_final", "line:")
    assert refused.value.key == "validation_failed"


def test_a_refused_resumen_of_the_callers_frees_what_we_hold(here: World) -> None:
    fine = boleta(here)
    stranger = {
        "tipoDoc": "07",
        "serieNro": "BC01-99999990",
        "estado": "1",
        "clienteTipo": "1",
        "clienteNro": "45678912",
        "total": 236,
        "mtoOperGravadas": 200,
        "mtoIGV": 36,
        "docReferencia": {"tipoDoc": "03", "nroDoc": "B001-99999990"},
    }
    send(here, "RC", {"fecGeneracion": day_of(fine), "details": [*lines_of([fine], "1"), stranger]})
    here.run()
    assert here.now(fine).state == State.WAITING  # another line was the guilty one
    summarise(here.platform)
    here.run()
    assert here.now(fine).outcome == "ACCEPTED"


def test_a_note_of_a_boleta_goes_by_resumen(here: World) -> None:
    changed = boleta(here, in_summary=False)
    here.run()
    issued = note_of(here, changed.document.receipt.label)
    summarise(here.platform)
    here.run()
    asked = void(here.platform, issued.document.receipt, WHY)
    here.run()
    assert asked.mechanism == "RC"
    assert here.now(issued).state == State.VOIDED
    assert here.now(changed).state == State.SETTLED
