"""What completion adds to a liquidación de compra: defaults, retentions, advances, legends."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from onapi.kinds.kind import TotalsMode
from onapi.kinds.purchase import LIQUIDACION
from onapi.kinds.purchase.model import AdvanceForm, Legend, LineForm, Purchase, PurchaseForm, RentaForm
from onapi.tax.charge import ChargeForm
from onapi.tax.line import OtherTax
from onapi.values.identity import RUC
from onapi.values.moment import LIMA
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party

NOW = datetime(2026, 11, 22, 10, 0, 7, 999, tzinfo=LIMA)
BUYER = Party(RUC, "20000000001", "EMPRESA DE PRUEBA S.A.C.")
SELLER = Party("1", "45678912", "JUAN QUISPE", address=Address("CHINCHERO", "080101", establishment="0007"))
ID = ReceiptId(BUYER.id_number, "04", "L001", 1)


def _line(**said: Any) -> LineForm:
    return replace(LineForm(Decimal(10), "Cobre", unit_value=Decimal(10)), **said)


def _complete(*lines: LineForm, mode: TotalsMode = TotalsMode.CHECK, **said: Any) -> Purchase:
    form = PurchaseForm(ID, seller=SELLER, lines=lines or (_line(),), **said)
    purchase: Purchase = LIQUIDACION.complete(form, BUYER, NOW, mode)
    return purchase


def test_what_nobody_says_has_a_default() -> None:
    found = _complete()
    assert (found.operation, found.currency, found.domicile, found.place_type) == ("0501", "PEN", "05", "05")
    assert (found.issue_date, found.issue_time) == (date(2026, 11, 22), time(10, 0, 7))
    assert (found.lines[0].affectation, found.lines[0].igv_percent, found.lines[0].unit) == ("10", 18, "NIU")
    assert found.lines[0].renta == found.totals.renta == 0


def test_a_day_that_is_said_has_no_hour_of_ours() -> None:
    assert _complete(issue_date=date(2026, 11, 21)).issue_time is None


def test_a_seller_has_no_establishment() -> None:
    assert _complete().seller.address == Address("CHINCHERO", "080101")


def test_the_buyer_keeps_the_taxes_and_pays_the_rest() -> None:
    """A value of 100: IGV 18 and renta 1.50 are withheld, 98.50 is paid."""
    sums = _complete(renta_percent=Decimal("1.5")).totals
    assert (sums.line_extension, sums.tax_inclusive, sums.taxes) == (100, 118, 18)
    assert (sums.renta_base, sums.renta, sums.payable) == (100, Decimal("1.50"), Decimal("98.50"))


def test_a_line_has_its_own_rate_before_that_of_all() -> None:
    own, none = RentaForm(percent=Decimal(4)), RentaForm(percent=Decimal(0))
    found = _complete(_line(), _line(renta=own), _line(renta=none), renta_percent=Decimal("1.5"))
    assert [line.renta for line in found.lines] == [Decimal("1.50"), Decimal("4.00"), 0]
    assert found.totals.renta_base == 200


def test_an_amount_withheld_tells_its_rate() -> None:
    line = _complete(_line(renta=RentaForm(amount=Decimal("1.5")))).lines[0]
    assert (line.renta_percent, line.renta_base, line.renta) == (Decimal("1.5"), 100, Decimal("1.50"))


def test_nothing_is_withheld_of_what_is_given_away() -> None:
    free = _line(affectation="15", unit_value=None, reference_value=Decimal(5))
    found = _complete(_line(), free, renta_percent=Decimal("1.5"))
    assert (found.lines[1].renta_percent, found.lines[1].renta) == (0, 0)
    assert (found.totals.free, found.totals.free_igv) == (50, 9)
    assert (found.totals.line_extension, found.totals.renta_base, found.totals.payable) == (100, 100, Decimal("98.50"))
    assert [legend.code for legend in found.legends] == ["1000", "1002"]


def test_another_tax_is_kept_too() -> None:
    sums = _complete(_line(other_tax=OtherTax(Decimal(2)))).totals
    assert (sums.other_base, sums.other, sums.taxes, sums.tax_inclusive, sums.payable) == (100, 2, 20, 120, 100)


def test_an_advance_tells_what_it_declared_already() -> None:
    """98.50 were paid for 100.00, of which 1.50 was withheld."""
    found = _complete(renta_percent=Decimal("1.5"), advances=(AdvanceForm("10", "L001-9", Decimal("49.25")),))
    assert [(x.code, x.amount, x.base) for x in found.deductions] == [
        ("04", 50, 100),
        ("61", Decimal("0.75"), Decimal("1.5")),
    ]
    sums = found.totals
    assert (sums.taxed, sums.igv, sums.renta, sums.renta_base) == (50, 9, Decimal("0.75"), 100)
    assert (sums.line_extension, sums.prepaid, sums.payable) == (100, Decimal("49.25"), Decimal("49.25"))
    assert found.advances[0].issuer == BUYER.id_number


def test_an_advance_is_shared_out_as_the_lines_are() -> None:
    lines = (_line(), _line(affectation="20"), _line(affectation="30", unit_value=Decimal(5)))
    found = _complete(*lines, advances=(AdvanceForm("10", "L001-9", Decimal(100)),))
    assert [(x.code, x.amount) for x in found.deductions] == [("04", 40), ("05", 40), ("06", 20)]
    odd = _complete(*lines, advances=(AdvanceForm("10", "L001-9", Decimal("0.04")),))
    assert sum(x.amount for x in odd.deductions) == Decimal("0.04")


def test_a_caller_who_tells_one_deduction_tells_them_all() -> None:
    advance = AdvanceForm("10", "L001-9", Decimal(50))
    found = _complete(advances=(advance,), deductions=(ChargeForm("05", Decimal(50)),))
    assert [x.code for x in found.deductions] == ["05"]
    assert found.totals.exonerated == -50


@pytest.mark.parametrize("renta", ["100", "150"])
def test_a_retention_of_everything_leaves_an_advance_as_it_is(renta: str) -> None:
    found = _complete(renta_percent=Decimal(renta), advances=(AdvanceForm("10", "L001-9", Decimal(50)),))
    assert [(x.code, x.amount) for x in found.deductions] == [("04", 50)]


def test_all_in_advance_leaves_no_cents_of_igv() -> None:
    lines = [_line(quantity=Decimal(1), unit_value=Decimal("0.30")) for _ in range(3)]
    found = _complete(*lines, advances=(AdvanceForm("10", "L001-9", Decimal("0.90")),))
    assert (found.totals.taxed, found.totals.igv, found.totals.payable) == (0, 0, 0)


@pytest.mark.parametrize("percent", ["-100", "-118", "-50"])
def test_no_rate_is_divided_by(percent: str) -> None:
    """The rules say that a rate below zero is wrong; completing must not fall over it."""
    by_price = {"unit_value": None, "unit_price": Decimal(118)}
    found = _complete(
        _line(igv_percent=Decimal(percent), **by_price), _line(other_tax=OtherTax(Decimal(percent)), **by_price)
    )
    codes = {fault.code for fault in LIQUIDACION.faults(PurchaseForm(ID), found, TotalsMode.TRUST)}
    assert "3102" in codes


def test_the_callers_legends_stand_first_and_as_he_wrote_them() -> None:
    said = (Legend("2001", "AMAZONIA"), Legend("1000", "CIEN SOLES"))
    assert _complete(legends=said).legends == said


def test_given_amounts_stand_unless_replaced() -> None:
    line = _line(given={"net": Decimal("100.50"), "igv": Decimal("18.20")})
    stands = _complete(line, given={"payable": Decimal("99.90"), "prepaid": Decimal(5)})
    assert (stands.lines[0].amounts.net, stands.lines[0].amounts.igv_base) == (Decimal("100.50"), Decimal("100.50"))
    assert (stands.totals.payable, stands.totals.prepaid) == (Decimal("99.90"), 0)
    replaced = _complete(line, given={"payable": Decimal("99.90")}, mode=TotalsMode.REPLACE)
    assert (replaced.lines[0].amounts.net, replaced.totals.payable, replaced.given) == (100, 100, {})


def test_a_total_of_what_no_line_has_is_not_invented() -> None:
    given = {
        name: Decimal(5) for name in ("exonerated", "unaffected", "free", "free_igv", "renta", "other", "other_base")
    }
    found = _complete(given=given, mode=TotalsMode.TRUST)
    assert not any(getattr(found.totals, name) for name in given)


def test_sums_are_not_held_against_a_line_that_is_wrong_itself() -> None:
    form = PurchaseForm(ID, seller=SELLER, lines=(_line(quantity=Decimal(-1)),), given={"payable": Decimal(100)})
    found = LIQUIDACION.complete(form, BUYER, NOW, TotalsMode.CHECK)
    codes = {fault.code for fault in LIQUIDACION.faults(form, found, TotalsMode.CHECK)}
    assert "2025" in codes
    assert "totals_mismatch" not in codes


def test_an_empty_form_is_completed_and_every_fault_is_told_at_once() -> None:
    form = PurchaseForm(ReceiptId(BUYER.id_number, "04", "F001", 1))
    found = LIQUIDACION.complete(form, BUYER, NOW, TotalsMode.CHECK)
    codes = {fault.code for fault in LIQUIDACION.faults(form, found, TotalsMode.CHECK)}
    assert {"1001", "2014", "2015", "2021", "2452", "2453", "2454", "2455", "2023"} == codes


def test_a_record_tells_the_net_amount_and_the_seller() -> None:
    digest = LIQUIDACION.digest(_complete(renta_percent=Decimal("1.5")))
    assert (digest.total, digest.igv, digest.currency) == (Decimal("98.50"), 18, "PEN")
    assert digest.customer is not None
    assert digest.customer.id_number == SELLER.id_number
    assert (LIQUIDACION.name, LIQUIDACION.root, LIQUIDACION.code) == (
        "Liquidacion de compra",
        "SelfBilledInvoice",
        "04",
    )
