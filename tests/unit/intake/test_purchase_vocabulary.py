"""A liquidación de compra in JSON: what is taken, what is refused and where, and what is written back."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from onapi.intake.purchase import VOCABULARY
from onapi.intake.purchase.fields import FIELDS
from onapi.intake.reader import Notes, Reader
from onapi.kinds.kind import TotalsMode
from onapi.kinds.purchase import LIQUIDACION
from onapi.rules.rule import Level
from onapi.values.identity import RUC
from onapi.values.moment import LIMA
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=LIMA)
BUYER = Party(RUC, "20000000001", "EMPRESA DE PRUEBA S.A.C.", address=Address("AV. DEMO 123", "150101"))
ID = ReceiptId(BUYER.id_number, "04", "L001", 1)
LINE: Mapping[str, Any] = {"descripcion": "Cobre", "unidad": "KGM", "cantidad": 10, "mtoValorUnitario": 10}
WHOLE: Mapping[str, Any] = {
    "tipoDoc": "04",
    "serie": "L001",
    "correlativo": "1",
    "fechaEmision": "2026-11-22T09:00:00-05:00",
    "tipoOperacion": "0503",
    "tipoMoneda": "usd",
    "client": {
        "tipoDoc": "7",
        "numDoc": "X-1",
        "rznSocial": "JOHN DOE",
        "email": "j@example.com",
        "telephone": "984",
        "address": {"ubigueo": "080101", "direccion": "CHINCHERO", "urbanizacion": "CENTRO", "tipoDireccion": "02"},
    },
    "direccionEntrega": {"ubigeo": "080101", "direccion": "BALANZA", "tipoDireccion": "03", "codLocal": "0001"},
    "porcentajeRenta": "4",
    "details": [
        {
            **LINE,
            "codProducto": "P1",
            "codProdSunat": "11101704",
            "porcentajeOth": 2,
            "atributos": [
                {"code": "6000", "value": "1"},
                {"code": "6004", "value": "12.5"},
                {"code": "6005", "value": "1"},
                {"code": "6006", "name": "Derecho", "value": "A"},
            ],
        }
    ],
    "anticipos": [{"nroDocRel": "l001-5", "total": "48.00", "ruc": "20000000010", "fechaPago": "2026-11-01"}],
    "descuentos": [{"codTipo": "04", "monto": 50}, {"codTipo": "61", "monto": 2}],
    "guias": [{"tipoDoc": "09", "nroDoc": "T001-1"}],
    "relDocs": [{"tipoDoc": "99", "nroDoc": "C-7"}],
    "compra": "OC-1",
    "observacion": "Nota",
    "legends": [{"code": "2001"}],
    "redondeo": "0.50",
}


def _read(document: Mapping[str, Any], mode: TotalsMode = TotalsMode.CHECK) -> tuple[Any, list[tuple[str, str]], Notes]:
    """The purchase, every fault as code and pointer, and what reading noted."""
    notes = Notes()
    form = VOCABULARY.read(Reader(dict(document), "/document", notes), ID, True)  # noqa: FBT003 - as it is called
    purchase = LIQUIDACION.complete(form, BUYER, NOW, mode)
    faults = (*notes.faults, *LIQUIDACION.faults(form, purchase, mode))
    return purchase, [(fault.code, VOCABULARY.pointer(fault.path, "/document")) for fault in faults], notes


def _with(**more: Any) -> dict[str, Any]:
    return {**WHOLE, **more}


def test_every_field_is_taken() -> None:
    found, faults, notes = _read(WHOLE)
    assert faults == []
    assert notes.unknown == []
    assert (found.currency, found.domicile, found.place_type, found.purchase_order) == ("USD", "02", "03", "OC-1")
    assert (found.seller.address.district, found.seller.address.establishment) == ("CUSCO", "0000")
    assert found.place.establishment == "0000"
    assert [x.name for x in found.lines[0].attributes][1] == "Comercialización de Oro: Ley Mineral (% concent. oro)"
    assert (found.advances[0].doctype, found.advances[0].number) == ("10", "L001-5")
    assert found.totals.payable == Decimal(100) - 4 - 48 + Decimal("0.50")


def test_what_is_written_is_read_to_the_same_document() -> None:
    found, _, _ = _read(WHOLE)
    said = VOCABULARY.write(found)
    again, faults, notes = _read(said)
    assert (faults, notes.unknown) == ([], [])
    assert LIQUIDACION.build(again) == LIQUIDACION.build(found)
    assert (said["mtoImpVenta"], said["client"]["address"]["tipoDireccion"]) == (Decimal("48.50"), "02")
    assert (said["mtoIGV"], said["mtoRenta"], said["mtoBaseOth"], said["redondeo"]) == (9, 2, 100, Decimal("0.50"))
    assert "mtoOperGratuitas" not in said
    assert said["details"][0]["renta"] == 4


def _named(value: Any, at: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inside in value.items():
            yield f"{at}{name}"
            yield from _named(inside, f"{at}{name}/")
    elif isinstance(value, list):
        for inside in value:
            yield at.removesuffix("/") + "[]"
            yield from _named(inside, at.removesuffix("/") + "[]/")


def test_every_name_is_in_the_table_of_fields() -> None:
    names = {field.name for field in FIELDS}
    free = {**LINE, "tipAfeIgv": "15", "mtoValorGratuito": 1, "mtoValorUnitario": None}
    written = VOCABULARY.write(_read(_with(details=[LINE, free]))[0])
    aliases = {"client/address/ubigueo"}
    assert {*_named(dict(WHOLE)), *_named(VOCABULARY.write(_read(WHOLE)[0])), *_named(written)} - aliases <= names


def test_the_table_says_each_thing_once_and_in_spanish() -> None:
    names = [field.name for field in FIELDS]
    assert len(set(names)) == len(names)
    assert all(field.text and not field.text.endswith(".") for field in FIELDS)
    assert {field.need for field in FIELDS} == {"R", "C", "O"}


def test_every_rule_has_a_field_that_it_speaks_of() -> None:
    """No pointer of a fault falls back to the whole document."""
    for rule in LIQUIDACION.rules:
        path = f"{rule.over}[0].{rule.path}".rstrip(".") if rule.over else rule.path
        pointer = VOCABULARY.pointer(path, "")
        assert pointer, rule.code
        assert pointer.count("/") >= path.count(".") - path.count("amounts.") - path.count("totals.") - path.count(
            "id."
        ), path


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        ({"detraccion": {"codBienDetraccion": "001"}}, "/document/detraccion"),
        ({"perception": {"codReg": "51"}}, "/document/perception"),
        ({"details": [{**LINE, "descuento": 1}]}, "/document/details/0/descuento"),
        ({"details": [{**LINE, "descuentos": [{"codTipo": "00", "monto": 1}]}]}, "/document/details/0/descuentos"),
        ({"details": [{**LINE, "cargos": [{"codTipo": "47", "monto": 1}]}]}, "/document/details/0/cargos"),
        ({"details": [LINE, {**LINE, "isc": 1}]}, "/document/details/1/isc"),
        ({"details": [{**LINE, "factorIcbper": "0.50"}]}, "/document/details/0/factorIcbper"),
    ],
)
def test_what_changes_the_price_and_has_no_place_is_refused(block: dict[str, Any], pointer: str) -> None:
    assert ("not_supported", pointer) in _read({**WHOLE, "tipoOperacion": "0501", **block})[1]


def test_zeros_and_empty_lists_of_a_factura_say_nothing() -> None:
    line = {**LINE, "isc": 0, "porcentajeIsc": "0.00", "icbper": 0, "descuento": 0, "descuentos": [], "cargos": None}
    sums = {"mtoOperExportacion": 0, "mtoISC": "0.00", "icbper": 0, "sumOtrosCargos": 0, "sumOtrosDescuentos": 0}
    more = {
        "formaPago": {"tipo": "Contado", "monto": 0, "moneda": "PEN"},
        "ublVersion": "2.1",
        "detraccion": None,
        **sums,
    }
    found, faults, notes = _read({**WHOLE, "tipoOperacion": "0501", "details": [line], "cargos": [], **more})
    assert (faults, notes.unknown, found.operation) == ([], [], "0501")


def test_a_total_of_a_factura_that_is_not_zero_is_a_contradiction() -> None:
    assert ("totals_mismatch", "/document/mtoISC") in _read(_with(mtoISC=5))[1]


def test_credit_and_what_else_has_no_place_is_told_as_unknown() -> None:
    more = {"formaPago": {"tipo": "Credito", "monto": 10}, "cuotas": [{"monto": 10}], "fecVencimiento": "2026-12-22"}
    _, faults, notes = _read(_with(**more))
    assert faults == []
    assert {"/document/formaPago/tipo", "/document/cuotas", "/document/fecVencimiento"} <= set(notes.unknown)


@pytest.mark.parametrize(("code", "expected"), [("04", "3114"), ("61", "3114"), ("46", "3071"), ("", "3071")])
def test_nothing_is_added_to_a_purchase(code: str, expected: str) -> None:
    faults = _read(_with(cargos=[{"codTipo": code, "monto": 1}]))[1]
    assert faults == [(expected, "/document/cargos/0/codTipo")]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"mtoValorUnitario": None}, ("2068", "mtoValorUnitario")),
        ({"cantidad": "mucho"}, ("invalid_number", "cantidad")),
        ({"renta": 30}, ("2464", "renta")),
        ({"porcentajeRenta": "1.5", "renta": 9}, ("totals_mismatch", "renta")),
        ({"mtoBaseRenta": 90}, ("totals_mismatch", "mtoBaseRenta")),
        ({"porcentajeRenta": "1.5", "mtoBaseRenta": 90}, ("totals_mismatch", "mtoBaseRenta")),
        ({"igv": 20}, ("totals_mismatch", "igv")),
        ({"mtoPrecioUnitario": 20}, ("totals_mismatch", "mtoPrecioUnitario")),
        ({"porcentajeOth": 2, "otroTributo": 9}, ("totals_mismatch", "otroTributo")),
    ],
)
def test_a_fault_of_a_line_stands_at_its_field(line: dict[str, Any], fault: tuple[str, str]) -> None:
    document = _with(tipoOperacion="0501", porcentajeRenta=None, details=[LINE, {**LINE, **line}])
    faults = _read(document)[1]
    if fault[0] != "2464":
        assert (fault[0], f"/document/details/1/{fault[1]}") in faults
    else:  # an amount alone tells its rate
        assert faults == []


def test_a_mismatch_tells_what_it_should_have_been() -> None:
    notes = Notes()
    form = VOCABULARY.read(Reader(_with(totalAnticipos=40), "/document", notes), ID, True)  # noqa: FBT003 - as it is called
    purchase = LIQUIDACION.complete(form, BUYER, NOW, TotalsMode.CHECK)
    (fault,) = LIQUIDACION.faults(form, purchase, TotalsMode.CHECK)
    assert (fault.code, fault.path, fault.expected, fault.received) == (
        "totals_mismatch",
        "totals.prepaid",
        "48.00",
        "40.00",
    )
    assert fault.level is Level.ERROR


def test_a_zero_retention_does_not_undo_the_rate_of_all() -> None:
    faults = _read(_with(tipoOperacion="0501", details=[{**LINE, "renta": 0}]))[1]
    assert ("totals_mismatch", "/document/details/0/renta") in faults
    assert ("totals_mismatch", "/document/details/0/renta") not in _read(
        _with(details=[{**LINE, "renta": 0, "porcentajeRenta": 0}])
    )[1]


def test_odds_and_ends_are_noted() -> None:
    assert ("2108", "/document/fechaEmision") in _read(_with(fechaEmision="1999-01-01"))[1]
    assert ("too_long", "/document/compra") in _read(_with(compra="O" * 21))[1]
    assert ("required", "/document/descuentos/0/monto") in _read(_with(descuentos=[{"codTipo": "04"}]))[1]
    assert ("required", "/document/relDocs/0/nroDoc") in _read(_with(relDocs=[{"tipoDoc": "99"}]))[1]
    assert ("2454", "/document/direccionEntrega/direccion") in _read(_with(direccionEntrega=None))[1]
    assert ("invalid_type", "/document/client") in _read(_with(client="JUAN"))[1]


def test_an_ubigeo_of_nowhere_is_for_the_rules() -> None:
    place = {"ubigeo": "999999", "direccion": "LEJOS"}
    assert _read(_with(direccionEntrega=place))[1] == [("2917", "/document/direccionEntrega/ubigeo")]
