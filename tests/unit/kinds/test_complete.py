"""What is filled in where the caller said nothing."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from onapi.kinds import KINDS
from onapi.values.moment import in_lima

Judge = Callable[..., Any]
LINE = {"descripcion": "Teclado", "cantidad": 2, "mtoValorUnitario": 100}
CLIENT = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE S.A.C."}
DOCUMENT = {"tipoDoc": "01", "serie": "F001", "correlativo": 1, "client": CLIENT, "details": [LINE]}


def test_the_shortest_factura(judge: Judge, now: datetime) -> None:
    judged = judge(DOCUMENT)
    sale = judged.sale
    assert judged.errors == ()
    assert (sale.issue_date, sale.issue_time) == (in_lima(now).date(), time(10, 0))
    assert (sale.operation, sale.currency, sale.payment.form) == ("0101", "PEN", "Contado")
    assert (sale.lines[0].unit, sale.lines[0].affectation, sale.lines[0].igv_percent) == ("NIU", "10", 18)
    assert [legend.code for legend in sale.legends] == ["1000"]


def test_a_date_without_hour_has_none(judge: Judge) -> None:
    sale = judge(DOCUMENT | {"fechaEmision": "2026-11-20"}).sale
    assert (sale.issue_date, sale.issue_time) == (date(2026, 11, 20), None)


def test_legends_follow_from_the_lines_and_the_callers_own_stay(judge: Judge) -> None:
    lines = [LINE, LINE | {"tipAfeIgv": "31", "mtoValorGratuito": 1}]
    legends = [{"code": "1000", "value": "EN MIS PALABRAS"}, {"code": "2006", "value": "DETRACCION"}]
    sale = judge(DOCUMENT | {"details": lines, "legends": legends}).sale
    assert [(legend.code, legend.text[:15]) for legend in sale.legends] == [
        ("1000", "EN MIS PALABRAS"),
        ("1002", "TRANSFERENCIA G"),
        ("2006", "DETRACCION"),
    ]


def test_rice_says_so(judge: Judge) -> None:
    sale = judge(DOCUMENT | {"details": [LINE | {"tipAfeIgv": "17"}]}).sale
    assert [legend.code for legend in sale.legends] == ["1000", "2007"]
    assert sale.lines[0].igv_percent == 4


def test_what_is_pending_is_what_the_instalments_sum_to(judge: Judge) -> None:
    parts = [{"monto": "100.00", "fechaPago": "2026-12-22"}, {"monto": "36.50", "fechaPago": "2027-01-22"}]
    payment = judge(DOCUMENT | {"cuotas": parts}).sale.payment
    assert (payment.form, payment.pending) == ("Credito", Decimal("136.50"))


@pytest.mark.parametrize(
    ("code", "key", "base"), [("02", "descuentos", 200), ("03", "descuentos", 336), ("46", "cargos", 300)]
)
def test_what_a_factor_is_counted_on(code: str, key: str, base: int, judge: Judge) -> None:
    """Of 200 taxed and 100 exonerated: the taxed value, the price, the value."""
    lines = [LINE, LINE | {"cantidad": 1, "tipAfeIgv": "20"}]
    sale = judge(DOCUMENT | {"details": lines, key: [{"codTipo": code, "factor": "0.10"}]}).sale
    assert (sale.charges[0].base, sale.charges[0].amount) == (base, base / Decimal(10))


@pytest.mark.parametrize(
    ("line", "free"),
    [
        ({"tipAfeIgv": "11", "mtoValorGratuito": 5}, True),
        ({"tipAfeIgv": "11", "mtoValorUnitario": 5}, True),
        ({"tipAfeIgv": "17", "mtoValorGratuito": 5}, True),
        ({"tipAfeIgv": "17", "mtoValorUnitario": 5}, False),
        ({"tipAfeIgv": "40", "mtoValorGratuito": 5}, True),
        ({"tipAfeIgv": "10", "mtoValorUnitario": 5, "mtoValorGratuito": 7}, False),
    ],
)
def test_what_is_given_away(line: dict[str, Any], free: bool, judge: Judge) -> None:  # noqa: FBT001 - a column
    amounts = judge(DOCUMENT | {"details": [{"descripcion": "X", "cantidad": 1} | line]}).sale.lines[0].amounts
    assert (amounts.tribute == "9996") is free
    assert amounts.unit_value == 5


def test_a_rate_of_zero_on_a_taxed_line_is_the_laws_rate(judge: Judge) -> None:
    assert judge(DOCUMENT | {"details": [LINE | {"porcentajeIgv": 0}]}).sale.lines[0].igv_percent == 18


def test_rates_of_excise_follow_from_amounts(judge: Judge) -> None:
    line = judge(DOCUMENT | {"details": [LINE | {"tipSisIsc": "02", "isc": "12.34", "otroTributo": "5"}]}).sale.lines[0]
    assert (line.isc_percent, line.other_percent) == (Decimal("6.17"), Decimal("2.5"))


def test_an_excise_of_nothing_is_none(judge: Judge) -> None:
    tiny = LINE | {
        "cantidad": 1,
        "mtoValorUnitario": "0.02",
        "tipSisIsc": "01",
        "porcentajeIsc": 10,
        "factorIcbper": "0.001",
    }
    line = judge(DOCUMENT | {"details": [tiny]}).sale.lines[0]
    assert (line.isc_system, line.isc_percent, line.bag_tax) == ("", 0, 0)


def test_rounding_is_in_centimos(judge: Judge) -> None:
    sums = judge(DOCUMENT | {"redondeo": "-0.005"}).sale.totals
    assert (sums.rounding, sums.payable) == (Decimal("-0.01"), Decimal("235.99"))


def test_the_digest_tells_money_and_customer(judge: Judge) -> None:
    sale = judge(DOCUMENT).sale
    digest = KINDS["01"].digest(sale)
    assert (digest.total, digest.igv, digest.currency) == (236, 36, "PEN")
    assert (digest.customer, digest.id.label) == (sale.customer, "F001-1")


def test_kinds_are_listed_by_their_own_code() -> None:
    assert all(kind.code == code and kind.name for code, kind in KINDS.items())
    assert (KINDS["01"].name, KINDS["07"].name) == ("Factura", "Nota de Credito")
    assert all(kind.code == code for code, kind in KINDS.items())
