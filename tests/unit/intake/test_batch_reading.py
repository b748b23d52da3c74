"""Batches in the public vocabulary: how they are named, what may be left out, and other spellings of the same."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from onapi.intake.batch import SUMMARY_VOCABULARY, VOIDED_VOCABULARY
from onapi.intake.batch.fields import AMOUNTS
from onapi.intake.reader import Notes, Reader
from onapi.intake.vocabulary import Vocabulary
from onapi.kinds.batch.model import PerceptionForm, Reference, SummaryLineForm, VoidedLine
from onapi.kinds.batch.read import read_summary
from onapi.rules.rule import Fault
from onapi.values.number import ReceiptId
from onapi.values.party import Party
from onapi.values.xmltree import parse_xml

CASES = Path(__file__).parents[2] / "golden" / "batch"
LINE = {"tipoDoc": "03", "serieNro": "B001-1", "estado": "1"}
SUMMARY = {"fecGeneracion": "2026-11-21", "fecResumen": "2026-11-22", "correlativo": "1", "details": [LINE]}


def _read(document: dict[str, Any], vocabulary: Vocabulary = SUMMARY_VOCABULARY) -> tuple[Any, Notes]:
    notes = Notes()
    reader = Reader(document, "/document", notes)
    assert vocabulary.identify is not None
    receipt = ReceiptId("20000000001", "RC", *vocabulary.identify(reader))
    return vocabulary.read(reader, receipt, True), notes  # noqa: FBT003  one signature for all families


def _line(**more: Any) -> SummaryLineForm:
    form, notes = _read({**SUMMARY, "details": [{**LINE, **more}]})
    assert (notes.faults, notes.unknown) == ([], [])
    (line,) = form.lines
    assert isinstance(line, SummaryLineForm)
    return line


def _places(faults: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.code, fault.path) for fault in faults]


@pytest.mark.parametrize(
    ("said", "series", "number"),
    [
        ({}, "20261122", 1),
        ({"fecResumen": "2026-11-23T02:00:00Z", "correlativo": "007"}, "20261122", 7),
        ({"fecResumen": None, "serie": "20261122", "correlativo": None, "number": 99999}, "20261122", 99999),
        ({"serie": "2026-11-22", "number": "1"}, "20261122", 1),
        ({"fecResumen": None}, "", 1),
    ],
)
def test_series_and_number(said: dict[str, Any], series: str, number: int) -> None:
    form, notes = _read(SUMMARY | said)
    assert not notes.faults
    assert (form.id.series, form.id.number) == (series, number)


@pytest.mark.parametrize(
    ("said", "code", "place"),
    [
        ({"serie": "20261121"}, "series_differs", "serie"),
        ({"serie": "F001"}, "invalid_format", "serie"),
        ({"serie": "20261399"}, "invalid_format", "serie"),
        ({"serie": "19990101", "fecResumen": None}, "invalid_date", "serie"),
        ({"number": 2}, "number_differs", "number"),
        ({"correlativo": None}, "required", "correlativo"),
        ({"correlativo": ""}, "required", "correlativo"),
        ({"correlativo": "#"}, "invalid_number", "correlativo"),
        ({"correlativo": 0}, "invalid_number", "correlativo"),
        ({"correlativo": 100000}, "invalid_number", "correlativo"),
        ({"fecResumen": "mañana"}, "invalid_date", "fecResumen"),
        ({"fecResumen": "1999-01-01"}, "invalid_date", "fecResumen"),
        ({"fecGeneracion": None}, "required", "fecGeneracion"),
        ({"fecGeneracion": "1999-01-01"}, "invalid_date", "fecGeneracion"),
    ],
)
def test_what_is_wrong_is_told_once(said: dict[str, Any], code: str, place: str) -> None:
    _, notes = _read(SUMMARY | said)
    assert _places(notes.faults) == [(code, f"/document/{place}")]
    assert notes.unknown == []


def test_the_short_form_of_a_receipt_that_we_hold() -> None:
    line = _line()
    assert line.is_bare
    assert line == SummaryLineForm("03", "B001-1", "1")


def test_every_amount_is_read_under_each_of_its_names() -> None:
    for names, ours, _, _ in AMOUNTS:
        for name in names:
            line = _line(**{name: "12.345"})
            assert (dict(line.given), line.is_bare) == ({ours: Decimal("12.345")}, False)


def test_a_line_with_everything() -> None:
    line = _line(
        tipoDoc="07",
        estado=2,
        clienteTipo=1,
        clienteNro=12345678,
        clienteNombre="ANA",
        docReferencia={"tipoDoc": "03", "nroDoc": "B001-9"},
        percepcion={"codReg": "02", "tasa": "1", "mtoBase": 100, "mto": 1, "mtoTotal": 101},
        porcentajeIgv="10.5",
        moneda="USD",
    )
    assert (line.status, line.customer, line.currency) == ("2", Party("1", "12345678", "ANA"), "USD")
    assert line.reference == Reference("03", "B001-9")
    assert line.perception == PerceptionForm("02", Decimal(1), Decimal(100), Decimal(1), Decimal(101))
    assert line.igv_percent == Decimal("10.5")


def test_empty_blocks_say_nothing() -> None:
    line = _line(
        clienteTipo="",
        clienteNro=None,
        docReferencia={"tipoDoc": "", "nroDoc": ""},
        percepcion={"codReg": "", "mto": 0, "mtoBase": "0.00"},
        total=None,
        mtoIGV="",
    )
    assert line.is_bare


def test_other_ways_to_say_the_same() -> None:
    assert _line(serieNro=None, serie="b001", correlativo=1).receipt == "B001-1"
    assert _line(clienteNro="-").customer == _line(clienteTipo="-").customer == Party("-", "-", "")
    form, _ = _read(SUMMARY | {"tipoMoneda": "EUR"})
    assert form.lines[0].currency == "EUR"


def test_more_than_five_hundred_lines_are_refused_at_once() -> None:
    form, notes = _read(SUMMARY | {"details": [LINE] * 501})
    assert _places(notes.faults) == [("too_long", "/document/details")]
    assert form.lines == ()


def test_unknown_fields_are_told_where_they_stand() -> None:
    document = SUMMARY | {"extra": 1, "details": [{**LINE, "foo": 1, "percepcion": {"bar": 2}}]}
    _, notes = _read(document)
    assert notes.unknown == ["/document/details/0/percepcion/bar", "/document/details/0/foo", "/document/extra"]


def test_a_voiding() -> None:
    line = {"tipoDoc": "01", "serie": "f001", "number": "0007", "desMotivoBaja": " ERROR "}
    document = {"fecGeneracion": "2026-11-20", "fecComunicacion": "2026-11-22", "correlativo": 3, "details": [line]}
    form, notes = _read(document, VOIDED_VOCABULARY)
    assert (notes.faults, notes.unknown, form.id.series, form.id.number) == ([], [], "20261122", 3)
    assert form.lines == (VoidedLine(1, "01", "F001", "0007", "ERROR"),)


def test_written_it_has_the_canonical_names_and_nothing_that_is_zero() -> None:
    xml = (CASES / "RC-every-block" / "out.xml").read_bytes()
    said = SUMMARY_VOCABULARY.write(read_summary(parse_xml(xml)))
    assert {name: said[name] for name in said if name != "details"} == {
        "tipoDoc": "RC",
        "fecGeneracion": "2026-11-21",
        "fecResumen": "2026-11-22",
        "correlativo": "1",
        "company": {"ruc": "20000000001", "razonSocial": "EMPRESA DE PRUEBA S.A.C."},
        "moneda": "PEN",
    }
    assert said["details"][0] == {
        "tipoDoc": "03",
        "serieNro": "B001-10",
        "estado": "1",
        "clienteTipo": "6",
        "clienteNro": "20000000010",
        "total": 1180,
        "mtoOperGravadas": 1000,
        "mtoIGV": 180,
        "percepcion": {
            "codReg": "01",
            "tasa": 2,
            "mtoBase": 1180,
            "mto": Decimal("23.60"),
            "mtoTotal": Decimal("1203.60"),
        },
    }


def test_written_it_tells_the_rate_of_2027() -> None:
    said = SUMMARY_VOCABULARY.write(read_summary(parse_xml((CASES / "RC-from-2027" / "out.xml").read_bytes())))
    assert [line["porcentajeIgv"] for line in said["details"]] == [18, Decimal("10.50")]


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("issue_date", "/document/fecResumen"),
        ("reference_date", "/document/fecGeneracion"),
        ("lines", "/document/details"),
        ("lines[3].igv", "/document/details/3/mtoIGV"),
        ("lines[3].customer.id_number", "/document/details/3/clienteNro"),
        ("lines[0].perception.total", "/document/details/0/percepcion/mtoTotal"),
        ("lines[0].reference.number", "/document/details/0/docReferencia/nroDoc"),
    ],
)
def test_places_in_the_callers_words(path: str, pointer: str) -> None:
    assert SUMMARY_VOCABULARY.pointer(path, "/document") == pointer
