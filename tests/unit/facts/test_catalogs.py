"""Catalogues: complete, immutable, and by the day of the document."""

from datetime import date
from types import MappingProxyType

import pytest

from onapi.facts import catalog, is_listed
from onapi.facts.table import FOLDER

# Codes of each catalogue; where SUNAT repeats a code (02, 03, 25, 25.3, 65A) it counts once.
COUNTS = {
    "01": 41, "02": 178, "03": 2117, "04": 249, "05": 10, "06": 13, "07": 19, "08": 3, "09": 13, "10": 6,
    "11": 9, "12": 11, "14": 12, "15": 45, "16": 3, "17": 20, "18": 2, "19": 3, "20": 14, "21": 6,
    "22": 3, "23": 2, "24": 49, "25": 53316, "25.1": 62, "25.2": 15, "25.3": 13, "26": 3, "27": 4, "51": 31,
    "52": 15, "53": 22, "54": 44, "55": 120, "56": 7, "57": 4, "58": 2, "59": 22, "60": 5, "61": 31,
    "62": 52, "62A": 24, "63": 21, "64": 31, "65": 276, "65A": 2196, "66": 7, "D-37": 13,
}  # fmt: skip


def test_every_catalogue_is_here() -> None:
    assert {path.stem for path in (FOLDER / "catalogs").iterdir()} == set(COUNTS)


@pytest.mark.parametrize("number", COUNTS)
def test_a_catalogue_is_whole(number: str) -> None:
    entries = catalog(number)
    assert len(entries) == COUNTS[number]
    assert all(code == entry.code and entry.text for code, entry in entries.items())


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        ("01", "03", "Boleta de venta"),
        ("02", "PEN", "Sol"),
        ("03", "KGM", "kilogram"),
        ("04", "PE", "Peru"),
        ("06", "6", "Registro Unico de Contributentes"),
        ("18", "02", "Transporte privado"),
        ("24", "L001", "AT2"),
        ("25", "95141904", "Unidades quirúrgicas"),
        ("25.1", "11101616", "Mineral de oro"),
        ("25.2", "50403200", "Maíz amarillo"),
        ("61", "95", "Solicitud de traslado - ZOFRATACNA"),
        ("63", "CHM", "Chimbote"),
        ("65A", "KG", "keg / KILOGRAMO"),
        ("D-37", "13", "Organismo Supervisor de la Inversión en Energía y Minería"),
    ],
)
def test_words_are_sunats(number: str, code: str, text: str) -> None:
    assert catalog(number)[code].text == text


@pytest.mark.parametrize(
    ("number", "code", "column", "value"),
    [
        ("05", "7152", "international_code", "OTH"),
        ("05", "9995", "name", "EXP"),
        ("07", "10", "tax", "1000"),
        ("07", "11", "tax", "9996"),
        ("07", "17", "tax", "1016 9996"),
        ("07", "40", "export", "1"),
        ("07", "40", "igv", ""),
        ("11", "05", "until", "2026-12-31"),
        ("22", "03", "percent", "0.5"),
        ("23", "01", "percent", "3"),
        ("24", "L001", "service", "LUZ"),
        ("51", "0112", "boleta", "0"),
        ("51", "0501", "liquidacion", "1"),
        ("53", "00", "level", "Item"),
        ("53", "62", "global", "1"),
        ("61", "31", "remitente", "0"),
        ("62", "1006200000", "product_code", "50221101"),
        ("63", "ZOR", "ubigeo", "240103"),
        ("65A", "KG", "origin", "03 65"),
        ("D-37", "01", "short_name", "SUCAMEC"),
    ],
)
def test_extra_columns(number: str, code: str, column: str, value: str) -> None:
    assert catalog(number)[code].extra[column] == value


@pytest.mark.parametrize(
    ("number", "code", "on", "listed"),
    [
        ("10", "13", date(2026, 12, 31), False),  # "Penalidades" begins with 2027
        ("10", "13", date(2027, 1, 1), True),
        ("10", "13", None, True),
        ("11", "05", date(2026, 12, 31), True),  # 06 to 09 take the place of 05
        ("11", "05", date(2027, 1, 1), False),
        ("11", "09", date(2026, 12, 31), False),
        ("11", "09", date(2027, 1, 1), True),
        ("03", "NIU", date(2020, 1, 1), True),
        ("03", "niu", None, False),
        ("06", "", None, False),
    ],
)
def test_a_code_is_listed_on_a_day(number: str, code: str, on: date | None, listed: bool) -> None:  # noqa: FBT001 - a column
    assert is_listed(number, code, on) is listed


@pytest.mark.parametrize("number", ["13", "99", "1", "", "../codes"])
def test_an_unknown_catalogue_is_named(number: str) -> None:
    with pytest.raises(KeyError, match="no catalogue") as caught:
        catalog(number)
    assert repr(number) in caught.value.args[0]
    with pytest.raises(KeyError, match="no catalogue"):
        is_listed(number, "01")


def test_the_ubigeo_has_its_own_door() -> None:
    with pytest.raises(KeyError, match=r"onapi\.facts\.places"):
        catalog("13")


def test_nobody_can_change_a_catalogue() -> None:
    assert isinstance(catalog("07"), MappingProxyType)
    assert isinstance(catalog("07")["10"].extra, MappingProxyType)
    assert catalog("07") is catalog("07")
    assert len(set(catalog("07").values())) == COUNTS["07"]  # entries are hashable
