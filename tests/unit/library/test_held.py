"""A caller's resumen diario that only names receipts that we hold."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from onapi.kinds.kind import TotalsMode
from onapi.library import Receipt, read
from onapi.library.batches import batch_of
from onapi.library.forms import tell
from onapi.library.held import Held, wanted
from onapi.library.receipt import receipt_of
from onapi.library.summary_line import summary_line
from onapi.rules.rule import Fault
from onapi.values.party import Party

CLIENT = {"tipoDoc": "1", "numDoc": "12345678", "rznSocial": "JUANA PÉREZ"}
LINE = {"descripcion": "X", "cantidad": 2, "mtoValorUnitario": 100}
BOLETA = {"tipoDoc": "03", "serie": "B001", "correlativo": 10, "client": CLIENT, "details": [LINE]}
OF_BOLETA = {"codMotivo": "07", "tipDocAfectado": "03", "numDocAfectado": "B001-9", "desMotivo": "POR ERROR"}
NOTE = BOLETA | {"tipoDoc": "07", "serie": "BC01", "correlativo": 2} | OF_BOLETA
BARE = {"tipoDoc": "03", "serieNro": "B001-10", "estado": "1"}
BARE_NOTE = {"tipoDoc": "07", "serie": "bc01", "correlativo": "00002", "estado": "3"}
WHOLE = {"tipoDoc": "03", "serieNro": "B001-11", "estado": "1", "mtoOperGravadas": 50}
HEAD = {"tipoDoc": "RC", "fecGeneracion": "2026-11-22", "correlativo": 1}
SUMMARY = HEAD | {"details": [BARE, WHOLE, BARE_NOTE]}
NAMED = (("03", "B001-10"), ("07", "BC01-2"))
TRAMA = """OP|1|RC|20000000001|20261122|1
RS|2026-11-22
RL|1|03|B001-10|1
RL|2|03|B001-11|1|||59|50
RL|3|07|BC01-2|3
"""


@pytest.fixture
def held(issuer: Party, now: datetime) -> Held:
    sales = [read(document, issuer=issuer, now=now).document for document in (BOLETA, NOTE)]
    return dict(zip(NAMED, sales, strict=True))


def filled(source: Any, issuer: Party, now: datetime, held: Held | None, **more: Any) -> Receipt:
    return receipt_of(tell(source), issuer, now, held=held, **more)


def places(faults: tuple[Fault, ...]) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.path, fault.sentence) for fault in faults]


@pytest.mark.parametrize(
    "source",
    [
        SUMMARY,
        {name: value for name, value in SUMMARY.items() if name != "tipoDoc"} | {"fecResumen": "2026-11-22"},
        {"ruc": "20000000001", "doctype": "RC", "document": SUMMARY},
        TRAMA,
    ],
    ids=["json", "without its kind", "envelope", "trama"],
)
def test_a_request_names_the_receipts_it_stands_for(source: Any, issuer: Party, now: datetime, held: Held) -> None:
    assert wanted(tell(source)) == NAMED
    made = filled(source, issuer, now, held)
    assert (made.faults, made.warnings) == ((), ())
    boleta, whole, note = made.document.lines
    assert (boleta.receipt, boleta.total, boleta.igv, boleta.customer.id_number) == ("B001-10", 236, 36, "12345678")
    assert (whole.receipt, whole.total) == ("B001-11", 59)
    assert (note.receipt[-1], note.status, note.total, note.reference.number) == ("2", "3", 236, "B001-9")


def test_a_receipt_named_twice_is_wanted_once() -> None:
    assert wanted(tell(SUMMARY | {"details": [BARE, BARE | {"estado": "3", "serieNro": "B001-0010"}]})) == NAMED[:1]


@pytest.mark.parametrize(
    "source",
    [
        BOLETA,
        {"tipoDoc": "99"},
        {"details": [BARE]},
        {"fecComunicacion": "2026-11-22", "details": [{"tipoDoc": "01"}]},
        HEAD | {"details": [WHOLE, BARE | {"serieNro": "B00110"}, {"estado": "1"}]},
        HEAD | {"details": 5},
    ],
)
def test_what_stands_for_nothing_wants_nothing(source: dict[str, Any]) -> None:
    assert wanted(tell(source)) == ()


def test_an_xml_wants_nothing(issuer: Party, now: datetime) -> None:
    xml = read(HEAD | {"details": [WHOLE]}, issuer=issuer, now=now).xml
    assert wanted(tell(xml)) == ()
    assert filled(xml, issuer, now, {}).xml == xml


def test_it_is_the_batch_that_we_would_make(issuer: Party, now: datetime, held: Held) -> None:
    made = filled(HEAD | {"details": [BARE, BARE_NOTE | {"serie": "BC01", "correlativo": 2}]}, issuer, now, held)
    boleta, note = held.values()
    lines = [summary_line(boleta.id, boleta, "1"), summary_line(note.id, note, "3")]
    assert made.xml == batch_of("RC", issuer, now.date(), lines, number=1, now=now).xml


def test_it_is_known_by_what_the_caller_wrote(issuer: Party, now: datetime, held: Held) -> None:
    """The same bare lines are the same batch, whatever became of the receipts since then."""
    known = {filled(SUMMARY, issuer, now, keeps).fingerprint for keeps in (held, {}, None)}
    assert known == {read(SUMMARY, issuer=issuer, now=now).fingerprint}
    assert not filled(SUMMARY, issuer, now, {}).misread


@pytest.mark.parametrize(
    ("source", "places_of"),
    [
        (SUMMARY, ("/details/0/total", "/details/2/total")),
        ({"ruc": "20000000001", "doctype": "RC", "document": SUMMARY}, ("/document/details/0/total",) * 2),
        (TRAMA, ("line:3", "line:5")),
    ],
    ids=["json", "envelope", "trama"],
)
def test_one_that_we_do_not_hold_is_told_in_its_place(
    source: Any, places_of: tuple[str, str], issuer: Party, now: datetime, held: Held
) -> None:
    keeps = {label: sale for label, sale in held.items() if label[0] == "07"}
    sentence = "No se tiene B001-10; escriba sus montos."
    faults = places(filled(source, issuer, now, keeps).errors)
    assert [(code, said) for code, _, said in faults] == [("2251", sentence)]
    assert faults[0][1].startswith(places_of[0])


@pytest.mark.parametrize(("keeps", "sentence"), [(None, "Faltan los importes"), ({}, "No se tiene B001-10")])
def test_who_keeps_no_receipts_asks_for_the_amounts(
    keeps: Held | None, sentence: str, issuer: Party, now: datetime
) -> None:
    (fault,) = filled(HEAD | {"details": [BARE]}, issuer, now, keeps).errors
    assert (fault.code, fault.path) == ("2251", "/details/0/total")
    assert fault.sentence.startswith(sentence)


def test_another_kind_of_document_stays_as_it_is(issuer: Party, now: datetime, held: Held) -> None:
    assert filled(BOLETA, issuer, now, held).xml == read(BOLETA, issuer=issuer, now=now).xml


def test_a_receipt_of_another_day_is_not_for_this_summary(issuer: Party, now: datetime, held: Held) -> None:
    made = filled(SUMMARY | {"fecGeneracion": "2026-11-20"}, issuer, now, held)
    sentence = "es del 22/11/2026; va en un resumen de los comprobantes de esa fecha."
    assert places(made.errors) == [
        ("date_differs", "/details/0/serieNro", f"B001-10 {sentence}"),
        ("date_differs", "/details/2/serieNro", f"BC01-00002 {sentence}"),
    ]


@pytest.mark.parametrize("mode", TotalsMode)
def test_its_amounts_stand_whatever_the_caller_wants_of_his_own(mode: TotalsMode, issuer: Party, now: datetime) -> None:
    document = BOLETA | {"descuentos": [{"codTipo": "03", "monto": "30"}]}
    sale = read(document, issuer=issuer, now=now - timedelta(hours=1)).document
    made = filled(SUMMARY | {"details": [BARE]}, issuer, now, {NAMED[0]: sale}, totals=mode)
    assert (made.errors, made.document.lines[0].total) == ((), Decimal("206.00"))
