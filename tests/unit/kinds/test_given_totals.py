"""Totals that the caller computed: checked, trusted or replaced."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from onapi.kinds.kind import TotalsMode
from onapi.kinds.sale.given import BASES, TAXES

Judge = Callable[..., Any]
LINE = {"descripcion": "Teclado", "cantidad": 2, "mtoValorUnitario": 100}
CLIENT = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE S.A.C."}
DOCUMENT = {
    "tipoDoc": "01",
    "serie": "F001",
    "correlativo": 1,
    "fechaEmision": "2026-11-22",
    "client": CLIENT,
    "details": [LINE],
}


def _told(judged: Any) -> list[tuple[str, str, str | None, str | None]]:
    faults = zip(judged.faults, judged.pointers, strict=True)
    return [(fault.code, pointer, fault.expected, fault.received) for fault, pointer in faults]


@pytest.mark.parametrize(
    ("name", "wrong", "expected"),
    [
        ("mtoOperGravadas", "198.99", "200.00"),
        ("mtoOperExoneradas", "5", "0.00"),
        ("mtoIGV", "34", "36.00"),
        ("mtoISC", "2", "0.00"),
        ("totalImpuestos", "40", "36.00"),
        ("valorVenta", "202", "200.00"),
        ("subTotal", "234", "236.00"),
        ("sumOtrosDescuentos", "3", "0.00"),
        ("mtoImpVenta", "237.01", "236.00"),
    ],
)
def test_a_wrong_total_is_told_with_the_right_one(name: str, wrong: str, expected: str, judge: Judge) -> None:
    received = f"{Decimal(wrong):.2f}"
    assert _told(judge(DOCUMENT | {name: wrong})) == [("totals_mismatch", f"/document/{name}", expected, received)]


@pytest.mark.parametrize(
    ("name", "wrong", "expected"),
    [
        ("igv", "34.00", "36.00"),
        ("mtoBaseIgv", "180", "200.00"),
        ("totalImpuestos", "0", "36.00"),
        ("mtoValorVenta", "236", "200.00"),
        ("mtoPrecioUnitario", "120", "118.00"),
        ("icbper", "3", "1.00"),
    ],
)
def test_a_wrong_amount_of_a_line(name: str, wrong: str, expected: str, judge: Judge) -> None:
    bags = {"factorIcbper": "0.50"} if name == "icbper" else {}
    judged = judge(DOCUMENT | {"details": [LINE, LINE | bags | {name: wrong}]})
    assert _told(judged)[0][:3] == ("totals_mismatch", f"/document/details/1/{name}", expected)


def test_within_the_tolerance_the_callers_amounts_stand(judge: Judge) -> None:
    judged = judge(
        DOCUMENT | {"mtoIGV": "36.40", "totalImpuestos": "36.40", "subTotal": "236.40", "mtoImpVenta": "236.4"}
    )
    assert judged.errors == ()
    sums = judged.sale.totals
    assert (sums.tax("1000"), sums.taxes, sums.payable) == (Decimal("36.40"), Decimal("36.40"), Decimal("236.40"))
    assert judged.sale.legends[0].text == "DOSCIENTOS TREINTA Y SEIS CON 40/100 SOLES"


def test_amounts_that_contradict_each_other_are_told_though_each_is_near(judge: Judge) -> None:
    judged = judge(DOCUMENT | {"subTotal": "235.20", "mtoImpVenta": "236.80"})
    assert [told[:3] for told in _told(judged)] == [("totals_mismatch", "/document/mtoImpVenta", "235.20")]


def test_the_base_of_a_line_is_its_value_to_the_centimo(judge: Judge) -> None:
    judged = judge(DOCUMENT | {"details": [LINE | {"mtoBaseIgv": "200.01"}]})
    assert [told[:3] for told in _told(judged)] == [("totals_mismatch", "/document/details/0/mtoBaseIgv", "200.00")]


def test_half_a_centimo_of_the_callers_goes_up(judge: Judge) -> None:
    assert judge(DOCUMENT | {"mtoImpVenta": "236.005"}).sale.totals.payable == Decimal("236.01")
    line = LINE | {"igv": "36.005", "mtoPrecioUnitario": "118.00000000005"}
    amounts = judge(DOCUMENT | {"details": [line]}).sale.lines[0].amounts
    assert (amounts.igv, amounts.unit_price) == (Decimal("36.01"), Decimal("118.0000000001"))


@pytest.mark.parametrize(("mode", "payable"), [(TotalsMode.TRUST, "236.90"), (TotalsMode.REPLACE, "236.00")])
def test_trusted_amounts_stand_and_replaced_ones_do_not(mode: TotalsMode, payable: str, judge: Judge) -> None:
    judged = judge(DOCUMENT | {"mtoImpVenta": "236.90"}, mode=mode)
    assert judged.errors == ()
    assert judged.sale.totals.payable == Decimal(payable)


def test_an_amount_that_sunat_would_refuse_is_refused_though_trusted(judge: Judge) -> None:
    judged = judge(DOCUMENT | {"mtoImpVenta": 999}, mode=TotalsMode.TRUST)
    assert [fault.code for fault in judged.errors] == ["3280"]


def test_a_tribute_that_no_line_has_is_not_invented(judge: Judge) -> None:
    judged = judge(DOCUMENT | {"mtoOperExoneradas": 0, "mtoISC": "0.00", "mtoOperGratuitas": 0}, mode=TotalsMode.TRUST)
    assert set(judged.sale.totals.tributes) == {"1000"}


def test_a_broken_line_is_told_alone(judge: Judge) -> None:
    """Totals of a line that cannot be are held against nothing."""
    judged = judge(DOCUMENT | {"details": [LINE | {"tipAfeIgv": "99"}], "mtoImpVenta": 1})
    assert {fault.code for fault in judged.faults} == {"2040"}


def test_every_total_that_we_answer_may_be_sent_back(judge: Judge) -> None:
    lines = [
        LINE | {"tipSisIsc": "01", "porcentajeIsc": 10, "factorIcbper": "0.50", "porcentajeOth": 2},
        LINE | {"tipAfeIgv": "20"},
        LINE | {"tipAfeIgv": "30"},
        LINE | {"tipAfeIgv": "11", "mtoValorGratuito": 5},
    ]
    sale = judge(DOCUMENT | {"details": lines}).sale
    names = {
        "taxed": "mtoOperGravadas", "exonerated": "mtoOperExoneradas", "unaffected": "mtoOperInafectas",
        "free": "mtoOperGratuitas", "isc_base": "mtoBaseIsc", "other_base": "mtoBaseOth", "igv": "mtoIGV",
        "free_igv": "mtoIGVGratuitas", "isc": "mtoISC", "other": "mtoOtrosTributos", "icbper": "icbper",
    }  # fmt: skip
    given = {names[name]: sale.totals.base(code) for name, code in BASES.items() if name in names}
    given |= {names[name]: sale.totals.tax(code) for name, code in TAXES.items() if name in names}
    assert judge(DOCUMENT | {"details": lines} | given).errors == ()
