"""Rounding is half up, always; digits are written plainly."""

from decimal import Decimal

import pytest

from onapi.values.money import plain, to_cents, to_factor, to_unit


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("0.005", "0.01"), ("0.015", "0.02"), ("0.025", "0.03"), ("-0.005", "-0.01"), ("1.00499", "1.00"), ("7", "7.00")],
)
def test_half_a_centimo_goes_up(amount: str, cents: str) -> None:
    assert str(to_cents(Decimal(amount))) == cents


def test_units_have_ten_decimals_and_factors_five() -> None:
    assert to_unit(Decimal(1) / 3) == Decimal("0.3333333333")
    assert to_factor(Decimal("0.123455")) == Decimal("0.12346")


@pytest.mark.parametrize("round_it", [to_cents, to_unit, to_factor])
def test_an_absurd_amount_is_rounded_too(round_it: object) -> None:
    assert callable(round_it)
    assert round_it(Decimal("1E+80")) == Decimal("1E+80")


@pytest.mark.parametrize(
    ("value", "least", "text"),
    [("1E+3", 0, "1000"), ("1E-7", 0, "0.0000001"), ("18.00", 0, "18"), ("18", 2, "18.00"), ("0.10", 0, "0.1")],
)
def test_digits_without_exponent(value: str, least: int, text: str) -> None:
    assert plain(Decimal(value), least) == text
