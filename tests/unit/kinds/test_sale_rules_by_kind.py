"""The rules of a sale where one row becomes several: by kind, by what a note modifies, by the day."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from onapi.facts.attributes import concept, concepts
from onapi.facts.catalog import is_listed
from onapi.facts.codes import return_code
from onapi.kinds.sale.blocks import Legend
from onapi.kinds.sale.complete import complete
from onapi.kinds.sale.model import LineForm, SaleForm
from onapi.kinds.sale.rules import ARITHMETIC, RULES
from onapi.rules.check import check
from onapi.rules.rule import Level
from onapi.rules.shapes import fits_rate, in_cents, is_line, is_line_or_nothing, is_word, near
from onapi.values.number import ReceiptId
from onapi.values.party import Party

_ISSUER = Party("6", "20000000001", "EMPRESA DE PRUEBA S.A.C.")
_NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("doctype", "expected"),
    [
        ("01", {("3271", Level.ERROR)}),
        ("03", {("4288", Level.OBSERVATION)}),
        ("07", {("3271", Level.ERROR), ("4288", Level.OBSERVATION)}),
        ("08", {("3271", Level.ERROR), ("4288", Level.OBSERVATION)}),
    ],
)
def test_a_rule_of_arithmetic_goes_by_two_codes(doctype: str, expected: set[tuple[str, Level]]) -> None:
    assert {(x.code, x.level) for x in RULES[doctype] if x.code in {"3271", "4288"}} == expected
    assert {"3271", "4288"} <= ARITHMETIC


@pytest.mark.parametrize("doctype", RULES)
def test_the_product_code_is_judged_by_the_day(doctype: str) -> None:
    rules = [rule for rule in RULES[doctype] if rule.code in {"4332", "4337", "3496"}]
    days = (date(2026, 1, 30), date(2026, 1, 31), date(2026, 12, 31), date(2027, 1, 1))
    told = [{(rule.code, rule.level) for rule in rules if rule.in_force(day)} for day in days]
    assert told == [
        {("4332", Level.OBSERVATION), ("4337", Level.OBSERVATION)},
        {("3496", Level.OBSERVATION)},
        {("3496", Level.OBSERVATION)},
        {("3496", Level.ERROR)},
    ]


@pytest.mark.parametrize(("legend", "told"), [("2008", False), ("2001", True)])
def test_goods_leave_the_zone_of_tacna_with_a_ruc(legend: str, told: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    """Row 97 of the factura lets them off, though what it asks of the legend (3289) no export can have."""
    form = SaleForm(
        ReceiptId(_ISSUER.id_number, "01", "F001", 1),
        Party("6", "20000000010", "CLIENTE S.A.C."),
        operation="0200",
        lines=(LineForm(Decimal(1), "Algo", unit_value=Decimal(100), affectation="40"),),
        legends=(Legend(legend, "X"),),
    )
    sale = complete(form, _ISSUER, _NOW)
    assert ("2800" in {fault.code for fault in check(sale, RULES["01"], sale.issue_date)}) is told


def test_concepts_and_their_rules_are_listed() -> None:
    for found in concepts().values():
        assert is_listed("55", found.code)
        assert all(return_code(code).message for code in (found.missing, found.remark, found.asked) if code)
    with pytest.raises(KeyError, match="9999"):
        concept("9999")


def test_shapes_of_texts_and_numbers() -> None:
    assert is_line("a b\xa0c", 1, 5)
    assert not is_line("a\u2028b", 1, 5)
    assert is_line_or_nothing("", 3, 5)
    assert is_word("A-1", 1, 3)
    assert not is_word("A 1", 1, 3)
    assert in_cents(Decimal("1.50"))
    assert not in_cents(Decimal("1.505"))
    assert fits_rate(Decimal("999.99999"))
    assert not fits_rate(Decimal(1000))
    assert near(Decimal(2), Decimal(1))
    assert not near(Decimal("2.01"), Decimal(1))
