"""The amounts of one line, against numbers worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from onapi.tax.charge import ChargeForm
from onapi.tax.line import Isc, Item, OtherTax, line_amounts

CASES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "plain": (
        {"quantity": Decimal(2), "unit_value": Decimal(100)},
        {"net": "200.00", "igv": "36.00", "taxes": "36.00", "unit_price": "118.0000000000"},
    ),
    "half a céntimo goes up": (
        {"quantity": Decimal(1), "unit_value": Decimal("0.125")},
        {"net": "0.13", "igv": "0.02", "unit_price": "0.1500000000"},
    ),
    "from a price the customer pays exactly that": (
        {"quantity": Decimal(3), "unit_price": Decimal(1)},
        {"unit_value": "0.8474576271", "net": "2.54", "igv": "0.46", "unit_price": "1.0000000000"},
    ),
    "a price without tax in it": (
        {"quantity": Decimal(1), "unit_price": Decimal(30), "affectation": "20", "igv_percent": Decimal(0)},
        {"tribute": "9997", "unit_value": "30.0000000000", "net": "30.00", "igv": "0.00"},
    ),
    "more than ten decimals": (
        {"quantity": Decimal(3), "unit_value": Decimal("8.47457627118644")},
        {"unit_value": "8.4745762712", "net": "25.42", "igv": "4.58"},
    ),
    "discount on the base": (
        {"quantity": Decimal(2), "unit_value": Decimal(100), "charges": (ChargeForm("00", factor=Decimal("0.10")),)},
        {"net": "180.00", "igv": "32.40", "unit_price": "106.2000000000"},
    ),
    "discount after tax": (
        {"quantity": Decimal(2), "unit_value": Decimal(100), "charges": (ChargeForm("01", amount=Decimal(36)),)},
        {"net": "200.00", "igv": "36.00", "unit_price": "100.0000000000"},
    ),
    "charges on the base and after tax": (
        {
            "quantity": Decimal(1),
            "unit_value": Decimal(100),
            "charges": (ChargeForm("47", amount=Decimal(10)), ChargeForm("48", amount=Decimal(2))),
        },
        {"net": "110.00", "igv": "19.80", "unit_price": "131.8000000000"},
    ),
    "excise at value": (
        {"quantity": Decimal(2), "unit_value": Decimal(100), "isc": Isc("01", Decimal(10))},
        {"isc_base": "200.00", "isc": "20.00", "igv_base": "220.00", "igv": "39.60", "taxes": "59.60"},
    ),
    "excise at value, from a price": (
        {"quantity": Decimal(1), "unit_price": Decimal("129.80"), "isc": Isc("01", Decimal(10))},
        {"unit_value": "100.0000000000", "isc": "10.00", "igv": "19.80"},
    ),
    "excise of a fixed amount, from a price": (
        {"quantity": Decimal(2), "unit_price": Decimal("129.80"), "isc": Isc("02", amount=Decimal(20))},
        {"unit_value": "100.0000000000", "isc": "20.00", "igv_base": "220.00"},
    ),
    "excise on the retail price": (
        {"quantity": Decimal(5), "unit_value": Decimal(10), "isc": Isc("03", Decimal(30), base=Decimal(100))},
        {"isc_base": "100.00", "isc": "30.00", "igv_base": "80.00", "igv": "14.40"},
    ),
    "no excise, no base of it": (
        {"quantity": Decimal(1), "unit_value": Decimal("0.01"), "isc": Isc("01", Decimal(10))},
        {"isc_base": "0", "isc": "0.00"},
    ),
    "bags, outside the base": (
        {"quantity": Decimal(2), "unit_value": Decimal(100), "bag_tax": Decimal("0.50")},
        {"icbper": "1.00", "igv": "36.00", "taxes": "37.00", "unit_price": "118.5000000000"},
    ),
    "bags, from a price": (
        {"quantity": Decimal(2), "unit_price": Decimal("118.50"), "bag_tax": Decimal("0.50")},
        {"unit_value": "100.0000000000", "icbper": "1.00"},
    ),
    "another tax": (
        {"quantity": Decimal(1), "unit_value": Decimal(100), "other": OtherTax(Decimal("2.5"))},
        {"other_base": "100.00", "other": "2.50", "taxes": "20.50"},
    ),
    "given away": (
        {"quantity": Decimal(2), "unit_value": Decimal(50), "affectation": "11", "is_free": True},
        {"tribute": "9996", "net": "100.00", "igv": "18.00", "taxes": "0", "unit_price": "50"},
    ),
    "given away, with bags and excise to show": (
        {
            "quantity": Decimal(2),
            "unit_value": Decimal(50),
            "affectation": "31",
            "is_free": True,
            "bag_tax": Decimal("0.50"),
            "isc": Isc("01", Decimal(10)),
        },
        {"igv": "0.00", "isc": "10.00", "icbper": "1.00", "taxes": "11.00"},
    ),
    "rice": (
        {"quantity": Decimal(2), "unit_value": Decimal(100), "affectation": "17", "igv_percent": Decimal(4)},
        {"tribute": "1016", "igv": "8.00", "unit_price": "104.0000000000"},
    ),
    "an export": (
        {"quantity": Decimal(2), "unit_value": Decimal(100), "affectation": "40"},
        {"tribute": "9995", "igv": "0.00", "unit_price": "100.0000000000"},
    ),
    "a price so small and a quantity so large that rounding would show": (
        {"quantity": Decimal(20_000_000_000), "unit_price": Decimal("0.05")},
        {"net": "847457628.00", "igv": "152542373.04"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_line(case: str) -> None:
    said, expected = CASES[case]
    item = Item(**({"affectation": "10", "igv_percent": Decimal(18)} | said))
    amounts = line_amounts(item)
    found = {name: getattr(amounts, name) for name in expected}
    assert found == {name: value if name == "tribute" else Decimal(value) for name, value in expected.items()}


def test_nothing_of_nothing_does_not_divide_by_zero() -> None:
    amounts = line_amounts(
        Item(Decimal(0), "10", Decimal(18), unit_price=Decimal(0), isc=Isc("02", amount=Decimal(1)), bag_tax=Decimal(1))
    )
    assert amounts.net == 0
