"""What a printed guía says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onapi.intake import read_json
from onapi.kinds.kind import PrintContext
from onapi.page.data import Page
from onapi.page.pdf import render

Judge = Callable[..., Any]
FOLDER = Path(__file__).parents[2] / "golden" / "gre"
CONTEXT = PrintContext(digest="abc=", qr="qr", stamp=None, lookup="https://example.com")


@pytest.fixture
def page(judge: Judge) -> Callable[[str], Page]:
    """The page of a golden case."""

    def paged(name: str) -> Page:
        judged = judge(read_json((FOLDER / name / "in.json").read_bytes()))
        found: Page = judged.taken.kind.page(judged.sale, CONTEXT)
        return found

    return paged


def _facts(page: Page, title: str) -> list[tuple[str, str]]:
    return [(fact.label, fact.value) for box in page.boxes if box.title == title for fact in box.fields]


def test_a_guia_of_the_remitente(page: Callable[[str], Page]) -> None:
    printed = page("public-with-the-carriers-vehicle")
    assert (printed.heading, printed.number) == ("GUÍA DE REMISIÓN REMITENTE ELECTRÓNICA", "T001-8")
    assert _facts(printed, "Traslado") == [
        ("Emisión", "22/11/2026 10:00"),
        ("Inicio del traslado", "23/11/2026"),
        ("Entrega al transportista", "22/11/2026"),
        ("Motivo", "Venta"),
        ("Modalidad", "Transporte público"),
        ("Peso bruto total", "12.5 kg"),
        ("Indicaciones", "Vehículos y conductores del transportista; Retorno con el vehículo vacío"),
        ("Autorización especial", "DIGEMID 77 (Dirección General de Medicamentos Insumos y Drogas)"),
    ]
    ministry = "(Ministerio de Transportes y Comunicaciones)"
    means = _facts(printed, "Vehículo y conductor")
    assert means[:4] == [
        ("Transportista", "TRANSPORTES SAC - RUC 20000000036"),
        ("Registro MTC", "151000"),
        ("Autorización especial", f"MTC-2026-15 {ministry}"),
        ("Vehículo", f"ABC123, TUC 15M21012345, autorización RD 123-2026 {ministry}"),
    ]
    assert means[5:] == [
        ("Vehículo secundario", "T1A234, TUC 15M21011111"),
        ("Conductor principal", "JUAN PEREZ LOPEZ, DNI 12345678, licencia Q12345678"),
        ("Conductor secundario", "MARIA SOTO, Carnet de extranjería 001234567, licencia CE1234567"),
    ]
    assert printed.rows == (("1", "P001", "Producto demo", "2", "NIU"),)


def test_a_guia_of_the_carrier(page: Callable[[str], Page]) -> None:
    printed = page("carriers-subcontracted-and-paid-by-another")
    assert printed.heading == "GUÍA DE REMISIÓN TRANSPORTISTA ELECTRÓNICA"
    titles = [box.title for box in printed.boxes]
    assert [box.wide for box in printed.boxes] == [False] * 6 + [True] * 3
    assert titles[:4] == ["Remitente", "Destinatario", "Paga el flete", "Subcontratador"]
    assert titles[4:6] == ["Punto de partida", "Punto de llegada"]
    alone = page("public-with-the-carriers-vehicle").boxes
    assert [(box.title, box.wide) for box in alone[:2]] == [("Destinatario", True), ("Punto de partida", False)]
    assert ("Paga el flete", "Tercero") in _facts(printed, "Vehículo y conductor")
    assert _facts(printed, "Documentos relacionados")[1][1] == "F001-1 (RUC 20000000052)"


def test_foreign_trade_and_places(page: Callable[[str], Page]) -> None:
    printed = page("import-whole-in-containers")
    assert _facts(printed, "Comercio exterior") == [
        ("Puerto", "Callao"),
        ("Contenedor", "MSCU1234567, precinto PE123,PE124"),
        ("Contenedor", "TGHU7654321, precinto PE125"),
    ]
    assert printed.rows == ()
    assert ("Ubigeo", "150115 LA VICTORIA - LIMA") in _facts(printed, "Punto de llegada")
    own = page("own-establishments-by-light-vehicle")
    assert ("Establecimiento", "0001") in _facts(own, "Punto de partida")
    assert _facts(own, "Vehículo y conductor") == [("Vehículo", "Categoría M1 o L")]


def test_goods_show_their_facts_and_remarks_are_notes(page: Callable[[str], Page]) -> None:
    printed = page("controlled-goods-with-deposit")
    assert printed.rows[0][2].splitlines()[:2] == ["Azúcar rubia", "Partida arancelaria: 1701130000"]
    assert page("carriers-with-a-printed-guide").notes == ("Veinte cajas de conservas",)
    assert page("sale-handed-to-another").notes == ("Entregar en almacén 2",)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hostile-text", "many-lines", "itinerant-without-destination"])
def test_it_can_be_set_on_paper(name: str, page: Callable[[str], Page]) -> None:
    assert render(page(name)).startswith(b"%PDF")
