"""Amounts of retenciones and percepciones: computed from payments, given by the caller, added up as SUNAT adds them."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onapi.kinds.kind import TotalsMode
from onapi.kinds.withholding import PERCEPCION, RETENCION
from onapi.kinds.withholding.complete import automatic_numbers, complete
from onapi.kinds.withholding.model import Exchange, LineForm, PaymentForm, Withholding, WithholdingForm
from onapi.kinds.withholding.rules import settled_sum, withheld_sum
from onapi.values.money import to_cents
from onapi.values.number import ReceiptId
from onapi.values.party import Party
from onapi.values.xmltree import parse_xml

Judge = Callable[..., Any]
DAY = date(2026, 11, 20)
SOMEBODY = Party("6", "20000000010", "PROVEEDOR S.A.C.")
DOCUMENT = {
    "tipoDoc": "20",
    "serie": "R001",
    "correlativo": 1,
    "fechaEmision": "2026-11-22",
    "regimen": "01",
    "proveedor": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "PROVEEDOR S.A.C."},
}
LINE = {
    "tipoDoc": "01",
    "numDoc": "F001-100",
    "fechaEmision": "2026-11-10",
    "moneda": "PEN",
    "impTotal": 1180,
    "pagos": [{"importe": 1180, "fecha": "2026-11-20"}],
    "fechaRetencion": "2026-11-22",
}


def _form(doctype: str, *lines: LineForm, regime: str = "01", **more: Any) -> WithholdingForm:
    receipt = ReceiptId("20000000001", doctype, "R001" if doctype == "20" else "P001", 1)
    return WithholdingForm(receipt, SOMEBODY, issue_date=date(2026, 11, 22), regime=regime, lines=lines, **more)


def _line(*amounts: str, doctype: str = "01", number: str = "F001-1", **more: Any) -> LineForm:
    payments = tuple(PaymentForm(Decimal(amount), DAY) for amount in amounts)
    plain = {"currency": "PEN", "total": Decimal(1180), "issue_date": DAY, "withheld_on": DAY}
    return LineForm(doctype=doctype, number=number, payments=payments, **(plain | more))


def _sums(document: Withholding) -> tuple[str, str]:
    return str(document.withheld), str(document.settled)


@pytest.mark.parametrize(
    ("doctype", "regime", "sums"),
    [
        ("20", "01", ("35.40", "1144.60")),
        ("20", "02", ("70.80", "1109.20")),
        ("40", "01", ("23.60", "1203.60")),
        ("40", "02", ("11.80", "1191.80")),
        ("40", "03", ("5.90", "1185.90")),
    ],
)
def test_each_regime_has_its_rate(
    doctype: str, regime: str, sums: tuple[str, str], issuer: Party, now: datetime
) -> None:
    assert _sums(complete(_form(doctype, _line("1180"), regime=regime), issuer, now)) == sums


def test_another_currency_is_withheld_in_soles(issuer: Party, now: datetime) -> None:
    exchange = Exchange("USD", "PEN", Decimal("3.745"), DAY)
    document = complete(_form("20", _line("333.33", currency="USD", exchange=exchange)), issuer, now)
    assert _sums(document) == ("37.45", "1210.87")  # 333.33 x 3.745 = 1248.32085


def test_credit_notes_and_withholdings_are_left_out_of_the_totals(issuer: Party, now: datetime) -> None:
    form = _form("20", _line("1180"), _line("100", doctype="07"), _line("100", doctype="20", number="R001-9"))
    document = complete(form, issuer, now)
    assert [str(line.withheld) for line in document.lines] == ["35.40", "3.00", "3.00"]
    assert _sums(document) == ("35.40", "1144.60")


def test_each_payment_is_a_line_of_its_own(issuer: Party, now: datetime) -> None:
    document = complete(_form("40", _line("100", "200"), _line("300")), issuer, now)
    told = [(line.number, line.payments[0].number, str(line.net)) for line in document.lines]
    assert told == [("F001-1", "1", "102.00"), ("F001-1", "2", "204.00"), ("F001-1", "3", "306.00")]


def test_numbers_differ_where_sunat_compares_them() -> None:
    eleven = ("F001-1",) * 11
    assert automatic_numbers((*eleven, "F001-11")) == (*map(str, range(1, 12)), "2")  # F001-111 is told already
    assert automatic_numbers(("A", "A"), frozenset({"A1"})) == ("2", "3")


def test_nothing_is_computed_of_what_is_missing(issuer: Party, now: datetime) -> None:
    for line in (_line(), _line("10", currency="USD"), LineForm(payments=(PaymentForm(day=DAY),), currency="PEN")):
        document = complete(_form("20", line), issuer, now)
        assert (document.lines[0].withheld, document.lines[0].net) == (None, None)
    assert complete(_form("20", _line("10"), regime="99"), issuer, now).lines[0].withheld is None
    assert not complete(_form("20"), issuer, now).lines


def test_a_credit_note_without_payment_tells_nothing_of_it(issuer: Party, now: datetime) -> None:
    line = complete(_form("20", _line(doctype="07")), issuer, now).lines[0]
    assert (line.payments, line.withheld_on, line.exchange) == ((), None, None)


def test_the_caller_s_amounts_stand_and_the_net_follows(judge: Judge) -> None:
    judged = judge(DOCUMENT | {"details": [LINE | {"impRetenido": "35.00"}]})
    assert not judged.faults
    assert _sums(judged.sale) == ("35.00", "1145.00")


def test_the_last_payment_carries_what_a_given_sum_differs_by(judge: Judge) -> None:
    paid = {"pagos": [{"importe": 100, "fecha": "2026-11-20"}] * 3, "impRetenido": "9.10", "impPagar": "290.90"}
    judged = judge(DOCUMENT | {"details": [LINE | paid]})
    assert not judged.faults
    assert [str(line.withheld) for line in judged.sale.lines] == ["3.00", "3.00", "3.10"]
    assert [str(line.net) for line in judged.sale.lines] == ["97.00", "97.00", "96.90"]


@pytest.mark.parametrize("mode", TotalsMode)
def test_given_sums_are_dropped_only_on_demand(mode: TotalsMode, judge: Judge) -> None:
    judged = judge(DOCUMENT | {"tasa": 6, "details": [LINE | {"impRetenido": 70.8}]}, mode=mode)
    if mode is TotalsMode.REPLACE:
        assert not judged.faults
        assert _sums(judged.sale) == ("35.40", "1144.60")
    else:
        assert {fault.code for fault in judged.faults} == {"2619"}


_cents = st.decimals("0.50", "9999999", places=2)  # of less, nothing is withheld
_lines = st.lists(
    st.builds(
        lambda amounts, rate, doctype: _line(
            *(str(amount) for amount in amounts),
            doctype=doctype,
            currency="USD" if rate else "PEN",
            exchange=Exchange("USD", "PEN", rate, DAY) if rate else None,
            issue_date=date(2026, 11, 1),
        ),
        st.lists(_cents, min_size=1, max_size=4),
        st.none() | st.decimals("1", "9.999999", places=6),
        st.sampled_from(["01", "08", "07"]),
    ),
    min_size=1,
    max_size=5,
)


@given(lines=_lines, doctype=st.sampled_from(["20", "40"]), regime=st.sampled_from(["01", "02"]))
def test_whatever_was_paid_the_sums_are_those_of_sunat(lines: list[LineForm], doctype: str, regime: str) -> None:
    kind = RETENCION if doctype == "20" else PERCEPCION
    form = _form(doctype, _line("1000"), *lines, regime=regime)
    document = complete(form, Party("6", "20000000001", "EMPRESA"), datetime(2026, 11, 22))  # noqa: DTZ001 - taken as Lima's
    assert document.withheld == withheld_sum(document) == to_cents(document.withheld)
    assert document.settled == settled_sum(document) == to_cents(document.settled)
    told = {fault.code for fault in kind.faults(form, document, TotalsMode.CHECK)} - {"2985"}  # regime 02 is of 2014
    assert not told
    assert kind.read(parse_xml(kind.build(document).encode())) == document
