"""What a whole sale comes to, against numbers worked out by hand."""

from decimal import Decimal
from typing import Any

from onapi.tax.charge import Charge, ChargeForm
from onapi.tax.line import Isc, Item, LineAmounts, OtherTax, line_amounts
from onapi.tax.totals import TaxSum, Totals, totals
from onapi.tax.tribute import affectation, tribute, tribute_of

PERCENT = Decimal(18)


def _line(value: str, affectation: str = "10", **said: Any) -> LineAmounts:
    item = {"quantity": Decimal(1), "affectation": affectation, "igv_percent": PERCENT, "unit_value": Decimal(value)}
    return line_amounts(Item(**(item | said)))


def _totals(*lines: LineAmounts, charges: tuple[Charge, ...] = (), **more: Any) -> Totals:
    return totals(lines, charges, **({"igv_percent": PERCENT} | more))


def test_every_tribute_that_occurs_and_no_other() -> None:
    sums = _totals(_line("100"), _line("40", "20"), _line("15", "30"), _line("9", "11", is_free=True))
    assert dict(sums.tributes) == {
        "1000": TaxSum(Decimal(100), Decimal(18)),
        "9996": TaxSum(Decimal(9), Decimal("1.62")),
        "9997": TaxSum(Decimal(40), Decimal(0)),
        "9998": TaxSum(Decimal(15), Decimal(0)),
    }
    assert (sums.line_extension, sums.taxes, sums.tax_inclusive, sums.payable) == (155, 18, 173, 173)
    assert (sums.base("9995"), sums.tax("2000")) == (0, 0)


def test_the_tax_is_the_sum_of_lines_while_that_is_near_the_rate() -> None:
    lines = [_line("0.03")] * 30  # 0.01 each, 0.30 in all; by the rate 0.16
    assert _totals(*lines).tax("1000") == Decimal("0.30")


def test_where_roundings_pile_up_the_rate_decides() -> None:
    lines = [_line("0.03")] * 300  # 3.00 by lines, 1.62 by the rate
    sums = _totals(*lines)
    assert sums.tax("1000") == Decimal("1.62")
    assert sums.tax_inclusive == Decimal("10.62")


def test_a_discount_on_the_base_lowers_the_tax() -> None:
    sums = _totals(_line("200"), charges=(Charge("02", Decimal(20), Decimal(200), Decimal("0.1")),))
    assert sums.tributes["1000"] == TaxSum(Decimal(180), Decimal("32.40"))
    assert (sums.line_extension, sums.payable, sums.allowances) == (180, Decimal("212.40"), 0)


def test_discounts_and_charges_after_tax_leave_it_alone() -> None:
    charges = (
        Charge("03", Decimal(10), Decimal(236), Decimal(0)),
        Charge("46", Decimal(20), Decimal(200), Decimal("0.1")),
    )
    sums = _totals(
        _line("200", charges=(ChargeForm("01", amount=Decimal(1)), ChargeForm("48", amount=Decimal(3)))),
        charges=charges,
    )
    assert (sums.tax("1000"), sums.allowances, sums.charges, sums.payable) == (36, 11, 23, 248)


def test_excise_bags_and_other_taxes_add_to_the_price() -> None:
    sums = _totals(_line("100", isc=Isc("01", Decimal(10)), bag_tax=Decimal("0.50"), other=OtherTax(Decimal(2))))
    assert sums.tributes["2000"] == TaxSum(Decimal(100), Decimal(10))
    assert sums.tributes["7152"] == TaxSum(Decimal(0), Decimal("0.50"))
    assert sums.tributes["9999"] == TaxSum(Decimal(100), Decimal(2))
    assert sums.tributes["1000"] == TaxSum(Decimal(100), Decimal("19.80"))
    assert (sums.taxes, sums.payable) == (Decimal("32.30"), Decimal("132.30"))


def test_of_what_is_given_away_bags_and_other_taxes_are_collected_but_no_excise() -> None:
    free = _line(
        "10", "31", is_free=True, isc=Isc("01", Decimal(10)), bag_tax=Decimal("0.50"), other=OtherTax(Decimal(10))
    )
    sums = _totals(_line("100"), free)
    assert set(sums.tributes) == {"1000", "7152", "9996", "9999"}
    assert (sums.taxes, sums.payable) == (Decimal("19.50"), Decimal("119.50"))


def test_an_advance_lowers_what_is_due_but_not_the_price() -> None:
    sums = _totals(_line("200"), charges=(Charge("04", Decimal(100), Decimal(100), Decimal(1)),), prepaid=Decimal(118))
    assert sums.tributes["1000"] == TaxSum(Decimal(100), Decimal(18))
    assert (sums.line_extension, sums.tax_inclusive, sums.payable) == (200, 236, 118)


def test_rice_is_taxed_at_its_own_rate() -> None:
    sums = _totals(_line("200", "17", igv_percent=Decimal(4)), igv_percent=Decimal(4), rounding=Decimal("-0.05"))
    assert sums.tributes == {"1016": TaxSum(Decimal(200), Decimal(8))}
    assert sums.payable == Decimal("207.95")


def test_tributes_and_affectations_are_sunats() -> None:
    assert (tribute("9996").name, tribute("1000").type_code) == ("GRA", "VAT")
    assert [affectation(code).is_taxed for code in ("10", "17", "20", "40")] == [True, True, False, False]
    assert [tribute_of("17", is_free=free) for free in (False, True)] == ["1016", "9996"]
