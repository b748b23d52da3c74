"""Places by ubigeo, and goods and services subject to detraccion."""

from decimal import Decimal

import pytest

from onapi.facts import Place, catalog, detraccion, place
from onapi.facts.table import read


def test_places_are_whole() -> None:
    places = [place(row[0]) for row in read("ubigeo.tsv").rows]
    assert sum(1 for found in places if found.district) == 1891
    assert sum(1 for found in places if found.province and not found.district) == 196
    assert sum(1 for found in places if not found.province) == 25


@pytest.mark.parametrize(
    "found",
    [
        Place("010101", "AMAZONAS", "CHACHAPOYAS", "CHACHAPOYAS"),
        Place("150101", "LIMA", "LIMA", "LIMA"),
        Place("021806", "ANCASH", "SANTA", "NEPEÑA"),
        Place("250401", "UCAYALI", "PURUS", "PURUS"),
        Place("010100", "AMAZONAS", "CHACHAPOYAS", ""),
        Place("010000", "AMAZONAS", "", ""),
    ],
)
def test_a_place(found: Place) -> None:
    assert place(found.ubigeo) == found


@pytest.mark.parametrize("ubigeo", ["999999", "", "10101", "150101 "])
def test_no_such_place(ubigeo: str) -> None:
    with pytest.raises(KeyError, match="no place has the ubigeo"):
        place(ubigeo)


def test_ports_airports_and_borders_lie_somewhere() -> None:
    for number in ("63", "64", "66"):
        for entry in catalog(number).values():
            assert place(entry.extra["ubigeo"]).district


@pytest.mark.parametrize(
    ("code", "name", "percent"),
    [
        ("002", "Arroz", "3.85"),
        ("027", "Servicio de transporte de carga", "4"),
        ("028", "Transporte de pasajeros", None),
        ("037", "Demás servicios gravados con el IGV", "12"),
        ("099", "Ley 30737", "8"),
    ],
)
def test_a_detraccion(code: str, name: str, percent: str | None) -> None:
    found = detraccion(code)
    assert (found.name, found.percent) == (name, None if percent is None else Decimal(percent))
    assert found.reliability == ("" if percent is None else "B")


def test_detracciones_are_catalogue_54() -> None:
    names = {code: detraccion(code).name for code in catalog("54")}
    assert names == {code: entry.text for code, entry in catalog("54").items()}
    assert len(read("detracciones.tsv").rows) == len(names)


def test_no_such_detraccion() -> None:
    with pytest.raises(KeyError, match="no detraccion has the code '006'"):
        detraccion("006")
