"""What SUNAT judges by content, days, registers and its list of documents, as the answer on the wire."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sample_batch import summary, told, void, voided
from sample_golden import golden
from sample_invoice import CUSTOMER, RUC, TODAY, Pen, invoice, new_pen, note, sign
from sunat_client import OTHERS, Said, Start, Sunat

from onapi.cdr import read_cdr


def _code(said: Said) -> str:
    """The code of an answer, of its CDR when it has one."""
    return read_cdr(said.cdr).code if "applicationResponse" in said.fields else said.code


def _day(days: int) -> str:
    return (datetime.fromisoformat(TODAY) + timedelta(days=days)).date().isoformat()


def test_a_broken_rule_of_content_rejects_as_the_profile_does(beta: Sunat, production: Sunat, pen: Pen) -> None:
    xml = sign(invoice("F600-1").replace("PriceTypeCode>01<", "PriceTypeCode>09<"), pen)
    said = beta.send_xml(f"{RUC}-01-F600-1", xml)
    assert (said.status, said.code) == (500, "2410")
    words = said.fields["faultstring"]
    place = 'cac:AlternativeConditionPrice/cbc:PriceTypeCode" valor: "09'
    assert f"Detalle: xxx.xxx.xxx value='Error en la linea: 1 : 2410 (nodo: \"{place}\")'" in words
    cdr = read_cdr(production.send_xml(f"{RUC}-01-F600-1", xml).cdr)
    assert cdr.code == "2410"
    assert cdr.description == words
    assert production.held(f"{RUC}-01-F600-1")["state"] == "rejected"
    assert production.send_xml(f"{RUC}-01-F600-1", sign(invoice("F600-1"), pen)).code == "1032"


def test_an_observation_is_a_note_of_the_cdr(production: Sunat, pen: Pen) -> None:
    text = invoice("F601-1").replace('listID="0101"', 'listID="0101" listName="Otra cosa"')
    cdr = read_cdr(production.send_xml(f"{RUC}-01-F601-1", sign(text, pen)).cdr)
    assert (cdr.code, [note.code for note in cdr.notes]) == ("0", ["4252"])
    assert ' - INFO: 4252 (nodo: "cbc:InvoiceTypeCode' in cdr.notes[0].text
    assert production.held(f"{RUC}-01-F601-1")["notes"] == ["4252"]


def test_an_exception_of_content_registers_nothing(production: Sunat, pen: Pen) -> None:
    text = invoice("F602-1").replace("<cbc:RegistrationName>EMPRESA DE PRUEBA</cbc:RegistrationName>", "", 1)
    assert _code(production.send_xml(f"{RUC}-01-F602-1", sign(text, pen))) == "1037"
    assert production.held(f"{RUC}-01-F602-1") == {}
    assert _code(production.send_xml(f"{RUC}-01-F602-1", sign(invoice("F602-1"), pen))) == "0"


DAYS = {
    "a factura on its last day": ("F610-1", "01", -3, "0"),
    "a factura too late": ("F610-2", "01", -4, "2108"),
    "a boleta on its last day": ("B610-1", "03", -5, "0"),
    "a boleta too late": ("B610-2", "03", -6, "1079"),
    "two days ahead": ("F610-3", "01", 2, "0"),
    "three days ahead": ("F610-4", "01", 3, "2329"),
    "a contingency has no deadline": ("0610-1", "01", -300, "0"),
}


@pytest.mark.parametrize("case", DAYS)
def test_days(case: str, production: Sunat, pen: Pen) -> None:
    label, doctype, days, code = DAYS[case]
    xml = sign(invoice(label, doctype=doctype, issued=_day(days)), pen)
    assert _code(production.send_xml(f"{RUC}-{doctype}-{label}", xml)) == code


def test_other_kinds_have_windows_of_their_own(production: Sunat, pen: Pen) -> None:
    sent = production.send_xml(f"{RUC}-20-R610-1", golden("20", "R610-1", pen, issued=_day(-8)), path=OTHERS)
    assert _code(sent) in {"2600", "2612"}
    late = golden("04", "L610-1", pen, issued=_day(-2))
    assert _code(production.send_xml(f"{RUC}-04-L610-1", late)) == "2108"


def test_the_windows_follow_the_clock_that_was_moved(start: Start, tmp_path: Path, pen: Pen) -> None:
    with start(tmp_path / "ledger", "production") as sunat:
        for label, doctype in (("F001-1", "01"), ("B001-1", "03")):
            assert _code(sunat.send_xml(f"{RUC}-{doctype}-{label}", sign(invoice(label, doctype=doctype), pen))) == "0"
        moved = sunat.http.put("/_simulator/clock", json={"now": "2026-11-30T09:00:00-05:00"}).json()
        assert moved["now"] == "2026-11-30T09:00:00-05:00"
        assert _code(sunat.send_xml(f"{RUC}-01-F001-2", sign(invoice("F001-2"), pen))) == "2108"
        rc = sign(summary("RC-20261130-1", told(1, "B001-2"), issued="2026-11-30"), pen)
        cdr = read_cdr(sunat.settled(f"{RUC}-RC-20261130-1", rc).cdr)
        assert (cdr.code, [note.code for note in cdr.notes]) == ("0", ["4443"])
        for kind, text in (
            ("RC", summary("RC-20261130-2", told(1, "B001-1", "3"), issued="2026-11-30")),
            ("RA", voided("RA-20261130-2", void(1, "F001-1"), issued="2026-11-30")),
        ):
            assert read_cdr(sunat.settled(f"{RUC}-{kind}-20261130-2", sign(text, pen)).cdr).code == "2957"
        assert sunat.held(f"{RUC}-01-F001-1")["state"] == "accepted"


@pytest.mark.parametrize(("kind", "code"), [("RC", "2236"), ("RA", "2301")])
def test_a_summary_dated_ahead(kind: str, code: str, production: Sunat, pen: Pen) -> None:
    label = f"{kind}-20261123-1"
    ahead: dict[str, str] = {"issued": _day(1)}
    text = summary(label, told(1, "B611-1"), **ahead) if kind == "RC" else voided(label, void(1, "F611-1"), **ahead)
    cdr = read_cdr(production.settled(f"{RUC}-{label}", sign(text, pen)).cdr)
    assert cdr.code == code


REGISTERS: dict[str, tuple[str, dict[str, Any], str, tuple[str, ...]]] = {
    "issuer suspended": ("01", {"ruc": "20555000031"}, "2010", ()),
    "issuer not found": ("01", {"ruc": "20555100125"}, "2011", ()),
    "issuer bound to an OSE": ("03", {"ruc": "20555300019"}, "1078", ()),
    "issuer without capacity": ("01", {"ruc": "20555300027"}, "1086", ()),
    "customer unknown": ("01", {"customer": "20555400005"}, "1083", ()),
    "customer with a wrong check digit": ("01", {"customer": "20000000029"}, "1083", ()),
    "customer deregistered": ("01", {"customer": "20555000104"}, "0", ("4013",)),
    "customer not found": ("03", {"customer": "20555100125"}, "0", ("4014",)),
    "customer not located is no NO HABIDO": ("01", {"customer": "20555100206"}, "0", ()),
    "everybody else": ("01", {"customer": "20100000017"}, "0", ()),
}


@pytest.mark.parametrize("case", REGISTERS)
def test_registers(case: str, production: Sunat) -> None:
    doctype, how, code, notes = REGISTERS[case]
    number = f"{'F' if doctype == '01' else 'B'}620-{list(REGISTERS).index(case) + 1}"
    ruc = how.get("ruc", RUC)
    xml = sign(invoice(number, doctype=doctype, **how), new_pen(ruc=ruc))
    said = production.send_xml(f"{ruc}-{doctype}-{number}", xml, user=f"{ruc}MODDATOS")
    assert _code(said) == code
    if code == "0":
        assert tuple(note.code for note in read_cdr(said.cdr).notes) == notes


def test_a_user_without_profile(production: Sunat) -> None:
    said = production.send(f"{RUC}-01-F001-1", b"", user="20555300035MODDATOS")
    assert said.code == "0111"
    assert "Rejected by policy" in said.fields["faultstring"]


def test_agents_of_retention_and_perception(production: Sunat) -> None:
    for doctype, number, ruc, code, notes in (
        ("20", "R621-1", "20555200006", "2617", ()),
        ("20", "R621-2", "20555200031", "0", ()),
        ("40", "P621-1", "20555200006", "0", ("4285",)),
        ("40", "P621-2", "20555200014", "0", ()),
    ):
        production.plant({"name": f"{ruc}-01-F001-1", "issuedOn": "2026-11-10"})
        production.plant({"name": f"{ruc}-01-F001-100", "issuedOn": "2026-11-10"})
        xml = golden(doctype, number, new_pen(ruc=ruc), swap={RUC: ruc})
        said = production.send_xml(f"{ruc}-{doctype}-{number}", xml, user=f"{ruc}MODDATOS", path=OTHERS)
        assert (_code(said), *(note.code for note in read_cdr(said.cdr).notes)) == (code, *notes), (doctype, ruc)


def test_beta_looks_nobody_up_but_magic_numbers(beta: Sunat, pen: Pen) -> None:
    lost = sign(invoice("F622-1", customer="20000000029"), pen)
    assert _code(beta.send_xml(f"{RUC}-01-F622-1", lost)) == "0"
    magic = sign(invoice("F622-2", customer="20555400005"), pen)
    assert _code(beta.send_xml(f"{RUC}-01-F622-2", magic)) == "1083"


NOTES: dict[str, tuple[str, str, dict[str, Any], str, tuple[str, ...]]] = {
    "over a factura": ("F001-2", "F630-1", {}, "0", ()),
    "over nothing": ("F001-3", "F630-99", {}, "2119", ()),
    "over a voided one": ("F001-4", "F630-2", {}, "2120", ()),
    "over a rejected one": ("F001-5", "F630-3", {}, "2121", ()),
    "dated before it": ("F001-6", "F630-1", {"issued": _day(-2)}, "2885", ()),
    "in another currency": ("F001-7", "F630-1", {"currency": "USD"}, "3209", ()),
    "of more than it": ("F001-8", "F630-1", {"lines": 2}, "3286", ()),
    "of more than a boleta": ("B001-2", "B630-1", {"lines": 2}, "0", ("4028",)),
    "debit over nothing": ("F001-3", "F630-99", {"doctype": "08"}, "2209", ()),
    "debit over a voided one": ("F001-4", "F630-2", {"doctype": "08"}, "2207", ()),
    "debit over a rejected one": ("F001-5", "F630-3", {"doctype": "08"}, "2208", ()),
    "debit of more than it": ("F001-9", "F630-1", {"doctype": "08", "lines": 2}, "0", ()),
}


@pytest.fixture(scope="module")
def modified(production: Sunat) -> Sunat:
    """A SUNAT that holds what notes are written over."""
    for name, state in (("01-F630-1", "accepted"), ("01-F630-2", "voided"), ("01-F630-3", "rejected")):
        planted = {"name": f"{RUC}-{name}", "state": state, "issuedOn": _day(-1)}
        production.plant({**planted, "total": "118.00", "currency": "PEN"})
    production.plant({"name": f"{RUC}-03-B630-1", "issuedOn": _day(-1), "total": "118.00", "currency": "PEN"})
    return production


@pytest.mark.parametrize("case", NOTES)
def test_a_note_and_what_it_modifies(case: str, modified: Sunat, pen: Pen) -> None:
    label, over, how, code, notes = NOTES[case]
    doctype = str(how.get("doctype", "07"))
    said = modified.send_xml(f"{RUC}-{doctype}-{label}", sign(note(label, over, **how), pen))
    cdr = read_cdr(said.cdr)
    assert (cdr.code, tuple(note.code for note in cdr.notes)) == (code, notes)


def test_beta_does_not_know_what_it_never_saw(beta: Sunat, pen: Pen) -> None:
    assert _code(beta.send_xml(f"{RUC}-07-F631-1", sign(note("F631-1", "F631-99"), pen))) == "0"
    beta.plant({"name": f"{RUC}-01-F631-2", "state": "voided"})
    assert _code(beta.send_xml(f"{RUC}-07-F631-3", sign(note("F631-3", "F631-2"), pen))) == "2120"


def test_a_perception_names_a_factura_of_its_day(production: Sunat, pen: Pen) -> None:
    xml = golden("40", "P640-1", pen)
    related = re.findall(rb'<cbc:ID schemeID="01">(F[^<]+)</cbc:ID><cbc:IssueDate>([^<]+)<', xml)
    assert related
    for state, code in (("nothing", "2609"), ("another day", "2610"), ("there", "0")):
        if state != "nothing":
            for label, day in related:
                issued = day.decode() if state == "there" else _day(-300)
                production.plant({"name": f"{RUC}-01-{label.decode()}", "issuedOn": issued})
        assert _code(production.send_xml(f"{RUC}-40-P640-1", xml, path=OTHERS)) == code, state


def test_the_certificate_is_the_issuers_in_production(beta: Sunat, production: Sunat) -> None:
    xml = sign(invoice("F650-1"), new_pen(ruc=CUSTOMER))
    assert _code(beta.send_xml(f"{RUC}-01-F650-1", xml)) == "0"
    assert _code(production.send_xml(f"{RUC}-01-F650-1", xml)) == "2325"
    old = sign(invoice("F650-2"), new_pen(until=datetime(2026, 11, 1, tzinfo=UTC)))
    assert _code(production.send_xml(f"{RUC}-01-F650-2", old)) == "2327"


def test_a_contingency_may_be_told_again_but_not_over_a_summary(production: Sunat, pen: Pen) -> None:
    xml = sign(invoice("0660-1"), pen)
    for _ in range(2):
        assert _code(production.send_xml(f"{RUC}-01-0660-1", xml)) == "0"
    assert production.held(f"{RUC}-01-0660-1")["sends"] == 2
    rc = sign(summary("RC-20261122-660", told(1, "0660-1")), pen)
    assert read_cdr(production.settled(f"{RUC}-RC-20261122-660", rc).cdr).code == "0"
    assert _code(production.send_xml(f"{RUC}-03-0660-1", sign(invoice("0660-1", doctype="03"), pen))) == "1084"


def test_whole_names_of_withholdings(production: Sunat, pen: Pen) -> None:
    sent = production.send_xml(f"{RUC}-20-R670-2", golden("20", "R670-1", pen), path=OTHERS)
    assert sent.code == "1049"
    foreign = golden("40", "P670-1", pen, swap={f'"6">{RUC}': f'"6">{CUSTOMER}'})
    assert production.send_xml(f"{RUC}-40-P670-1", foreign, path=OTHERS).code == "1034"


def test_an_advance_is_a_factura_that_stands(production: Sunat, pen: Pen) -> None:
    for number, state, code in ((1, "", "3218"), (2, "voided", "3218"), (3, "accepted", "0")):
        if state:
            production.plant({"name": f"{RUC}-01-F001-50", "state": state, "issuedOn": _day(-9)})
        xml = golden("01", f"F680-{number}", pen)
        assert _code(production.send_xml(f"{RUC}-01-F680-{number}", xml)) == code, state
