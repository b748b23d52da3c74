"""Rates on a day, on the day before, and where there is none."""

from datetime import date
from decimal import Decimal

import pytest

from onapi.facts import accepted_igv_rates, rate


@pytest.mark.parametrize(
    ("tax", "on", "value"),
    [
        ("igv", date(2011, 3, 1), "18.00"),
        ("igv", date(2027, 6, 1), "18.00"),
        ("ipm", date(2025, 12, 31), "2.00"),
        ("ipm", date(2026, 1, 1), "2.50"),
        ("igv_mype", date(2022, 9, 1), "10.00"),
        ("igv_mype", date(2025, 12, 31), "10.00"),
        ("igv_mype", date(2026, 1, 1), "10.50"),
        ("igv_mype", date(2027, 12, 31), "15.00"),
        ("ivap", date(2026, 1, 1), "4.00"),
        ("icbper", date(2019, 8, 1), "0.10"),
        ("icbper", date(2022, 12, 31), "0.40"),
        ("icbper", date(2023, 1, 1), "0.50"),
        ("percepcion_01", date(2026, 1, 1), "2.00"),
        ("percepcion_02", date(2026, 1, 1), "1.00"),
        ("percepcion_03", date(2026, 1, 1), "0.50"),
        ("retencion_01", date(2014, 3, 1), "3.00"),
        ("retencion_02", date(2014, 2, 28), "6.00"),
        ("boleta_identified_above", date(2026, 1, 1), "700.00"),
    ],
)
def test_a_rate_on_a_day(tax: str, on: date, value: str) -> None:
    found = rate(tax, on)
    assert str(found.value) == value
    assert found.since <= on
    assert found.source
    assert found.reliability in {"A", "B", "C"}


@pytest.mark.parametrize(
    ("tax", "on"),
    [
        ("igv", date(2011, 2, 28)),
        ("igv_mype", date(2022, 8, 31)),
        ("igv_mype", date(2028, 1, 1)),  # ended
        ("icbper", date(2019, 7, 31)),
        ("retencion_02", date(2014, 3, 1)),  # ended
        ("vat", date(2026, 1, 1)),
    ],
)
def test_no_rate(tax: str, on: date) -> None:
    with pytest.raises(KeyError, match=f"no {tax} rate on {on}"):
        rate(tax, on)


def test_units() -> None:
    assert rate("igv", date(2026, 1, 1)).unit == "percent"
    assert rate("icbper", date(2026, 1, 1)).unit == "PEN/bag"
    assert rate("boleta_identified_above", date(2026, 1, 1)).unit == "PEN"


@pytest.mark.parametrize(
    ("on", "sale", "note"),
    [
        (date(2022, 8, 31), "18.00", "18.00"),
        (date(2022, 9, 1), "18.00 10.00", "18.00 10.00"),
        (date(2026, 2, 12), "18.00 10.00", "18.00 10.00"),
        (date(2026, 2, 13), "18.00 10.50", "18.00 10.50 10.00"),
        (date(2026, 12, 31), "18.00 10.50", "18.00 10.50 10.00"),
        (date(2027, 1, 1), "18.00 15.00", "18.00 15.00 10.50 10.00"),
        (date(2028, 1, 1), "18.00", "18.00 15.00 10.50 10.00"),
    ],
)
def test_igv_rates_a_document_may_carry(on: date, sale: str, note: str) -> None:
    assert accepted_igv_rates(on) == tuple(map(Decimal, sale.split()))
    assert accepted_igv_rates(on, note=True) == tuple(map(Decimal, note.split()))


def test_no_igv_rates_before_the_table() -> None:
    with pytest.raises(KeyError, match="no IGV rates"):
        accepted_igv_rates(date(2011, 2, 28))
