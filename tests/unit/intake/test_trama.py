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
        ("NT|01|ANULACION|01|F001-1", "misplaced_record", "line:2/field:1"),
        ("EN|01|VENTA\nRL|1", "misplaced_record", "line:3/field:1"),
        ("OP|1|01|20000000001|F001|1", "repeated_record", "line:2/field:1"),
        ("OB|uno\nOB|dos", "repeated_record", "line:3/field:1"),
        ("IT|1\nIV|1|ida\nIV|1|vuelta", "repeated_record", "line:4/field:1"),
        ("IA|1|5010||ABC123", "unknown_line", "line:2/field:2"),
        ("IT|1\nIA|2|5010||ABC123", "unknown_line", "line:3/field:2"),
        ("IT|1\nIA||5010||ABC123", "invalid_number", "line:3/field:2"),
        ("IT|uno", "invalid_number", "line:2/field:2"),
        ("IT|2\nIT|uno\nIT|1", "invalid_number", "line:3/field:2"),
        ("IT|0", "invalid_number", "line:2/field:2"),
        ("IT|1\nIT|1", "repeated_line", "line:3/field:2"),
        ("IT|1\nIC|1|X|00|0.1", "invalid_format", "line:3/field:3"),
        ("RF||09|T001-1", "invalid_format", "line:2/field:2"),
        ("DC|X|00||5", "invalid_format", "line:2/field:2"),
        (r"OB|tab\t", "malformed_trama", "line:2/field:2"),
        (r"EM|A|B\x|C", "malformed_trama", "line:2/field:3"),
        ("OB|abc\\", "malformed_trama", "line:2/field:2"),
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
        ("/client/address", "line:4"),
        ("/client/address/ubigeo", "line:4/field:6"),
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


def test_every_wrong_line_is_told_in_the_order_of_the_file() -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_trama("OP|9|01|20000000001|F001|1\nDC|X\nXX|1\nIA|4|5010\nOB|\\z\n")
    told = [fault.path for fault in refused.value.facts["faults"]]
    assert told == ["line:1/field:2", "line:2/field:2", "line:3/field:1", "line:4/field:2", "line:5/field:2"]


def test_what_was_received_and_what_is_allowed_is_told() -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_trama("OP|1|01|20000000001|F001|1\nRF|Z|09|T001-1")
    (fault,) = refused.value.facts["faults"]
    assert (fault.expected, fault.received) == ("G, R", "Z")


def test_lines_stand_in_the_order_of_their_numbers() -> None:
    head = "OP|1|01|20000000001|F001|1\n"
    ordered = read_trama(f"{head}IT|1||A\nIA|1|5010||X\nIT|02||B\nIT|7||C\nIA|7|5011||Y\nIA|7|5010||Z")
    mixed = read_trama(f"{head}IA|7|5011||Y\nIT|7||C\nIA|1|5010||X\nIT|2||B\nIA|7|5010||Z\nIT|1||A")
    assert ordered.document == mixed.document
    assert [line["descripcion"] for line in mixed.document["details"]] == ["A", "B", "C"]
    assert [fact["value"] for fact in mixed.document["details"][2]["atributos"]] == ["Y", "Z"]
    assert mixed.place_of("/details/0/descripcion") == "line:7/field:4"
    assert mixed.place_of("/details/2/atributos/1/value") == "line:6/field:5"
    assert mixed.place_of("/details/2/atributos/1/fecFin") == "line:6"


def test_a_line_without_number_follows_the_one_before_it() -> None:
    read = read_trama("OP|1|01|20000000001|F001|1\nIT|||A\nIT|5||B\nIT|||C\nIA|6|5010||X\nIA|1|5010||Y")
    assert [line["descripcion"] for line in read.document["details"]] == ["A", "B", "C"]
    assert [len(line.get("atributos", [])) for line in read.document["details"]] == [1, 0, 1]


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("OB|texto|de más", ["line:2/field:3"]),
        ("OB|texto|||de más||y más", ["line:2/field:5", "line:2/field:7"]),
        ("OB|texto|||||", []),
        ("EN|01||02", ["line:2/field:2"]),
        ("FP|Contado||PEN", []),
    ],
)
def test_what_has_no_meaning_is_a_warning(line: str, places: list[str]) -> None:
    assert read_trama(f"OP|1|01|20000000001|F001|1\n{line}").warnings == places


def test_an_hour_needs_its_day() -> None:
    read = read_trama("OP|1|01|20000000001|F001|1||10:15:00")
    assert read.warnings == ["line:1/field:8"]
    assert "fechaEmision" not in read.document


def test_a_kind_beside_the_file_says_what_its_header_leaves_out() -> None:
    text = "OP|1||20000000001|T001|1\nCL|6|20000000010|CLIENTE"
    assert set(read_trama(text).document) == {"company", "serie", "correlativo", "client"}
    assert set(read_trama(text, "09").document) == {"company", "serie", "correlativo", "destinatario"}


def test_an_unknown_kind_is_read_as_far_as_it_goes() -> None:
    read = read_trama("OP|1|99|20000000001|F001|1\nCL|6|20000000010|CLIENTE")
    assert read.document["tipoDoc"] == "99"
    assert read.place_of("/tipoDoc") == "line:1/field:3"
