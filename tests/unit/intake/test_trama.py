"""The flat file: the same receipt as JSON says it, and every fault told as line and field."""

from collections.abc import Callable
from typing import Any

import pytest

from onapi.errors import InvalidDocument, Unreadable
from onapi.intake import read_trama
from onapi.kinds import KINDS

Judge = Callable[..., Any]

FACTURA = r"""OP|1|01|20000000001|F001|123|2026-11-20|10:15:00|PEN|0101||OC-9|PED-778
# comments and blank lines are of no account

CL|6|20000000010|CLIENTE \| DE PRUEBA S.A.C.|AV. AREQUIPA 1234|150101|PE|compras@cliente.example
IT|1|TEC-01|Teclado\nmecánico \\ negro|NIU|2|100.00||10|18|10
IT|2||Bolsa|NIU|1||0.50|10|18||||0.50
DC|D|03||5.00
FP|Credito|223.00
CU|1|100.00|2026-12-20
CU|2|123.00|2027-01-20|
RF|G|09|T001-45
RF|R|99|X-1
LE|2006|Operación sujeta a detracción
OB|Entregar en puerta 3
"""
AS_JSON = {
    "tipoDoc": "01",
    "serie": "F001",
    "correlativo": "123",
    "fechaEmision": "2026-11-20T10:15:00",
    "tipoMoneda": "PEN",
    "tipoOperacion": "0101",
    "compra": "OC-9",
    "client": {
        "tipoDoc": "6",
        "numDoc": "20000000010",
        "rznSocial": "CLIENTE | DE PRUEBA S.A.C.",
        "address": {"direccion": "AV. AREQUIPA 1234", "ubigeo": "150101", "codigoPais": "PE"},
        "email": "compras@cliente.example",
    },
    "details": [
        {
            "codProducto": "TEC-01",
            "descripcion": "Teclado\nmecánico \\ negro",
            "unidad": "NIU",
            "cantidad": 2,
            "mtoValorUnitario": 100,
            "tipAfeIgv": "10",
            "porcentajeIgv": 18,
            "descuento": 10,
        },
        {
            "descripcion": "Bolsa",
            "unidad": "NIU",
            "cantidad": 1,
            "mtoPrecioUnitario": "0.50",
            "tipAfeIgv": "10",
            "porcentajeIgv": 18,
            "factorIcbper": "0.50",
        },
    ],
    "descuentos": [{"codTipo": "03", "monto": 5}],
    "formaPago": {"tipo": "Credito", "monto": 223},
    "cuotas": [{"monto": 100, "fechaPago": "2026-12-20"}, {"monto": 123, "fechaPago": "2027-01-20"}],
    "guias": [{"tipoDoc": "09", "nroDoc": "T001-45"}],
    "relDocs": [{"tipoDoc": "99", "nroDoc": "X-1"}],
    "legends": [{"code": "2006", "value": "Operación sujeta a detracción"}],
    "observacion": "Entregar en puerta 3",
}


def test_a_trama_and_json_of_one_receipt_are_one_receipt(judge: Judge) -> None:
    trama = read_trama(FACTURA)
    flat, written = judge(trama.document), judge(AS_JSON)
    assert KINDS["01"].build(flat.sale) == KINDS["01"].build(written.sale)
    assert flat.taken.fingerprint == written.taken.fingerprint
    assert trama.external_id == "PED-778"


@pytest.mark.parametrize("twist", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_marks_and_line_ends_of_other_systems_are_taken(twist: Callable[[str], str]) -> None:
    assert read_trama(twist(FACTURA)).document == read_trama(FACTURA).document


@pytest.mark.parametrize(
    ("line", "code", "place"),
    [
        ("XX|1", "unknown_record", "line:2/field:1"),
        ("NT|01|ANULACION|01|F001-1", "unknown_record", "line:2/field:1"),
        ("DC|X|00||5", "invalid_format", "line:2/field:2"),
        (r"OB|tab\t", "malformed_trama", "line:2/field:2"),
    ],
)
def test_a_wrong_line_is_named(line: str, code: str, place: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_trama(f"OP|1|01|20000000001|F001|1\n{line}\n")
    assert [(fault.code, fault.path) for fault in refused.value.facts["faults"]] == [(code, place)]


def test_another_version_is_refused() -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_trama("OP|2|01|20000000001|F001|1")
    assert refused.value.facts["faults"][0].path == "line:1/field:2"


@pytest.mark.parametrize("text", ["", "\n\n", "CL|1|45678912|ANA", "# only a comment"])
def test_a_trama_without_header_is_no_trama(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_trama(text)
    assert refused.value.key == "malformed_trama"


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/client/numDoc", "line:4/field:3"),
        ("/details/1/cantidad", "line:6/field:6"),
        ("/details/1/igv", "line:6"),
        ("/descuentos/0/monto", "line:7/field:5"),
        ("/cuotas/1/fechaPago", "line:10/field:4"),
        ("/mtoImpVenta", "line:1"),
        ("line:3/field:2", "line:3/field:2"),
    ],
)
def test_a_pointer_is_found_again_in_the_file(pointer: str, place: str) -> None:
    assert read_trama(FACTURA).place_of(pointer) == place
