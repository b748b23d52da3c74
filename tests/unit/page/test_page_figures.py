"""Figures as people read them."""

from datetime import date, time
from decimal import Decimal

import pytest

from onapi.page.figures import currency_name, moment, money, percent, quantity, unit_amount


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234567.895", "PEN", "S/ 1,234,567.90"),
        ("-0.5", "USD", "-US$ 0.50"),
        ("0", "EUR", "€ 0.00"),
        ("5", "CLP", "CLP 5.00"),
        ("1E+20", "PEN", "S/ 100,000,000,000,000,000,000.00"),
    ],
)
def test_money_has_its_sign_before_its_symbol(amount: str, currency: str, shown: str) -> None:
    assert money(Decimal(amount), currency) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1234.5", "1,234.50"),
        ("84.7457627119", "84.7458"),
        ("0.0847457627", "0.084746"),
        ("0.00001", "0.00001"),
        ("0.0001234567", "0.0001234567"),
        ("-0.5", "-0.50"),
        ("-1234.5", "-1,234.50"),
        ("0", "0.00"),
        ("123456789012345678901234567890.123", "123,456,789,012,345,678,901,234,567,890.123"),
    ],
)
def test_a_unit_amount_never_becomes_nothing(value: str, shown: str) -> None:
    assert unit_amount(Decimal(value)) == shown


def test_quantities_rates_and_moments() -> None:
    assert [quantity(Decimal(text)) for text in ("2.000", "1500", "0.1234567891", "1E+3")] == [
        "2",
        "1,500",
        "0.1234567891",
        "1,000",
    ]
    assert (percent(Decimal("18.00")), percent(Decimal("10.5"))) == ("18 %", "10.5 %")
    assert moment(date(2026, 11, 2), time(9, 5)) == "02/11/2026 09:05"
    assert moment(date(2026, 11, 2)) == "02/11/2026"
    assert (currency_name("PEN"), currency_name("CLP")) == ("Soles (PEN)", "CLP")
