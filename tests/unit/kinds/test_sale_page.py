"""What a printed factura, boleta or note says beside its lines."""

from pathlib import Path

import pytest

from onapi.kinds import KINDS
from onapi.kinds.kind import PrintContext
from onapi.page.data import Page
from onapi.values.xmltree import parse_xml, text_of

FOLDER = Path(__file__).parents[2] / "golden" / "sale"
CONTEXT = PrintContext("abc=", "qr", None, "https://example.com", "Autorizado por Resolución 1.")


def _page(case: str, kind: str = "01", context: PrintContext = CONTEXT, *changes: tuple[str, str]) -> Page:
    xml = (FOLDER / case / "out.xml").read_text("utf-8")
    for old, new in changes:
        assert old in xml
        xml = xml.replace(old, new)
    page: Page = KINDS[kind].page(KINDS[kind].read(parse_xml(xml.encode())), context)
    return page


def _box(page: Page, title: str) -> dict[str, str]:
    return {field.label: field.value for box in page.boxes if box.title == title for field in box.fields}


def _totals(page: Page) -> list[tuple[str, str]]:
    return [(total.label, total.amount) for total in page.totals]


def test_the_sentences_beside_the_code() -> None:
    page = _page("01-F001-1")
    said = "Representación impresa de la FACTURA ELECTRÓNICA."
    assert page.footer == (said, "Autorizado por Resolución 1.", "https://example.com")
    assert _page("01-F001-1", "01", PrintContext("abc=", "", None, "")).footer == (said,)
    assert _page("01-F001-1", "01", PrintContext("abc=", "", None, "")).qr is None


def test_a_detraccion_tells_goods_rate_amount_and_account() -> None:
    assert _box(_page("detraccion-computed"), "Operación sujeta a detracción") == {
        "Bien o servicio": "037 Demás servicios gravados con el IGV",
        "Porcentaje": "12 %",
        "Monto": "S/ 350.00",
        "Cuenta": "00-000-000001",
        "Medio de pago": "001 Depósito en cuenta",
    }


def test_a_retention_tells_what_is_left_to_pay() -> None:
    page = _page("retencion-and-discount")
    assert _box(page, "Operación sujeta a retención del IGV") == {
        "Base": "S/ 224.20",
        "Tasa": "3 %",
        "Monto retenido": "S/ 6.73",
        "Neto a pagar": "S/ 217.47",
    }
    assert _totals(page)[-2:] == [("Retención del IGV", "-S/ 6.73"), ("Neto a pagar", "S/ 217.47")]
    assert _totals(page)[0] == ("Descuento global", "-S/ 10.00")


def test_a_perception_is_paid_on_top() -> None:
    page = _page("percepcion-computed")
    assert _box(page, "Operación sujeta a percepción")["Total con percepción"] == "S/ 238.36"
    assert _totals(page)[-1] == ("Total con percepción", "S/ 238.36")


def test_advances_lead_from_the_price_to_what_is_left() -> None:
    page = _page("anticipos-two")
    assert _box(page, "Anticipos") == {"Factura F001-53": "S/ 59.00", "Factura F001-54": "S/ 29.50"}
    assert _totals(page)[-3:] == [
        ("Precio de venta", "S/ 236.00"),
        ("Anticipos", "-S/ 88.50"),
        ("Importe total", "S/ 147.50"),
    ]


def test_a_note_names_what_it_modifies_and_why() -> None:
    note = _page("07-FC01-1", "07")
    assert _box(note, "Documento que modifica") == {
        "Documento": "Factura F001-1",
        "Motivo": "01 Anulación de la operación",
        "Sustento": "ANULACION DE LA OPERACION",
    }


def test_a_credit_tells_its_instalments_and_what_is_owed() -> None:
    page = _page("credit-three-instalments")
    assert _box(page, "Comprobante")["Saldo por pagar"] == "S/ 236.00"
    first = page.instalments[0]
    assert (first.label, first.due, first.amount) == ("Cuota 001", "22/12/2026", "S/ 100.00")


def test_lines_tell_what_else_is_to_be_said_of_them() -> None:
    assert _page("line-charges").rows[0][3].splitlines()[1:] == [
        "Descuento 1 %: -S/ 2.00",
        "Cargo 5 %: S/ 10.00",
        "Cargo 1.5 %: S/ 3.00",
    ]
    assert _page("free-lines").rows[1][3] == "Premio\nTransferencia a título gratuito"
    assert "ICBPER: S/ " in _page("icbper").rows[0][3] + _page("icbper").rows[-1][3]
    assert any("ISC" in row[3] for row in _page("isc-fixed").rows)


def test_what_travels_with_it_is_told() -> None:
    carried = _box(_page("guia-embebida"), "Traslado de los bienes")
    assert (carried["Placa"], carried["Peso bruto"], carried["Modalidad"]) == (
        "ABC123",
        "12.5 kg",
        "Transporte público",
    )
    hauled = "\n".join(row[3] for row in _page("detraccion-transporte-carga").rows)
    assert "Transporte de " in hauled
    assert "Valor referencial del servicio S/ " in hauled
    others = _box(_page("every-party-and-place"), "Otros datos")
    assert (others["Otros"], others["Vendedor"]) == ("CONTRATO-9", "VENDEDOR UNO - DNI 12345678")


def test_an_amount_in_words_that_the_xml_leaves_out_is_ours() -> None:
    """XML made elsewhere carries legend 1000 or not."""
    case = "01-F001-1"
    root = parse_xml((FOLDER / case / "out.xml").read_bytes())
    said = text_of(root, "Note")
    assert _page(case).words == said
    assert _page(case, "01", CONTEXT, ('languageLocaleID="1000"', 'languageLocaleID="1002"')).words == said


@pytest.mark.parametrize(
    ("code", "name"),
    [("01", "FACTURA"), ("03", "BOLETA DE VENTA"), ("07", "NOTA DE CRÉDITO"), ("08", "NOTA DE DÉBITO")],
)
def test_each_kind_has_its_heading(code: str, name: str) -> None:
    case = {"01": "01-F001-1", "03": "03-B001-1", "07": "07-FC01-1", "08": "08-FD01-1"}[code]
    assert _page(case, code).heading == f"{name} ELECTRÓNICA"
