"""What we compute ourselves never breaks a rule of SUNAT's arithmetic, whatever is sold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onapi.kinds.sale.blocks import AdvanceForm, Modified
from onapi.kinds.sale.complete import complete
from onapi.kinds.sale.model import NOTES, LineForm, SaleForm
from onapi.kinds.sale.rules import ARITHMETIC, RULES
from onapi.rules.check import check
from onapi.tax.charge import ChargeForm
from onapi.tax.line import Isc, OtherTax
from onapi.values.number import ReceiptId
from onapi.values.party import Party

_ISSUER = Party("6", "20000000001", "EMPRESA DE PRUEBA S.A.C.")
_NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
_SERIES = {"01": "F001", "03": "B001", "07": "FC01", "08": "FD01"}

amounts = st.decimals("0.01", "9999.99", places=2)
units = st.decimals("0.0100000000", "9999", places=10)
quantities = st.one_of(st.integers(1, 500).map(Decimal), st.decimals("0.001", "50", places=3))
factors = st.decimals("0.01", "0.30", places=2)


def _charge(codes: tuple[str, ...]) -> st.SearchStrategy[ChargeForm]:
    return st.builds(ChargeForm, code=st.sampled_from(codes), factor=factors)


def _lines(affectations: tuple[str, ...]) -> st.SearchStrategy[LineForm]:
    priced = st.one_of(
        st.fixed_dictionaries({"unit_value": units}), st.fixed_dictionaries({"unit_price": units | amounts})
    )
    extra = st.fixed_dictionaries(
        {},
        optional={
            "charges": st.lists(_charge(("00", "01", "47", "48")), min_size=1, max_size=2).map(tuple),
            "isc": st.builds(Isc, system=st.just("01"), percent=st.sampled_from([Decimal(10), Decimal("0.5")])),
            "other_tax": st.builds(OtherTax, percent=st.sampled_from([Decimal(2), Decimal("1.5")])),
        },
    )

    def build(affectation: str, quantity: Decimal, price: dict[str, Any], more: dict[str, Any]) -> LineForm:
        if affectation > "10" and affectation not in {"17", "20", "30"}:  # given away
            price = {"reference_value": next(iter(price.values()))}
            more = {}
        if affectation == "17":
            more.pop("isc", None)
        return LineForm(quantity=quantity, description="Algo", affectation=affectation, **price, **more)

    return st.builds(build, st.sampled_from(affectations), quantities, priced, extra)


mixed = st.lists(_lines(("10", "10", "10", "11", "20", "21", "30", "31")), min_size=1, max_size=8)
rice = st.lists(_lines(("17",)), min_size=1, max_size=4)
whole = st.lists(_charge(("02", "03", "45", "46", "49", "50")), max_size=3)


def _broken(doctype: str, lines: list[LineForm], charges: list[ChargeForm], paid: list[AdvanceForm]) -> set[str]:
    note = Modified("01", "ANULACION", "01", "F001-1") if doctype in NOTES else None
    form = SaleForm(
        ReceiptId(_ISSUER.id_number, doctype, _SERIES[doctype], 1),
        Party("6", "20000000010", "CLIENTE S.A.C."),
        issue_date=date(2026, 11, 22),
        lines=tuple(lines),
        charges=tuple(charges),
        advances=tuple(paid),
        modified=note,
    )
    sale = complete(form, _ISSUER, _NOW)
    codes = {fault.code for fault in check(sale, RULES[doctype], sale.issue_date)}
    assume("3105" not in codes)  # a line worth less than half a céntimo is refused for that
    return codes & ARITHMETIC


@pytest.mark.parametrize("doctype", ["01", "03"])
@settings(max_examples=120, deadline=None)
@given(lines=st.one_of(mixed, rice), charges=whole)
def test_what_we_compute_of_an_invoice_adds_up(doctype: str, lines: list[LineForm], charges: list[ChargeForm]) -> None:
    touches = any(charge.code in {"02", "49"} for charge in charges)
    assume(not touches or any(line.affectation in {"10", "17"} for line in lines))  # else it is the caller's fault
    assert _broken(doctype, lines, charges, []) == set()


@settings(max_examples=120, deadline=None)
@given(lines=st.one_of(mixed, rice), part=st.decimals("0.01", "0.99", places=2))
def test_advances_add_up(lines: list[LineForm], part: Decimal) -> None:
    whole_sale = complete(
        SaleForm(ReceiptId(_ISSUER.id_number, "01", "F001", 1), issue_date=date(2026, 11, 22), lines=tuple(lines)),
        _ISSUER,
        _NOW,
    )
    assume(whole_sale.totals.payable >= 1)
    paid = AdvanceForm("02", "F001-9", (whole_sale.totals.payable * part).quantize(Decimal("0.01")))
    assert _broken("01", lines, [], [paid]) == set()


@pytest.mark.parametrize("doctype", ["07", "08"])
@settings(max_examples=60, deadline=None)
@given(lines=st.one_of(mixed, rice))
def test_what_we_compute_of_a_note_adds_up(doctype: str, lines: list[LineForm]) -> None:
    after_tax = any(charge.code in {"01", "48"} for line in lines for charge in line.charges)
    assert after_tax or _broken(doctype, lines, [], []) == set()
