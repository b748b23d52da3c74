"""A discount from two of its three numbers."""

from decimal import Decimal

import pytest

from onapi.tax.charge import Charge, ChargeForm, complete_charge, sum_of

BASE = Decimal(200)


@pytest.mark.parametrize(
    ("form", "whole"),
    [
        (ChargeForm("03", factor=Decimal("0.1")), Charge("03", Decimal(20), BASE, Decimal("0.1"))),
        (ChargeForm("03", amount=Decimal(20)), Charge("03", Decimal(20), BASE, Decimal("0.1"))),
        (
            ChargeForm("03", amount=Decimal(20), base=Decimal(80)),
            Charge("03", Decimal(20), Decimal(80), Decimal("0.25")),
        ),
        (
            ChargeForm("03", amount=Decimal(20), factor=Decimal("0.25")),
            Charge("03", Decimal(20), Decimal(80), Decimal("0.25")),
        ),
        (
            ChargeForm("03", factor=Decimal("0.25"), base=Decimal(80)),
            Charge("03", Decimal(20), Decimal(80), Decimal("0.25")),
        ),
        (ChargeForm("03", amount=Decimal("33.333")), Charge("03", Decimal("33.33"), BASE, Decimal("0.16665"))),
    ],
    ids=["factor", "amount", "amount and base", "amount and factor", "factor and base", "a third decimal"],
)
def test_two_of_three_are_enough(form: ChargeForm, whole: Charge) -> None:
    assert complete_charge(form, BASE) == whole


def test_three_stand_as_they_are_for_the_rules_to_judge() -> None:
    assert complete_charge(ChargeForm("03", Decimal(50), Decimal(100), Decimal("0.1")), BASE) == Charge(
        "03", Decimal(50), Decimal(100), Decimal("0.1")
    )


@pytest.mark.parametrize(
    ("amount", "base"), [("1234567.89", "10000000"), ("1000", "0.01"), ("5", "0")], ids=["long", "large", "no base"]
)
def test_a_ratio_that_cannot_be_written_is_left_out(amount: str, base: str) -> None:
    charge = complete_charge(ChargeForm("03", Decimal(amount), Decimal(base)), BASE)
    assert (charge.amount, charge.factor) == (Decimal(amount), 0)


def test_nothing_said_is_nothing() -> None:
    assert complete_charge(ChargeForm("03"), BASE) == Charge("03", Decimal(0), BASE, Decimal(0))


def test_what_adds_and_what_takes_off() -> None:
    charges = tuple(
        Charge(code, Decimal(1), Decimal(1), Decimal(1)) for code in ("00", "01", "03", "46", "47", "48", "50")
    )
    assert [charge.code for charge in charges if charge.is_charge] == ["46", "47", "48", "50"]
    assert sum_of(charges, "46", "50", "99") == 2
