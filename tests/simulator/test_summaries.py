"""sendSummary and getStatus on the wire: tickets, what RC, RA and RR do to documents, and each refusal."""

import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from sample_batch import summary, told, void, voided
from sample_golden import golden
from sample_invoice import CUSTOMER, RUC, Pen, invoice, sign
from sunat_client import OTHERS, PRODUCTION, Start, Sunat

from onapi.cdr import Cdr, read_cdr
from onapi.sign.verify import verify_signature
from onapi.simulator.ticketbook import TicketBook

DAY = "20261122"


def _rc(sunat: Sunat, pen: Pen, number: int, *lines: str, **how: str) -> Cdr:
    label = f"RC-{DAY}-{number}"
    return _answer(sunat, label, sign(summary(label, *lines, **how), pen))


def _ra(sunat: Sunat, pen: Pen, number: int, *lines: str, **how: str) -> Cdr:
    label = f"RA-{DAY}-{number}"
    return _answer(sunat, label, sign(voided(label, *lines, **how), pen))


def _answer(sunat: Sunat, label: str, xml: bytes, **how: str) -> Cdr:
    said = sunat.settled(f"{RUC}-{label}", xml, **how)
    cdr = read_cdr(said.cdr)
    assert said.fields["statusCode"] == ("0" if cdr.code == "0" else "99")
    assert (cdr.document_id, cdr.receiver_ruc) == (label, RUC)
    return cdr


def _send(sunat: Sunat, pen: Pen, label: str, doctype: str = "01", **how: Any) -> None:
    said = sunat.send_xml(f"{RUC}-{doctype}-{label}", sign(invoice(label, doctype=doctype, **how), pen))
    assert read_cdr(said.cdr).code == "0"


def test_a_daily_summary_is_in_process_and_then_adds_its_boletas(production: Sunat, pen: Pen) -> None:
    label = f"RC-{DAY}-1"
    xml = sign(summary(label, told(1, "B001-1"), told(2, "B001-2", total=236)), pen)
    sent = production.send_summary(f"{RUC}-{label}", xml)
    ticket = sent.fields["ticket"]
    assert re.fullmatch(r"2026\d{11}", ticket)
    waiting = production.status(ticket)
    assert (waiting.status, waiting.fields) == (200, {"statusCode": "98"})
    assert production.held(f"{RUC}-03-B001-1") == {}
    production.forward(2)
    done = production.status(ticket)
    cdr = read_cdr(done.cdr)
    assert (done.fields["statusCode"], cdr.code, cdr.id) == ("0", "0", ticket)
    assert cdr.description == f"El Resumen diario {label}, ha sido aceptado"
    authority = x509.load_pem_x509_certificate(production.http.get("/_simulator/ca.pem").content)
    verify_signature(cdr.xml).certificate.verify_directly_issued_by(authority)
    boleta = production.held(f"{RUC}-03-B001-2")
    assert (boleta["state"], boleta["digest"], boleta["total"], boleta["sends"]) == ("accepted", "", "236.00", 0)
    assert (boleta["cameBy"], boleta["recipient"]) == (f"{RUC}-{label}", "1-45678912")
    held = production.held(f"{RUC}-{label}")
    assert [member["name"] for member in held["members"]] == [f"{RUC}-03-B001-1", f"{RUC}-03-B001-2"]
    assert (held["state"], held["sends"]) == ("accepted", 1)
    assert production.send_xml(f"{RUC}-03-B001-1", sign(invoice("B001-1", doctype="03"), pen)).code == "1033"


def test_a_summary_changes_and_voids_what_an_earlier_one_added(production: Sunat, pen: Pen) -> None:
    assert _rc(production, pen, 10, told(1, "B010-1"), told(2, "B010-2")).code == "0"
    assert _rc(production, pen, 11, told(1, "B010-1", "2", total=354), told(2, "B010-2", "3")).code == "0"
    changed, gone = (production.held(f"{RUC}-03-B010-{number}") for number in (1, 2))
    assert (changed["state"], changed["total"], changed["changedBy"]) == ("accepted", "354.00", f"{RUC}-RC-{DAY}-11")
    assert (gone["state"], gone["changedBy"]) == ("voided", f"{RUC}-RC-{DAY}-11")
    assert _rc(production, pen, 12, told(1, "B010-2", "3")).code == "2987"


def test_a_summary_voids_a_boleta_that_went_alone(production: Sunat, pen: Pen) -> None:
    _send(production, pen, "B011-1", "03")
    assert _rc(production, pen, 13, told(1, "B011-1", "1")).code == "2282"
    assert production.held(f"{RUC}-RC-{DAY}-13")["state"] == "rejected"
    assert _rc(production, pen, 13, told(1, "B011-1", "3")).code == "0", "a rejected summary leaves its number free"
    assert production.held(f"{RUC}-03-B011-1")["state"] == "voided"
    assert production.send_xml(f"{RUC}-03-B011-1", sign(invoice("B011-1", doctype="03"), pen)).code == "1032"


def test_all_lines_of_a_summary_or_none(production: Sunat, pen: Pen) -> None:
    assert _rc(production, pen, 14, told(1, "B012-1"), told(2, "B012-2"), told(3, "B012-3", "3")).code == "2663"
    assert production.held(f"{RUC}-03-B012-1") == {}
    assert production.held(f"{RUC}-RC-{DAY}-14")["members"] == []


def test_notes_of_boletas_in_a_summary(production: Sunat, pen: Pen) -> None:
    lost = told(1, "BC01-1", doctype="07", modified="B020-1")
    assert _rc(production, pen, 20, lost).code == "2989"
    assert _rc(production, pen, 21, told(1, "B020-1"), told(2, "BC01-1", doctype="07", modified="B020-1")).code == "0"
    assert _rc(production, pen, 22, told(1, "B020-1", "3")).code == "0"
    assert _rc(production, pen, 23, told(1, "BC01-2", doctype="07", modified="B020-1")).code == "2990"


def test_what_is_in_process_or_was_presented_is_not_taken_again(production: Sunat, pen: Pen) -> None:
    for kind, again, xml in (
        ("RC", "2223", sign(summary(f"RC-{DAY}-30", told(1, "B030-1")), pen)),
        ("RA", "2324", sign(voided(f"RA-{DAY}-30", void(1, "F030-1")), pen)),
    ):
        stem = f"{RUC}-{kind}-{DAY}-30"
        if kind == "RA":
            _send(production, pen, "F030-1")
        sent = production.send_summary(stem, xml)
        waiting = production.send_summary(stem, xml)
        assert waiting.code == "0402"
        assert f"El documento: {stem} ya fue enviado y se encuentra en estado 98" in waiting.fields["faultstring"]
        production.forward(2)
        assert production.send_summary(stem, xml).code == again
        assert production.status(sent.fields["ticket"]).fields["statusCode"] == "0"
        codes = [row["code"] for row in production.http.get("/_simulator/sends", params={"name": stem}).json()]
        assert codes == ["98", "0402", again]


def test_a_voiding_voids(production: Sunat, pen: Pen) -> None:
    for number in (1, 2):
        _send(production, pen, f"F040-{number}")
    cdr = _ra(production, pen, 40, void(1, "F040-1"), void(2, "F040-2"))
    assert (cdr.code, cdr.description) == ("0", f"La Comunicacion de baja RA-{DAY}-40, ha sido aceptada")
    held = production.held(f"{RUC}-01-F040-1")
    assert (held["state"], held["changedBy"], held["code"]) == ("voided", f"{RUC}-RA-{DAY}-40", "0")
    assert production.ask("getStatus", RUC, "01", "F040", "1").fields["statusCode"] == "0003"
    content = production.ask("getStatusCdr", RUC, "01", "F040", "1").fields["content"]
    assert read_cdr(b64decode(content)).code == "0"
    assert production.send_xml(f"{RUC}-01-F040-1", sign(invoice("F040-1"), pen)).code == "1032"
    assert _ra(production, pen, 41, void(1, "F040-1")).code == "2323"


def test_a_voiding_of_what_is_not_there_or_stands_otherwise(production: Sunat, pen: Pen) -> None:
    altered = sign(invoice("F041-1"), pen).replace(b">118.00<", b">119.00<")
    assert read_cdr(production.send_xml(f"{RUC}-01-F041-1", altered).cdr).code == "2335"
    assert _ra(production, pen, 42, void(1, "F041-1")).code == "2398"
    assert _ra(production, pen, 43, void(1, "F041-99")).code == "2105"
    _send(production, pen, "F041-2")
    assert _ra(production, pen, 44, void(1, "F041-2"), referred="2026-11-21").code == "2375"
    assert production.held(f"{RUC}-01-F041-2")["state"] == "accepted"


def test_a_reversal_reverts_withholdings(production: Sunat, pen: Pen) -> None:
    stem = f"{RUC}-20-R050-1"
    said = production.send_xml(stem, golden("20", "R050-1", pen), path=OTHERS)
    assert read_cdr(said.cdr).description == "El Comprobante de Retencion numero R050-1, ha sido aceptado"
    xml = sign(voided(f"RR-{DAY}-1", void(1, "R050-1", "20")), pen)
    cdr = _answer(production, f"RR-{DAY}-1", xml, path=OTHERS)
    assert cdr.description == f"El Resumen de reversiones RR-{DAY}-1, ha sido aceptado"
    assert production.held(stem)["state"] == "voided"
    assert production.send_xml(stem, golden("20", "R050-1", pen), path=OTHERS).code == "1033"
    for number, label, code in ((2, "R050-1", "2751"), (3, "R050-9", "2750")):
        xml = sign(voided(f"RR-{DAY}-{number}", void(1, label, "20")), pen)
        assert _answer(production, f"RR-{DAY}-{number}", xml, path=OTHERS).code == code


def test_a_liquidacion_is_reverted_too(production: Sunat, pen: Pen) -> None:
    said = production.send_xml(f"{RUC}-04-L050-1", golden("04", "L050-1", pen))
    assert read_cdr(said.cdr).description == "La Liquidacion de compra numero L050-1, ha sido aceptada"
    xml = sign(voided(f"RR-{DAY}-4", void(1, "L050-1", "04")), pen)
    assert _answer(production, f"RR-{DAY}-4", xml, path=OTHERS).code == "0"
    assert production.held(f"{RUC}-04-L050-1")["state"] == "voided"


def test_identity_of_a_summary(production: Sunat, pen: Pen) -> None:
    stem = f"{RUC}-RC-{DAY}-60"
    wrong = {
        "2220": summary(f"RC-{DAY}-61", told(1, "B060-1")),
        "2346": summary(f"RC-{DAY}-60", told(1, "B060-1"), issued="2026-11-21", referred="2026-11-21"),
    }
    for code, xml in wrong.items():
        assert read_cdr(production.settled(stem, sign(xml, pen)).cdr).code == code
    foreign = summary(f"RC-{DAY}-60", told(1, "B060-1"), ruc=CUSTOMER).replace(CUSTOMER, RUC, 1)
    assert production.settled(stem, sign(foreign, pen)).fields["statusCode"] == "1034"


def test_what_cannot_be_read_has_a_code_and_a_sentence_but_no_cdr(production: Sunat) -> None:
    said = production.settled(f"{RUC}-RC-{DAY}-70", b"no es XML")
    assert said.fields["statusCode"] == "0306"
    assert said.fields["content"].startswith("No se puede leer")
    assert production.held(f"{RUC}-RC-{DAY}-70") == {}


def test_the_zip_is_checked_before_a_ticket_is_given(production: Sunat) -> None:
    stem = f"{RUC}-RC-{DAY}-80"
    assert production.call("sendSummary", {"fileName": f"{stem}.zip", "contentFile": ""}).code == "0155"
    assert production.send_summary(f"{RUC}-RC-{DAY}-0", b"").code == "0151"
    assert production.send_summary(f"{RUC}-RC-{DAY}-100000", b"").code == "0151"
    assert production.send_summary(stem, b"x", user=f"{CUSTOMER}MODDATOS").code == "0154"
    assert production.http.get("/_simulator/tickets", params={"name": stem}).json() == []


def test_a_ticket_is_its_senders(production: Sunat, pen: Pen) -> None:
    label = f"RC-{DAY}-90"
    ticket = production.send_summary(f"{RUC}-{label}", sign(summary(label, told(1, "B090-1")), pen)).fields["ticket"]
    for asked, user in ((ticket, f"{CUSTOMER}MODDATOS"), ("999999999999999", "")):
        said = production.status(asked, user=user)
        assert (said.status, said.fields) == (200, {"content": "El ticket no existe", "statusCode": "0127"})


def test_beta_gives_tickets_of_milliseconds_and_its_lists_have_holes(beta: Sunat, pen: Pen) -> None:
    tickets = [
        beta.send_summary(
            f"{RUC}-RA-{DAY}-{number}", sign(voided(f"RA-{DAY}-{number}", void(1, f"F00{number}-1")), pen)
        ).fields["ticket"]
        for number in (1, 2, 3)
    ]
    assert all(re.fullmatch(r"\d{13}", ticket) for ticket in tickets)
    assert len(set(tickets)) == 3, "two files never share one"
    beta.forward(2)
    cdrs = [read_cdr(beta.status(ticket).cdr) for ticket in tickets]
    assert [cdr.code for cdr in cdrs] == ["0", "0", "0"]
    assert b"UBLVersionID" not in cdrs[0].xml


def test_a_ticket_survives_a_restart_and_is_judged_by_the_day_it_came(start: Start, tmp_path: Path, pen: Pen) -> None:
    label = f"RC-{DAY}-1"
    with start(tmp_path / "ledger", "production", ticket_delay_s=30) as sunat:
        sent = sunat.send_summary(f"{RUC}-{label}", sign(summary(label, told(1, "B001-1")), pen), path=PRODUCTION)
        sunat.forward(29)
        assert sunat.status(sent.fields["ticket"]).fields["statusCode"] == "98"
    with start(tmp_path / "ledger", "production") as sunat:
        sunat.forward(30 * 24 * 3600)
        cdr = read_cdr(sunat.status(sent.fields["ticket"]).cdr)
        assert (cdr.code, cdr.notes) == ("0", ())
        assert sunat.held(f"{RUC}-03-B001-1")["state"] == "accepted"


def test_five_hundred_lines_in_one_file(production: Sunat, pen: Pen) -> None:
    assert _rc(production, pen, 500, *(told(number, f"B500-{number}") for number in range(1, 501))).code == "0"
    assert production.held(f"{RUC}-03-B500-500")["state"] == "accepted"


@pytest.mark.parametrize("profile", ["beta", "production"])
def test_the_delay_can_be_changed_while_it_runs(profile: str, start: Start, tmp_path: Path, pen: Pen) -> None:
    with start(tmp_path / "ledger", profile) as sunat:
        assert sunat.http.put("/_simulator/tickets", json={"delaySeconds": 0}).json() == {"delaySeconds": 0.0}
        nonsense: object
        for nonsense in ({"delaySeconds": -1}, {"delaySeconds": "no"}, {"delaySeconds": True}, [], {}):
            assert sunat.http.put("/_simulator/tickets", json=nonsense).status_code == 422
        label = f"RC-{DAY}-1"
        sent = sunat.send_summary(f"{RUC}-{label}", sign(summary(label, told(1, "B001-1")), pen))
        assert sunat.status(sent.fields["ticket"]).fields["statusCode"] == "0"


def test_a_judgement_that_breaks_off_leaves_nothing_and_is_made_again(
    start: Start, tmp_path: Path, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = f"RC-{DAY}-1"
    with start(tmp_path / "ledger", "production", ticket_delay_s=0) as sunat:
        sent = sunat.send_summary(f"{RUC}-{label}", sign(summary(label, told(1, "B001-1")), pen))
        with monkeypatch.context() as broken:
            broken.setattr(TicketBook, "close", _break_off)
            assert _health(sunat) == 500
        done = sunat.status(sent.fields["ticket"])
        assert (done.fields["statusCode"], read_cdr(done.cdr).code) == ("0", "0")
        assert len(sunat.held(f"{RUC}-{label}")["members"]) == 1


def test_a_file_that_breaks_the_simulator_does_not_stop_it(
    start: Start, tmp_path: Path, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = f"RC-{DAY}-1"
    with start(tmp_path / "ledger", "production", ticket_delay_s=0) as sunat:
        sent = sunat.send_summary(f"{RUC}-{label}", sign(summary(label, told(1, "B001-1")), pen))
        with monkeypatch.context() as broken:
            broken.setattr(TicketBook, "close", _break_off)
            assert [_health(sunat) for _ in range(6)] == [500] * 5 + [200]
        assert sunat.http.get("/_simulator/health").json()["stuckTickets"] == 1
        assert sunat.status(sent.fields["ticket"]).fields["statusCode"] == "98"


def _health(sunat: Sunat) -> int:
    """How it feels; on a connection of its own, since a server that breaks down closes it."""
    return sunat.http.get("/_simulator/health", headers={"Connection": "close"}).status_code


def _break_off(*_: object, **__: object) -> None:
    raise RuntimeError("as a bug would")
