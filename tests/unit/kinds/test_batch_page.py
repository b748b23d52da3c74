"""What a printed batch shows."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from onapi.kinds.batch import COMUNICACION_DE_BAJA, RESUMEN_DE_REVERSIONES, RESUMEN_DIARIO
from onapi.kinds.kind import Digest, PrintContext
from onapi.values.xmltree import parse_xml

CASES = Path(__file__).parents[2] / "golden" / "batch"
CONTEXT = PrintContext("abc=", "", "SIN VALOR FISCAL", "Consulte en su portal.")


def _xml(case: str) -> bytes:
    return (CASES / case / "out.xml").read_bytes()


def test_a_summary_lists_its_receipts() -> None:
    page = RESUMEN_DIARIO.page(RESUMEN_DIARIO.read(parse_xml(_xml("RC-every-block"))), CONTEXT)
    assert (page.heading, page.number, page.dated) == ("RESUMEN DIARIO", "RC-20261122-1", date(2026, 11, 22))
    assert (page.issuer.ruc, page.qr, page.digest, page.stamp) == ("20000000001", None, "abc=", "SIN VALOR FISCAL")
    assert page.rows[0][:2] + page.rows[0][3:] == (
        "1",
        "Boleta",
        "RUC 20000000010",
        "Adicionar",
        "S/ 180.00",
        "S/ 1,180.00",
    )
    assert page.rows[0][2] == "B001-10\nGravadas 1,000.00 · Percepción S/ 23.60, con ella S/ 1,203.60"
    assert page.rows[1][3] == ""
    assert page.rows[2][3:] == ("Pasaporte AB-123456", "Adicionar", "US$ 0.00", "US$ 250.00")
    assert page.rows[3][1:3] == ("Nota de crédito", "BC01-3 (de B001-9)\nGravadas 50.00")
    assert page.rows[5][4] == "Anulado"


def test_a_voiding_tells_each_reason() -> None:
    page = COMUNICACION_DE_BAJA.page(COMUNICACION_DE_BAJA.read(parse_xml(_xml("RA-every-kind"))), CONTEXT)
    assert (page.heading, page.title) == ("COMUNICACIÓN DE BAJA", "Comunicación de baja RA-20261122-12")
    assert page.rows[0] == ("1", "Factura", "F001-120", "ERROR EN RUC")
    assert page.boxes[0].fields[2].value == "7"


def test_a_reversion_has_its_own_heading() -> None:
    page = RESUMEN_DE_REVERSIONES.page(RESUMEN_DE_REVERSIONES.read(parse_xml(_xml("RR-every-kind"))), CONTEXT)
    assert page.heading == "RESUMEN DE REVERSIONES"
    assert page.rows[0][1] == "Comprobante de retención"


def test_a_record_tells_number_and_day_and_no_money() -> None:
    summary = RESUMEN_DIARIO.read(parse_xml(_xml("RC-20261122-1")))
    assert RESUMEN_DIARIO.digest(summary) == Digest(
        summary.id, date(2026, 11, 22), None, None, None, None, counted_from=summary.reference_date
    )
    assert summary.reference_date < date(2026, 11, 22)
    assert summary.lines[0].total == Decimal(236)
