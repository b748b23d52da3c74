"""Amounts in words, against examples and against a reader that goes the other way."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onapi.errors import InvalidDocument
from onapi.page import amount_in_words

EXAMPLES = {
    "0": "CERO CON 00/100",
    "0.01": "CERO CON 01/100",
    "0.005": "CERO CON 01/100",
    "1.00": "UNO CON 00/100",
    "16": "DIECISEIS CON 00/100",
    "21": "VEINTIUNO CON 00/100",
    "30": "TREINTA CON 00/100",
    "31.5": "TREINTA Y UNO CON 50/100",
    "100": "CIEN CON 00/100",
    "101": "CIENTO UNO CON 00/100",
    "236": "DOSCIENTOS TREINTA Y SEIS CON 00/100",
    "999.995": "MIL CON 00/100",
    "1001": "MIL UNO CON 00/100",
    "21000": "VEINTIUN MIL CON 00/100",
    "21001": "VEINTIUN MIL UNO CON 00/100",
    "31000": "TREINTA Y UN MIL CON 00/100",
    "100000": "CIEN MIL CON 00/100",
    "101000": "CIENTO UN MIL CON 00/100",
    "1000000": "UN MILLON CON 00/100",
    "1001000": "UN MILLON MIL CON 00/100",
    "21000000": "VEINTIUN MILLONES CON 00/100",
    "101000001": "CIENTO UN MILLONES UNO CON 00/100",
    "1000000000": "MIL MILLONES CON 00/100",
    "1001000000": "MIL UN MILLONES CON 00/100",
    "500700900": "QUINIENTOS MILLONES SETECIENTOS MIL NOVECIENTOS CON 00/100",
    "999999999999.99": (
        "NOVECIENTOS NOVENTA Y NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE MILLONES"
        " NOVECIENTOS NOVENTA Y NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE CON 99/100"
    ),
}
WORTH = {
    "CERO": 0, "UN": 1, "UNO": 1, "DOS": 2, "TRES": 3, "CUATRO": 4, "CINCO": 5, "SEIS": 6, "SIETE": 7, "OCHO": 8,
    "NUEVE": 9, "DIEZ": 10, "ONCE": 11, "DOCE": 12, "TRECE": 13, "CATORCE": 14, "QUINCE": 15, "TREINTA": 30,
    "CUARENTA": 40, "CINCUENTA": 50, "SESENTA": 60, "SETENTA": 70, "OCHENTA": 80, "NOVENTA": 90, "CIEN": 100,
    "CIENTO": 100, "DOSCIENTOS": 200, "TRESCIENTOS": 300, "CUATROCIENTOS": 400, "QUINIENTOS": 500,
    "SEISCIENTOS": 600, "SETECIENTOS": 700, "OCHOCIENTOS": 800, "NOVECIENTOS": 900, "VEINTE": 20, "Y": 0,
}  # fmt: skip


def worth(word: str) -> int:
    """What one word adds."""
    for prefix, tens in (("VEINTI", 20), ("DIECI", 10)):
        if word.startswith(prefix):
            return tens + WORTH[word.removeprefix(prefix)]
    return WORTH[word]


def read(words: str) -> int:
    """The number that words say: what stands before MIL or MILLONES is multiplied by it."""
    millions, thousands, ones = 0, 0, 0
    for word in words.split():
        if word in {"MILLON", "MILLONES"}:
            millions, thousands, ones = thousands + ones, 0, 0
        elif word == "MIL":
            thousands, ones = 1000 * (ones or 1), 0
        else:
            ones += worth(word)
    return millions * 1_000_000 + thousands + ones


@pytest.mark.parametrize(("amount", "words"), EXAMPLES.items())
def test_examples(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount), "PEN") == f"{words} SOLES"


@given(st.integers(0, 99_999_999_999_999))
def test_words_read_back_as_the_amount(cents: int) -> None:
    amount = Decimal(cents) / 100
    words, _, rest = amount_in_words(amount, "PEN").partition(" CON ")
    assert read(words) == cents // 100
    assert rest == f"{cents % 100:02}/100 SOLES"
    assert words.isascii()
    assert words == words.upper()


@given(st.integers(1, 999_999))
def test_one_loses_its_o_before_thousands_only(thousands: int) -> None:
    words = amount_in_words(Decimal(thousands * 1000 + 1), "PEN")
    assert "UNO MIL" not in words
    assert " UNO CON" in words


@pytest.mark.parametrize(("code", "name"), [("USD", "DOLARES AMERICANOS"), ("EUR", "EUROS"), ("CLP", "CLP")])
def test_currencies(code: str, name: str) -> None:
    assert amount_in_words(Decimal(2), code) == f"DOS CON 00/100 {name}"


@pytest.mark.parametrize("amount", ["-0.01", "999999999999.991", "1E12", "NaN", "Infinity"])
def test_what_cannot_be_said(amount: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        amount_in_words(Decimal(amount), "PEN")
    assert caught.value.key == "invalid_parameter"
