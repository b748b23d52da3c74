"""What a printed retención or percepción says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onapi.intake import read_json
from onapi.kinds.kind import PrintContext
from onapi.page.data import Page
from onapi.page.pdf import render

Judge = Callable[..., Any]
FOLDER = Path(__file__).parents[2] / "golden" / "withholding"
CONTEXT = PrintContext(digest="abc=", qr="qr", stamp=None, lookup="https://example.com")


def _page(name: str, judge: Judge) -> Page:
    judged = judge(read_json((FOLDER / name / "in.json").read_bytes()))
    page: Page = judged.taken.kind.page(judged.sale, CONTEXT)
    return page


def test_a_retention(judge: Judge) -> None:
    page = _page("retention-in-dollars", judge)
    assert (page.heading, page.number) == ("COMPROBANTE DE RETENCIÓN ELECTRÓNICA", "R002-2")
    described = "Factura F001-7 del 10/11/2026, pago 1, tipo de cambio 3.745"
    assert page.rows[0] == (described, "US$ 2,500.00", "12/11/2026", "US$ 1,000.00", "112.35", "3,632.65")
    assert [(total.label, total.amount) for total in page.totals] == [
        ("Total pagado", "S/ 10,511.85"),
        ("Total retenido", "S/ 325.11"),
    ]
    assert page.words == "TRESCIENTOS VEINTICINCO CON 11/100 SOLES"
    assert page.notes == ("Pagos de noviembre",)
    assert [box.title for box in page.boxes] == ["Proveedor", "Comprobante"]


def test_a_percepcion(judge: Judge) -> None:
    page = _page("perception-of-fuel", judge)
    assert page.title == "Comprobante de percepción electrónica P002-2"
    assert ("Régimen", "Percepción a la adquisición de combustible") in [
        (x.label, x.value) for x in page.boxes[1].fields
    ]
    assert [total.label for total in page.totals] == ["Redondeo", "Total cobrado", "Total percibido"]
    assert page.rows[3] == ("Nota de crédito BC01-6 del 10/11/2026", "S/ 10.00", "", "", "", "")
    exceptional = _page("perception-exceptional", judge).boxes[1].fields
    assert exceptional[-1].label == "Emisión excepcional"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["retention-sixty-payments", "retention-hostile-texts-observed"])
def test_it_can_be_set_on_paper(name: str, judge: Judge) -> None:
    assert render(_page(name, judge)).startswith(b"%PDF")
