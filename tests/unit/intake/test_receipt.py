"""A receipt in the public vocabulary: the faults of reading it, with pointers and Spanish sentences."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from onapi.errors import InvalidDocument
from onapi.intake import read_document
from onapi.rules.rule import Level
from onapi.values.party import Party

Judge = Callable[..., Any]
LINE = {"descripcion": "Teclado", "cantidad": 1, "mtoValorUnitario": 100}
CLIENT = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE S.A.C."}
DOCUMENT = {
    "tipoDoc": "01",
    "serie": "F001",
    "correlativo": 1,
    "fechaEmision": "2026-11-22",
    "client": CLIENT,
    "details": [LINE],
}


def _faults(judged: Any) -> list[tuple[str, str]]:
    return [(fault.code, fault.path) for fault in judged.taken.faults]


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "RUC with a wrong check digit": (
        {"client": CLIENT | {"numDoc": "20000000019"}},
        "ruc_check_digit",
        "client/numDoc",
    ),
    "RUC of ten digits": ({"client": CLIENT | {"numDoc": "2000000001"}}, "2017", "client/numDoc"),
    "DNI of seven digits": ({"client": CLIENT | {"tipoDoc": "1", "numDoc": "1234567"}}, "2801", "client/numDoc"),
    "no customer": ({"client": None}, "required", "client"),
    "a customer without number": ({"client": CLIENT | {"numDoc": ""}}, "required", "client/numDoc"),
    "a customer without name": ({"client": CLIENT | {"rznSocial": " "}}, "required", "client/rznSocial"),
    "a customer that is a text": ({"client": "ANA"}, "invalid_type", "client"),
    "an unknown district": ({"client": CLIENT | {"address": {"ubigeo": "990101"}}}, "4231", "client/address/ubigeo"),
    "a district, by its old name": (
        {"client": CLIENT | {"address": {"ubigueo": "1"}}},
        "4231",
        "client/address/ubigueo",
    ),
    "a country in full": (
        {"client": CLIENT | {"address": {"codigoPais": "PERU"}}},
        "invalid_format",
        "client/address/codigoPais",
    ),
    "an establishment of three digits": (
        {"company": {"address": {"codLocal": "001"}}},
        "invalid_format",
        "company/address/codLocal",
    ),
    "another issuer": ({"company": {"ruc": "20000000010"}}, "ruc_differs", "company/ruc"),
    "no series": ({"serie": None}, "required", "serie"),
    "no number": ({"correlativo": None}, "required", "correlativo"),
    "number zero": ({"correlativo": 0}, "1001", "correlativo"),
    "a number of nine digits": ({"correlativo": 100_000_000}, "1001", "correlativo"),
    "a number that is a word": ({"correlativo": "uno"}, "1001", "correlativo"),
    "a date of the wrong form": ({"fechaEmision": "22/11/2026"}, "invalid_date", "fechaEmision"),
    "a date of long ago": ({"fechaEmision": "2010-01-01"}, "2108", "fechaEmision"),
    "a quantity in words": ({"details": [LINE | {"cantidad": "dos"}]}, "invalid_number", "details/0/cantidad"),
    "no quantity": ({"details": [LINE | {"cantidad": None}]}, "required", "details/0/cantidad"),
    "no description": ({"details": [LINE, LINE | {"descripcion": ""}]}, "required", "details/1/descripcion"),
    "neither value nor price": (
        {"details": [{"descripcion": "X", "cantidad": 1}]},
        "required",
        "details/0/mtoValorUnitario",
    ),
    "a discount without amount": ({"descuentos": [{"codTipo": "03"}]}, "required", "descuentos/0/monto"),
    "a discount among charges": ({"cargos": [{"codTipo": "03", "monto": 1}]}, "3114", "cargos/0/codTipo"),
    "a charge among discounts": (
        {"details": [LINE | {"descuentos": [{"codTipo": "48", "monto": 1}]}]},
        "3114",
        "details/0/descuentos/0/codTipo",
    ),
    "an instalment without date": ({"cuotas": [{"monto": 1}]}, "required", "cuotas/0/fechaPago"),
    "a reference without number": ({"guias": [{"tipoDoc": "09"}]}, "required", "guias/0/nroDoc"),
    "a legend of its own without text": ({"legends": [{"code": "9999"}]}, "required", "legends/0/value"),
    "a detracción without account": (
        {"detraccion": {"codBienDetraccion": "037"}},
        "required",
        "detraccion/ctaBanco",
    ),
    "an advance without total": (
        {"anticipos": [{"tipoDocRel": "02", "nroDocRel": "F001-1"}]},
        "required",
        "anticipos/0/total",
    ),
    "an hour that is none": (
        {"details": [LINE | {"atributos": [{"code": "4047", "horaInicio": "25h"}]}]},
        "invalid_date",
        "details/0/atributos/0/horaInicio",
    ),
    "lines that are no list": ({"details": {"0": LINE}}, "invalid_type", "details"),
    "a remark of a thousand and one": ({"observacion": "X" * 1001}, "too_long", "observacion"),
    "a thousand lines": ({"details": [LINE] * 1000}, "too_long", "details"),
}


@pytest.mark.parametrize("name", [name for name in BAD if BAD[name][2]])
def test_a_fault_stands_where_it_was_written(name: str, judge: Judge) -> None:
    change, code, pointer = BAD[name]
    judged = judge(DOCUMENT | change)
    assert (code, f"/document/{pointer}") in _faults(judged)
    assert all(fault.sentence.endswith(".") for fault in judged.taken.faults)


def test_the_right_check_digit_is_told(judge: Judge) -> None:
    fault = judge(DOCUMENT | {"client": CLIENT | {"numDoc": "20000000019"}}).taken.faults[0]
    assert (fault.expected, fault.received) == ("0", "20000000019")


def test_all_faults_are_told_at_once(judge: Judge) -> None:
    bad = {"serie": "", "fechaEmision": "x", "client": {"tipoDoc": "6"}, "details": [{"cantidad": "x"}]}
    assert len(_faults(judge(DOCUMENT | bad))) == 7


@pytest.mark.parametrize(
    ("change", "doctype", "code", "where"),
    [
        ({"tipoDoc": "77"}, "", "unknown_doctype", "/document/tipoDoc"),
        ({"tipoDoc": None}, "", "unknown_doctype", "/document/tipoDoc"),
        ({"tipoDoc": None, "doctype": "x"}, "", "unknown_doctype", "/document/doctype"),
        ({}, "99", "unknown_doctype", "/doctype"),
        ({}, "03", "doctype_differs", "/document/tipoDoc"),
    ],
)
def test_a_kind_that_is_none(change: dict[str, Any], doctype: str, code: str, where: str, judge: Judge) -> None:
    with pytest.raises(InvalidDocument) as caught:
        judge(DOCUMENT | change, doctype)
    (fault,) = caught.value.facts["faults"]  # type: ignore[misc]  # facts hold anything
    assert (caught.value.key, fault.code, fault.path) == ("validation_failed", code, where)
    assert fault.expected


def test_a_lenient_place_takes_a_wrong_check_digit(issuer: Party) -> None:
    document = DOCUMENT | {"client": CLIENT | {"numDoc": "20000000019"}}
    taken = read_document(document, "", issuer, prefix="", strict_ruc=False)
    assert [(fault.code, fault.level) for fault in taken.faults] == [("ruc_check_digit", Level.OBSERVATION)]


def test_aliases_and_numbers_as_texts_are_the_same_document(judge: Judge) -> None:
    spelt = {key: value for key, value in DOCUMENT.items() if key not in {"tipoDoc", "correlativo"}}
    spelt |= {"doctype": "01", "number": "0001", "serie": "f001", "details": [LINE | {"cantidad": "1.00"}]}
    assert judge(spelt).taken.fingerprint == judge(DOCUMENT).taken.fingerprint


def test_another_content_is_another_document(judge: Judge) -> None:
    same = judge(DOCUMENT).taken.fingerprint
    others = ({"correlativo": 2}, {"observacion": "X"}, {"company": {"telephone": "1"}}, {"mtoImpVenta": 118})
    assert same not in {judge(DOCUMENT | other).taken.fingerprint for other in others}


def test_the_issuers_enrolment_is_no_part_of_the_content(issuer: Party) -> None:
    first = read_document(DOCUMENT, "", issuer, prefix="", strict_ruc=True)
    moved = read_document(DOCUMENT, "", replace(issuer, trade_name="OTRA"), prefix="", strict_ruc=True)
    assert first.fingerprint == moved.fingerprint


def test_unknown_fields_are_told_and_do_no_harm(judge: Judge) -> None:
    judged = judge(DOCUMENT | {"x": 1, "client": CLIENT | {"y": 2}, "details": [LINE | {"z": 3}]})
    assert judged.taken.unknown == ("/document/client/y", "/document/details/0/z", "/document/x")
    assert judged.errors == ()


def test_the_issuer_may_name_its_place_but_not_itself(judge: Judge) -> None:
    company = {"ruc": "20000000001", "razonSocial": "OTRO NOMBRE", "address": {"ubigeo": "040101", "codLocal": "0002"}}
    taken = judge(DOCUMENT | {"company": company}).taken
    assert taken.other_name
    assert (taken.issuer.name, taken.issuer.address.province) == ("EMPRESA DE PRUEBA S.A.C.", "AREQUIPA")
    assert (taken.issuer.address.establishment, taken.issuer.trade_name) == ("0002", "PRUEBA")


def test_nobody_buys_a_boleta(judge: Judge) -> None:
    boleta = DOCUMENT | {"tipoDoc": "03", "serie": "B001", "client": None}
    judged = judge(boleta)
    assert judged.errors == ()
    assert (judged.sale.customer.id_type, judged.sale.customer.name) == ("-", "CLIENTES VARIOS")
