"""Return codes: every one has a class, whichever way it is spelled, and nothing raises."""

import pytest

from onapi.facts import Outcome, outcome_of, return_code, search_codes
from onapi.facts.table import read

# The outcome table, row by row: first, last, outcome.
RANGES = [
    (0, 0, "ACCEPTED"), (1, 15, "UNKNOWN"), (98, 99, "UNKNOWN"),
    (100, 100, "PASSING"), (101, 108, "HELD"), (109, 110, "PASSING"), (111, 111, "UNKNOWN"), (112, 124, "HELD"),
    (125, 127, "UNKNOWN"), (128, 129, "HELD"), (130, 138, "PASSING"), (139, 139, "HELD"), (140, 140, "UNKNOWN"),
    (141, 199, "HELD"), (200, 204, "PASSING"), (205, 249, "HELD"), (250, 253, "PASSING"), (254, 254, "UNKNOWN"),
    (255, 306, "HELD"), (307, 307, "UNKNOWN"), (308, 401, "HELD"), (402, 402, "UNKNOWN"), (403, 1031, "HELD"),
    (1032, 1033, "UNKNOWN"), (1034, 1999, "HELD"),
    (2000, 2222, "REJECTED"), (2223, 2223, "UNKNOWN"), (2224, 2323, "REJECTED"), (2324, 2324, "UNKNOWN"),
    (2325, 3999, "REJECTED"), (4000, 9999, "OBSERVED"), (10_000, 10_001, "UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "last", "outcome"), RANGES)
def test_every_code_of_a_range_has_its_class(first: int, last: int, outcome: str) -> None:
    for number in range(first, last + 1):
        for spelling in (str(number), f"{number:04d}", f" {number:04d}\n", f"{number:06d}"):
            assert return_code(spelling).outcome == outcome, spelling
            assert outcome_of(spelling) == outcome, spelling


def test_the_file_agrees_with_the_table() -> None:
    rows = read("codes.tsv").rows
    assert len(rows) == 2148
    assert [row[0] for row in rows if row[1] != outcome_of(row[0])] == []
    assert len({row[0] for row in rows}) == 2148
    assert sorted(row[0] for row in rows) == [row[0] for row in rows]


@pytest.mark.parametrize(
    "code", ["", "  ", "HTTP", "-1", "1.0", "٣٣٥", "²", "9" * 6000, "soap-env:Client.0109", "\x00"]
)
def test_what_is_no_code_is_unknown(code: str) -> None:
    found = return_code(code)
    assert found.outcome is Outcome.UNKNOWN
    assert (found.code, found.message) == (code.strip(), "")


@pytest.mark.parametrize(
    ("code", "message", "used_as"),
    [
        ("0111", "No tiene el perfil para enviar comprobantes electronicos", "ERROR"),
        ("0125", "No se pudo obtener la constancia", ""),
        ("0306", "No se puede leer (parsear) el archivo XML", "ERROR"),
        ("1033", "El comprobante fue registrado previamente con otros datos", "ERROR"),
        ("2335", "El documento electrónico ingresado ha sido alterado", "ERROR"),
        ("3496", "El Código producto de SUNAT no es válido", "OBSERV"),
        ("4443", "El comprobante fue informado fuera del plazo establecido", "OBSERV"),
    ],
)
def test_words_are_sunats(code: str, message: str, used_as: str) -> None:
    assert (return_code(code).message, return_code(code).used_as) == (message, used_as)


@pytest.mark.parametrize(("spelling", "code"), [("0", "0"), ("0000", "0"), ("100", "0100"), (" 0100 ", "0100")])
def test_a_code_has_one_spelling(spelling: str, code: str) -> None:
    assert return_code(spelling).code == code


def test_codes_under_4000_that_observe() -> None:
    rows = [row for row in read("codes.tsv").rows if row[2] == "OBSERV" and row[0] < "4000"]
    assert [row[0] for row in rows] == ["2266", "2404", *map(str, range(2901, 2920)), "2988", "3228", "3496"]


def test_a_code_knows_its_level_in_each_kind() -> None:
    assert return_code("1033").level("01") == "ERROR"
    assert return_code("1033").level("02") == ""
    assert return_code("4443").level("RC") == "OBSERV"
    assert return_code("9999").level("01") == ""


def test_a_code_knows_its_twin() -> None:
    assert return_code("4288").twin == "3271"
    assert return_code("3271").twin == "4288"
    assert return_code("2335").twin == ""


def test_search_needs_every_word_and_no_accent() -> None:
    assert "2335" in {found.code for found in search_codes("ELECTRONICO alterado")}
    assert search_codes("electrónico álterado") == search_codes("alterado electronico")
    assert search_codes("alterado xyzzy") == ()
    assert search_codes("  ") == ()


def test_search_by_beginning_of_code() -> None:
    assert [found.code for found in search_codes("013")] == ["0013", *(f"013{digit}" for digit in range(9))]
    assert "0100" in {found.code for found in search_codes("100")}
    assert [found.code for found in search_codes("10 contrasena")] == []
    assert [found.code for found in search_codes("0102 usuario")] == ["0102"]
